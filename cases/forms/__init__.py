from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
from cases.forms.grids import (
    DelayForm,
    FollowUpForm,
    GridQuestionForm,
    GridSettingsForm,
    PublishForm,
    ReplayForm,
    delay_values,
    question_values,
    settings_values,
)
from cases.forms.reasons import ReasonForm
from cases.forms.threats import CorrectThreatForm, NewThreatForm, form_values

__all__ = [
    "CaseFilterForm",
    "CorrectThreatForm",
    "DelayForm",
    "EvaluationForm",
    "FollowUpForm",
    "GridQuestionForm",
    "GridSettingsForm",
    "NewThreatForm",
    "PublishForm",
    "ReasonForm",
    "ReplayForm",
    "delay_values",
    "form_values",
    "question_values",
    "settings_values",
    "stored_answers",
]
