from cases.forms.attachments import AttachmentForm
from cases.forms.doubles import FactImportForm, LinkForm, MergeForm, OtherFileForm, SharedIdentifierForm
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
from cases.forms.household import ActivationCodeForm, PersonForm
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
from cases.forms.steps import STEPS, Step, StepForm, WhoForm, person_facts_label
from cases.forms.tasks import AssignForm, HistoryFilterForm, OutcomeForm, TaskForm
from cases.forms.threats import CorrectThreatForm, author_identifiers, form_values, threat_facts

__all__ = [
    "STEPS",
    "ActivationCodeForm",
    "AssignForm",
    "AttachmentForm",
    "CaseFilterForm",
    "CorrectThreatForm",
    "DecideForm",
    "DelayForm",
    "EndForm",
    "EvaluationForm",
    "ExecutionForm",
    "FactImportForm",
    "FollowUpForm",
    "GridQuestionForm",
    "GridSettingsForm",
    "HistoryFilterForm",
    "InstructionForm",
    "LinkForm",
    "MergeForm",
    "OtherFileForm",
    "OutcomeForm",
    "PassageNoteForm",
    "PersonForm",
    "ProposeForm",
    "PublishForm",
    "ReasonForm",
    "ReassignForm",
    "RefuseMeasureForm",
    "ReplayForm",
    "ReviewForm",
    "SharedIdentifierForm",
    "StartForm",
    "Step",
    "StepForm",
    "TaskForm",
    "WhoForm",
    "author_identifiers",
    "delay_values",
    "form_values",
    "person_facts_label",
    "question_values",
    "settings_values",
    "stored_answers",
    "threat_facts",
]
