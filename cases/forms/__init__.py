from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
from cases.forms.measures import (
    DecideForm,
    EndForm,
    ExecutionForm,
    InstructionForm,
    PassageNoteForm,
    ProposeForm,
    ReassignForm,
    RefuseMeasureForm,
    ReviewForm,
    StartForm,
)
from cases.forms.reasons import ReasonForm
from cases.forms.threats import CorrectThreatForm, NewThreatForm, form_values

__all__ = [
    "CaseFilterForm",
    "CorrectThreatForm",
    "DecideForm",
    "EndForm",
    "EvaluationForm",
    "ExecutionForm",
    "InstructionForm",
    "NewThreatForm",
    "PassageNoteForm",
    "ProposeForm",
    "ReasonForm",
    "ReassignForm",
    "RefuseMeasureForm",
    "ReviewForm",
    "StartForm",
    "form_values",
    "stored_answers",
]
