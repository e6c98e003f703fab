"""The letters of a prefecture: a new version is kept once it gives a letter, and the latest one is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import typst
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from call_buttons.enums import DocumentKind
from call_buttons.models import CallButtonRules, DocumentTemplate
from call_buttons.services.documents import (
    Document,
    LetterText,
    Sources,
    check_source,
    day_in_words,
    period_in_words,
    render_letter,
    shipped,
    sources_for,
)
from call_buttons.services.errors import ActRefused
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor
    from territories.models import Departement

SOURCE_MAX = 20_000


def preview_template(*, departement: Departement, kind: DocumentKind, source: str) -> Document:
    """The letter that `source` gives, for an invented person; the portal's own when it is empty.

    Raises ActRefused, beside the source, with what the typesetting says.
    """
    if len(source) > SOURCE_MAX:
        raise ActRefused(f"Un modèle a {SOURCE_MAX} signes au plus.", field="source")
    source = source.replace("\r\n", "\n").strip() or shipped(kind)
    check_source(source)
    if kind == DocumentKind.LETTERHEAD:
        sources = Sources(letter=sources_for(departement, DocumentKind.GRANT).letter, letterhead=source)
        text = sample(departement, DocumentKind.GRANT)
    else:
        sources = Sources(letter=source, letterhead=sources_for(departement, kind).letterhead)
        text = sample(departement, kind)
    try:
        # What is empty in most letters is empty here too: a branch that only they take must compile as well.
        render_letter(replace(text, period="", gap="", contested="", quality="", orientation=""), sources)
        return render_letter(text, sources)
    except typst.TypstError as error:
        raise ActRefused(f"Ce modèle ne donne pas de lettre : {str(error)[:300]}", field="source") from error


@transaction.atomic
def save_template(
    *, departement: Departement, kind: DocumentKind, source: str, note: str, user: User, actor: Actor
) -> DocumentTemplate:
    """Keep a new version of a letter of the prefecture; an empty `source` comes back to the portal's own.

    Raises ActRefused when it gives no letter, or says nothing new.
    """
    preview_template(departement=departement, kind=kind, source=source)
    source = source.replace("\r\n", "\n").strip()
    latest = DocumentTemplate.objects.filter(departement=departement, kind=kind).order_by("-version").first()
    if source == (latest.source if latest else ""):
        raise ActRefused("Ce texte est déjà celui qui sert.", field="source")
    made = DocumentTemplate.objects.create(
        departement=departement,
        kind=kind,
        version=(latest.version if latest else 0) + 1,
        source=source,
        note=note.strip(),
        saved_by=user,
        saved_at=clock.now(),
    )
    record_act(
        actor=actor,
        object_type="call_buttons.documenttemplate",
        object_id=str(made.pk),
        object_label=f"{departement.pk}, {made}"[:200],
        reason=f"modèle de lettre : {made.note}"[:200],
    )
    return made


def sample(departement: Departement, kind: DocumentKind) -> LetterText:
    """What a letter says of an invented person, with every field filled."""
    first, last = date(2026, 1, 14), date(2026, 4, 14)
    return LetterText(
        kind=kind,
        number=f"{departement.pk}-2026-BA-00000",
        signed_on=first,
        signing_quality="Pour le préfet et par délégation, le directeur de cabinet",
        signing_name="Prénom Nom",
        act="arrêté n° 00-2026 du 2 janvier 2026",
        prefecture=f"Préfecture {departement.name_of}",
        person="Anne Inventée",
        quality="maire de Village-Inventé",
        remedy=CallButtonRules.on(clock.today(departement.time_zone)).remedy,
        period=period_in_words(DateRange(first, date(2026, 4, 15))),
        last_day=day_in_words(last),
        gap="La protection précédente avait pris fin le 10 janvier 2026.",
        contested=f"{departement.pk}-2025-BA-00000",
        communicable_motive="Ici, le motif communicable.",
        orientation="Ici, ce qui est proposé.",
    )
