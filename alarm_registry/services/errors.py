from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alarm_registry.models import Registration


class RegistrationChanged(Exception):
    """Somebody saved the registration meanwhile; `registration` is as it now stands."""

    def __init__(self, registration: Registration) -> None:
        super().__init__("concurrent change")
        self.registration = registration
