"""Forms of the device park and of what happens to a device in somebody's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone

from call_buttons.enums import (
    DECLARED_STATES,
    DEVICE_TRANSITIONS,
    DeviceKind,
    DeviceState,
    RecipientRole,
    SignerQuality,
    TestOutcome,
    Truth,
)
from call_buttons.models.handover import LONGEST_DELAY
from call_buttons.services import Contacts, Recipient, TestCall
from core.forms import OptimisticLockForm, PortalForm
from territories.models import Departement

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

    from call_buttons.models import CallButtonDevice, CallButtonRecipient

TEXT_MAX = 2_000
RANKS = (1, 2, 3, 4)
EMPTY = ("", "---------")


def _text(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": "3"})
    return forms.CharField(label=label, max_length=TEXT_MAX, widget=widget, help_text=help_text, required=required)


class DeviceForm(PortalForm):
    """Entering devices one after the other: a scanner types the serial and sends the form."""

    submit_label = "Ajouter l'appareil"

    departement = forms.ModelChoiceField(label="Préfecture", queryset=None)
    kind = forms.ChoiceField(label="Modèle", choices=[EMPTY, *DeviceKind.choices])
    paired_with = forms.CharField(
        label="Appairé avec",
        max_length=100,
        required=False,
        help_text="Par exemple : application de la montre. Aucun nom, aucun numéro.",
    )
    serial = forms.CharField(
        label="Numéro de série",
        max_length=80,
        widget=forms.TextInput(attrs={"autofocus": True}),
        help_text="Scannez l'étiquette ou tapez le numéro. Les espaces et les tirets ne comptent pas.",
    )

    def __init__(self, *args: Any, departements: QuerySet[Departement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["departement"]
        field.queryset = departements  # type: ignore[attr-defined]
        if len(found := list(departements[:2])) == 1:
            field.initial, field.empty_label = found[0], None  # type: ignore[attr-defined]


class DeclareForm(PortalForm):
    submit_label = "Changer l'état"

    to = forms.ChoiceField(label="Nouvel état", choices=[])
    why = _text("Pourquoi ?", "Pour une perte : quand, où, dans quelles circonstances.")

    def __init__(self, *args: Any, device: CallButtonDevice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reached = [state for state in DECLARED_STATES if state in DEVICE_TRANSITIONS[device.state]]
        if device.state == DeviceState.ON_THE_WAY:
            reached = [DeviceState.LOST]
        self.fields["to"].choices = [EMPTY, *((state.value, state.label) for state in reached)]  # type: ignore[attr-defined]
        self.dress_fields()


class PairForm(PortalForm):
    submit_label = "Noter l'appairage"

    paired_with = forms.CharField(
        label="Appairé avec",
        max_length=100,
        required=False,
        help_text="Laissez vide s'il ne l'est plus. Aucun nom, aucun numéro.",
    )


class LendForm(PortalForm):
    submit_label = "Prêter l'appareil"

    borrower = forms.ModelChoiceField(label="Préfecture qui emprunte", queryset=None)
    until = forms.DateField(label="À rendre le")

    def __init__(self, *args: Any, owner: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["borrower"].queryset = Departement.objects.exclude(pk=owner).order_by("pk")  # type: ignore[attr-defined]


class _ContactFields(PortalForm):
    """Whom the device calls, in order, and how the person is reached."""

    safe_contact = _text(
        "Joindre la personne sans danger",
        "Par exemple : portable après 18 h, ne pas laisser de message, ne pas appeler le fixe.",
        required=False,
    )
    coverage = _text(
        "Lieux où le réseau passe mal",
        "Par exemple : sous-sol de la mairie, route de la vallée.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rank in RANKS:
            needed = rank == 1
            # Named in full: the summary of the errors shows labels without their group.
            who = "1er appelé" if rank == 1 else f"{rank}e appelé"
            self.fields[f"name_{rank}"] = forms.CharField(label=f"Nom du {who}", max_length=150, required=needed)
            self.fields[f"telephone_{rank}"] = forms.CharField(
                label=f"Téléphone du {who}",
                max_length=30,
                required=needed,
                widget=forms.TextInput(attrs={"inputmode": "tel"}),
            )
            self.fields[f"role_{rank}"] = forms.ChoiceField(
                label=f"Qui est le {who} ?", choices=[EMPTY, *RecipientRole.choices], required=needed
            )
            self.fields[f"picks_up_{rank}"] = forms.BooleanField(
                label="Décroche : cette personne a répondu pendant l'essai, ou l'a promis.", required=False
            )
        # In the order of the page, which is that of the summary of errors.
        ranked = [f"{part}_{rank}" for rank in RANKS for part in ("name", "telephone", "role", "picks_up")]
        self.order_fields(["device", *ranked, "safe_contact", "coverage"])
        self.dress_fields()

    @staticmethod
    def recipient_fieldsets() -> list[Fieldset]:
        words = ("Premier appelé", "Deuxième appelé", "Troisième appelé", "Quatrième appelé")
        return [
            Fieldset(title, f"name_{rank}", f"telephone_{rank}", f"role_{rank}", f"picks_up_{rank}")
            for rank, title in zip(RANKS, words, strict=True)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for rank in RANKS:
            digits = sum(sign.isdigit() for sign in data.get(f"telephone_{rank}") or "")
            if data.get(f"telephone_{rank}") and digits < 2:
                self.add_error(f"telephone_{rank}", "Écrivez un numéro de téléphone.")
            self._check_whole(rank, data)
        return data

    def _check_whole(self, rank: int, data: dict[str, Any]) -> None:
        """A line is empty or complete: a name that has no number is called by nobody."""
        parts = (f"name_{rank}", f"telephone_{rank}", f"role_{rank}")
        if not any(data.get(part) for part in (*parts, f"picks_up_{rank}")):
            return
        for part in parts:
            if not data.get(part) and not self.has_error(part):
                self.add_error(part, "Complétez ce champ, ou videz toute la ligne.")

    @property
    def contacts(self) -> Contacts:
        data = self.cleaned_data
        return Contacts(
            recipients=[
                Recipient(
                    name=data[f"name_{rank}"],
                    telephone=data[f"telephone_{rank}"],
                    role=RecipientRole(data[f"role_{rank}"]),
                    picks_up=data[f"picks_up_{rank}"],
                )
                for rank in RANKS
                if data[f"name_{rank}"]
            ],
            safe_contact=data["safe_contact"],
            coverage=data["coverage"],
        )


def contacts_initial(recipients: list[CallButtonRecipient], safe_contact: str, coverage: str) -> dict[str, Any]:
    """What the fields above show first."""
    initial: dict[str, Any] = {"safe_contact": safe_contact, "coverage": coverage}
    for row in recipients[: len(RANKS)]:
        rank = row.position
        initial |= {f"name_{rank}": row.name, f"telephone_{rank}": row.telephone}
        initial |= {f"role_{rank}": row.role, f"picks_up_{rank}": row.picks_up}
    return initial


class _TestFields(PortalForm):
    outcome = forms.ChoiceField(label="L'essai d'appel", choices=TestOutcome.choices, widget=forms.RadioSelect)
    delay_seconds = forms.IntegerField(
        label="Délai avant la réponse, en secondes",
        min_value=0,
        max_value=LONGEST_DELAY,
        required=False,
        help_text=f"Si l'appel a abouti : de 0 à {LONGEST_DELAY}, entre l'appui et la réponse.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Écrivez un nombre entier de secondes.",
            "min_value": f"De 0 à {LONGEST_DELAY} secondes.",
            "max_value": f"De 0 à {LONGEST_DELAY} secondes.",
        },
    )
    test_note = _text("Remarque sur l'essai", "Si l'appel n'a pas abouti : ce qui s'est passé.", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == TestOutcome.OK and data.get("delay_seconds") is None:
            if not self.has_error("delay_seconds"):
                self.add_error("delay_seconds", "Notez le délai avant la réponse.")
        elif data.get("outcome") == TestOutcome.FAILED and not data.get("test_note"):
            self.add_error("test_note", "Écrivez ce qui s'est passé.")
        return data

    @property
    def test_call(self) -> TestCall:
        data = self.cleaned_data
        return TestCall(TestOutcome(data["outcome"]), data["delay_seconds"], data["test_note"])


class CallTestForm(_TestFields):
    submit_label = "Enregistrer l'essai"


class HandoverForm(_ContactFields, _TestFields):
    submit_label = "Remettre l'appareil"

    device = forms.ModelChoiceField(
        label="Appareil",
        queryset=None,
        error_messages={"invalid_choice": "Cet appareil n'est plus en stock : choisissez-en un autre."},
    )

    def __init__(self, *args: Any, stock: QuerySet[CallButtonDevice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].queryset = stock  # type: ignore[attr-defined]

    @property
    def layout(self) -> Layout:  # type: ignore[override]
        return Layout(
            "device",
            *self.recipient_fieldsets(),
            Fieldset("Consignes", "safe_contact", "coverage"),
            Fieldset("Essai d'appel, au guichet", "outcome", "delay_seconds", "test_note"),
        )


class ContactsForm(_ContactFields, OptimisticLockForm):
    submit_label = "Enregistrer"

    @property
    def layout(self) -> Layout:  # type: ignore[override]
        return Layout(*self.recipient_fieldsets(), Fieldset("Consignes", "safe_contact", "coverage"))


class SignatureForm(PortalForm):
    submit_label = "Le reçu est signé"

    signer_name = forms.CharField(label="Nom de la personne qui a signé", max_length=150)
    signer_quality = forms.ChoiceField(label="Qui est-ce ?", choices=SignerQuality.choices, widget=forms.RadioSelect)


class ActivationForm(PortalForm):
    submit_label = "Noter le déclenchement"

    at = forms.DateTimeField(label="Date et heure de l'appui")
    truth = forms.ChoiceField(label="Qu'est-ce que c'était ?", choices=Truth.choices, widget=forms.RadioSelect)
    account = _text("Ce qui s'est passé", "Lu par l'unité et la préfecture seulement.")

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        # The hour that is typed is that of the place.
        with timezone.override(self.zone):
            super().full_clean()


class SettleForm(PortalForm):
    submit_label = "Préciser"

    truth = forms.ChoiceField(
        label="Qu'est-ce que c'était ?",
        choices=[choice for choice in Truth.choices if choice[0] != Truth.UNKNOWN],
        widget=forms.RadioSelect,
    )
    account = _text("Ce que l'on sait maintenant")


class ReturnForm(PortalForm):
    submit_label = "Noter le retour"

    works = forms.TypedChoiceField(
        label="État de l'appareil",
        choices=[("yes", "il fonctionne : il revient en stock"), ("no", "il est en panne ou abîmé")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        # « No » is an answer, not an absence.
        empty_value=None,
    )
    note = _text("Ce que vous constatez", "Obligatoire s'il est en panne ou abîmé.", required=False)


class LossForm(PortalForm):
    submit_label = "Déclarer la perte"

    lost_on = forms.DateField(label="Perdu le")
    circumstances = _text("Circonstances", "Où et comment il a été perdu ou volé.")
