"""Reads of élus."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, ExpressionWrapper, F, FloatField, OuterRef, Prefetch, Q, Value, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Greatest, JSONObject

from core import clock
from officials.models import Mandate, Official, ProtectedPerson
from territories.naming import search_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

# « Dupond » finds Dupont. A lower one finds half of the country.
LIKENESS = 0.38
# Shorter words resemble everything: they are only looked for at the start of words.
LIKELY_FROM = 4
WORDS = 6


def current_mandates(official: Official) -> list[Mandate]:
    """Mandates held today, as far as is known."""
    queryset = official.mandates.current(_today()).select_related("commune__departement", "departement", "region")
    return list(queryset.order_by("started_on", "pk"))


def mandates_and_household(official: Official, **beside: Expression) -> tuple[list[Mandate], list[ProtectedPerson]]:
    """Mandates held today, and the people protected around the élu by kinship and age alone: one query.

    A second one when the élu holds no mandate any more. `beside` are expressions that each mandate brings along.
    """
    people = ProtectedPerson.objects.order_by("kinship", "pk")
    known = people.filter(official_id=OuterRef("official_id")).values(
        known=JSONObject(kinship="kinship", is_minor="is_minor")
    )
    mandates = list(
        official.mandates.current(_today())
        .select_related("commune__departement", "departement", "region")
        .annotate(household=ArraySubquery(known), **beside)
        .order_by("started_on", "pk")
    )
    if not mandates:
        return [], list(people.filter(official=official).only("kinship", "is_minor", "official_id"))
    # Never saved: they carry what the line of the household says, and nothing else.
    return list[Mandate](mandates), [ProtectedPerson(**values) for values in mandates[0].household]


def quality_of(official: Official) -> str:
    """« maire de …, conseiller départemental … », as a document names the person; empty without mandate."""
    return ", ".join(str(mandate) for mandate in current_mandates(official))


def email_of(official: Official) -> str:
    """Where to write to the élu: the address of his account, or the one that he gave; empty when none is known.

    Nobody writes to an address that several élus share, that of a town hall: others than him open its letters.
    """
    return emails_of([official])[official.pk]


def emails_of(officials: Iterable[Official]) -> dict[UUID, str]:
    """`email_of` for many élus, read with their account, in one query."""
    people = list(officials)
    indexes = [bytes(one.email_index) for one in people if one.user is None and one.email_index is not None]
    using = Official.objects.filter(email_index__in=indexes).values_list("email_index", flat=True)
    holders = Counter(bytes(index) for index in using if index is not None)

    def address(one: Official) -> str:
        if one.user is not None:
            return one.user.email
        shared = one.email_index is not None and holders[bytes(one.email_index)] > 1
        return "" if shared else one.email or ""

    return {one.pk: address(one) for one in people}


def shares_email(official: Official) -> bool:
    """Whether another élu gave the same address."""
    if official.email_index is None:
        return False
    return Official.objects.filter(email_index=official.email_index).exclude(pk=official.pk).exists()


def household_of(official: Official) -> list[ProtectedPerson]:
    """The protected persons of an élu, in a stable order."""
    return list(official.protected_persons.select_related("user").order_by("created_at", "pk"))


def search_officials(text: str, *, limit: int = 20) -> list[Official]:
    """Élus whose names or communes resemble every word typed, in any order; the closest first.

    Each has `current_mandates`, those of today. Three queries whatever the number found.
    """
    words = search_key(text).split()[:WORDS]
    if not words:
        return []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.strict_word_similarity_threshold', %s, true)", [str(LIKENESS)])
        queryset = Official.objects.filter(_all_words(words)).order_by(
            OrderBy(_likeness(words), descending=True), "sort_name", "pk"
        )
        return list(with_current_mandates(queryset)[:limit])


def with_current_mandates(queryset: QuerySet[Official]) -> QuerySet[Official]:
    """Each élu with `current_mandates`, a list."""
    held = Mandate.objects.current(_today()).select_related("commune", "departement").order_by("started_on", "pk")
    return queryset.prefetch_related(Prefetch("mandates", queryset=held, to_attr="current_mandates"))


def _all_words(words: list[str]) -> Q:
    condition = Q()
    for word in words:
        one = _starting(word)
        if len(word) >= LIKELY_FROM:
            one |= Q(search_name__trigram_strict_word_similar=word) | Q(search_places__trigram_strict_word_similar=word)
            one |= _any_swapped(word)
        condition &= one
    return condition


def _starting(word: str) -> Q:
    return Q(search_name__contains=f" {word}") | Q(search_places__contains=f" {word}")


def _swapped(word: str) -> list[str]:
    """« Mratin » for Martin: the commonest slip is the one that trigrams see worst."""
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]


def _likeness(words: list[str]) -> Expression:
    return ExpressionWrapper(reduce(add, map(_likeness_of, words)), output_field=FloatField())


def _likeness_of(word: str) -> Expression:
    """A whole word typed as it is written counts more than its start, and its start more than any resemblance."""
    resembling = Greatest(
        TrigramStrictWordSimilarity(word, "search_name"),
        # A commune found in place of a name comes after.
        TrigramStrictWordSimilarity(word, "search_places") * 0.9,
    )
    ranks = [
        # The surname comes first in the searched name.
        When(search_name__startswith=f" {word} ", then=Value(2.2)),
        When(search_name__contains=f" {word} ", then=Value(2.0)),
        When(search_name__endswith=f" {word}", then=Value(2.0)),
        When(search_name__contains=f" {word}", then=Value(1.2)),
    ]
    if swapped := _any_swapped(word):
        ranks.append(When(swapped, then=Value(0.8)))
    return ExpressionWrapper(Case(*ranks, default=resembling), output_field=FloatField())


def _any_swapped(word: str) -> Q:
    condition = Q()
    for swapped in _swapped(word) if len(word) >= LIKELY_FROM else ():
        condition |= Q(search_name__contains=f" {swapped} ")
    return condition


def all_mandates(official: Official) -> list[Mandate]:
    """Every mandate known, the latest first."""
    queryset = official.mandates.select_related("commune__departement", "departement", "region")
    return list(queryset.order_by(F("started_on").desc(nulls_last=True), "kind", "pk"))


def matching_officials(text: str) -> QuerySet[Official]:
    """Élus with, for every word typed, a name that starts so, without accents. To be joined, not listed: no bound."""
    words = search_key(text).split()[:WORDS]
    queryset = Official.objects.all() if words else Official.objects.none()
    for word in words:
        queryset = queryset.filter(search_name__contains=f" {word}")
    return queryset


def _today() -> date:
    return clock.today("Europe/Paris")
