"""Those whom the threats of the bulk aim at, what names their authors, what their files ask and what protects them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from accounts.enums import Role
from calae_portal.demo.sets import copy_rows, run
from cases.enums import IdentifierKind, MeasureKind, MeasureTarget, TaskKind
from cases.models import AuthorIdentifier
from cases.services import identifier_key
from core import encryption

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

IDENTIFIED_SHARE = 0.4
# One in twenty files waits for something, three in twenty waited once.
TASK_SHARE, WAITING_SHARE = 0.2, 0.25

# The files of the bulk, which have no timeline yet and are still open: a closed file receives nothing.
VICTIMS = """
INSERT INTO cases_victim (id, threat_id, official_id, mandate_id)
SELECT gen_random_uuid(), t.id, c.official_id, t.mandate_id
FROM cases_threat t JOIN cases_case c ON c.id = t.case_id
WHERE NOT EXISTS (SELECT FROM cases_victim v WHERE v.threat_id = t.id)
    AND NOT EXISTS (SELECT FROM cases_caseevent e WHERE e.case_id = c.id)
"""
UNNAMED = """
SELECT t.id FROM cases_threat t
WHERE NOT EXISTS (SELECT FROM cases_authoridentifier a WHERE a.threat_id = t.id)
    AND NOT EXISTS (SELECT FROM cases_caseevent e WHERE e.case_id = t.case_id)
ORDER BY t.id
"""
# Waiting ones in open files only; terms from three months ago to three weeks from now.
TASKS = """
INSERT INTO cases_casetask (id, case_id, kind, title, role, path, due_at, created_at, done_at, outcome, dedupe_key)
SELECT gen_random_uuid(), c.id, %(kind)s, 'Rappeler la mairie', %(role)s, '/dossiers/' || c.reference || '/',
    d.due_at, c.opened_at, CASE WHEN d.waits THEN NULL ELSE greatest(c.opened_at, d.due_at - interval '1 day') END,
    CASE WHEN d.waits THEN '' ELSE 'Fait.' END, 'bulk:' || c.id
FROM cases_case c
CROSS JOIN LATERAL (SELECT ('x' || left(md5(c.id::text), 6))::bit(24)::int / 16777216.0 AS drawn) AS r
CROSS JOIN LATERAL (
    SELECT c.state = 'open' AND r.drawn < %(share)s * %(waiting)s AS waits,
        %(now)s + interval '1 day' * (21 - 111 * (r.drawn * 1000 - floor(r.drawn * 1000))) AS due_at
) AS d
WHERE r.drawn < %(share)s
ON CONFLICT DO NOTHING
"""
# Half of the open files whose evaluation is validated have two measures, owned by whoever evaluated.
MEASURES = """
INSERT INTO cases_protectivemeasure (id, case_id, evaluation_id, kind, target, state, proposed_by_id, proposed_at,
    decider_role, end_reason, version, saved_by)
SELECT gen_random_uuid(), c.id, e.id, k.kind, %(target)s, 'proposed', e.evaluated_by_id, e.validated_at, '', '', 1, ''
FROM cases_case c
JOIN LATERAL (
    SELECT e.* FROM cases_evaluation e WHERE e.case_id = c.id AND e.state = 'validated'
    ORDER BY e.opened_at, e.id LIMIT 1
) AS e ON true
CROSS JOIN unnest(%(kinds)s::text[]) AS k(kind)
WHERE c.state = 'open' AND ('x' || left(md5(c.id::text), 6))::bit(24)::int %% 2 = 0
    AND NOT EXISTS (SELECT FROM cases_protectivemeasure m WHERE m.case_id = c.id)
    AND NOT EXISTS (SELECT FROM cases_caseevent v WHERE v.case_id = c.id)
"""
DECIDE_MEASURES = """
UPDATE cases_protectivemeasure m
SET state = 'decided', version = m.version + 1, decided_by_id = e.validated_by_id, decider_role = %(role)s,
    decided_at = %(now)s, owner_id = m.proposed_by_id, period = daterange(%(today)s, NULL), review_on = %(review)s
FROM cases_evaluation e
WHERE e.id = m.evaluation_id AND m.state = 'proposed'
    AND NOT EXISTS (SELECT FROM cases_caseevent v WHERE v.case_id = m.case_id)
"""
START_MEASURES = """
UPDATE cases_protectivemeasure m SET state = 'in_force', version = m.version + 1
WHERE m.state = 'decided' AND NOT EXISTS (SELECT FROM cases_caseevent v WHERE v.case_id = m.case_id)
"""


def fill_people(*, rng: Random) -> None:
    run(VICTIMS)
    with connection.cursor() as cursor:
        cursor.execute(UNNAMED)
        threats = [row[0] for row in cursor.fetchall()]
    copy_rows(AuthorIdentifier, ("id", "threat_id", "kind", "value", "key"), _identifiers(threats, rng))


def fill_tasks(*, now: datetime) -> None:
    """Once files are closed: those that wait are in open ones."""
    values = {"kind": TaskKind.OTHER.value, "role": Role.REFERENT.value, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(TASKS, values | {"share": TASK_SHARE, "waiting": WAITING_SHARE})


def fill_measures(*, now: datetime) -> None:
    """Once files are closed, before their timelines are written: proposed, decided by the hierarchy, in force."""
    today = now.date()
    values = {"now": now, "today": today, "review": today + timedelta(days=90), "role": Role.UNIT_HEAD.value}
    kinds = {"target": MeasureTarget.OFFICIAL.value, "kinds": [MeasureKind.ADVICE.value, MeasureKind.PATROLS.value]}
    with connection.cursor() as cursor:
        for statement in (MEASURES, DECIDE_MEASURES, START_MEASURES):
            cursor.execute(statement, values | kinds)


def _identifiers(threats: list[UUID], rng: Random) -> Iterator[tuple[Any, ...]]:
    """Numbers of the range that is nobody's: some authors come back."""
    for threat in threats:
        if rng.random() > IDENTIFIED_SHARE:
            continue
        key, value = (
            UUID(int=rng.getrandbits(128), version=4),
            f"06 39 98 {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}",
        )
        hidden = encryption.encrypt(value, place=f"cases_authoridentifier|value|{key}")
        kind = IdentifierKind.TELEPHONE
        yield key, threat, kind.value, hidden, identifier_key(kind, value)
