from alarm_registry.forms.looking import ElsewhereForm, HandledForm, NameForm, NumberForm
from alarm_registry.forms.supervision import AnswerForm, LimitsForm, SampleForm, SearchFilterForm

__all__ = [
    "AnswerForm",
    "ElsewhereForm",
    "HandledForm",
    "LimitsForm",
    "NameForm",
    "NumberForm",
    "SampleForm",
    "SearchFilterForm",
]
