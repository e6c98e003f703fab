"""The rivals. The bare views do one indexed query and no more; the admin lists the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpResponse

from accounts.actor import actor_from
from accounts.gate import access
from accounts.permissions import SIGNED_IN
from alarm_registry.models import NumberIndex
from alarm_registry.permissions import SEARCH_CALLER
from cases.models import Case
from core.encryption import telephone_index, telephone_index_keys
from core.journal import record_access
from core.telephones import candidates

if TYPE_CHECKING:
    from django.http import HttpRequest

ROWS = 25


def bare(request: HttpRequest, unit: int) -> HttpResponse:
    """The first page of a unit's files: the query that the portal's list starts from, as plain text."""
    rows = Case.objects.filter(unit_id=unit).order_by("-opened_at", "-pk").values_list("reference", "state")[:ROWS]
    return HttpResponse("\n".join(f"{reference} {state}" for reference, state in rows), content_type="text/plain")


def bare_signed_in(request: HttpRequest, unit: int) -> HttpResponse:
    """The same, once the session has been read and has told who is there."""
    return bare(request, unit) if request.user.is_authenticated else HttpResponse(status=403)


@access(SIGNED_IN)
def bare_in_portal(request: HttpRequest, unit: int) -> HttpResponse:
    """The same, behind the portal's own middleware: session, gate, log."""
    return bare(request, unit)


class OpenSite(admin.AdminSite):
    """The portal's accounts have no staff flag: rights are not what is measured here."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class CaseAdmin(admin.ModelAdmin):
    list_display = ("reference", "official", "unit", "departement", "state", "level", "opened_at")
    list_per_page = ROWS

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return True

    has_add_permission = has_module_permission
    has_change_permission = has_delete_permission = has_view_permission


site = OpenSite(name="bench_admin")
site.register(Case, CaseAdmin)


@access(SEARCH_CALLER)
def bare_17(request: HttpRequest) -> HttpResponse:
    """The index of numbers and one entry, as plain text: the least that the 17 needs."""
    key = next(iter(telephone_index_keys().values()))
    prints = [telephone_index(form.key, key=key) for form in candidates(request.POST["number"], departement="45")]
    rows = list(
        NumberIndex.objects.filter(fingerprint__in=prints)
        .select_related("registration__official")
        .values_list("registration__official__last_name", flat=True)
    )
    record_access(actor=actor_from(request, permission=SEARCH_CALLER), object_type="bench", reason="vue nue")
    return HttpResponse("\n".join(rows), content_type="text/plain")
