"""Those who help, in the demonstration: six invented associations, three psychologists, hours and places."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.actor import actor_of
from accounts.enums import Role
from accounts.services import create_account, give_posting
from calae_portal.demo.people import DOMAIN, POSTED_SINCE, describe, new_password
from core import clock
from core.journal import SYSTEM
from support.enums import Help, MeetingMode
from support.models import AssociationMember
from support.selectors.associations import association_of
from support.services import (
    AssociationFacts,
    Opening,
    add_absence,
    add_availability,
    add_place,
    add_replacement,
    create_association,
    set_video_link,
)

if TYPE_CHECKING:
    from accounts.models import User
    from calae_portal.demo.lives import World
    from support.models import Association, Place

OFFICE_HOURS = "du lundi au vendredi, 9 h à 12 h et 14 h à 18 h"
ALL_HELPS = list(Help.values)
# Code, name, telephone (ranges kept for fiction), address, helps, départements.
ASSOCIATIONS: tuple[tuple[str, str, str, str, list[str], list[str]], ...] = (
    ("demo-45", "Écoute et Soutien du Val", "02 61 91 10 45", "4 rue des Tilleuls, Orléans", ALL_HELPS, ["45"]),
    ("demo-974", "Main Tendue des Hauts", "06 39 98 19 74", "9 rue des Flamboyants, Saint-Denis", ALL_HELPS, ["974"]),
    ("demo-08", "Ardennes Appui", "03 53 01 10 08", "11 place des Ardoises, Sedan",
     [Help.PSYCHOLOGICAL, Help.LEGAL], ["08"]),
    ("demo-59", "Entraide de la Lys", "03 53 01 10 59", "27 rue du Beffroi, Bailleul", ALL_HELPS, ["59"]),
    ("demo-75", "Paris À l'écoute", "01 99 00 10 75", "3 rue des Marronniers, Paris", ALL_HELPS, ["75"]),
    ("demo-13", "Soutien du Soleil", "04 65 71 10 13", "18 cours des Platanes, Aubagne",
     [Help.PSYCHOLOGICAL, Help.SOCIAL], ["13"]),
)  # fmt: skip
COLLEAGUES = (
    ("psy2", "Basile", "Corvandelle", "demo-45"),
    ("psy3", "Mélisse", "Hoarandelle", "demo-974"),
)
# Invented: no tool answers there.
VIDEO_LINK = "https://visio.association.example/salle-du-val"
MORNING, AFTERNOON, EVENING = (time(9), time(12)), (time(14), time(17)), (time(18), time(21))


class SupportDesk:
    """Each association as an administrator and its own people would have written it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.associations: dict[str, Association] = {}

    def create(self) -> None:
        for code, name, telephone, address, helps, departements in ASSOCIATIONS:
            facts = AssociationFacts(
                name=name,
                telephone=telephone,
                hours=OFFICE_HOURS,
                helps=helps,
                departements=departements,
                email=f"contact@{code}.example",
                address=address,
            )
            self.associations[code] = create_association(code=code, facts=facts, actor=SYSTEM)
        psy1 = self._member(self.world.people.users["psy1"], "demo-45")
        psy2, psy3 = (self._colleague(*colleague) for colleague in COLLEAGUES)
        self._hours_of_the_val(psy1, psy2)
        self._hours_of_the_hauts(psy3)

    def _colleague(self, login: str, first: str, last: str, code: str) -> AssociationMember:
        people, password = self.world.people, new_password()
        email = f"{login}@{DOMAIN}"
        user = create_account(email=email, password=password, first_name=first, last_name=last, actor=SYSTEM)
        people.users[login] = user
        people.sign_ins.append({"email": email, "password": password, "role": "", "scope": ""})
        posting = give_posting(user=user, role=Role.PSYCHOLOGIST, start=self._since(), actor=SYSTEM)
        describe(people, user, role=Role.PSYCHOLOGIST.label, scope=posting.place)
        return self._member(user, code)

    def _member(self, user: User, code: str) -> AssociationMember:
        AssociationMember.objects.create(
            association=self.associations[code], user=user, period=DateRange(self._since(), None)
        )
        member = association_of(user)
        if member is None:
            raise ValueError(f"{user} works nowhere")
        return member

    def _since(self) -> date:
        return clock.today(clock.PARIS) - POSTED_SINCE + timedelta(days=1)

    def _hours_of_the_val(self, psy1: AssociationMember, psy2: AssociationMember) -> None:
        orleans = self._place(psy1, "45", "Maison des Tilleuls", "4 rue des Tilleuls, Orléans")
        gien = self._place(psy1, "45", "Permanence de Gien", "6 quai de la Loire, Gien")
        for weekday in (1, 3):
            self._weekly(psy1, weekday, "45", MeetingMode.ON_SITE, MORNING, orleans)
        for weekday in (1, 2, 4):
            self._weekly(psy1, weekday, "45", MeetingMode.TELEPHONE, EVENING)
        self._weekly(psy1, 5, "45", MeetingMode.VIDEO, AFTERNOON)
        self._weekly(psy2, 2, "45", MeetingMode.ON_SITE, MORNING, gien)
        self._weekly(psy2, 4, "45", MeetingMode.TELEPHONE, AFTERNOON)
        set_video_link(member=psy1, link=VIDEO_LINK, actor=actor_of(psy1.user))
        monday = self._monday(after=10)
        friday = monday + timedelta(days=4)
        add_absence(member=psy2, first_day=monday, last_day=friday, actor=actor_of(psy2.user))
        add_replacement(
            member=psy2, colleague=psy1, first_day=monday, last_day=friday, user=psy2.user, actor=actor_of(psy2.user)
        )

    def _hours_of_the_hauts(self, psy3: AssociationMember) -> None:
        place = self._place(psy3, "974", "Case des Flamboyants", "9 rue des Flamboyants, Saint-Denis")
        for weekday in (1, 2, 3, 4):
            self._weekly(psy3, weekday, "974", MeetingMode.ON_SITE, MORNING, place)
            self._weekly(psy3, weekday, "974", MeetingMode.TELEPHONE, AFTERNOON)

    def _place(self, member: AssociationMember, departement: str, name: str, address: str) -> Place:
        return add_place(
            member=member,
            departement=self.world.places.departements[departement],
            name=name,
            address=address,
            access="Sonnez une fois : quelqu'un vient vous ouvrir.",
            actor=actor_of(member.user),
        )

    def _weekly(
        self,
        member: AssociationMember,
        weekday: int,
        departement: str,
        mode: MeetingMode,
        hours: tuple[time, time],
        place: Place | None = None,
    ) -> None:
        opening = Opening(
            mode=mode,
            departement=self.world.places.departements[departement],
            start=hours[0],
            end=hours[1],
            place=place,
            weekday=weekday,
        )
        add_availability(member=member, opening=opening, actor=actor_of(member.user))

    def _monday(self, *, after: int) -> date:
        day = clock.today(clock.PARIS) + timedelta(days=after)
        return day + timedelta(days=-day.weekday() % 7)
