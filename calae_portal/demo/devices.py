"""Devices of the demonstration: five in stock in the Loiret, none in the Ardennes, some out, late or to give back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from accounts.enums import Role
from accounts.selectors import people_over
from calae_portal.demo.lives import signed_by
from calae_portal.demo.timeline import office_hour
from call_buttons.enums import DeviceKind, DeviceState, RecipientRole, SignerQuality, TestOutcome, Truth
from call_buttons.models import CallButtonGrant
from call_buttons.services import (
    Contacts,
    Recipient,
    TestCall,
    add_device,
    chase_devices,
    declare_device,
    hand_over_device,
    lend_device,
    log_activation,
    record_test,
    sign_receipt,
)
from core import clock

if TYPE_CHECKING:
    from random import Random

    from accounts.models import User
    from calae_portal.demo.lives import World
    from call_buttons.models import CallButtonDevice, CallButtonHandover

# What is in stock at the end, numbered from 1. The Ardennes have nothing: their alert is on the home pages.
STOCK = {"45": 5, "974": 3, "59": 2, "75": 4, "13": 1}
KINDS = (DeviceKind.WATCH, DeviceKind.BRACELET, DeviceKind.BOX, DeviceKind.DESK_BUTTON, DeviceKind.WATCH)
PREFIX = {
    DeviceKind.WATCH: "MT", DeviceKind.BRACELET: "BR", DeviceKind.BOX: "BX", DeviceKind.DESK_BUTTON: "BB",
}  # fmt: skip
SAFE_CONTACTS = (
    "Portable après 18 h, ne pas laisser de message.",
    "Passer par le secrétariat de la mairie, sans dire pourquoi.",
    "",
)
COVERAGES = ("Sous-sol de la mairie.", "Route de la vallée, sur 3 km.", "", "")
# One protection in three has no device yet.
WITHOUT = 3


class Park:
    """Enters devices and hands them over, each act under the clock of its date."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng: Random = world.random("devices")
        self.serials = self.rng.sample(range(10_000, 99_999), 400)

    def fill_stocks(self, start: datetime) -> None:
        """Before the first decision: only the Ardennes start with nothing."""
        with clock.replayed_at(start):
            for code, number in STOCK.items():
                for rank in range(number):
                    self._add(code, KINDS[rank % len(KINDS)])

    def hand_over(self) -> None:
        """When everything else has been played: to most of those who are protected, or were until lately."""
        now = self.world.timeline.end
        since = now.date() - timedelta(days=10)
        grants = CallButtonGrant.objects.filter(departement__in=STOCK, period__endswith__gt=since, renewal=None)
        grants = grants.filter(case__is_restricted=False).select_related(
            "case__merged_into", "departement", "official", "unit__departement"
        )
        for rank, grant in enumerate(grants.order_by("decision__number")):
            wanted = rank % WITHOUT or grant.official_id == self.world.elected.named["elu.trois"].pk
            referent = next(iter(people_over(grant.unit, [Role.REFERENT])), None)
            handed_at = self._at_work(grant, grant.first_day + timedelta(days=1))
            if wanted and referent is not None and handed_at < now:
                self._live_with(grant, referent, handed_at, forgets=rank % 5 == 1)
        self._other_states(now)
        chase_devices()

    def _at_work(self, grant: CallButtonGrant, day: object) -> datetime:
        midday = datetime.combine(day, time(12), tzinfo=grant.departement.zone)  # type: ignore[arg-type]  # a date
        return office_hour(midday, grant.departement, self.rng)

    def _live_with(self, grant: CallButtonGrant, referent: User, handed_at: datetime, *, forgets: bool) -> None:
        """From the counter to today. Who forgets has not made the last test."""
        with clock.replayed_at(handed_at - timedelta(hours=1)):
            device = self._add(grant.departement_id, self.rng.choice(KINDS))
        with clock.replayed_at(handed_at):
            handover = hand_over_device(
                grant=grant, device=device, contacts=self._contacts(), test=self._test(), **signed_by(referent)
            )
        last = min(self.world.timeline.end, handed_at + timedelta(days=85))
        if handed_at < self.world.timeline.end - timedelta(days=2):
            self._sign(handover, referent, handed_at + timedelta(minutes=10))
        moment = handed_at + timedelta(days=30)
        while moment < last - (timedelta(days=35) if forgets else timedelta()):
            with clock.replayed_at(moment):
                record_test(handover=handover, test=self._test(), **signed_by(referent))
            moment += timedelta(days=30)
        if self.rng.random() < 0.4 and handed_at + timedelta(days=4) < last:
            self._press(handover, referent, handed_at + timedelta(days=4))

    def _sign(self, handover: CallButtonHandover, referent: User, moment: datetime) -> None:
        with clock.replayed_at(moment):
            sign_receipt(
                handover=handover,
                name=handover.official.full_name,
                quality=SignerQuality.OFFICIAL,
                **signed_by(referent),
            )

    def _press(self, handover: CallButtonHandover, referent: User, moment: datetime) -> None:
        truth, account = self.rng.choice(
            (
                (Truth.FALSE, "Appui dans une poche pendant une réunion : aucun danger."),
                (Truth.REAL, "Un homme l'attendait devant la mairie. La patrouille est arrivée, il est parti."),
                (Truth.UNKNOWN, "Un appel sans parole. La personne ne répond pas encore."),
            )
        )
        with clock.replayed_at(moment + timedelta(hours=2)):
            log_activation(handover=handover, at=moment, truth=truth, account=account, **signed_by(referent))

    def _other_states(self, now: datetime) -> None:
        """In the Loiret: one that failed, one that was lost, one lent to the Ardennes and still on its way."""
        instructor = self.world.people.staff("instr", "45")
        with clock.replayed_at(now - timedelta(days=20)):
            for to, why in (
                (DeviceState.FAULTY, "Ne charge plus, envoyé au fabricant."),
                (DeviceState.LOST, "Introuvable au dernier recensement."),
            ):
                declare_device(device=self._add("45", DeviceKind.WATCH), to=to, why=why, **signed_by(instructor))
        with clock.replayed_at(now - timedelta(days=1)):
            borrower = self.world.places.departements["08"]
            until = now.date() + timedelta(days=29)
            lend_device(device=self._add("45", DeviceKind.BOX), borrower=borrower, until=until, **signed_by(instructor))

    def _add(self, code: str, kind: DeviceKind) -> CallButtonDevice:
        return add_device(
            departement=self.world.places.departements[code],
            kind=kind,
            serial=f"{PREFIX[kind]}-{self.serials.pop()}",
            paired_with="Application de la montre" if kind == DeviceKind.WATCH else "",
            **signed_by(self.world.people.staff("instr", code)),
        )

    def _contacts(self) -> Contacts:
        first = self.rng.choice(("Claude", "Dominique", "Sacha", "Maxime"))
        people = [
            Recipient(f"{first} (conjoint)", self._telephone(), RecipientRole.RELATIVE, picks_up=True),
            Recipient("Directrice des services", self._telephone(), RecipientRole.COLLEAGUE, self.rng.random() < 0.7),
        ]
        return Contacts(
            people[: self.rng.choice((1, 2, 2))], self.rng.choice(SAFE_CONTACTS), self.rng.choice(COVERAGES)
        )

    def _telephone(self) -> str:
        return f"06 39 98 {self.rng.randint(10, 99)} {self.rng.randint(10, 99)}"

    def _test(self) -> TestCall:
        return TestCall(TestOutcome.OK, self.rng.randint(9, 55))
