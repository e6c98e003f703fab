from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.gate import access
from accounts.permissions import MANAGE_PLATFORM
from core.enums import DeliveryState
from core.models import OutboxMessage
from core.outbox import NotRetriable, retry_message
from core.pagination import capped_count, paginate_keyset

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

# In the address, in French.
STATES = {"a-envoyer": DeliveryState.PENDING, "envoyes": DeliveryState.SENT, "echecs": DeliveryState.FAILED}
FILTERS = (("", "Tous"), ("a-envoyer", "À envoyer"), ("envoyes", "Envoyés"), ("echecs", "En échec"))


class OutboxView(TemplateView):
    """« Boîte d'envoi »: every e-mail and SMS with its text, as the person receives it.

    Outside of the demonstration: only what did not leave, without its text.
    """

    access = MANAGE_PLATFORM
    template_name = "operations/outbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = (
            OutboxMessage.objects.all() if settings.DEMO else OutboxMessage.objects.exclude(state=DeliveryState.SENT)
        )
        chosen = self.request.GET.get("etat", "")
        shown = every.filter(state=STATES[chosen]) if chosen in STATES else every
        failures, _ = capped_count(every.filter(state=DeliveryState.FAILED))
        return super().get_context_data(
            page=paginate_keyset(shown, order=("-created_at", "-id"), cursor=self.request.GET.get("cursor")),
            filters=[
                {"key": key, "label": label, "is_current": key == chosen}
                for key, label in FILTERS
                if settings.DEMO or STATES.get(key) != DeliveryState.SENT
            ],
            shows_texts=settings.DEMO,
            subtitle="Les courriels et les SMS, tels que les personnes les reçoivent. La démonstration n'envoie rien"
            " à l'extérieur."
            if settings.DEMO
            else "Les courriels et les SMS qui ne sont pas partis.",
            failures=failures,
            **kwargs,
        )


@access(MANAGE_PLATFORM)
@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    message = get_object_or_404(OutboxMessage, pk=pk)
    try:
        retry_message(message=message, actor=actor_from(request, permission=MANAGE_PLATFORM))
    except NotRetriable as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Le message va être renvoyé.")
    return redirect("operations:outbox")
