"""« Alarme élu » in the demonstration: a town hall's number shared by two, a plan that says two places, an absence, one
that nobody confirmed, a correction asked, a mandate that is over.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from accounts.actor import actor_of
from alarm_registry.enums import AddressKind, IdentityDocument, NumberRole
from alarm_registry.models import ConsentText
from alarm_registry.selectors.presence import Slot
from alarm_registry.services import (
    AbsenceFacts,
    AddressFacts,
    NumberFacts,
    RegistrationFacts,
    ask_correction,
    ask_what_is_due,
    declare_absence,
    register,
)
from calae_portal.demo.elected import TOWN_HALL_OF_OLMES
from calae_portal.demo.lives import signed_by
from core import clock
from officials.models import Mandate

if TYPE_CHECKING:
    from alarm_registry.models import Registration
    from calae_portal.demo.lives import World
    from officials.models import Official

OFFICE_HOURS = Slot((0, 1, 2, 3, 4), time(9), time(17, 30))
EVENINGS = Slot((0, 1, 2, 3, 4), time(18, 30), time(7, 30))
WEEKEND = Slot((5, 6), time(8), time(22))
# Valid in metropolitan France and in Mayotte: the 17 says in which plan it was found.
OF_TWO_PLANS = "0269 60 00 01"
# From the person's own hand.
MAYOTTE_NOTE = "Numéro de Mayotte : sa famille y vit."


class Alarms:
    """Registers people, each under the clock of the day when they came to the counter."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mobiles = iter(range(41, 99))

    def create(self) -> None:
        named = self.world.elected.named
        self._of_olmes(named["elu.olmes"], named["adjoint.olmes"])
        self._in_reunion(named["elu.974"])
        # More than six months ago: « non reconfirmé ».
        self._registered(named["elu.trois"], days=228, numbers=[self._mobile()])
        self._corrected()
        self._after_a_mandate()
        with clock.replayed_at(self.world.timeline.end):
            ask_what_is_due()

    def _of_olmes(self, mayor: Official, deputy: Official) -> None:
        town_hall = NumberFacts(NumberRole.TOWN_HALL, TOWN_HALL_OF_OLMES, "Le secrétariat", note="Fermé le mercredi.")
        spouse = NumberFacts(
            NumberRole.SPOUSE, f"06 39 98 00 {next(self.mobiles)}", "Son mari", may_call_back=False,
            note="Travaille de nuit : ne pas appeler avant 14 h.",
        )  # fmt: skip
        self._registered(
            mayor, days=40, numbers=[self._mobile(), town_hall, spouse],
            persons_at_home="2 adultes", children="1 enfant de 15 ans", dogs="un chien dans la cour, attaché la nuit",
            instruction="Se garer derrière la grange. Ne pas sonner : frapper à la fenêtre de la cuisine.",
        )  # fmt: skip
        self._registered(
            deputy, days=33, numbers=[town_hall, self._mobile()], persons_at_home="1 adulte",
            vulnerabilities="Entend mal au téléphone : parler lentement.",
        )  # fmt: skip

    def _in_reunion(self, mayor: Official) -> None:
        own = NumberFacts(NumberRole.PRIVATE, "0692 00 00 01", "Lui-même ou elle-même")
        registered = self._registered(
            mayor, days=61, numbers=[own], instruction="Le portail reste ouvert. Entrer par le jardin."
        )
        self._away(registered)
        other = self._somebody("974")
        family = NumberFacts(NumberRole.PRIVATE, OF_TWO_PLANS, "Elle-même ou lui-même", note=MAYOTTE_NOTE)
        self._registered(other, days=12, numbers=[family, self._mobile()])

    def _away(self, registered: Registration) -> None:
        """In five days, for ten days: what the rule of every force allows."""
        now = self.world.timeline.end
        first = now.astimezone(registered.departement.zone).date() + timedelta(days=5)
        facts = AbsenceFacts(
            first_day=first,
            last_day=first + timedelta(days=9),
            key_holder="La voisine d'en face",
            key_holder_telephone=f"06 39 98 00 {next(self.mobiles)}",
            note="La lumière du garage s'allume seule le soir.",
        )
        with clock.replayed_at(now):
            home = registered.addresses.get(kind=AddressKind.HOME)
            user = registered.official.user or registered.registered_by
            declare_absence(registration=registered, address=home, facts=facts, actor=actor_of(user))

    def _corrected(self) -> None:
        registered = self._registered(self._somebody("45"), days=90, numbers=[self._mobile()])
        with clock.replayed_at(self.world.timeline.days_ago(2)):
            text = "J'ai changé de portable : je passe à la brigade vendredi pour donner le nouveau numéro."
            ask_correction(registration=registered, text=text, actor=actor_of(registered.registered_by))

    def _after_a_mandate(self) -> None:
        """The mandate ended three weeks ago; nothing else does."""
        official = self._somebody("45")
        self._registered(official, days=120, numbers=[self._mobile()])
        today = clock.today(clock.PARIS)
        Mandate.objects.filter(official=official).update(ended_on=today - timedelta(days=21))

    def _somebody(self, departement: str) -> Official:
        """A councillor of a commune, with no file and no registration: no other story needs them."""
        known = {official.pk for official in self.world.elected.named.values()}
        return next(
            official
            for official in self.world.elected.municipal[departement]
            if official.pk not in known and not official.cases.exists() and not official.registrations.exists()
        )

    def _mobile(self) -> NumberFacts:
        return NumberFacts(NumberRole.PRIVATE, f"06 39 98 00 {next(self.mobiles)}")

    def _registered(
        self, official: Official, *, days: int, numbers: list[NumberFacts], **household: str
    ) -> Registration:
        mandate = self.world.elected.mandate_of[official.pk]
        commune = mandate.commune
        if commune is None:
            raise ValueError(f"{official} has no commune: nobody is registered without a place")
        unit = self.world.places.unit_of[commune.pk]
        places = [
            AddressFacts(
                AddressKind.HOME, "14 chemin des Lilas-Blancs", commune.name, unit.departement,
                access="Portail vert, troisième maison après le lavoir", presence=[EVENINGS, WEEKEND],
            ),
            AddressFacts(
                AddressKind.TOWN_HALL, "1 place de la Mairie", commune.name, unit.departement,
                access="Entrée du personnel à l'arrière", presence=[OFFICE_HOURS],
            ),
        ]  # fmt: skip
        with clock.replayed_at(self.world.timeline.days_ago(days)):
            today: date = clock.today(unit.departement.time_zone)
            return register(
                official=official,
                unit=unit,
                identity_document=IdentityDocument.IDENTITY_CARD,
                consent=ConsentText.objects.filter(in_force_from__lte=today).latest("version"),
                consented_on=today,
                facts=RegistrationFacts(numbers=numbers, addresses=places, **household),
                **signed_by(self.world.people.referent_of(unit)),
            )
