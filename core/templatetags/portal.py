"""The portal's own filters and components; loaded in every template (settings, `builtins`).

A component is a template of `templates/components/`, with its signature on top; tags that end with `end…` take the
markup between them as `content`. The gallery (/composants/) shows each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from core import clock, wording
from core.charts import bar_rows
from core.helpline import NUMBER, opening

register = template.Library()

# Levels of an evaluation are read in words, never as a number: another State scale runs the other way.
LEVELS = {1: ("Faible", "info"), 2: ("Modéré", "new"), 3: ("Élevé", "warning"), 4: ("Très élevé", "error")}
TONES = ("info", "success", "new", "warning", "error")


# --- Words ---------------------------------------------------------------------------------------
@register.filter
def day(value: date | datetime | None, zone: ZoneInfo | str = wording.PARIS) -> str:
    """16/05/2026. A moment takes the zone in argument, Paris otherwise."""
    return wording.day_words(value, zone) if value else ""


@register.filter
def local_datetime(value: datetime | None, zone: ZoneInfo | str = wording.PARIS) -> str:
    """« 16/05/2026 à 23 h 59 (heure de La Réunion) »; the zone is named when it is not Paris."""
    return wording.local_datetime_words(value, zone) if value else ""


@register.filter
def local_datetime_paris(value: datetime | None, zone: ZoneInfo | str = wording.PARIS) -> str:
    """The same, followed by the hour in Paris where it differs: for a reader of Paris."""
    return wording.local_datetime_words(value, zone, with_paris=True) if value else ""


@register.filter
def relative(value: datetime | date | None, zone: ZoneInfo | str = wording.PARIS) -> str:
    """« dans 3 jours », « il y a 2 h », at the portal's clock."""
    if not value:
        return ""
    if isinstance(value, datetime):
        return wording.relative_words(value, clock.now())
    return wording.relative_day_words(value, clock.today(zone))


@register.filter
def since_hours(value: datetime) -> str:
    """« depuis 52 h », at the portal's clock."""
    return f"depuis {wording.hours_words(clock.now() - value)}"


@register.filter
def due(value: datetime | date | None, zone: ZoneInfo | str = wording.PARIS) -> str:
    """« dans 3 jours », « en retard de 4 h », at the portal's clock."""
    if not value:
        return ""
    if isinstance(value, datetime):
        return wording.due_words(value, clock.now())
    return wording.due_day_words(value, clock.today(zone))


@register.filter
def plural(number: int, forms: str) -> str:
    """`{{ 3|plural:"dossier,dossiers" }}` → « 3 dossiers »."""
    one, many = forms.split(",")
    return wording.plural_words(number, one, many)


@register.filter
def number(value: int) -> str:
    return wording.number_words(value)


@register.filter
def file_size(value: int) -> str:
    """« 1,2 Mo »."""
    return wording.size_words(value)


@register.filter
def telephone_href(value: str) -> str:
    """What a `tel:` link takes: digits and a leading +."""
    kept = "".join(sign for sign in value if sign.isdigit())
    return f"+{kept}" if value.strip().startswith("+") else kept


# --- Components ----------------------------------------------------------------------------------
@lru_cache(maxsize=256)
def _badge(label: str, tone: str) -> SafeString:
    # A list shows the same few badges fifty times.
    return render_to_string("components/badge.html", {"label": label, "tone": tone})


@register.simple_tag
def level_badge(level: int | None) -> SafeString:
    """The level of an evaluation, in words."""
    words, tone = LEVELS[int(level)] if level else ("Non évalué", "")
    return _badge(words, tone)


@register.simple_tag
def badge(label: str, tone: str = "") -> SafeString:
    """The state of a thing. `tone`: info, success, new, warning, error, or nothing for grey."""
    if tone and tone not in TONES:
        raise template.TemplateSyntaxError(f"unknown tone {tone!r}")
    return _badge(str(label), tone)


@register.inclusion_tag("components/helpline.html")
def helpline(zone: ZoneInfo | str = wording.PARIS) -> dict[str, Any]:
    """The line of support, open or closed now, told to a reader of `zone`; and the 17."""
    return {"opening": opening(zone), "number": NUMBER}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, Any]:
    """`{% breadcrumb "Dossiers" "cases:list" case.reference %}`: pairs of label and URL or URL name, then the page."""
    *pairs, current = steps
    links = [
        {"label": label, "url": target if target.startswith("/") else reverse(target)}
        for label, target in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return {"links": links, "current": current, "home": reverse("home")}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, label: str = "Pages de la liste") -> dict[str, Any]:
    """Previous and next of a keyset page; the other parameters of the address stay."""
    query = context["request"].GET.copy()

    def link(cursor: str | None) -> str:
        if not cursor:
            return ""
        query["cursor"] = cursor
        return f"?{query.urlencode()}"

    return {"label": label, "previous": link(page.previous_cursor), "next": link(page.next_cursor)}


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(
    title: str, rows: Iterable[tuple[str, int | None]], caption: str, header: str, unit: str, hidden: str = "< 5"
) -> dict[str, Any]:
    """Bars and their table. A value of None reads as `hidden`. `unit` heads the column of figures."""
    bars = bar_rows(list(rows))
    return {"title": title, "caption": caption, "header": header, "unit": unit, "hidden": hidden, **bars}


def _slot(name: str, content: SafeString, **values: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", {"content": content, **values})


@register.simple_block_tag
def page_header(content: SafeString, title: str, subtitle: str = "") -> SafeString:
    """Title of the page; between the tags, badges and the one primary action."""
    return _slot("page_header", content, title=title, subtitle=subtitle)


@register.simple_block_tag
def table(content: SafeString, caption: str, headers: Any, hide_caption: bool = False) -> SafeString:
    """Rows between the tags, `<td data-label="…">` so that they read as cards on a telephone.

    `headers`: a list, or texts separated by « | ».
    """
    titles = headers.split("|") if isinstance(headers, str) else list(headers)
    return _slot("table", content, caption=caption, headers=titles, hide_caption=hide_caption)


@register.simple_block_tag
def callout(content: SafeString, title: str) -> SafeString:
    """A thing to read before acting."""
    return _slot("callout", content, title=title)


@register.simple_block_tag
def alert(content: SafeString, title: str, tone: str = "info") -> SafeString:
    """`tone`: info, success, warning, error."""
    return _slot("alert", content, title=title, tone=tone)


@register.simple_block_tag
def section(content: SafeString, title: str, anchor: str = "") -> SafeString:
    """A part of a page under its own title: no tabs, everything is on the page and prints."""
    return _slot("section", content, title=title, anchor=anchor)


# What the component « section » writes.
_SECTION = re.compile(r'<section class="portal-section" id="([^"]+)">\s*<h2[^>]*>(.*?)</h2>', re.DOTALL)


@register.simple_block_tag
def contents(content: SafeString, title: str) -> SafeString:
    """The sections between the tags, after a list of links to each that has an anchor: only those that are there."""
    links = [(anchor, SafeString(label.strip())) for anchor, label in _SECTION.findall(content)]
    return _slot("contents", content, title=title, links=links)


@register.simple_block_tag(takes_context=True)
def act_form(
    context: template.Context,
    content: SafeString,
    url: str,
    label: str,
    about: str = "",
    tone: str = "secondary",
    confirm: str = "",
) -> SafeString:
    """A button that acts, by POST. `confirm`: a sentence to open and read before the button shows.

    `about` says on what, to those who hear the buttons of a list and do not see their row.

    Between the tags: hidden fields or a short form. `tone`: primary, secondary, tertiary.
    """
    return _slot(
        "act_form",
        content,
        url=url,
        label=label,
        about=about,
        tone=tone,
        confirm=confirm,
        csrf_token=context.get("csrf_token", ""),
    )
