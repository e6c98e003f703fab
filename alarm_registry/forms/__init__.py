from alarm_registry.forms.centres import ExtractForm, PassphraseForm, TokenForm
from alarm_registry.forms.looking import ElsewhereForm, HandledForm, NameForm, NumberForm
from alarm_registry.forms.supervision import AnswerForm, LimitsForm, SampleForm, SearchFilterForm

__all__ = [
    "AnswerForm",
    "ElsewhereForm",
    "ExtractForm",
    "HandledForm",
    "LimitsForm",
    "NameForm",
    "NumberForm",
    "PassphraseForm",
    "SampleForm",
    "SearchFilterForm",
    "TokenForm",
]
