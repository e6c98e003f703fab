from cases.forms.access import (
    AddAccessForm,
    ConsultationForm,
    FindRestrictedForm,
    GlassForm,
    PartyForm,
    RestrictForm,
    ReviewForm,
)
from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
from cases.forms.reasons import ReasonForm
from cases.forms.threats import CorrectThreatForm, NewThreatForm, form_values

__all__ = [
    "AddAccessForm",
    "CaseFilterForm",
    "ConsultationForm",
    "CorrectThreatForm",
    "EvaluationForm",
    "FindRestrictedForm",
    "GlassForm",
    "NewThreatForm",
    "PartyForm",
    "ReasonForm",
    "RestrictForm",
    "ReviewForm",
    "form_values",
    "stored_answers",
]
