from support.enums.associations import Help
from support.enums.hours import MeetingMode, Reach, Weekday

__all__ = ["Help", "MeetingMode", "Reach", "Weekday"]
