"""The invented élus: three hundred, in invented communes or constituencies « de démonstration »."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.enums import Role
from accounts.services import give_posting
from calae_portal.demo.people import DEPUTY_OF_OLMES, MAYOR_OF_OLMES, describe, sign_in_account
from core.journal import SYSTEM
from officials.enums import MandateKind
from officials.models import Mandate, Official

if TYPE_CHECKING:
    from random import Random

    from calae_portal.demo.people import Names, People
    from calae_portal.demo.places import Places, Telephones
    from territories.models import Commune

TOWN_HALL_OF_OLMES = "02 61 91 00 10"
MUNICIPAL_SINCE = date(2020, 7, 3)
# Mandates outside the communes, by département.
PARLIAMENT = {"45": 4, "974": 3, "08": 2, "59": 7, "75": 10, "13": 6}
DEPARTEMENTAL = {"45": 4, "974": 2, "08": 4, "59": 5, "13": 5}
REGIONAL = {"45": 2, "974": 1, "08": 1, "59": 2, "75": 1, "13": 1}
COMMUNITY = {"45": 3, "974": 3, "08": 2, "59": 3, "13": 3}
MUNICIPAL = {"45": 8, "974": 6, "08": 5, "59": 7, "75": 2, "13": 6}


@dataclass
class Elected:
    """The élus by what they are, each list by département, and those that the journeys name."""

    mayors: dict[str, list[Official]] = field(default_factory=lambda: defaultdict(list))
    municipal: dict[str, list[Official]] = field(default_factory=lambda: defaultdict(list))
    parliament: dict[str, list[Official]] = field(default_factory=lambda: defaultdict(list))
    others: dict[str, list[Official]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, Official] = field(default_factory=dict)
    # The mandate that a threat aims at: the first one given.
    mandate_of: dict[UUID, Mandate] = field(default_factory=dict)


class _Draft:
    """Collects rows, so that three hundred people cost a few statements."""

    def __init__(self, rng: Random, names: Names, telephones: Telephones, today: date) -> None:
        self.rng, self.names, self.telephones, self.today = rng, names, telephones, today
        self.officials: list[Official] = []
        self.mandates: list[Mandate] = []

    def person(self, *, name: tuple[str, str, str] | None = None, telephone: str = "") -> Official:
        first, last, sex = name or self.names.next()
        rank = len(self.officials) + 1
        official = Official(
            id=UUID(int=self.rng.getrandbits(128), version=4),
            first_name=first,
            last_name=last,
            sex=sex,
            birth_date=self.today - timedelta(days=self.rng.randint(27 * 365, 76 * 365)),
            email=f"elu{rank:03d}@elus.example" if self.rng.random() < 0.75 else "",
            telephone=telephone or (self.telephones.mobile() if self.rng.random() < 0.85 else ""),
            is_fictitious=True,
        )
        official.fill_keys()
        self.officials.append(official)
        return official

    def municipal_mandate(self, official: Official, kind: MandateKind, commune: Commune, function: str = "") -> None:
        official.search_places += commune.search_name
        self.mandates.append(
            Mandate(
                official=official,
                kind=kind,
                commune=commune,
                departement_id=commune.departement_id,
                territory_code=commune.pk,
                label=commune.name,
                function_label=function,
                started_on=MUNICIPAL_SINCE,
                function_started_on=MUNICIPAL_SINCE if function else None,
            )
        )

    def wider_mandate(
        self, official: Official, kind: MandateKind, departement: str, label: str, *, started: date, function: str = ""
    ) -> None:
        rank = sum(1 for other in self.mandates if other.kind == kind and other.departement_id == departement) + 1
        self.mandates.append(
            Mandate(
                official=official,
                kind=kind,
                departement_id=departement,
                territory_code=f"{departement}-demonstration-{rank}",
                label=label.format(rank=rank),
                function_label=function,
                started_on=started,
            )
        )


def create_elected(
    *, rng: Random, places: Places, people: People, names: Names, telephones: Telephones, today: date
) -> Elected:
    draft, elected = _Draft(rng, names, telephones, today), Elected()
    for code, communes in places.communes.items():
        for rank, commune in enumerate(communes):
            _councillors(draft, elected, code, commune, extra=rank < MUNICIPAL[code])
        _wider_mandates(draft, elected, places, code)
    _three_mandates(draft, elected)
    Official.objects.bulk_create(draft.officials)
    Mandate.objects.bulk_create(draft.mandates)
    for mandate in draft.mandates:
        elected.mandate_of.setdefault(mandate.official_id, mandate)
    _accounts(elected, people, telephones, today)
    return elected


def _councillors(draft: _Draft, elected: Elected, code: str, commune: Commune, *, extra: bool) -> None:
    olmes = commune.name == "Olmes"
    mayor = draft.person(name=MAYOR_OF_OLMES if olmes else None, telephone=TOWN_HALL_OF_OLMES if olmes else "")
    draft.municipal_mandate(mayor, MandateKind.MAYOR, commune)
    deputies = []
    for rank in (1, 2):
        first_of_olmes = olmes and rank == 1
        deputy = draft.person(
            name=DEPUTY_OF_OLMES if first_of_olmes else None,
            telephone=TOWN_HALL_OF_OLMES if first_of_olmes else "",
        )
        ordinal = {(1, "F"): "1re adjointe", (1, "M"): "1er adjoint", (2, "F"): "2e adjointe", (2, "M"): "2e adjoint"}
        draft.municipal_mandate(deputy, MandateKind.DEPUTY_MAYOR, commune, f"{ordinal[rank, deputy.sex]} au maire")
        deputies.append(deputy)
    if extra:
        councillor = draft.person()
        draft.municipal_mandate(councillor, MandateKind.MUNICIPAL, commune)
        elected.municipal[code].append(councillor)
    if olmes:
        # Their first threat is logged by whoever tries the portal.
        elected.named |= {"elu.olmes": mayor, "adjoint.olmes": deputies[0]}
        elected.municipal[code].append(deputies[1])
        return
    if commune.name == "Ravine-Tamarine":
        elected.named["elu.974"] = mayor
    elif commune.name == "Varcy-en-Loire":
        elected.named["elu.trois"] = mayor
    else:
        elected.mayors[code].append(mayor)
    elected.municipal[code].extend(deputies)


def _wider_mandates(draft: _Draft, elected: Elected, places: Places, code: str) -> None:
    departement = places.departements[code]
    of = departement.name_of
    for rank in range(PARLIAMENT[code]):
        official = draft.person()
        senator = rank % 3 == 2
        draft.wider_mandate(
            official,
            MandateKind.SENATOR if senator else MandateKind.DEPUTY,
            code,
            f"sénat, siège de démonstration {{rank}} {of}"
            if senator
            else f"circonscription de démonstration {{rank}} {of}",
            started=date(2023, 10, 2) if senator else date(2024, 7, 8),
        )
        elected.parliament[code].append(official)
    for _ in range(DEPARTEMENTAL.get(code, 0)):
        official = draft.person()
        draft.wider_mandate(
            official,
            MandateKind.DEPARTEMENTAL,
            code,
            f"canton de démonstration {{rank}} {of}",
            started=date(2021, 7, 1),
        )
        elected.others[code].append(official)
    for _ in range(REGIONAL[code]):
        official = draft.person()
        draft.wider_mandate(
            official, MandateKind.REGIONAL, code, f"section de démonstration {of}", started=date(2021, 7, 2)
        )
        draft.mandates[-1].region_id = departement.region_id
        elected.others[code].append(official)
    for _ in range(COMMUNITY.get(code, 0)):
        official = draft.person()
        draft.wider_mandate(
            official,
            MandateKind.COMMUNITY,
            code,
            f"communauté de démonstration {{rank}} {of}",
            started=date(2020, 7, 15),
        )
        elected.others[code].append(official)


def _three_mandates(draft: _Draft, elected: Elected) -> None:
    official = elected.named["elu.trois"]
    draft.wider_mandate(
        official, MandateKind.DEPARTEMENTAL, "45", "canton de démonstration {rank} du Loiret", started=date(2021, 7, 1)
    )
    draft.wider_mandate(
        official,
        MandateKind.COMMUNITY,
        "45",
        "communauté de démonstration {rank} du Loiret",
        started=date(2020, 7, 15),
        function="vice-présidente" if official.sex == "F" else "vice-président",
    )


def _accounts(elected: Elected, people: People, telephones: Telephones, today: date) -> None:
    for login in ("elu.olmes", "adjoint.olmes", "elu.974", "elu.trois"):
        official = elected.named[login]
        user = sign_in_account(people, login, official.first_name, official.last_name, telephones)
        give_posting(user=user, role=Role.OFFICIAL, start=today - timedelta(days=365), actor=SYSTEM)
        official.user = user
        official.save(update_fields=["user"])
        mandate = elected.mandate_of[official.pk]
        describe(people, user, role=Role.OFFICIAL.label, scope=str(mandate))
