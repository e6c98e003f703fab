"""Lists of the desk cost the same whatever they hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.enums import Role
from support.models import AssociationMember
from tests import build, receiving
from tests.pages.test_queries import queries_of

pytestmark = pytest.mark.django_db
MOST = 20


class Desk:
    def __init__(self) -> None:
        self.member = receiving.a_member()
        self.colleague = receiving.a_member(email="autre@portail.example")
        self.keeper = build.posted(Role.ADMINISTRATOR)
        self.made = 0

    def add(self, number: int) -> None:
        for _ in range(number):
            self.made += 1
            count = self.made
            code = f"fv-{count}"
            receiving.an_association(code, name=f"Écoute {count}", departements=["45"])
            user = build.posted(Role.PSYCHOLOGIST, email=f"{code}@portail.example")
            receiving.a_member(self.member.association, user=user)
            day = receiving.today() + timedelta(days=30 + count)
            place = receiving.a_place(self.member, name=f"Maison {count}")
            receiving.hours_on(self.member, day, mode="on_site", place=place)
            receiving.away(self.member, day + timedelta(days=60))
            receiving.replaced(self.colleague, self.member, day)


def test_lists_of_the_desk_and_of_the_directory_cost_the_same_whatever_they_hold() -> None:
    desk = Desk()
    visits = [(desk.member.user, f"/soutien/espace/{name}/") for name in (
        "agenda", "disponibilites", "absences", "lieux", "remplacements")]  # fmt: skip
    visits += [(desk.member.user, "/soutien/espace/"), (desk.member.user, "/soutien/associations/?ou=45")]
    visits += [
        (desk.keeper, "/soutien/associations/gestion/"),
        (desk.keeper, f"/soutien/associations/{desk.member.association_id}/"),
        (desk.keeper, "/soutien/associations/couverture/"),
    ]
    counts: dict[str, list[int]] = {path: [] for _, path in visits}
    for added in (1, 2, 9):
        desk.add(added)
        for user, path in visits:
            counts[path].append(queries_of(user, path))
    assert AssociationMember.objects.count() == 14
    assert {path: found for path, found in counts.items() if len(set(found)) > 1} == {}
    assert {path: found for path, found in counts.items() if max(found) > MOST} == {}
