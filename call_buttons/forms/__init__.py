from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms

from call_buttons.enums import Opinion, Orientation, Outcome, RefusalMotive, Signing
from call_buttons.services import GrantAct, Refusal
from core.forms import OptimisticLockForm, PortalForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from territories.models import Departement

TEXT_MAX = 5_000


class RequestForm(PortalForm):
    submit_label = "Demander le bouton d'appel"

    motive = forms.CharField(
        label="Pourquoi un bouton d'appel ?",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "5"}),
        help_text="La préfecture lit ce texte. L'élu ne le lit pas.",
    )


class LateRequestForm(RequestForm):
    """A request made once the protection has ended: a new one, with a gap that is explained."""

    submit_label = "Faire une nouvelle demande"

    gap_reason = forms.CharField(
        label="Pourquoi la protection s'est-elle interrompue ?",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="L'interruption reste visible dans l'historique et compte dans les chiffres.",
    )


class ClosedDayForm(PortalForm):
    submit_label = "Déclarer ce jour fermé"

    departement = forms.ModelChoiceField(label="Département", queryset=None)
    day = forms.DateField(label="Jour")
    reason = forms.CharField(label="Raison", max_length=100, help_text="Par exemple : pont de l'Ascension.")

    def __init__(self, *args: Any, departements: QuerySet[Departement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["departement"]
        field.queryset = departements  # type: ignore[attr-defined]
        if len(found := list(departements[:2])) == 1:
            field.initial, field.empty_label = found[0], None  # type: ignore[attr-defined]


class OpinionForm(OptimisticLockForm):
    submit_label = "Enregistrer l'avis"

    opinion = forms.ChoiceField(label="Votre avis", choices=Opinion.choices, widget=forms.RadioSelect)
    opinion_text = forms.CharField(
        label="Raisons de l'avis", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": "4"})
    )


class GrantForm(PortalForm):
    submit_label = "Accorder pour trois mois"

    # What was read: the service refuses to sign another document.
    previewed = forms.CharField(widget=forms.HiddenInput, max_length=64)


class LetterForm(PortalForm):
    """What is typed for a letter, then read as a letter, then signed: the hash says which letter was read."""

    # The texts that the letter quotes.
    WRITTEN: tuple[str, ...] = ("communicable_motive",)

    previewed = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def field_with(self, sign: str) -> str | None:
        """The text of the letter in which `sign` was typed; None when it comes from elsewhere."""
        return next((name for name in self.WRITTEN if sign in self.cleaned_data.get(name, "")), None)

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, as it is sent again to sign: a list gives one pair for each of its values."""
        names = [name for name in self.fields if name != "previewed"]
        return [(name, value) for name in names for value in _sent(self[name].value())]


def _sent(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [] if value is None else [str(value)]


class RefusalForm(LetterForm):
    submit_label = "Voir l'aperçu du refus"
    WRITTEN = ("communicable_motive", "orientation")

    coded_motive = forms.ChoiceField(label="Motif codé", choices=[("", "---------"), *RefusalMotive.choices])
    internal_motive = forms.CharField(
        label="Motif interne",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Pour les services. Il n'apparaît jamais dans la lettre.",
    )
    communicable_motive = forms.CharField(
        label="Motif communicable",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Ce texte est écrit dans la lettre que l'élu reçoit.",
    )
    orientations = forms.MultipleChoiceField(
        label="Ce qui est proposé à la place",
        choices=Orientation.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Le référent reçoit une tâche pour chaque proposition.",
    )
    orientation = forms.CharField(
        label="Précisions écrites dans la lettre",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Par exemple : le référent vous appelle cette semaine pour convenir d'un rendez-vous.",
    )

    @property
    def refusal(self) -> Refusal:
        data = self.cleaned_data
        return Refusal(
            coded_motive=RefusalMotive(data["coded_motive"]),
            internal_motive=data["internal_motive"],
            communicable_motive=data["communicable_motive"],
            orientation=data["orientation"],
            orientations=tuple(Orientation(code) for code in data["orientations"]),
        )


class GrantActForm(LetterForm):
    """One form for each decision on a protection that runs: only the days and the motives asked differ."""

    submit_label = "Voir l'aperçu de la lettre"
    outcome: Outcome

    day = forms.DateField()
    communicable_motive = forms.CharField(
        label="Raison",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Ce texte est écrit dans la lettre que l'élu reçoit.",
    )
    internal_motive = forms.CharField(
        label="Précisions pour les services",
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Elles n'apparaissent jamais dans la lettre.",
    )

    @property
    def act(self) -> GrantAct:
        data = self.cleaned_data
        coded = data.get("coded_motive")
        return GrantAct(
            outcome=self.outcome,
            day=data["day"],
            communicable_motive=data["communicable_motive"],
            internal_motive=data["internal_motive"],
            coded_motive=RefusalMotive(coded) if coded else None,
            until=data.get("until"),
        )


class ExtensionForm(GrantActForm):
    outcome = Outcome.EXTENDED
    day = forms.DateField(label="Dernier jour protégé", help_text="Quelques jours, le temps de décider de la suite.")


class SuspensionForm(GrantActForm):
    outcome = Outcome.SUSPENDED
    day = forms.DateField(label="Premier jour sans protection")
    until = forms.DateField(
        label="Dernier jour sans protection",
        required=False,
        help_text="Laissez vide s'il n'est pas connu : la protection reprend alors par une décision.",
    )
    field_order = ("day", "until", "communicable_motive", "internal_motive")


class ResumptionForm(GrantActForm):
    outcome = Outcome.RESUMED
    day = forms.DateField(label="Premier jour de nouveau protégé")


class WithdrawalForm(GrantActForm):
    outcome = Outcome.WITHDRAWN
    coded_motive = forms.ChoiceField(label="Motif codé", choices=[("", "---------"), *RefusalMotive.choices])
    day = forms.DateField(label="Dernier jour protégé", help_text="Ce jour est encore protégé, jusqu'à 23 h 59.")
    field_order = ("coded_motive", "day", "communicable_motive", "internal_motive")


class RemedyForm(PortalForm):
    submit_label = "Envoyer ma demande"

    statement = forms.CharField(
        label="Pourquoi demandez-vous de revoir cette décision ?",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text="Dites ce qui a changé ou ce qui n'a pas été pris en compte. Une autre personne décide.",
    )


class WishForm(PortalForm):
    submit_label = "Envoyer ma demande"

    text = forms.CharField(
        label="Ce que vous voulez dire à votre référent",
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "5"}),
        help_text="Par exemple : ce qui s'est passé depuis, ou quand vous joindre.",
    )


class SmsForm(PortalForm):
    submit_label = "Recevoir un SMS"

    telephone = forms.CharField(
        label="Numéro de portable",
        max_length=40,
        help_text="Le SMS ne dit rien de votre situation. Il part entre 9 h et 20 h, à l'heure de chez vous.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class DelegationForm(PortalForm):
    submit_label = "Enregistrer la délégation"

    departement = forms.ModelChoiceField(label="Préfecture", queryset=None)
    user = forms.ModelChoiceField(
        label="Signataire", queryset=None, help_text="Les personnes habilitées comme décideurs."
    )
    signs = forms.MultipleChoiceField(
        label="Ce qui est signé",
        choices=Signing.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Un arrêté pour accorder ne vaut pas pour refuser : cochez ce que l'arrêté dit.",
    )
    act = forms.CharField(
        label="Arrêté ou décret",
        max_length=200,
        help_text="Par exemple : arrêté n° 45-2026-014 du 2 janvier 2026.",
    )
    quality = forms.CharField(
        label="Qualité écrite sous la décision",
        max_length=200,
        help_text="Par exemple : Pour la préfète et par délégation, le directeur de cabinet.",
    )
    start = forms.DateField(label="Premier jour")
    last_day = forms.DateField(
        label="Dernier jour", required=False, help_text="Laissez vide si l'arrêté n'a pas de terme."
    )

    def __init__(
        self, *args: Any, departements: QuerySet[Departement], deciders: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].queryset = departements  # type: ignore[attr-defined]
        self.fields["user"].queryset = deciders  # type: ignore[attr-defined]


class EndDelegationForm(PortalForm):
    submit_label = "Mettre fin à la délégation"

    last_day = forms.DateField(label="Dernier jour de validité")


class TemplateForm(PortalForm):
    submit_label = "Enregistrer cette version"

    source = forms.CharField(
        label="Texte de la lettre",
        required=False,
        widget=forms.Textarea(attrs={"rows": "24", "spellcheck": "false"}),
        help_text="Langage typst. Laissez vide pour revenir à la lettre du portail.",
    )
    note = forms.CharField(
        label="Ce qui change", max_length=200, help_text="Par exemple : nouvelle adresse de la préfecture."
    )


class RulesForm(PortalForm):
    submit_label = "Annoncer ces règles"

    in_force_from = forms.DateField(label="En vigueur à partir du")
    evaluation_max_age_days = forms.IntegerField(
        label="Âge maximal de l'évaluation, en jours", min_value=1, max_value=366
    )
    extension_max_days = forms.IntegerField(
        label="Durée maximale d'une prolongation conservatoire, en jours",
        min_value=0,
        max_value=5,
        help_text="0 : aucune prolongation. 5 jours au plus.",
    )
    escalation_hours = forms.IntegerField(
        label="Heures sans réponse avant de prévenir la permanence", min_value=1, max_value=168
    )
    remedy_months = forms.IntegerField(label="Délai de recours, en mois", min_value=1, max_value=12)
    remedy = forms.CharField(
        label="Voies de recours, telles qu'elles sont écrites dans la décision",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": "5"}),
    )


class VerificationForm(PortalForm):
    submit_label = "Vérifier"

    number = forms.CharField(label="Numéro de la décision", max_length=20, help_text="Par exemple : 45-2026-BA-00012.")
    sha256 = forms.CharField(
        label="Empreinte du fichier (SHA-256)",
        max_length=100,
        help_text="64 signes. Choisissez le fichier ci-dessous pour la calculer, ou collez-la.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        return self.cleaned_data["number"].strip().upper()

    def clean_sha256(self) -> str:
        typed = "".join(self.cleaned_data["sha256"].split()).lower()
        if not re.fullmatch("[0-9a-f]{64}", typed):
            raise forms.ValidationError("Une empreinte a 64 signes, des chiffres et des lettres de a à f.")
        return typed
