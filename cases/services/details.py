"""What hangs on a threat: victims, offences, what names the author, the number of the procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.models import Offence, Procedure, ThreatOffence, Victim
from cases.services.authors import identifier_key, set_author_identifiers
from cases.services.errors import ActRefused
from cases.services.facts import VictimFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cases.models import Threat
    from cases.services.facts import ThreatFacts
    from officials.models import Official

LABELS = {
    "victims": "victimes",
    "offences": "infractions",
    "identifiers": "identifiants de l'auteur",
    "procedure_number": "numéro de procédure",
}


def set_details(threat: Threat, facts: ThreatFacts, *, official: Official) -> None:
    """Write what `facts` says of them, in the caller's transaction. The date of the threat is already written."""
    if facts.victims is not None or not threat.victims.exists():
        victims = facts.victims or (VictimFacts(official=official, mandate=facts.mandate),)
        _set_victims(threat, victims)
    codes = facts.offences
    if codes is None:
        codes = tuple(threat.offences.values_list("offence__code", flat=True))
    _set_offences(threat, codes)
    if facts.identifiers is not None:
        set_author_identifiers(threat=threat, identifiers=facts.identifiers)
    if facts.procedure_number is not None:
        _set_procedure(threat, facts.procedure_number.strip())


def changed_details(threat: Threat, facts: ThreatFacts) -> list[dict[str, Any]]:
    """The changes to come, for the timeline: what changed, never who nor what."""
    changed = []
    if facts.victims is not None:
        now = {(row.official_id, row.protected_person_id, row.mandate_id) for row in threat.victims.all()}
        wanted = {(*victim.key, victim.mandate.pk if victim.mandate else None) for victim in facts.victims}
        changed += ["victims"] if now != wanted else []
    if facts.offences is not None:
        codes = set(threat.offences.values_list("offence__code", flat=True))
        changed += ["offences"] if codes != set(facts.offences) else []
    if facts.identifiers is not None:
        keys = {bytes(row.key) for row in threat.author_identifiers.all()}
        typed = {identifier_key(kind, value) for kind, value in facts.identifiers if value.strip()}
        changed += ["identifiers"] if keys != typed else []
    if facts.procedure_number is not None and facts.procedure_number.strip() != threat.procedure_number:
        changed.append("procedure_number")
    return [{"field": name, "label": LABELS[name], "threat": str(threat.pk)} for name in changed]


def _set_victims(threat: Threat, victims: Iterable[VictimFacts]) -> None:
    wanted = {victim.key: victim for victim in victims}
    known = {(row.official_id, row.protected_person_id): row for row in threat.victims.all()}
    # New ones first: a threat aims at somebody at every moment, and the database holds it.
    for key, victim in wanted.items():
        if key not in known:
            Victim.objects.create(
                threat=threat,
                official=victim.official,
                protected_person=victim.protected_person,
                mandate=victim.mandate,
            )
        elif known[key].mandate_id != (victim.mandate.pk if victim.mandate else None):
            known[key].mandate = victim.mandate
            known[key].save(update_fields=["mandate"])
    for key, row in known.items():
        if key not in wanted:
            row.delete()


def _set_offences(threat: Threat, codes: Iterable[str]) -> None:
    """Each offence in the text of the day of the fact, whatever text it was chosen in."""
    wanted = {offence.pk: offence for offence in Offence.objects.in_force_on(threat.local_day).filter(code__in=codes)}
    missing = set(codes) - {offence.code for offence in wanted.values()}
    if missing:
        labels = Offence.objects.filter(code__in=missing).values_list("label", flat=True)
        names = ", ".join(sorted(set(labels))) or "infraction inconnue"
        raise ActRefused(f"À la date des faits, ce texte n'existait pas : {names}.", field="offences")
    threat.offences.exclude(offence_id__in=wanted).delete()
    kept = set(threat.offences.values_list("offence_id", flat=True))
    ThreatOffence.objects.bulk_create(
        ThreatOffence(threat=threat, offence=offence) for pk, offence in wanted.items() if pk not in kept
    )


def _set_procedure(threat: Threat, number: str) -> None:
    procedure = Procedure.objects.filter(threat=threat).first()
    if procedure is None and number:
        Procedure.objects.create(threat=threat, number=number)
    elif procedure is not None and not number:
        procedure.delete()
    elif procedure is not None:
        procedure.number = number
        procedure.save(update_fields=["number"])
