from support.enums.associations import Help
from support.enums.hours import MeetingMode, Reach, Weekday
from support.enums.slips import ENDED_STATES, LIVE_STATES, DayPart, Mode, SlipState, WeekDay, Who

__all__ = [
    "ENDED_STATES",
    "LIVE_STATES",
    "DayPart",
    "Help",
    "MeetingMode",
    "Mode",
    "Reach",
    "SlipState",
    "WeekDay",
    "Weekday",
    "Who",
]
