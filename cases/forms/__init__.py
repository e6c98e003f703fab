from cases.forms.doubles import FactImportForm, LinkForm, MergeForm, OtherFileForm, SharedIdentifierForm
from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
from cases.forms.reasons import ReasonForm
from cases.forms.threats import CorrectThreatForm, NewThreatForm, form_values

__all__ = [
    "CaseFilterForm",
    "CorrectThreatForm",
    "EvaluationForm",
    "FactImportForm",
    "LinkForm",
    "MergeForm",
    "NewThreatForm",
    "OtherFileForm",
    "ReasonForm",
    "SharedIdentifierForm",
    "form_values",
    "stored_answers",
]
