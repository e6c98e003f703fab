from alarm_registry.forms.centres import ExtractForm, PassphraseForm, TokenForm
from alarm_registry.forms.looking import ElsewhereForm, HandledForm, NameForm, NumberForm

__all__ = [
    "ElsewhereForm",
    "ExtractForm",
    "HandledForm",
    "NameForm",
    "NumberForm",
    "PassphraseForm",
    "TokenForm",
]
