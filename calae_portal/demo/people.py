"""Who plays in the demonstration: accounts with their postings, and invented élus with their mandates."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role, ScopeKind
from accounts.models import Posting, User
from accounts.services import create_account, give_posting
from calae_portal.demo import words
from call_buttons.enums import Signing
from call_buttons.models import SignatureDelegation
from core import clock
from core.journal import SYSTEM
from core.wording import day_words

if TYPE_CHECKING:
    from random import Random

    from accounts.models import Unit
    from calae_portal.demo.places import Places, Telephones
    from territories.models import Departement

DOMAIN = "portail.example"
# Before any act of the invented history.
POSTED_SINCE = timedelta(days=3 * 365)
# Login, first name, surname, role, scope: a unit ("45/Olivet"), a département, or the nation.
NAMED_ACCOUNTS = (
    ("ref.olivet", "Marianne", "Sorbevelle", Role.REFERENT, "45/Olivet"),
    ("ref.gien", "Étienne", "Vaubrelle", Role.REFERENT, "45/Gien"),
    ("ref.saintdenis", "Yann", "Rabastoul", Role.REFERENT, "974/Saint-Denis"),
    ("ref.charleville", "Sabine", "Warembelle", Role.REFERENT, "08/Charleville-Mézières"),
    ("hier.45", "Gilles", "Hautecombre", Role.UNIT_HEAD, "45"),
    ("hier.974", "Nadège", "Lespinoux", Role.UNIT_HEAD, "974"),
    ("instr.45", "Lucie", "Pontaubrac", Role.INSTRUCTOR, "45"),
    ("instr.974", "Joël", "Ravincelle", Role.INSTRUCTOR, "974"),
    ("dec.45", "Hélène", "Clairefonds", Role.DECIDER, "45"),
    ("dec.974", "Thierry", "Malaubraie", Role.DECIDER, "974"),
    # The second signatories: who answers a recours is not who refused.
    ("sg.45", "Rémi", "Vauquelance", Role.DECIDER, "45"),
    ("sg.974", "Maëva", "Sautebruine", Role.DECIDER, "974"),
    ("op17.45", "Karim", "Estrevault", Role.OPERATOR_17, "45"),
    ("op17.974", "Estelle", "Bourdencelle", Role.OPERATOR_17, "974"),
    ("sup17.45", "Nadine", "Courtavelle", Role.SUPERVISOR_17, "45"),
    ("sup17.974", "Ludovic", "Grandtavelle", Role.SUPERVISOR_17, "974"),
    ("surete.45", "Damien", "Ferravoine", Role.SECURITY_ADVISER, "45"),
    ("psy1", "Odile", "Serravoine", Role.PSYCHOLOGIST, ""),
    ("calae1", "Victor", "Lorvency", Role.CALAE_ANALYST, ""),
    ("admin", "Inès", "Torcenelle", Role.ADMINISTRATOR, ""),
)
# Nobody signs in as they: they only sign the acts of their département.
STAFF_ROLES = {"hier": Role.UNIT_HEAD, "instr": Role.INSTRUCTOR, "dec": Role.DECIDER}
# What their signature says.
OFFICES = {
    "dec.45": "directrice de cabinet",
    "dec.974": "directeur de cabinet",
    "sg.45": "secrétaire général",
    "sg.974": "secrétaire générale",
}
# What is signed, the number of the arrêté that lets it be, and how it is said.
DELEGATED = (
    ((Signing.GRANT, Signing.EXTENSION, Signing.SUSPENSION), "014", ""),
    ((Signing.REFUSAL, Signing.WITHDRAWAL), "015", " spéciale"),
)
FORMER_REFERENT = ("ref.ancien", "Pascal", "Noirvaux", "45/Beaugency")
MAYOR_OF_OLMES = ("Claire", "Montclarel", "F")
DEPUTY_OF_OLMES = ("Antoine", "Prévaudel", "M")
RESERVED_SURNAMES = {
    last for _, last, *_ in [*(account[1:] for account in NAMED_ACCOUNTS), FORMER_REFERENT[1:], MAYOR_OF_OLMES,
                             DEPUTY_OF_OLMES]
}  # fmt: skip
WORDS = ("ardoise", "bruyere", "cerisier", "dolmen", "estran", "falaise", "genevrier", "hameau", "lavande", "merisier",
         "noisette", "ormeau", "pierrier", "ruisseau", "sarrasin", "tilleul", "verger")  # fmt: skip


@dataclass
class People:
    """The accounts, by login, and what a person needs to sign in with those that have a password."""

    users: dict[str, User] = field(default_factory=dict)
    referents: dict[int, User] = field(default_factory=dict)
    sign_ins: list[dict[str, str]] = field(default_factory=list)

    def referent_of(self, unit: Unit) -> User:
        return self.referents[unit.pk]

    def staff(self, kind: str, departement: str) -> User:
        return self.users[f"{kind}.{departement}"]


class Names:
    """Invented names, never the same pair twice, and never a surname of those that have an account."""

    def __init__(self, rng: Random, *, reserved: set[str]) -> None:
        self._rng = rng
        self._taken: set[tuple[str, str]] = set()
        self._first = {"F": words.FIRST_NAMES_WOMEN, "M": words.FIRST_NAMES_MEN}
        self._surnames = [name for name in words.SURNAMES if name not in reserved]

    def next(self) -> tuple[str, str, str]:
        """First name, surname, sex."""
        while True:
            sex = self._rng.choice("FM")
            pair = (self._rng.choice(self._first[sex]), self._rng.choice(self._surnames))
            if pair not in self._taken:
                self._taken.add(pair)
                return *pair, sex


def new_password() -> str:
    """Never drawn from the seed: a demonstration left on a network is not opened by reading the source."""
    words = "-".join(secrets.SystemRandom().sample(WORDS, 3))
    return f"{words}-{secrets.randbelow(9000) + 1000}"


def create_people(*, places: Places, names: Names, telephones: Telephones, today: date) -> People:
    """Accounts of the agents. Élus get theirs in `officials`."""
    people = People()
    since = today - POSTED_SINCE
    for login, first, last, role, scope in NAMED_ACCOUNTS:
        user = sign_in_account(people, login, first, last, telephones)
        _post(people, places, user, role, scope, since=since)
    login, first, last, scope = FORMER_REFERENT
    former = sign_in_account(people, login, first, last, telephones)
    _post(people, places, former, Role.REFERENT, scope, since=since, end=today - timedelta(days=30))
    _create_silent_accounts(people, places, names, telephones, since)
    _delegate(since)
    return people


def _delegate(since: date) -> None:
    """One arrêté to grant, another to refuse, as in life: the signature says under which one."""
    offices = {f"{login}@{DOMAIN}": office for login, office in OFFICES.items()}
    postings = Posting.objects.filter(role=Role.DECIDER).select_related("user").order_by("pk")
    SignatureDelegation.objects.bulk_create(
        SignatureDelegation(
            user=posting.user,
            departement_id=posting.departement_id,
            signs=signs,
            act=f"arrêté n° {posting.departement_id}-{since.year}-{number} du {day_words(since)}",
            quality=f"Pour le préfet et par délégation{special}, {offices.get(posting.user.email, 'décideur')}",
            period=posting.period,
            created_at=clock.now(),
        )
        for posting in postings
        for kinds, number, special in DELEGATED
        for signs in kinds
    )


def _create_silent_accounts(people: People, places: Places, names: Names, telephones: Telephones, since: date) -> None:
    """Agents in whose name nobody signs in: they answer the telephone of their unit and sign the invented acts."""
    users, postings = [], []

    def add(login: str, role: Role, **target: Departement | Unit) -> User:
        user = _silent_account(login, names, telephones)
        scope = ScopeKind.UNIT if "unit" in target else ScopeKind.DEPARTEMENT
        users.append(user)
        postings.append(Posting(user=user, role=role, scope=scope, period=DateRange(since, None), **target))
        people.users[login] = user
        return user

    for code, departement in places.departements.items():
        for kind, role in STAFF_ROLES.items():
            if f"{kind}.{code}" not in people.users:
                add(f"{kind}.{code}", role, departement=departement)
    for units in places.units.values():
        for unit in units:
            if unit.pk not in people.referents:
                people.referents[unit.pk] = add(f"ref.{unit.code.lower()}", Role.REFERENT, unit=unit)
    User.objects.bulk_create(users)
    Posting.objects.bulk_create(postings)


def sign_in_account(people: People, login: str, first: str, last: str, telephones: Telephones) -> User:
    password = new_password()
    user = create_account(
        email=f"{login}@{DOMAIN}",
        password=password,
        first_name=first,
        last_name=last,
        telephone=telephones.mobile(),
        actor=SYSTEM,
    )
    people.users[login] = user
    people.sign_ins.append({"email": user.email, "password": password, "role": "", "scope": ""})
    return user


def describe(people: People, user: User, *, role: str, scope: str) -> None:
    entry = next(entry for entry in people.sign_ins if entry["email"] == user.email)
    entry |= {"role": role, "scope": scope}


def _silent_account(login: str, names: Names, telephones: Telephones) -> User:
    first, last, _ = names.next()
    user = User(email=f"{login}@{DOMAIN}", first_name=first, last_name=last, telephone=telephones.mobile())
    user.set_unusable_password()
    return user


def _post(
    people: People, places: Places, user: User, role: Role, scope: str, *, since: date, end: date | None = None
) -> None:
    code, _, seat = scope.partition("/")
    unit = places.unit_at(code, seat) if seat else None
    departement = places.departements[code] if code and not seat else None
    title = ""
    if role == Role.DECIDER and departement is not None:
        office = OFFICES.get(user.email.partition("@")[0], "cabinet")
        title = f"{office} de la préfecture {departement.name_of}"
    posting = give_posting(
        user=user, role=role, start=since, end=end, unit=unit, departement=departement, title=title, actor=SYSTEM
    )
    place = posting.place if end is None else f"{posting.place} (terminée)"
    describe(people, user, role=role.label, scope=place)
    if unit is not None and end is None:
        people.referents[unit.pk] = user
