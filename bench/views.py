"""The rivals. The bare views do one indexed query and no more; the admin lists the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpResponse

from accounts.gate import access
from accounts.permissions import SIGNED_IN
from cases.models import Case

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
