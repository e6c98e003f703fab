from alarm_registry.services.absences import AbsenceFacts, absence_rule_of, cancel_absence, declare_absence
from alarm_registry.services.alerts import answer_alert
from alarm_registry.services.announcing import announce_limits
from alarm_registry.services.asking import AskingsIncomplete, ask_what_is_due
from alarm_registry.services.caller import Caller
from alarm_registry.services.centres import create_token, journal_refused_token, note_use, revoke_token
from alarm_registry.services.corrections import answer_correction, ask_correction
from alarm_registry.services.errors import RegistrationChanged
from alarm_registry.services.extracts import (
    ExtractsIncomplete,
    allow_extract,
    choose_passphrase,
    erase_expired_extracts,
    file_of,
    forbid_extract,
    make_due_extracts,
    make_extract,
)
from alarm_registry.services.handling import handle_call
from alarm_registry.services.limits import TooFast, limits_in_force
from alarm_registry.services.looking import ReasonNeeded, look_up_name, look_up_number, open_record
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
from alarm_registry.services.through_api import caller_of_software, check_centre_pace

__all__ = [
    "AbsenceFacts",
    "AddressFacts",
    "AskingsIncomplete",
    "Caller",
    "ExtractsIncomplete",
    "NumberFacts",
    "ReasonNeeded",
    "RegistrationChanged",
    "RegistrationFacts",
    "TooFast",
    "absence_rule_of",
    "allow_extract",
    "announce_limits",
    "answer_alert",
    "answer_correction",
    "ask_correction",
    "ask_what_is_due",
    "caller_of_software",
    "cancel_absence",
    "change_registration",
    "check_centre_pace",
    "choose_passphrase",
    "confirm_registration",
    "create_token",
    "declare_absence",
    "draw_samples",
    "end_registrations_due",
    "erase_expired_extracts",
    "file_of",
    "forbid_extract",
    "handle_call",
    "journal_refused_token",
    "keep_after_mandate",
    "limits_in_force",
    "look_up_name",
    "look_up_number",
    "make_due_extracts",
    "make_extract",
    "note_use",
    "open_record",
    "receipt_of",
    "register",
    "review_sample",
    "revoke_token",
    "rotate_index_keys",
    "withdraw_registration",
]
