from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts.actor import actor_from
from accounts.gate import access
from accounts.permissions import MANAGE_PLATFORM
from calae_portal.operations.forms import ClockForm
from core import clock
from core.wording import local_datetime_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class ClockView(FormView):
    """« Date de démonstration »: the portal's date, and where to move it."""

    access = MANAGE_PLATFORM
    form_class = ClockForm
    template_name = "operations/clock.html"
    success_url = reverse_lazy("operations:clock")

    def get_initial(self) -> dict[str, Any]:
        return {"moment": clock.now().astimezone(clock.PARIS).replace(second=0, microsecond=0)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            portal_now=clock.now(), real_now=clock.real_now(), is_moved=clock.is_moved(), **kwargs
        )

    def form_valid(self, form: ClockForm) -> HttpResponse:
        clock.move_to(form.cleaned_data["moment"], actor=actor_from(self.request, permission=MANAGE_PLATFORM))
        messages.success(self.request, f"Le portail est maintenant au {local_datetime_words(clock.now())}.")
        return super().form_valid(form)


@access(MANAGE_PLATFORM)
@require_POST
def reset_clock(request: HttpRequest) -> HttpResponse:
    clock.reset(actor=actor_from(request, permission=MANAGE_PLATFORM))
    messages.success(request, "Le portail est revenu à l'heure réelle.")
    return redirect("operations:clock")
