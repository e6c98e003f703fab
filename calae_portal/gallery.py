"""The gallery: every component with invented data, to look at and to check (contrast, keyboard, telephone)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.gate import access
from accounts.permissions import MANAGE_PLATFORM
from core import clock
from core.forms import HintedLabel, OptimisticLockForm, PortalForm
from core.todo import TodoItem, todo_section

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

REUNION = "Indian/Reunion"


class SampleForm(PortalForm):
    submit_label = "Enregistrer l'exemple"
    layout = Layout(
        Fieldset("Le fait", Row(Column("fact_date"), Column("fact_time")), "place", "channel", "description"),
        Fieldset("L'auteur", "author", "means", "scan", "confirmed"),
    )

    fact_date = forms.DateField(label="Date du fait", help_text="Par exemple 16/05/2026.")
    fact_time = forms.TimeField(label="Heure du fait", required=False)
    place = forms.CharField(label="Lieu", help_text="Adresse, ou endroit que l'on reconnaît.", max_length=200)
    channel = forms.ChoiceField(label="Moyen", choices=[("", "---------"), ("letter", "courrier"), ("sms", "SMS")])
    description = forms.CharField(label="Description", widget=forms.Textarea, required=False)
    author = forms.ChoiceField(
        label="L'auteur est-il connu ?",
        help_text="« Ne sait pas » ne vaut pas « non ».",
        choices=[("yes", "Oui"), ("no", "Non"), ("unknown", "Ne sait pas")],
        widget=forms.RadioSelect,
    )
    means = forms.MultipleChoiceField(
        label="Moyens cités",
        choices=[("weapon", HintedLabel("Arme", "Montrée, décrite ou connue.")), ("dog", "Chien")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    scan = forms.FileField(label="Copie du courrier", help_text="PDF ou image, 10 Mo au plus.", required=False)
    confirmed = forms.BooleanField(label="L'élu a été informé de ses droits")


class SampleLockForm(OptimisticLockForm):
    place = forms.CharField(label="Lieu du fait")
    seen_on = forms.DateField(label="Date du fait")


def _forms() -> dict[str, Any]:
    wrong = SampleForm(
        {"refused-fact_date": "30/02/2026", "refused-place": "Devant la mairie", "refused-channel": "autre"},
        prefix="refused",
    )
    wrong.add_error(None, "La date du fait ne peut pas suivre la date d'aujourd'hui.")
    second = SampleLockForm(
        {"lock-place": "Devant la mairie d'Olmes", "lock-seen_on": "2026-05-16", "lock-version": "3"}, prefix="lock"
    )
    if second.is_valid():
        second.show_conflict(
            who="Camille Exemple",
            at=clock.now() - timedelta(minutes=4),
            version=4,
            stored={"place": "Parking de la mairie", "seen_on": datetime(2026, 5, 16, tzinfo=UTC).date()},
        )
    return {"empty_form": SampleForm(prefix="empty"), "refused_form": wrong, "lock_form": second}


@access(MANAGE_PLATFORM)
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    context = {
        "term": datetime(2026, 5, 16, 19, 59, tzinfo=UTC),
        "reunion": REUNION,
        "soon": now + timedelta(hours=5, minutes=3),
        "late": now - timedelta(hours=4, minutes=3),
        "levels": [None, 1, 2, 3, 4],
        "facts": [
            ("Référence", "2026-45-00012"),
            ("Lieu", "Mairie d'Olmes, 1 place de l'Exemple, 45999 Olmes"),
            ("Plainte", ""),
        ],
        "events": [
            {"when": "12/01/2026 à 21 h 40", "title": "Menace enregistrée", "who": "Camille Exemple", "text": ""},
            {
                "when": "13/01/2026 à 09 h 15",
                "title": "Évaluation validée",
                "who": "Alix Modèle",
                "text": "Niveau élevé.\nBouton d'appel proposé.",
            },
        ],
        "todo": todo_section(
            title="Évaluations à faire",
            items=[
                TodoItem("Évaluer la menace", "2026-45-00013, adjointe d'Olmes", "#", now + timedelta(hours=20)),
                TodoItem("Évaluer la menace", "2026-45-00012, maire d'Olmes", "#", now - timedelta(hours=3)),
                TodoItem("Renouveler le bouton d'appel", "2026-974-00002", "#", clock.today(REUNION), REUNION),
                TodoItem("Confirmer les coordonnées", "maire d'Olmes", "#"),
            ],
            more_url="#",
        ),
        "empty_todo": todo_section(title="Demandes à instruire", items=[]),
        "page": SimpleNamespace(previous_cursor="avant", next_cursor="apres"),
        "chart": [("Menaces et outrages", 1234), ("Violences physiques", 180), ("Destructions", 96), ("Autres", None)],
        **_forms(),
    }
    return render(request, "gallery.html", context)
