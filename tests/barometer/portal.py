"""A small portal in which facts are logged: real services, real communes."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import time_machine

from accounts.actor import actor_of
from accounts.enums import Role
from accounts.models import Unit, User
from accounts.services import create_account, give_posting
from cases.enums import AuthorKnowledge, Channel, Complaint, Nature, Urgency
from cases.models import Threat
from cases.services import ThreatFacts, log_threat
from core.journal import SYSTEM
from officials.enums import MandateKind
from officials.models import Mandate, Official
from territories.models import Commune, Departement

OLIVET, SAINT_DENIS, LILLE = "45232", "97411", "59350"
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
PASSWORD = "une phrase de passe assez longue"


@contextmanager
def at(*moment: int):
    """The true time is `moment`, in UTC, and flows."""
    with time_machine.travel(datetime(*moment, tzinfo=UTC), tick=True):
        yield


def account(role: Role, **scope) -> User:
    user = create_account(
        email=f"{role}@exemple.fr", password=PASSWORD, first_name="Camille", last_name=role, actor=SYSTEM
    )
    give_posting(user=user, role=role, start=date(2020, 1, 1), actor=SYSTEM, **scope)
    return user


def account_of_45(role: Role) -> User:
    national = {Role.CALAE_ANALYST, Role.ADMINISTRATOR, Role.OFFICIAL, Role.PSYCHOLOGIST}
    if role in national:
        return account(role)
    if role == Role.REFERENT:
        return account(role, unit=unit_of("45"))
    return account(role, departement=Departement.objects.get(pk="45"))


def unit_of(departement: str) -> Unit:
    return Unit.objects.get_or_create(
        code=f"U{departement}",
        defaults={"name": f"Brigade {departement}", "force": "GN", "departement_id": departement},
    )[0]


def mandate_in(departement: str, kind: MandateKind = MandateKind.MAYOR) -> Mandate:
    name = f"Élu {kind} {departement}"
    official, is_new = Official.objects.get_or_create(last_name=name, first_name="Dominique", is_fictitious=True)
    if not is_new:
        return official.mandates.get()
    return Mandate.objects.create(official=official, kind=kind, departement_id=departement, started_on=date(2020, 6, 1))


def log(
    *, commune: str = OLIVET, mandate: Mandate | None = None, unit: Unit | None = None, nature: str = Nature.THREAT
) -> Threat:
    """Log a fact now."""
    from core import clock

    place = Commune.objects.select_related("departement").get(pk=commune)
    mandate = mandate or mandate_in("45")
    unit = unit or unit_of("45")
    user = User.objects.filter(email="saisie@exemple.fr").first() or User.objects.create_user("saisie@exemple.fr")
    facts = ThreatFacts(
        occurred_at=clock.now() - timedelta(hours=1),
        commune=place,
        nature=nature,
        channel=Channel.LETTER,
        description="Une lettre.",
        author_knowledge=AuthorKnowledge.UNKNOWN,
        complaint=Complaint.FILED,
        urgency=Urgency.NORMAL,
        mandate=mandate,
    )
    return log_threat(official=mandate.official, unit=unit, facts=facts, user=user, actor=actor_of(user))
