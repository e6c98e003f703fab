"""The directory of associations, as its readers and its keeper see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from core import clock
from support.enums import Help
from support.models import Association, AssociationMember
from territories.models import Departement
from territories.naming import search_key
from territories.selectors import departements

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

# Nobody reads further; the network has about 130 associations for a hundred départements.
MOST_SHOWN = 20
# The help that a page shows first, and what it is in a word.
HELP_WORDS = {Help.PSYCHOLOGICAL: "psychologique", Help.LEGAL: "juridique", Help.SOCIAL: "sociale"}


def associations_in(departement: Departement) -> list[Association]:
    """Those in service that receive people of that département. Two queries."""
    found = Association.objects.active().covering(departement).prefetch_related("departements")
    return list(found.order_by("name", "pk")[:MOST_SHOWN])


def departement_named(text: str) -> Departement | None:
    """The département whose code or name is exactly `text`."""
    key = search_key(text)
    if not key:
        return None
    for departement in departements():
        if text.strip().upper().zfill(2) == departement.pk or key == search_key(departement.name):
            return departement
    return None


def association_of(user: User) -> AssociationMember | None:
    """Where `user` works today (Paris day), with the association and its départements; None: nowhere."""
    return (
        AssociationMember.objects.on(clock.today(clock.PARIS))
        .filter(user=user)
        .select_related("association", "user")
        .prefetch_related("association__departements")
        .first()
    )


def colleagues_of(member: AssociationMember) -> list[AssociationMember]:
    """Everybody of the association today, oneself included, by name. One query."""
    found = AssociationMember.objects.on(clock.today(clock.PARIS)).filter(association=member.association_id)
    return list(found.select_related("user").order_by("user__last_name", "user__first_name", "pk")[:100])


def members_of(association: Association) -> list[AssociationMember]:
    """Who works there, who will, who did: the latest first."""
    found = AssociationMember.objects.filter(association=association).select_related("user")
    return list(found.order_by("-period", "user__last_name", "pk")[:200])


def managed_associations() -> QuerySet[Association]:
    return Association.objects.prefetch_related("departements")


def uncovered() -> list[tuple[Departement, list[str]]]:
    """Départements that lack an association in service for a help, and the words of what they lack. One query."""
    lacking = {
        f"lacks_{help_.value}": ~Exists(
            Association.objects.active().offering(help_).filter(departements=OuterRef("pk"))
        )
        for help_ in Help
    }
    rows = Departement.objects.annotate(**lacking).order_by("code")
    found = [(row, [HELP_WORDS[help_] for help_ in Help if getattr(row, f"lacks_{help_.value}")]) for row in rows]
    return [(row, lacks) for row, lacks in found if lacks]
