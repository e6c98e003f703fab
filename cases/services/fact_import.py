"""Facts that a prefecture, or CALAE, knows already, entered all at once with their source: the good rows of the file,
and for each of the others its line, its column and the reason."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from accounts.models import Unit
from accounts.selectors import departement_under
from cases.enums import AuthorKnowledge, Channel, Complaint, Nature, Urgency
from cases.models import Case, FactImport, FactImportRow
from cases.models.threat import EARLIEST_FACT
from cases.permissions import IMPORT_FACTS
from cases.selectors import probable_duplicates
from cases.services.errors import ActRefused
from cases.services.fact_table import COLUMNS, NEEDED, FactRow, read_fact_table
from cases.services.facts import ThreatFacts
from cases.services.hints import propose_duplicate
from cases.services.threats import log_threat
from core import clock
from core.encryption import blind_index
from core.imports import BadCell, FileRefused, parse_date
from core.journal import record_act
from core.text import search_text
from core.wording import of_words
from officials.models import Mandate, Official
from officials.models import name_keys as official_keys
from referents.selectors import units_for_commune
from territories.selectors import search_communes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Unit, User
    from core.journal import Actor
    from territories.models import Commune

PURPOSE = "cases.fact_import"
RECIT_MAX = 20_000
HOUR = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?(?::\d{2})?")


class _BadColumn(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass
class _Ready:
    """A row that can become a threat."""

    row: FactRow
    official: Official
    unit: Unit
    facts: ThreatFacts
    source: str
    source_date: date
    fingerprint: bytes


@dataclass
class ImportOutcome:
    """What an import did, or would do: `done` is None after a mere check."""

    done: FactImport | None = None
    accepted: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    refusals: list[tuple[int, str, str]] = field(default_factory=list)


def import_facts(*, data: bytes, filename: str, user: User, actor: Actor, only_check: bool = False) -> ImportOutcome:
    """Enter the facts of a table. The same rows given again change nothing.

    A fact that looks like a known one opens a file of its own and a « doublon à vérifier »; another joins the open
    file of the élu at the competent unit, or opens one. Raises ActRefused when the file as a whole cannot be read.
    """
    try:
        rows, problems = read_fact_table(data)
    except FileRefused as error:
        raise ActRefused(f"Fichier refusé : {' ; '.join(map(str, error.issues))}", field="file") from error
    reader = _Reader(user, filename)
    outcome = ImportOutcome(refusals=problems)
    ready = _read_all(rows, reader, outcome)
    outcome.refusals.sort()
    if only_check or not ready:
        return outcome
    try:
        with transaction.atomic():
            outcome.done = _write(ready, data, filename, outcome, user, actor)
    except IntegrityError as error:
        if "fingerprint" not in str(error):
            raise
        raise ActRefused("Ce fichier vient d'être importé par quelqu'un d'autre.", field="file") from error
    return outcome


def _read_all(rows: list[FactRow], reader: _Reader, outcome: ImportOutcome) -> list[_Ready]:
    ready: dict[bytes, _Ready] = {}
    for row in rows:
        try:
            one = reader.read(row)
        except _BadColumn as error:
            outcome.refusals.append((row.line, error.column, str(error)))
            continue
        if one.fingerprint in ready:
            first = ready[one.fingerprint].row.line
            outcome.refusals.append((row.line, "", f"Cette ligne répète la ligne {first}."))
        else:
            ready[one.fingerprint] = one
    known = FactImportRow.objects.filter(fingerprint__in=ready).values_list("fingerprint", flat=True)
    for fingerprint in known:
        outcome.known.append(ready.pop(bytes(fingerprint)).row.line)
    outcome.accepted = [one.row.line for one in ready.values()]
    return list(ready.values())


def _write(
    ready: list[_Ready], data: bytes, filename: str, outcome: ImportOutcome, user: User, actor: Actor
) -> FactImport:
    refusals = [{"line": line, "column": column, "reason": reason} for line, column, reason in outcome.refusals]
    done = FactImport.objects.create(
        departement=departement_under(user, IMPORT_FACTS),
        filename=filename[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        at=clock.now(),
        by=user,
        accepted=len(ready),
        known=len(outcome.known),
        refusals=json.dumps(refusals, ensure_ascii=False),
    )
    record_act(
        actor=actor,
        object_type="cases.factimport",
        object_id=str(done.pk),
        object_label=done.filename,
        reason="import de faits",
        details={"accepted": len(ready), "refused": len(refusals), "sha256": done.sha256},
    )
    for one in ready:
        _enter(one, done, user, actor)
    return done


def _enter(one: _Ready, done: FactImport, user: User, actor: Actor) -> None:
    alike = probable_duplicates(
        officials=[one.official],
        occurred_at=one.facts.occurred_at,
        commune=one.facts.commune,
        nature=one.facts.nature,
        user=user,
    ).candidates
    case = None
    if not alike:
        held = Case.objects.open().filter(official=one.official, unit=one.unit)
        case = held.select_related("official", "unit", "departement").order_by("-opened_at", "-pk").first()
    threat = log_threat(official=one.official, unit=one.unit, facts=one.facts, user=user, actor=actor, case=case)
    FactImportRow.objects.create(
        fact_import=done,
        line=one.row.line,
        fingerprint=one.fingerprint,
        threat=threat,
        source=one.source,
        source_date=one.source_date,
    )
    for candidate in alike:
        propose_duplicate(new=threat.case, known=candidate.case, reasons=candidate.reasons)


class _Reader:
    """Turns rows into facts, for what `user` may import."""

    def __init__(self, user: User, filename: str) -> None:
        self.in_scope = set(Unit.objects.visible_to(user, IMPORT_FACTS).values_list("pk", flat=True))
        self.default_source = f"fichier « {filename} »"[:150]
        self.communes = lru_cache(maxsize=None)(search_communes)
        self.units = lru_cache(maxsize=None)(units_for_commune)

    def read(self, row: FactRow) -> _Ready:
        cells = row.cells
        for name in NEEDED:
            if not cells.get(name):
                raise _BadColumn(COLUMNS[name], "La case est vide.")
        mandate_commune = self._commune(cells, "commune_mandat")
        official, mandate = self._official(cells, mandate_commune)
        commune = self._commune(cells, "commune_faits")
        unit = self._unit(cells, commune)
        if len(cells["recit"]) > RECIT_MAX:
            raise _BadColumn(COLUMNS["recit"], f"Le récit dépasse {RECIT_MAX} caractères.")
        facts = ThreatFacts(
            occurred_at=_moment(cells, commune),
            commune=commune,
            nature=_choice(cells, "nature", Nature, ""),
            channel=_choice(cells, "moyen", Channel, ""),
            description=cells["recit"],
            author_knowledge=AuthorKnowledge.UNKNOWN,
            complaint=_choice(cells, "plainte", Complaint, Complaint.NONE),
            urgency=_choice(cells, "urgence", Urgency, Urgency.NORMAL),
            mandate=mandate,
        )
        return _Ready(
            row=row,
            official=official,
            unit=unit,
            facts=facts,
            source=(cells.get("source") or self.default_source)[:150],
            source_date=_day(cells, "date_source") or clock.today(unit.departement.time_zone),
            fingerprint=blind_index(
                "\x1f".join(" ".join(cells[name].casefold().split()) for name in NEEDED), purpose=PURPOSE
            ),
        )

    def _commune(self, cells: Mapping[str, str], name: str) -> Commune:
        typed = cells[name]
        if re.fullmatch(r"\d{4}", typed):  # a spreadsheet has eaten the first zero of « 01004 »
            typed = f"0{typed}"
        found = self.communes(typed, 30)
        bare = search_text(typed.partition("(")[0])
        exact = [commune for commune in found if commune.code == typed.upper() or search_text(commune.name) == bare]
        if len(exact) == 1:
            return exact[0]
        if len(exact) > 1:
            several = ", ".join(str(commune) for commune in exact[:5])
            raise _BadColumn(COLUMNS[name], f"Plusieurs communes portent ce nom ({several}) : écrivez le code INSEE.")
        raise _BadColumn(COLUMNS[name], f"Aucune commune ne correspond à « {typed[:60]} ».")

    def _official(self, cells: Mapping[str, str], commune: Commune) -> tuple[Official, Mandate]:
        last, first, _, _ = official_keys(cells["nom"], cells["prenom"])
        mandates = list(
            Mandate.objects.filter(commune=commune, official__last_key=last, official__first_key=first)
            .select_related("official", "departement", "commune")
            .order_by("official", "-started_on", "pk")
        )
        people = {mandate.official_id for mandate in mandates}
        if len(people) == 1:
            return mandates[0].official, mandates[0]
        name = f"{cells['prenom']} {cells['nom']}"
        if people:
            reason = f"Plusieurs élus {of_words(str(commune))} s'appellent {name} : enregistrez ce fait au guichet."
            raise _BadColumn(COLUMNS["nom"], reason)
        raise _BadColumn(COLUMNS["nom"], f"Aucun élu {of_words(str(commune))} ne s'appelle {name}.")

    def _unit(self, cells: Mapping[str, str], commune: Commune) -> Unit:
        units = self.units(commune)
        if wanted := search_text(cells.get("unite", "")):
            units = [unit for unit in units if wanted in (search_text(unit.name), search_text(unit.code))]
        mine = [unit for unit in units if unit.pk in self.in_scope]
        if len(mine) == 1:
            return mine[0]
        column = COLUMNS["unite"]
        if units and not mine:
            raise _BadColumn(column, "L'unité compétente n'est pas dans votre département.")
        if not units:
            raise _BadColumn(column, f"Aucune unité ainsi nommée n'est compétente pour {commune}.")
        names = ", ".join(unit.name for unit in mine[:5])
        raise _BadColumn(column, f"Plusieurs unités sont compétentes ({names}) : écrivez laquelle.")


def _day(cells: Mapping[str, str], name: str) -> date | None:
    try:
        return parse_date(cells.get(name, ""))
    except BadCell as error:
        raise _BadColumn(COLUMNS[name], f"{str(error).capitalize()}. Écrivez-la ainsi : 16/05/2026.") from error


def _moment(cells: Mapping[str, str], commune: Commune) -> datetime:
    day, found = _day(cells, "date"), HOUR.fullmatch(cells["heure"].strip())
    if day is None:
        raise _BadColumn(COLUMNS["date"], "La case est vide.")
    try:
        hour = time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        hour = None
    if hour is None:
        raise _BadColumn(COLUMNS["heure"], f"Heure illisible « {cells['heure'][:20]} ». Écrivez-la ainsi : 21:40.")
    moment = datetime.combine(day, hour, tzinfo=commune.departement.zone)
    if moment > clock.now():
        raise _BadColumn(COLUMNS["date"], "Les faits seraient dans le futur.")
    if moment < EARLIEST_FACT:
        raise _BadColumn(COLUMNS["date"], f"La date doit suivre le {EARLIEST_FACT:%d/%m/%Y}.")
    return moment


def _choice(cells: Mapping[str, str], name: str, choices: type, default: str) -> str:
    typed = search_text(cells.get(name, ""))
    if not typed and default:
        return default
    for value, label in choices.choices:  # type: ignore[attr-defined]  # TextChoices
        if typed in (search_text(label), search_text(value)):
            return str(value)
    accepted = ", ".join(f"« {label} »" for label in choices.labels)  # type: ignore[attr-defined]
    raise _BadColumn(COLUMNS[name], f"« {cells[name][:40]} » n'est pas dans la liste : {accepted}.")
