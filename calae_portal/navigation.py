"""The main menu: what a person's postings open, in the order of the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from accounts.permissions import MANAGE_PLATFORM, READ_JOURNAL, SEARCH_OFFICIALS, SEE_DIRECTORY, has_permission
from alarm_registry.permissions import CONFIGURE_CENTRES, SEARCH_CALLER, SEE_REGISTRATION, SUPERVISE
from barometer.permissions import READ_BAROMETER
from call_buttons.permissions import CONFIGURE, DECLARE_CLOSED_DAY, SEE_STOCK, VIEW_CALL_BUTTON
from cases.permissions import EDIT_GRID, FOLLOW_EVALUATIONS, SEE_NIGHT_CHECK, SEE_VIGILANCE, VIEW_CASE
from support.permissions import FIND_ASSOCIATION, HANDLE_REFERRAL, KEEP_DESK, OWN_SUPPORT, SEE_SUPPORT_FIGURES

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.permissions import Permission


@dataclass(frozen=True)
class NavigationEntry:
    label: str
    url: str
    is_current: bool
    # What waits behind it, in figures; nothing when nothing does.
    count: str = ""


@dataclass(frozen=True)
class _Destination:
    label: str
    url_name: str
    permission: Permission | None = None
    demo_only: bool = False


DESTINATIONS = (
    _Destination("Accueil", "home"),
    _Destination("Qui appelle ?", "alarm_registry:search", SEARCH_CALLER),
    _Destination("Contrôle du 17", "alarm_registry:supervision", SUPERVISE),
    _Destination("Dossiers", "cases:list", VIEW_CASE),
    _Destination("Mes tâches", "tasks:list", VIEW_CASE),
    _Destination("Évaluations", "cases:follow_up", FOLLOW_EVALUATIONS),
    _Destination("Grille", "cases:grids", EDIT_GRID),
    _Destination("Boutons d'appel", "call_buttons:queue", VIEW_CALL_BUTTON),
    _Destination("Appareils", "call_buttons:devices", SEE_STOCK),
    _Destination("Jours de fermeture", "call_buttons:closed_days", DECLARE_CLOSED_DAY),
    _Destination("Délégations", "call_buttons:delegations", CONFIGURE),
    _Destination("Alarme élu", "alarm_registry:registrations", SEE_REGISTRATION),
    _Destination("Centres du 17", "alarm_registry:tokens", CONFIGURE_CENTRES),
    _Destination("Extrait de secours", "alarm_registry:extracts", SUPERVISE),
    _Destination("Guichet", "support:desk", KEEP_DESK),
    _Destination("Orientations", "support:referrals", HANDLE_REFERRAL),
    _Destination("Mon soutien", "support:mine", OWN_SUPPORT),
    _Destination("Vigilance", "vigilance:list", SEE_VIGILANCE),
    _Destination("Contrôle de nuit", "vigilance:night_check", SEE_NIGHT_CHECK),
    _Destination("Élus", "officials:search", SEARCH_OFFICIALS),
    _Destination("Mon espace", "support:space", KEEP_DESK),
    _Destination("Trouver un référent", "referents:find", SEE_DIRECTORY),
    _Destination("Associations d'aide", "support:directory", FIND_ASSOCIATION),
    _Destination("Soutien : chiffres", "support:figures", SEE_SUPPORT_FIGURES),
    _Destination("Baromètre", "barometer:months", READ_BAROMETER),
    _Destination("Limites du 17", "alarm_registry:limits", CONFIGURE_CENTRES),
    _Destination("Journal", "operations:journal", READ_JOURNAL),
    _Destination("Date de démonstration", "operations:clock", MANAGE_PLATFORM, demo_only=True),
    _Destination("Boîte d'envoi", "operations:outbox", MANAGE_PLATFORM),
    _Destination("Tâches planifiées", "operations:jobs", MANAGE_PLATFORM, demo_only=True),
)


def entries_for(user: User, path: str, *, tasks: str = "") -> list[NavigationEntry]:
    entries = []
    # A page under two entries belongs to the nearer one.
    nearest = max((url for url in (reverse(one.url_name) for one in DESTINATIONS) if path.startswith(url)), key=len)
    for destination in DESTINATIONS:
        if destination.demo_only and not settings.DEMO:
            continue
        if destination.permission and not has_permission(user, destination.permission):
            continue
        url = reverse(destination.url_name)
        is_current = path == url if destination.url_name == "home" else url == nearest
        count = tasks if destination.url_name == "tasks:list" else ""
        entries.append(NavigationEntry(destination.label, url, is_current, count))
    return entries
