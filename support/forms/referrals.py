"""Forms of the named referrals. No field asks what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms

from core.forms import HintedLabel, PortalForm
from support.enums import Help
from support.enums.referrals import ReferralOutcome, RefusalReason, Urgency
from support.models.referrals import LONGEST_CONTACT, LONGEST_REASON
from support.services.referrals import ReferralFacts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from accounts.models import User
    from support.models import Association


def _hint(association: Association) -> str:
    helps = ", ".join(str(Help(kind).label) for kind in association.helps)
    return f"{helps}. {association.telephone}, {association.hours}"


class ReferralForm(PortalForm):
    """What is asked, of whom, and how to call. The associations are those that receive people of the département."""

    kinds = forms.MultipleChoiceField(label="Aide souhaitée", choices=Help.choices, widget=forms.CheckboxSelectMultiple)
    urgency = forms.TypedChoiceField(
        label="Quand être rappelé", choices=Urgency.choices, coerce=int, widget=forms.RadioSelect
    )
    association = forms.ChoiceField(label="Association", widget=forms.RadioSelect)
    contact = forms.CharField(
        label="Comment joindre la personne sans danger",
        max_length=LONGEST_CONTACT,
        help_text="Un numéro de téléphone ou une adresse électronique.",
    )
    when_to_call = forms.CharField(
        label="Quand l'appeler",
        max_length=LONGEST_CONTACT,
        required=False,
        help_text="Par exemple : le soir après 18 h.",
    )
    leaves_no_message = forms.BooleanField(label="Ne pas laisser de message", required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self, *args: Any, associations: Sequence[Association], running: Collection[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.associations = {str(one.pk): one for one in associations}
        offered = {kind for one in associations for kind in one.helps} - set(running)
        kinds: Any = self.fields["kinds"]
        kinds.choices = [(kind, label) for kind, label in Help.choices if kind in offered]
        chosen: Any = self.fields["association"]
        chosen.choices = [(str(one.pk), HintedLabel(one.name, _hint(one))) for one in associations]
        if len(associations) == 1:
            chosen.initial = str(associations[0].pk)
        if len(kinds.choices) == 1:
            kinds.initial = [kinds.choices[0][0]]

    @property
    def facts(self) -> ReferralFacts:
        data = self.cleaned_data
        return ReferralFacts(
            kinds=[Help(kind) for kind in data["kinds"]],
            urgency=data["urgency"],
            association=self.associations[data["association"]],
            contact=data["contact"],
            when_to_call=data["when_to_call"],
            leaves_no_message=data["leaves_no_message"],
        )


class ProposeForm(ReferralForm):
    submit_label = "Envoyer à l'association"

    consented = forms.BooleanField(
        label="La personne a entendu ce texte et donne son accord",
        error_messages={"required": "Sans l'accord de la personne, rien n'est envoyé."},
    )
    consented_on = forms.DateField(label="Date de l'accord")


class AskForm(ReferralForm):
    submit_label = "Envoyer ma demande"

    is_discreet = forms.BooleanField(
        label="Sans que l'élu le sache",
        required=False,
        help_text="Ni lui, ni les agents qui suivent son dossier ne voient votre demande.",
    )
    consented = forms.BooleanField(
        label="J'ai lu ce texte et je suis d'accord",
        error_messages={"required": "Votre accord est nécessaire pour envoyer la demande."},
    )

    def __init__(self, *args: Any, is_relative: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].label = "Comment vous joindre sans danger"
        self.fields["when_to_call"].label = "Quand vous appeler"
        if not is_relative:
            del self.fields["is_discreet"]


class VersionForm(PortalForm):
    """An act on what the page showed: somebody may have acted since."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RefuseForm(VersionForm):
    submit_label = "Ne pas prendre en charge"

    reason = forms.ChoiceField(label="Pourquoi", choices=RefusalReason.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Précision pour votre association",
        max_length=LONGEST_REASON,
        required=False,
        help_text=f"{LONGEST_REASON} signes au plus, rien sur la santé. Ni la personne ni l'agent ne la lisent.",
    )


class EndForm(VersionForm):
    submit_label = "Terminer"

    outcome = forms.ChoiceField(
        label="Comment cela se termine", choices=ReferralOutcome.choices, widget=forms.RadioSelect
    )


class HandOverForm(VersionForm):
    submit_label = "Confier"

    to = forms.ChoiceField(label="À qui")

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(one.pk): one for one in colleagues}
        chosen: Any = self.fields["to"]
        chosen.choices = [("", "---------"), *((str(one.pk), one.get_full_name()) for one in colleagues)]
        self.dress_fields()

    @property
    def colleague(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]
