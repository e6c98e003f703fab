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
from cases.forms.household import ActivationCodeForm, PersonForm
from cases.forms.reasons import ReasonForm
from cases.forms.steps import STEPS, Step, StepForm, WhoForm, person_facts_label
from cases.forms.threats import CorrectThreatForm, form_values, threat_facts

__all__ = [
    "STEPS",
    "ActivationCodeForm",
    "AddAccessForm",
    "CaseFilterForm",
    "ConsultationForm",
    "CorrectThreatForm",
    "EvaluationForm",
    "FindRestrictedForm",
    "GlassForm",
    "NewThreatForm",
    "PartyForm",
    "PersonForm",
    "ReasonForm",
    "RestrictForm",
    "ReviewForm",
    "Step",
    "StepForm",
    "WhoForm",
    "form_values",
    "person_facts_label",
    "stored_answers",
    "threat_facts",
]
