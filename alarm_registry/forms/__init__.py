from alarm_registry.forms.looking import ElsewhereForm, HandledForm, NameForm, NumberForm

__all__ = ["ElsewhereForm", "HandledForm", "NameForm", "NumberForm"]
