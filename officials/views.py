from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from accounts.actor import actor_from
from accounts.permissions import SEARCH_OFFICIALS
from core.journal import Action, record_access
from core.wording import day_words
from officials.models import Official
from officials.permissions import SEE_CONTACT_DETAILS
from officials.selectors import all_mandates, current_mandates, search_officials

SHOWN = 20


class OfficialSearchView(TemplateView):
    """Find an élu by name, in any order, or by commune."""

    access = SEARCH_OFFICIALS
    template_name = "officials/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:100]
        found = search_officials(text, limit=SHOWN + 1) if text else []
        return super().get_context_data(text=text, officials=found[:SHOWN], more=len(found) > SHOWN, **kwargs)


class OfficialDetailView(TemplateView):
    """Identity and mandates for all; contact details for those of the territory who may have to call."""

    access = SEARCH_OFFICIALS
    template_name = "officials/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        official = get_object_or_404(Official.objects.select_related("user"), pk=kwargs["pk"])
        may_contact = (
            Official.objects.visible_to(self.request.user, SEE_CONTACT_DETAILS).filter(pk=official.pk).exists()
        )
        record_access(
            actor=actor_from(self.request, permission=SEARCH_OFFICIALS),
            action=Action.CONSULTATION,
            object_type="officials.official",
            object_id=str(official.pk),
            object_label=str(official),
            details={"contact_details": may_contact},
        )
        held = current_mandates(official)
        current = {mandate.pk for mandate in held}
        past = [mandate for mandate in all_mandates(official) if mandate.pk not in current]
        identity = [
            ("Nom", official.last_name),
            ("Prénom", official.first_name),
            ("Sexe", official.get_sex_display()),
            ("Date de naissance", day_words(official.birth_date) if official.birth_date else ""),
        ]
        return super().get_context_data(
            official=official, identity=identity, may_contact=may_contact, held=held, past=past, **kwargs
        )
