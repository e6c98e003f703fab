"""The keeper of the directory: list, edit, close, people, import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from core import clock
from core.acts import attempt
from core.forms import submitted
from core.pagination import paginate_keyset
from core.uploads import read_table
from support.forms import (
    AssociationForm,
    AssociationImportForm,
    EndMemberForm,
    MemberForm,
    NewAssociationForm,
    values_of,
)
from support.models import Association, AssociationMember
from support.permissions import MANAGE_ASSOCIATIONS
from support.selectors.associations import managed_associations, members_of
from support.services import (
    AssociationChanged,
    add_member,
    change_association,
    create_association,
    end_member,
    import_associations,
    set_association_active,
)
from support.services.association_files import COLUMNS, MOST_BYTES, NEEDED

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from core.journal import Actor

EXAMPLE = (
    "fv-45;Aide aux victimes du Loiret (exemple);02 61 91 00 45;contact@aide45.example;2 rue des Tilleuls, Orléans;"
    "du lundi au vendredi, 9 h à 18 h;psychologique, juridique, sociale;45"
)
HELP = {
    "code": "lettres sans accent, chiffres et tirets : l'association est retrouvée par lui",
    "email": "vide : celle qui est connue reste",
    "adresse": "vide : celle qui est connue reste",
    "aides": "psychologique, juridique, sociale, séparées par une virgule",
    "departements": "leurs codes, séparés par une virgule ou un espace",
}


def _actor(request: HttpRequest) -> Actor:
    return actor_from(request, permission=MANAGE_ASSOCIATIONS)


def _association(key: UUID) -> Association:
    found = managed_associations().filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@access(MANAGE_ASSOCIATIONS)
@require_GET
def associations(request: HttpRequest) -> HttpResponse:
    """All of them, closed ones too, by name."""
    page = paginate_keyset(managed_associations(), order=("name", "pk"), cursor=request.GET.get("cursor"), size=25)
    return render(request, "support/associations.html", {"page": page})


@access(MANAGE_ASSOCIATIONS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = NewAssociationForm(submitted(request))
    made = attempt(
        form,
        lambda: create_association(code=form.cleaned_data["code"], facts=form.facts, actor=_actor(request)),
    )
    if made:
        messages.success(request, f"« {made.name} » est au répertoire. Dites maintenant qui y travaille.")
        return redirect("support:association", association=made.pk)
    return render(request, "support/new_association.html", {"form": form}, status=422 if form.errors else 200)


@access(MANAGE_ASSOCIATIONS)
@require_GET
def association(request: HttpRequest, association: UUID) -> HttpResponse:
    return _page(request, _association(association), MemberForm(initial={"first_day": clock.today(clock.PARIS)}))


@access(MANAGE_ASSOCIATIONS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, association: UUID) -> HttpResponse:
    found = _association(association)
    form = AssociationForm(submitted(request), initial=values_of(found) | {"version": found.version})
    try:
        if attempt(
            form,
            lambda: change_association(
                association=found, version=form.cleaned_data["version"], facts=form.facts, actor=_actor(request)
            ),
        ):
            messages.success(request, "La modification est enregistrée.")
            return redirect("support:association", association=found.pk)
    except AssociationChanged as changed:
        fresh = changed.association
        form.show_conflict(who="Quelqu'un", at=clock.now(), version=fresh.version, stored=values_of(fresh))
    context = {"association": found, "form": form}
    return render(request, "support/change_association.html", context, status=422 if form.errors else 200)


@access(MANAGE_ASSOCIATIONS)
@require_POST
def close(request: HttpRequest, association: UUID) -> HttpResponse:
    found = set_association_active(association=_association(association), active=False, actor=_actor(request))
    messages.success(request, f"« {found.name} » est fermée : elle n'est plus proposée à personne.")
    return redirect("support:association", association=found.pk)


@access(MANAGE_ASSOCIATIONS)
@require_POST
def reopen(request: HttpRequest, association: UUID) -> HttpResponse:
    found = set_association_active(association=_association(association), active=True, actor=_actor(request))
    messages.success(request, f"« {found.name} » est de nouveau en service.")
    return redirect("support:association", association=found.pk)


@access(MANAGE_ASSOCIATIONS)
@require_POST
def add_person(request: HttpRequest, association: UUID) -> HttpResponse:
    found = _association(association)
    form = MemberForm(request.POST)
    member = attempt(form, lambda: add_member(association=found, **form.cleaned_data, actor=_actor(request)))
    if member:
        messages.success(request, f"{member.user} travaille pour « {found.name} ».")
        return redirect("support:association", association=found.pk)
    return _page(request, found, form)


@access(MANAGE_ASSOCIATIONS)
@require_http_methods(["GET", "POST"])
def end_person(request: HttpRequest, member: UUID) -> HttpResponse:
    """The last day of somebody, on a page of its own: what it takes away is said there."""
    found = AssociationMember.objects.filter(pk=member).select_related("association", "user").first()
    if found is None:
        raise Http404
    form = EndMemberForm(submitted(request), initial={"last_day": clock.today(clock.PARIS)})
    ended = attempt(form, lambda: end_member(member=found, **form.cleaned_data, actor=_actor(request)))
    if ended:
        messages.success(request, f"Le dernier jour de {found.user} est enregistré.")
        return redirect("support:association", association=found.association_id)
    context = {"member": found, "association": found.association, "form": form}
    return render(request, "support/end_member.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, found: Association, form: MemberForm) -> HttpResponse:
    today = clock.today(clock.PARIS)
    rows = [(member, _state(member, today)) for member in members_of(found)]
    context = {"association": found, "form": form, "rows": rows}
    return render(request, "support/association.html", context, status=422 if form.errors else 200)


def _state(member: AssociationMember, today: object) -> str:
    if member.period.lower > today:
        return "coming"
    return "over" if member.period.upper is not None and member.period.upper <= today else "here"


@csrf_exempt  # the body is read by _import, which is protected, once the handler of tables is in place
@access(MANAGE_ASSOCIATIONS)
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Give a table of associations: check it, then import its good rows."""
    read_table(request, limit=MOST_BYTES)
    return _import(request)


@csrf_protect
def _import(request: HttpRequest) -> HttpResponse:
    form = AssociationImportForm(submitted(request), request.FILES or None)
    if request.method == "POST" and not request.FILES:
        form = AssociationImportForm(request.POST, {})
    checking = request.POST.get("act") == "draft"
    outcome = attempt(
        form,
        lambda: import_associations(
            data=form.cleaned_data["file"].read(),
            filename=form.cleaned_data["file"].name,
            actor=_actor(request),
            only_check=checking,
        ),
    )
    context = {
        "form": form,
        "outcome": outcome,
        "checking": checking,
        "columns": [(name, name in NEEDED, HELP.get(name, "")) for name in COLUMNS],
    }
    return render(request, "support/import.html", context, status=422 if form.errors else 200)


@access(MANAGE_ASSOCIATIONS)
@require_GET
def import_example(request: HttpRequest) -> HttpResponse:
    """A file to fill: every column, and one invented row."""
    content = "\ufeff" + ";".join(COLUMNS) + "\r\n" + EXAMPLE + "\r\n"
    headers = {"Content-Disposition": 'attachment; filename="exemple-associations.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
