from cases.forms.attachments import AttachmentForm
from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
from cases.forms.reasons import ReasonForm
from cases.forms.threats import CorrectThreatForm, NewThreatForm, form_values

__all__ = [
    "AttachmentForm",
    "CaseFilterForm",
    "CorrectThreatForm",
    "EvaluationForm",
    "NewThreatForm",
    "ReasonForm",
    "form_values",
    "stored_answers",
]
