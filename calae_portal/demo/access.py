"""A restricted file in the Loiret, and a référent who is himself an élu with a file in his own unit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.enums import Role
from accounts.services import give_posting
from calae_portal.demo.lives import signed_by
from cases.models import Case
from cases.services import restrict_case
from core import clock
from core.journal import SYSTEM

if TYPE_CHECKING:
    from calae_portal.demo.lives import World
    from calae_portal.demo.people import People
    from cases.models.file import CaseQuerySet

RESTRICTED_SINCE = timedelta(days=3)
ELECTED_SINCE = timedelta(days=365)


def create_access(world: World) -> None:
    now = world.timeline.end
    restricted = _quiet(world).exclude(unit__in=[_seat(world, "Olivet"), _seat(world, "Gien")]).first()
    if restricted is not None:
        with clock.replayed_at(now - RESTRICTED_SINCE):
            people = [world.people.users["calae1"]]
            reason = "Enquête judiciaire en cours : la liste est tenue par la hiérarchie."
            restrict_case(case=restricted, people=people, reason=reason, **signed_by(world.people.users["hier.45"]))
    own = _quiet(world).filter(unit=_seat(world, "Gien"), official__user=None).first()
    if own is not None:
        _elect(world.people, own)


def _quiet(world: World) -> CaseQuerySet:
    """Files of the Loiret where nothing is asked of the prefecture: no other story needs them."""
    named = [official.pk for official in world.elected.named.values()]
    cases = Case.objects.filter(departement_id="45", call_button_requests=None, level__isnull=False)
    return cases.exclude(official__in=named).exclude(evaluations__state="submitted").order_by("reference")


def _seat(world: World, seat: str) -> int:
    return world.places.unit_at("45", seat).pk


def _elect(people: People, case: Case) -> None:
    """The référent of Gien sits on a council: the file about himself does not exist for him as an agent."""
    user, official = people.users["ref.gien"], case.official
    official.first_name, official.last_name, official.sex, official.user = user.first_name, user.last_name, "M", user
    official.save()
    start = clock.today(clock.PARIS) - ELECTED_SINCE
    give_posting(user=user, role=Role.OFFICIAL, start=start, actor=SYSTEM)
