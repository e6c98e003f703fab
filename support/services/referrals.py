"""The life of a referral: proposed or asked for, answered, taken back, ended; its contact erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.enums import Role
from accounts.scope import posting_over
from cases.services.tasks import finish_task
from core import clock
from core.acts import ActRefused
from core.journal import record_act
from core.wording import day_words
from officials.models import Official, ProtectedPerson
from support.enums import Help
from support.enums.referrals import (
    TRANSITIONS,
    ConsentKind,
    Origin,
    ReferralOutcome,
    ReferralState,
    RefusalReason,
)
from support.models import Referral, ReferralEvent, ReferralTie
from support.models.referrals import LONGEST_CONTACT, LONGEST_REASON
from support.permissions import PROPOSE_REFERRAL
from support.selectors.consents import consent_in_force
from support.selectors.referrals import associations_for, kinds_open_for, people_of, person_behind, place_of
from support.services.referral_notices import tell_association, tell_member, tell_person, tell_proposer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from cases.models import Case
    from core.journal import Actor
    from support.models import Association

TAKEN_BACK = "La personne a retiré son accord : cette orientation est close."
CHANGED = "Cette orientation a changé depuis que vous avez ouvert la page. Relisez-la, puis recommencez."
HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class ReferralFacts:
    """Which help, how soon, from whom, and how to call. There is no place for what happened."""

    kinds: Sequence[Help]
    urgency: int
    association: Association
    contact: str
    when_to_call: str = ""
    leaves_no_message: bool = False


# --- Beginning ----------------------------------------------------------------------------------------------


@transaction.atomic
def propose_referrals(
    *,
    case: Case,
    person: Official | ProtectedPerson,
    facts: ReferralFacts,
    consented_on: date,
    submission: UUID,
    user: User,
    actor: Actor,
) -> list[Referral]:
    """Put a person of a file in touch with an association, by an agreement given that day: a row for each help.

    Sent twice from one page, it is done once. Raises ActRefused, with the field it is about, for a child, a day to
    come, help that is on its way already, or an association that does not give it there; and in a merged file.
    """
    if case.is_merged:
        raise ActRefused("Ce dossier est fusionné : ouvrez celui qui le remplace.")
    posting = posting_over(user, PROPOSE_REFERRAL, case)
    if posting is None:
        raise ActRefused("Vos habilitations ne permettent pas de proposer un soutien dans ce dossier.")
    today = clock.today(case.departement.time_zone)
    consent = consent_in_force(ConsentKind.REFERRED, on=today)
    if not consent.in_force_from <= consented_on <= today:
        raise ActRefused(
            f"La personne a donné son accord entre le {day_words(consent.in_force_from)} et aujourd'hui : corrigez la"
            " date.",
            field="consented_on",
        )
    start = Referral(
        case=case, departement=case.departement, origin=Origin.REFERRED, proposed_by=user, proposed_as=posting.role,
        consent=consent, consented_on=consented_on, submission=submission,
    )  # fmt: skip
    return _create(start, person, facts, actor)


@transaction.atomic
def ask_for_support(
    *, facts: ReferralFacts, is_discreet: bool, submission: UUID, user: User, actor: Actor
) -> list[Referral]:
    """A person asks for himself: the request is the agreement. `is_discreet`: no file has it, the élu will not know.

    Sent twice from one page, it is done once. Raises ActRefused as `propose_referrals` does.
    """
    person = person_behind(user)
    case, departement = place_of(person) if person else (None, None)
    if person is None or departement is None:
        raise ActRefused("Aucune association n'est connue pour votre commune : appelez le 01 80 52 33 84.")
    discreet = is_discreet and isinstance(person, ProtectedPerson)
    today = clock.today(departement.time_zone)
    start = Referral(
        case=None if discreet else case, departement=departement, is_discreet=discreet, origin=Origin.OWN,
        proposed_by=user, proposed_as=Role.OFFICIAL if isinstance(person, Official) else Role.PROTECTED_PERSON,
        consent=consent_in_force(ConsentKind.OWN, on=today), consented_on=today, submission=submission,
    )  # fmt: skip
    return _create(start, person, facts, actor)


def _create(start: Referral, person: Official | ProtectedPerson, facts: ReferralFacts, actor: Actor) -> list[Referral]:
    # Two tabs, or the person and an agent at once: the second one waits here, then reads the first.
    type(person).objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    known = Referral.objects.filter(submission=start.submission, proposed_by=start.proposed_by)
    if found := list(known.with_people().order_by("kind")):
        return found
    _check(facts, person, start)
    made = []
    for kind in facts.kinds:
        referral = Referral(
            kind=kind, urgency=facts.urgency, association=facts.association, contact=facts.contact.strip(),
            when_to_call=facts.when_to_call.strip(), leaves_no_message=facts.leaves_no_message,
            proposed_at=clock.now(), submission=start.submission, case=start.case, departement=start.departement,
            is_discreet=start.is_discreet, origin=start.origin, proposed_by=start.proposed_by,
            proposed_as=start.proposed_as, consent=start.consent, consented_on=start.consented_on,
            **{"official" if isinstance(person, Official) else "protected_person": person},
        )  # fmt: skip
        referral.save(force_insert=True)
        _tell_step(referral, "", start.proposed_by, "")
        _journal(referral, actor, "soutien proposé" if start.origin == Origin.REFERRED else "soutien demandé")
        made.append(referral)
    # One message, however many kinds of help.
    tell_association(made[0], text="une orientation attend votre réponse.", key=f"referral-new:{made[0].pk}")
    if start.origin == Origin.REFERRED:
        tell_person(made[0], text="un soutien vous est proposé.", key=f"referral-proposed:{made[0].pk}")
    return made


def _check(facts: ReferralFacts, person: Official | ProtectedPerson, start: Referral) -> None:
    if isinstance(person, ProtectedPerson) and person.is_minor:
        raise ActRefused("Pour un enfant, appelez le 01 80 52 33 84 avec ses parents.")
    if not facts.kinds:
        raise ActRefused("Choisissez au moins une aide.", field="kinds")
    if running := sorted(kinds_open_for(person, is_discreet=start.is_discreet).intersection(facts.kinds)):
        words = " et ".join(str(Help(kind).label) for kind in running)
        raise ActRefused(f"Déjà en cours pour cette personne : {words}.", field="kinds")
    if facts.association not in associations_for(start.departement):
        raise ActRefused("Cette association ne reçoit pas les personnes de ce département.", field="association")
    if missing := [Help(kind).label for kind in facts.kinds if kind not in facts.association.helps]:
        raise ActRefused(
            f"Cette association ne propose pas : {', '.join(missing)}. Prenez-en une autre, ou faites deux demandes.",
            field="association",
        )
    if not facts.contact.strip():
        raise ActRefused("Dites comment joindre la personne.", field="contact")
    for name in ("contact", "when_to_call"):
        if len(getattr(facts, name)) > LONGEST_CONTACT:
            raise ActRefused(f"{LONGEST_CONTACT} signes au plus.", field=name)


# --- Answering ----------------------------------------------------------------------------------------------


@transaction.atomic
def accept_referral(*, referral: Referral, version: int, user: User, actor: Actor) -> Referral:
    """The association takes charge. Accepted twice by the same person, it is once.

    Raises ActRefused when somebody answered meanwhile or the person took the agreement back.
    """
    referral = lock_referral(referral)
    if referral.is_accepted and referral.handled_by_id == user.pk:
        return referral
    _check_version(referral, version)
    referral.answered_at, referral.handled_by = clock.now(), user
    _move(referral, ReferralState.ACCEPTED, user=user)
    _answered(referral, user, "le soutien proposé est pris en charge.", "une association s'occupe de votre demande.")
    _journal(referral, actor, "orientation prise en charge")
    return referral


@transaction.atomic
def refuse_referral(
    *, referral: Referral, version: int, reason: RefusalReason, text: str, user: User, actor: Actor
) -> Referral:
    """The association does not take charge, and says why by a code. Raises ActRefused as `accept_referral` does."""
    referral = lock_referral(referral)
    _check_version(referral, version)
    if len(text.strip()) > LONGEST_REASON:
        raise ActRefused(f"{LONGEST_REASON} signes au plus.", field="text")
    if reason == RefusalReason.OTHER and not text.strip():
        raise ActRefused("Dites en quelques mots pourquoi.", field="text")
    now = clock.now()
    referral.answered_at = referral.closed_at = now
    referral.refusal_reason, referral.refusal_text = reason, text.strip()
    ReferralTie.objects.filter(referral=referral).delete()
    _move(referral, ReferralState.REFUSED, user=user, why=reason)
    _answered(
        referral,
        user,
        "le soutien proposé n'est pas pris en charge.",
        "l'association ne peut pas prendre votre demande.",
    )
    _journal(referral, actor, "orientation non prise en charge")
    return referral


@transaction.atomic
def end_referral(*, referral: Referral, version: int, outcome: ReferralOutcome, user: User, actor: Actor) -> Referral:
    """It is over: a code says how, and nothing else does. Appointments to come are cancelled.

    Raises ActRefused when it is not in charge any more.
    """
    referral = lock_referral(referral)
    _check_version(referral, version)
    referral.outcome, referral.closed_at = outcome, clock.now()
    _cancel_what_comes(referral)
    ReferralTie.objects.filter(referral=referral).delete()
    _move(referral, ReferralState.ENDED, user=user, why=outcome)
    _journal(referral, actor, "orientation terminée")
    return referral


@transaction.atomic
def hand_over_referral(*, referral: Referral, version: int, to: User, user: User, actor: Actor) -> Referral:
    """Give an accepted referral to a colleague of the same association; the appointments that stand stay as they are.

    Raises ActRefused when it is not in charge any more, or when `to` does not work there today.
    """
    referral = lock_referral(referral)
    if referral.is_accepted and referral.handled_by_id == to.pk:
        return referral
    _check_version(referral, version)
    if not referral.is_accepted:
        raise ActRefused("Seule une orientation prise en charge se confie à un collègue.")
    if to not in people_of(referral.association):
        raise ActRefused("Cette personne ne travaille pas, ou plus, dans votre association.", field="to")
    referral.handled_by, referral.version = to, referral.version + 1
    referral.save(update_fields=["handled_by", "version"])
    _tell_step(referral, referral.state, user, HANDED_OVER)
    _journal(referral, actor, "orientation confiée à un collègue")
    if to != user:
        tell_member(
            referral, to, text="une orientation vous est confiée.", key=f"referral-to:{referral.pk}:{referral.version}"
        )
    return referral


# --- Taking back --------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw_referral(*, referral: Referral, user: User, actor: Actor) -> Referral:
    """The agreement is taken back: the contact is erased in this transaction, and appointments to come are cancelled.

    Done twice, it is once. Raises ActRefused when the referral is over already.
    """
    referral = lock_referral(referral)
    if referral.is_withdrawn:
        return referral
    _cancel_what_comes(referral)
    ReferralTie.objects.filter(referral=referral).delete()
    referral.contact = referral.when_to_call = ""
    referral.leaves_no_message = False
    referral.closed_at = clock.now()
    _move(referral, ReferralState.WITHDRAWN, user=user)
    finish_task(dedupe_key=chase_key(referral), user=None, outcome="Il n'y a plus à rappeler.")
    tell_association(referral, text="une orientation est retirée.", key=f"referral-withdrawn:{referral.pk}")
    _journal(referral, actor, "accord retiré pour un soutien")
    return referral


def _cancel_what_comes(referral: Referral) -> None:
    """Before the state changes: the database lets the appointments of an accepted referral change, and no other."""
    if not referral.is_accepted:
        return
    now = clock.now()
    standing = referral.appointments.filter(cancelled_at__isnull=True)
    standing.filter(starts_at__gt=now).update(cancelled_at=now)
    referral.appointments.exclude(link="").update(link="")


# --- Shared -------------------------------------------------------------------------------------------------


def chase_key(referral: Referral) -> str:
    """Of the task that a second chase gives to who proposed it."""
    return f"referral-chase:{referral.pk}"


def lock_referral(referral: Referral) -> Referral:
    """The referral as it now stands, locked, with its people."""
    locked = Referral.objects.select_for_update(of=("self",), no_key=True).with_people()
    return locked.select_related("case", "proposed_by", "handled_by").get(pk=referral.pk)


def _check_version(referral: Referral, version: int) -> None:
    if referral.is_withdrawn:
        raise ActRefused(TAKEN_BACK)
    if referral.version != version:
        raise ActRefused(CHANGED)


def _move(referral: Referral, to: ReferralState, *, user: User, why: str = "") -> None:
    """The one place where a state changes. Raises ActRefused outside the table."""
    before = ReferralState(referral.state)
    if to not in TRANSITIONS.get(before, ()):
        raise ActRefused(f"Cette orientation est {before.label} : ce n'est plus possible.")
    referral.state, referral.version = to, referral.version + 1
    referral.save()
    _tell_step(referral, before, user, why)


def _tell_step(referral: Referral, before: str, user: User, why: str) -> None:
    ReferralEvent.objects.create(
        referral=referral, at=clock.now(), by=user, from_state=before, to_state=referral.state, why=why
    )


def _answered(referral: Referral, user: User, to_agent: str, to_person: str) -> None:
    finish_task(dedupe_key=chase_key(referral), user=None, outcome="Il n'y a plus à rappeler.")
    tell_proposer(referral, text=to_agent, key=f"referral-answered:{referral.pk}")
    tell_person(referral, text=to_person, key=f"referral-answer:{referral.pk}")


def _journal(referral: Referral, actor: Actor, reason: str) -> None:
    """No name and no contact: the key of the row, and what was done."""
    record_act(
        actor=actor,
        object_type="support.referral",
        object_id=str(referral.pk),
        object_label=referral.case.reference if referral.case else "",
        reason=reason,
    )
