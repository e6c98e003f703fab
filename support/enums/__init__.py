from support.enums.associations import Help
from support.enums.hours import Mode, Reach, Weekday

__all__ = ["Help", "Mode", "Reach", "Weekday"]
