"""The forms of the counter: a person is registered, and what is registered changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from alarm_registry.enums import IdentityDocument
from alarm_registry.forms.registered import RegisteredFields, values_of
from core.forms import OptimisticLockForm

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import Unit
    from alarm_registry.models import ConsentText, Registration


class RegisterForm(RegisteredFields):
    """A person at the counter, for the first time."""

    submit_label = "Inscrire la personne"
    least_rows = (2, 1)
    before_rows = ("unit", "identity_document", "consents", "consented_on", "ends_on")

    unit = forms.ModelChoiceField(label="Unité", queryset=None)
    identity_document = forms.ChoiceField(
        label="Identité vérifiée par",
        choices=IdentityDocument.choices,
        widget=forms.RadioSelect,
        help_text="Le numéro de la pièce n'est pas gardé.",
    )
    consent_version = forms.IntegerField(widget=forms.HiddenInput)
    consents = forms.BooleanField(
        label="La personne a lu ce texte, ou l'a entendu lire, et l'accepte",
        error_messages={"required": "Sans l'accord de la personne, elle n'est pas inscrite."},
    )
    consented_on = forms.DateField(label="Date de son accord")
    ends_on = forms.DateField(
        label="Dernier jour, si la personne veut une durée plus courte",
        help_text="Sans date : dix ans. La personne peut se retirer à tout moment.",
        required=False,
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], consent: ConsentText, **kwargs: Any) -> None:
        self.consent = consent
        super().__init__(*args, **kwargs)
        self.made_with |= {"units": units, "consent": consent}
        self.initial |= {"consent_version": consent.version}
        field = self.fields["unit"]
        field.queryset = units  # type: ignore[attr-defined]  # a field of choices
        if len(found := list(units[:2])) == 1:
            # Nothing to choose.
            field.initial, field.widget = found[0], forms.HiddenInput()

    def clean_consent_version(self) -> int:
        version: int = self.cleaned_data["consent_version"]
        if version != self.consent.version:
            self.data = self.data.copy()
            self.data["consent_version"] = str(self.consent.version)
            raise forms.ValidationError("Le texte à accepter a changé : relisez-le avec la personne.")
        return version

    @property
    def first_day_without(self) -> date | None:
        last_day = self.cleaned_data["ends_on"]
        return last_day + timedelta(days=1) if last_day else None


class ChangeForm(RegisteredFields, OptimisticLockForm):
    """What is registered changes; who agreed to what, and when, does not."""

    submit_label = "Enregistrer"

    def _read_hashes(self) -> dict[str, str]:
        # A row that the page did not show was left as it was: empty.
        return {name: self._hash(name, self._nothing(name)) for name in self.fields} | super()._read_hashes()

    def _nothing(self, name: str) -> bool | None:
        return False if isinstance(self.fields[name], forms.BooleanField) else None

    def beside(self, registration: Registration, *, who: str, at: datetime) -> ChangeForm:
        """The form beside `registration`, which somebody saved meanwhile, with the rows that both need."""
        stored = values_of(registration)
        data = self.data.copy()
        for name, shown in (("number_rows", self.numbers_shown), ("address_rows", self.addresses_shown)):
            data[name] = str(max(shown, stored.pop(name)))
        grown = ChangeForm(data, **self.made_with)
        grown.is_valid()
        # A row that the other took off is empty now, and not unknown.
        rows = {name: grown._nothing(name) for name in grown.fields if name.startswith(("number_", "address_"))}
        zone = registration.departement.time_zone
        grown.show_conflict(who=who, at=at, version=registration.version, stored=rows | stored, zone=zone)
        for rank in range(1, grown.addresses_shown + 1):
            # Each row changes the address that now stands at its rank.
            grown.data[f"address_{rank}_key"] = str(stored.get(f"address_{rank}_key") or "")
        return grown
