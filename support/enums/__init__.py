from support.enums.associations import Help
from support.enums.slips import ENDED_STATES, LIVE_STATES, DayPart, Mode, SlipState, WeekDay, Who

__all__ = ["ENDED_STATES", "LIVE_STATES", "DayPart", "Help", "Mode", "SlipState", "WeekDay", "Who"]
