from support.forms.associations import (
    AssociationForm,
    AssociationImportForm,
    EndMemberForm,
    MemberForm,
    NewAssociationForm,
    values_of,
)
from support.forms.hours import AbsenceForm, AvailabilityForm, PlaceForm, ReplacementForm, VideoForm

__all__ = [
    "AbsenceForm",
    "AssociationForm",
    "AssociationImportForm",
    "AvailabilityForm",
    "EndMemberForm",
    "MemberForm",
    "NewAssociationForm",
    "PlaceForm",
    "ReplacementForm",
    "VideoForm",
    "values_of",
]
