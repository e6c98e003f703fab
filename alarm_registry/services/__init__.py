from alarm_registry.services.absences import AbsenceFacts, absence_rule_of, cancel_absence, declare_absence
from alarm_registry.services.alerts import answer_alert
from alarm_registry.services.announcing import announce_limits
from alarm_registry.services.asking import AskingsIncomplete, ask_what_is_due
from alarm_registry.services.corrections import answer_correction, ask_correction
from alarm_registry.services.errors import RegistrationChanged
from alarm_registry.services.handling import handle_call
from alarm_registry.services.limits import TooFast, limits_in_force
from alarm_registry.services.looking import Caller, look_up_name, look_up_number, open_record
from alarm_registry.services.numbers import rotate_index_keys
from alarm_registry.services.receipts import receipt_of
from alarm_registry.services.registering import (
    AddressFacts,
    NumberFacts,
    RegistrationFacts,
    change_registration,
    confirm_registration,
    end_registrations_due,
    keep_after_mandate,
    register,
    withdraw_registration,
)
from alarm_registry.services.sampling import draw_samples, review_sample

__all__ = [
    "AbsenceFacts",
    "AddressFacts",
    "AskingsIncomplete",
    "Caller",
    "NumberFacts",
    "RegistrationChanged",
    "RegistrationFacts",
    "TooFast",
    "absence_rule_of",
    "announce_limits",
    "answer_alert",
    "answer_correction",
    "ask_correction",
    "ask_what_is_due",
    "cancel_absence",
    "change_registration",
    "confirm_registration",
    "declare_absence",
    "draw_samples",
    "end_registrations_due",
    "handle_call",
    "keep_after_mandate",
    "limits_in_force",
    "look_up_name",
    "look_up_number",
    "open_record",
    "receipt_of",
    "register",
    "review_sample",
    "rotate_index_keys",
    "withdraw_registration",
]
