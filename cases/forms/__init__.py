from cases.forms.access import (
    AddAccessForm,
    ConsultationForm,
    FindRestrictedForm,
    GlassForm,
    PartyForm,
    RestrictForm,
    ReviewForm,
)
from cases.forms.doubles import FactImportForm, LinkForm, MergeForm, OtherFileForm, SharedIdentifierForm
from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
from cases.forms.household import ActivationCodeForm, PersonForm
from cases.forms.reasons import ReasonForm
from cases.forms.steps import STEPS, Step, StepForm, WhoForm, person_facts_label
from cases.forms.threats import CorrectThreatForm, author_identifiers, form_values, threat_facts

__all__ = [
    "STEPS",
    "ActivationCodeForm",
    "AddAccessForm",
    "CaseFilterForm",
    "ConsultationForm",
    "CorrectThreatForm",
    "EvaluationForm",
    "FactImportForm",
    "FindRestrictedForm",
    "GlassForm",
    "LinkForm",
    "MergeForm",
    "NewThreatForm",
    "OtherFileForm",
    "PartyForm",
    "PersonForm",
    "ReasonForm",
    "RestrictForm",
    "ReviewForm",
    "SharedIdentifierForm",
    "Step",
    "StepForm",
    "WhoForm",
    "author_identifiers",
    "form_values",
    "person_facts_label",
    "stored_answers",
    "threat_facts",
]
