from alarm_registry.models.absence import Absence, AbsenceQuerySet, AbsenceRule
from alarm_registry.models.asking import RegistrationAsking
from alarm_registry.models.centre import CentreToken, Extract, ExtractSetting
from alarm_registry.models.lookup import (
    HandledCall,
    Lookup,
    LookupAlert,
    LookupLimits,
    LookupSample,
)
from alarm_registry.models.registration import (
    ConsentText,
    Correction,
    NumberIndex,
    RegisteredAddress,
    RegisteredNumber,
    Registration,
    RegistrationKey,
    RegistrationQuerySet,
)

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "AbsenceRule",
    "CentreToken",
    "ConsentText",
    "Correction",
    "Extract",
    "ExtractSetting",
    "HandledCall",
    "Lookup",
    "LookupAlert",
    "LookupLimits",
    "LookupSample",
    "NumberIndex",
    "RegisteredAddress",
    "RegisteredNumber",
    "Registration",
    "RegistrationAsking",
    "RegistrationKey",
    "RegistrationQuerySet",
]
