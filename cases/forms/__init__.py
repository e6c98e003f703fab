from cases.forms.doubles import FactImportForm, LinkForm, MergeForm, OtherFileForm, SharedIdentifierForm
from cases.forms.evaluations import EvaluationForm, stored_answers
from cases.forms.filters import CaseFilterForm
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
from cases.forms.threats import CorrectThreatForm, author_identifiers, form_values, threat_facts

__all__ = [
    "STEPS",
    "ActivationCodeForm",
    "CaseFilterForm",
    "CorrectThreatForm",
    "DecideForm",
    "EndForm",
    "EvaluationForm",
    "ExecutionForm",
    "FactImportForm",
    "InstructionForm",
    "LinkForm",
    "MergeForm",
    "NewThreatForm",
    "OtherFileForm",
    "PassageNoteForm",
    "PersonForm",
    "ProposeForm",
    "ReasonForm",
    "ReassignForm",
    "RefuseMeasureForm",
    "ReviewForm",
    "SharedIdentifierForm",
    "StartForm",
    "Step",
    "StepForm",
    "WhoForm",
    "author_identifiers",
    "form_values",
    "person_facts_label",
    "stored_answers",
    "threat_facts",
]
