from __future__ import annotations

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from accounts.permissions import SEE_DIRECTORY, SEE_ORPHAN_COMMUNES, has_permission
from core.pagination import paginate_keyset
from referents.selectors import contacts_for, departements_with_orphans, orphan_communes
from territories.models import Commune, Departement
from territories.naming import search_key
from territories.selectors import commune_by_code, search_communes

SUGGESTIONS = 10


class FindReferentView(TemplateView):
    """« Trouver mon référent »: a commune is typed; its units, their référents and telephones are shown."""

    access = SEE_DIRECTORY
    template_name = "referents/find.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("commune", "").strip()[:100]
        code = self.request.GET.get("code", "").strip()[:5]
        communes = self._chosen(code) if code else search_communes(text, limit=SUGGESTIONS) if text else []
        commune = _the_one(communes, text)
        contacts = contacts_for(commune) if commune else []
        return super().get_context_data(
            text=text or (str(commune) if commune else ""),
            commune=commune,
            communes=[other for other in communes if other != commune],
            searched=bool(text or code),
            contacts=contacts,
            may_see_orphans=has_permission(self.request.user, SEE_ORPHAN_COMMUNES),
            **kwargs,
        )

    def _chosen(self, code: str) -> list[Commune]:
        commune = commune_by_code(code)
        if commune is None:
            raise Http404
        commune.former_name = ""  # type: ignore[attr-defined]
        return [commune]


def _the_one(communes: list[Commune], text: str) -> Commune | None:
    """The only commune found, or the only one that bears exactly the name typed: no need to choose."""
    if len(communes) == 1:
        return communes[0]
    exact = [commune for commune in communes if commune.search_name == search_key(text)]
    return exact[0] if len(exact) == 1 else None


class OrphanCommunesView(TemplateView):
    """Communes without a unit: the list of départements, then the communes of one."""

    access = SEE_ORPHAN_COMMUNES
    template_name = "referents/orphans.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if code := kwargs.get("code"):
            departement = Departement.objects.filter(pk=code.upper()).first()
            if departement is None:
                raise Http404
            page = paginate_keyset(
                orphan_communes(departement),
                order=("sort_name", "code"),
                cursor=self.request.GET.get("cursor"),
                size=50,
            )
            return super().get_context_data(departement=departement, page=page, **kwargs)
        return super().get_context_data(departements=departements_with_orphans(), **kwargs)
