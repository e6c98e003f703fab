from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.enums import Role
from cases.enums import EventFamily
from core.forms import PortalForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

# To whom a référent may leave something to do in a file.
TASK_ROLES = (Role.REFERENT, Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER)


class TaskForm(PortalForm):
    submit_label = "Ajouter la tâche"

    title = forms.CharField(
        label="Ce qui est à faire",
        max_length=200,
        help_text="Sans nom, sans adresse et sans fait : ce texte se lit dans des listes. Par exemple : rappeler la"
        " mairie.",
    )
    due_on = forms.DateField(label="À faire au plus tard le", help_text="Date locale du dossier, jusqu'au soir.")
    who = forms.ChoiceField(label="Par qui")
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[tuple[User, Role]], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("submission", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.people = {f"{role}:{person.pk}": (role, person) for person, role in people}
        self.fields["who"].choices = [
            ("Un rôle", [(role.value, f"Tous : {role.label}") for role in TASK_ROLES]),
            ("Une personne", [(key, f"{person} ({role.label})") for key, (role, person) in self.people.items()]),
        ]

    @property
    def chosen(self) -> tuple[Role, User | None]:
        """The role, and the person when one is named."""
        who = self.cleaned_data["who"]
        return self.people[who] if who in self.people else (Role(who), None)


class OutcomeForm(PortalForm):
    submit_label = "C'est fait"

    outcome = forms.CharField(
        label="Ce qui a été fait, en une ligne", max_length=300, help_text="Par exemple : appelée, tout va bien."
    )


class AssignForm(PortalForm):
    submit_label = "Confier"

    who = forms.ChoiceField(label="À qui confier cette tâche ?")
    # Whom the page showed, empty for nobody: a colleague who took it meanwhile keeps it.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Iterable[User], role_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["who"].choices = [
            ("", "---------"),
            *[(key, str(person)) for key, person in self.people.items()],
            ("all", f"Personne en particulier ({role_label})"),
        ]


class HistoryFilterForm(PortalForm):
    method = "get"
    submit_label = "Filtrer"

    famille = forms.ChoiceField(label="Actes", required=False, choices=[("", "Tous"), *EventFamily.choices])
    personne = forms.ChoiceField(label="Personne", required=False)
    du = forms.DateField(label="À partir du", required=False)
    au = forms.DateField(label="Jusqu'au", required=False)

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["personne"].choices = [("", "Toutes"), *[(str(key), label) for key, label in people]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", "La fin de la période précède son début.")
        return data
