"""What every page shows around its content. One value, `portal`: templates read nothing else of the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.permissions import AGENT_ROLES, MANAGE_PLATFORM, WATCH_PROCESSES, has_permission
from calae_portal.navigation import NavigationEntry, entries_for
from calae_portal.supervision import process_words
from cases.selectors import COUNTED, waiting_counts
from core import clock
from core.heartbeat import silent_processes_lately
from core.wording import local_datetime_words

if TYPE_CHECKING:
    from django.http import HttpRequest

TITLE = "Portail de la sécurité des élus"


@dataclass(frozen=True)
class Notice:
    title: str
    text: str
    tone: str


@dataclass(frozen=True)
class PortalContext:
    title: str = TITLE
    home_url: str = "/"
    is_official: bool = False
    person: str = ""
    posting: str = ""
    postings_url: str = ""
    # Shown to agents: « Notifications (3 non lues) ».
    notifications_url: str = ""
    unread: str = ""
    sign_out_url: str = ""
    notices: list[Notice] = field(default_factory=list)
    navigation: list[NavigationEntry] = field(default_factory=list)
    footer_links: list[dict[str, str]] = field(default_factory=list)


def bare_portal() -> PortalContext:
    """For the page that says the server failed: it asks nothing of the database, the session or the URLs."""
    return PortalContext(is_official=settings.PORTAL_OFFICIAL)


def portal(request: HttpRequest) -> dict[str, Any]:
    # Read by whole pages only: a part drawn again by htmx counts no task and looks at no process.
    return {"portal": SimpleLazyObject(lambda: _portal(request))}


def _portal(request: HttpRequest) -> PortalContext:
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    postings = user.active_postings if signed_in else []
    is_agent = any(posting.role in AGENT_ROLES for posting in postings)
    tasks, unread = _counts(user) if is_agent else ("", "")
    return PortalContext(
        is_official=settings.PORTAL_OFFICIAL,
        person=user.get_full_name() if signed_in else "",
        posting=_posting_label(postings),
        postings_url=reverse("accounts:postings"),
        notifications_url=reverse("accounts:notifications") if signed_in else "",
        unread=unread,
        sign_out_url=reverse("accounts:sign_out"),
        notices=_notices(user if signed_in else None),
        navigation=entries_for(user, request.path, tasks=tasks) if signed_in else [],
        footer_links=_footer_links(user if signed_in else None),
    )


def _counts(user: Any) -> tuple[str, str]:
    """What waits for an agent, in words: tasks, then unread notifications. One query."""
    tasks, unread = waiting_counts(user)
    return _figure(tasks), _figure(unread)


def _figure(number: int) -> str:
    return "" if not number else f"{COUNTED - 1}+" if number >= COUNTED else str(number)


def _posting_label(postings: list[Any]) -> str:
    if not postings:
        return ""
    more = len(postings) - 1
    return str(postings[0]) + (f" et {more} autre{'s' if more > 1 else ''}" if more else "")


def _notices(user: Any) -> list[Notice]:
    notices = []
    if settings.DEMO or not settings.PORTAL_OFFICIAL:
        text = "Les élus et les faits sont inventés."
        if clock.is_moved():
            text += f" Date du portail déplacée : nous sommes le {local_datetime_words(clock.now())}."
        notices.append(Notice("Démonstration.", text, "warning" if clock.is_moved() else "info"))
    # Only for those who must act on it.
    if user is not None and has_permission(user, WATCH_PROCESSES) and (silent := silent_processes_lately()):
        notices.append(
            Notice(
                "Les rappels peuvent être en retard.",
                f"Sans signe de vie depuis plus de 10 minutes : {' et '.join(map(process_words, silent))}. "
                "Suivez les échéances dans vos listes, qui restent justes, et prévenez l'administrateur du portail.",
                "alert",
            )
        )
    return notices


def _footer_links(user: Any) -> list[dict[str, str]]:
    links = [
        ("Parler à quelqu'un", "support:talk"),
        ("Accessibilité : non conforme", "accessibility"),
        ("Mentions légales", "legal_notice"),
    ]
    if user is not None and has_permission(user, MANAGE_PLATFORM):
        links.append(("Composants", "gallery"))
    return [{"label": label, "url": reverse(name)} for label, name in links]
