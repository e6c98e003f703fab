from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from core.file_types import ACCEPTED_WORDS, EXTENSIONS
from core.forms import PortalForm
from core.wording import size_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cases.models import Threat


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def __init__(self) -> None:
        # Only a help of the file picker: the content decides.
        super().__init__(attrs={"accept": ",".join(f".{extension}" for extension in sorted(EXTENSIONS))})


class SeveralFilesField(forms.FileField):
    """A list of uploads; each is judged by the service, with a reason of its own."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [one for one in data or [] if one]
        if not files:
            raise forms.ValidationError("Choisissez au moins un fichier.")
        if len(files) > settings.ATTACHMENTS_AT_ONCE:
            raise forms.ValidationError(
                f"Vous avez choisi {len(files)} fichiers : joignez-en {settings.ATTACHMENTS_AT_ONCE} au plus à la fois."
            )
        return files


class AttachmentForm(PortalForm):
    files = SeveralFilesField(label="Fichiers à joindre")
    threat = forms.ChoiceField(label="Menace concernée", required=False)
    label = forms.CharField(
        label="Légende",
        required=False,
        max_length=300,
        help_text="Par exemple : capture du message reçu le 12 mai.",
    )

    submit_label = "Ajouter au dossier"

    def __init__(self, *args: Any, threats: Iterable[Threat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._threats = {str(threat.pk): threat for threat in threats}
        named = [(key, str(threat)) for key, threat in self._threats.items()]
        self.fields["threat"].choices = [("", "Tout le dossier"), *named]
        self.fields["files"].help_text = (
            f"{settings.ATTACHMENTS_AT_ONCE} fichiers au plus, {size_words(settings.ATTACHMENT_MAX_BYTES)} chacun :"
            f" {ACCEPTED_WORDS}."
        )

    @property
    def chosen_threat(self) -> Threat | None:
        return self._threats.get(self.cleaned_data["threat"])
