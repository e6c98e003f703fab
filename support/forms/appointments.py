from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms

from core.forms import PortalForm
from support.enums import MeetingMode
from support.models.appointments import LONGEST, SHORTEST
from support.services.appointments import AppointmentFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

NO_SUCH_HOUR = "Cette heure n'existe pas ce jour-là : l'heure change dans la nuit."


class AppointmentForm(PortalForm):
    """The day and the hour are those of the place of the person."""

    submit_label = "Enregistrer le rendez-vous"

    host = forms.ChoiceField(label="Avec")
    day = forms.DateField(label="Jour")
    hour = forms.TimeField(label="Heure")
    minutes = forms.IntegerField(label="Durée en minutes", min_value=SHORTEST, max_value=LONGEST, initial=45)
    mode = forms.ChoiceField(label="Comment", choices=MeetingMode.choices, widget=forms.RadioSelect)
    link = forms.URLField(
        label="Adresse de la visio",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="Celle de l'outil de votre association. Laissez vide si la personne la reçoit autrement.",
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, hosts: Sequence[User], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hosts, self.zone = {str(one.pk): one for one in hosts}, zone
        chosen: Any = self.fields["host"]
        chosen.choices = [(str(one.pk), one.get_full_name()) for one in hosts]

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if link and not link.startswith("https://"):
            raise forms.ValidationError("Cette adresse commence par https://.")
        return link

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "day" in data and "hour" in data:
            local = datetime.combine(data["day"], data["hour"], tzinfo=self.zone)
            # In spring an hour does not exist; it would be read as another one.
            if local.astimezone(ZoneInfo("UTC")).astimezone(self.zone).replace(tzinfo=None) != local.replace(
                tzinfo=None
            ):
                self.add_error("hour", NO_SUCH_HOUR)
            data["starts_at"] = local.astimezone(ZoneInfo("UTC"))
        return data

    def add_error(self, field: str | None, error: Any) -> None:
        # The service speaks of a moment; the person typed a day and an hour.
        super().add_error("day" if field == "starts_at" else field, error)

    @property
    def facts(self) -> AppointmentFacts:
        data = self.cleaned_data
        return AppointmentFacts(
            host=self.hosts[data["host"]],
            starts_at=data["starts_at"],
            minutes=data["minutes"],
            mode=MeetingMode(data["mode"]),
            link=data["link"],
        )
