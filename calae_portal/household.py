"""The space of a protected person: how to be reached, whom to call. Never the file of the élu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import actor_from
from accounts.gate import access
from accounts.permissions import PUBLIC
from accounts.services import TooManyAttempts
from calae_portal.permissions import READ_OWN_SPACE
from core.acts import ActRefused
from core.forms import PortalForm, submitted
from core.journal import Action, record_access
from core.wording import PARIS
from officials.models import ProtectedPerson
from officials.selectors import current_mandates
from officials.services import activate_access
from referents.selectors import referents_of, units_for_commune

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import Unit

TOO_MANY = "Trop d'essais ont échoué. Attendez un quart d'heure, ou appelez votre référent."


class ActivationForm(PortalForm):
    submit_label = "Activer mon accès"

    email = forms.EmailField(
        label="Votre adresse électronique",
        help_text="Celle que vous avez donnée au référent.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    code = forms.CharField(label="Code reçu au guichet", max_length=30, help_text="Par exemple : 7KXQ2-M9RTB.")
    password = forms.CharField(
        label="Nouveau mot de passe",
        strip=False,
        help_text="12 caractères au moins, pas seulement des chiffres, pas un mot de passe courant.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]


@access(PUBLIC)
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    form = ActivationForm(submitted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data: dict[str, Any] = form.cleaned_data
            try:
                activate_access(
                    email=data["email"], code=data["code"], password=data["password"], actor=actor_from(request)
                )
            except TooManyAttempts:
                form.add_error(None, TOO_MANY)
                status = 429
            except ActRefused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Votre accès est ouvert. Connectez-vous avec votre mot de passe.")
                return redirect("accounts:sign_in")
    return render(request, "situation/activate.html", {"form": form}, status=status)


@access(READ_OWN_SPACE)
@require_GET
def my_space(request: HttpRequest) -> HttpResponse:
    return show_space(request)


def show_space(request: HttpRequest) -> HttpResponse:
    person = ProtectedPerson.objects.visible_to(request.user, READ_OWN_SPACE).select_related("official").first()
    if person is None:
        raise Http404
    record_access(
        action=Action.CONSULTATION,
        actor=actor_from(request, permission=READ_OWN_SPACE),
        object_type="officials.protectedperson",
        object_id=str(person.pk),
        reason="lecture de son propre espace",
    )
    unit = _unit_of(person)
    zone = unit.departement.time_zone if unit else PARIS
    context = {"person": person, "unit": unit, "zone": zone, "referents": referents_of(unit)[:2] if unit else []}
    return render(request, "situation/space.html", context)


def _unit_of(person: ProtectedPerson) -> Unit | None:
    """The unit of the commune of the élu: whom to call, without a word of any file."""
    for mandate in current_mandates(person.official):
        if mandate.commune_id and (units := units_for_commune(mandate.commune)):
            return units[0]
    return None
