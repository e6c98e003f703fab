from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
from cases.forms.reasons import ReasonForm
from cases.forms.tasks import AssignForm, HistoryFilterForm, OutcomeForm, TaskForm
from cases.forms.threats import CorrectThreatForm, NewThreatForm, form_values

__all__ = [
    "AssignForm",
    "CaseFilterForm",
    "CorrectThreatForm",
    "EvaluationForm",
    "HistoryFilterForm",
    "NewThreatForm",
    "OutcomeForm",
    "ReasonForm",
    "TaskForm",
    "form_values",
    "stored_answers",
]
