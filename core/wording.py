"""How the portal says dates, delays and numbers in French. Pages, messages and documents share it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"

# Named where it is not Paris: a person of Paris reading « 23 h 59 » must know whose evening it is.
ZONE_NAMES = {
    "America/Cayenne": "heure de Guyane",
    "America/Guadeloupe": "heure de Guadeloupe",
    "America/Marigot": "heure de Saint-Martin",
    "America/Martinique": "heure de Martinique",
    "America/Miquelon": "heure de Saint-Pierre-et-Miquelon",
    "America/St_Barthelemy": "heure de Saint-Barthélemy",
    "Indian/Kerguelen": "heure des Kerguelen",
    "Indian/Mayotte": "heure de Mayotte",
    "Indian/Reunion": "heure de La Réunion",
    "Pacific/Noumea": "heure de Nouvelle-Calédonie",
    "Pacific/Tahiti": "heure de Polynésie française",
    "Pacific/Wallis": "heure de Wallis-et-Futuna",
}


def as_zone(zone: ZoneInfo | str) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def day_words(value: date | datetime, zone: ZoneInfo | str = PARIS) -> str:
    """16/05/2026."""
    if isinstance(value, datetime):
        value = value.astimezone(as_zone(zone))
    return f"{value:%d/%m/%Y}"


def time_words(value: datetime) -> str:
    """23 h 59, as it stands: convert first."""
    return f"{value:%H}\u00a0h\u00a0{value:%M}"


def zone_words(value: datetime) -> str:
    """« heure de La Réunion »; nothing for Paris; the offset for a zone that has no name here."""
    key = getattr(value.tzinfo, "key", "")
    if key == PARIS:
        return ""
    if key in ZONE_NAMES:
        return ZONE_NAMES[key]
    minutes = int((value.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"heure locale, UTC{'-' if minutes < 0 else '+'}{hours}" + (f" h {rest:02d}" if rest else "")


def local_datetime_words(value: datetime, zone: ZoneInfo | str = PARIS, *, with_paris: bool = False) -> str:
    """« 16/05/2026 à 23 h 59 (heure de La Réunion) », then « soit 21 h 59 à Paris » when asked."""
    local = value.astimezone(as_zone(zone))
    words = f"{day_words(local, local.tzinfo)} à {time_words(local)}"  # type: ignore[arg-type]
    name = zone_words(local)
    if not name:
        return words
    words += f" ({name})"
    if with_paris:
        paris = value.astimezone(as_zone(PARIS))
        day = "" if paris.date() == local.date() else f"le {day_words(paris)} à "
        words += f", soit {day}{time_words(paris)} à Paris"
    return words


def duration_words(span: timedelta) -> str:
    """« 12 min », « 3 h », « 4 jours »: whole units, rounded down. From two days on, in days."""
    seconds = int(abs(span).total_seconds())
    if seconds < 60:
        return "moins d'une minute"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} jours"


def hours_words(span: timedelta) -> str:
    """« 5 h », « 52 h »: in hours however long, for what is counted in hours."""
    hours = int(span.total_seconds() // 3600)
    return f"{number_words(hours)} h" if hours else "moins d'une heure"


def relative_words(moment: datetime, now: datetime) -> str:
    """« dans 3 jours », « il y a 2 h »."""
    span = duration_words(moment - now)
    return f"dans {span}" if moment > now else f"il y a {span}"


def due_words(moment: datetime, now: datetime) -> str:
    """« dans 3 jours » before the term, « en retard de 4 h » after it."""
    span = duration_words(moment - now)
    return f"dans {span}" if moment > now else f"en retard de {span}"


def relative_day_words(day: date, today: date) -> str:
    """« aujourd'hui », « demain », « dans 3 jours », « il y a 2 jours »."""
    days = (day - today).days
    near = {0: "aujourd'hui", 1: "demain", -1: "hier"}
    if days in near:
        return near[days]
    return f"dans {days} jours" if days > 0 else f"il y a {-days} jours"


def due_day_words(day: date, today: date) -> str:
    """Like `relative_day_words`, but a past day is late: « en retard de 2 jours »."""
    days = (today - day).days
    if days <= 0:
        return relative_day_words(day, today)
    return f"en retard de {plural_words(days, 'jour', 'jours')}"


def number_words(number: int) -> str:
    """12 345, with the space that does not break."""
    return f"{number:,}".replace(",", "\u00a0")


def plural_words(number: int, one: str, many: str) -> str:
    """« 1 dossier », « 3 dossiers »; in French zero is singular."""
    return f"{number_words(number)} {one if abs(number) < 2 else many}"


def ordinal_words(number: int) -> str:
    """« 1re », « 2e »: of something feminine."""
    return "1re" if number == 1 else f"{number_words(number)}e"


def of_words(words: str) -> str:
    """« de consulter », « d'enregistrer », « d'Olmes »."""
    return f"d'{words}" if words[0].lower() in "aàâeéèêhiîoôuy" else f"de {words}"


def size_words(count: int) -> str:
    """« 512 octets », « 34 ko », « 1,2 Mo ». A file of less than one unit of the next shows the smaller one."""
    if count < 1024:
        return plural_words(count, "octet", "octets")
    if count < 1024**2:
        return f"{count // 1024}\u00a0ko"
    size = f"{count / 1024**2:.1f}".removesuffix(".0").replace(".", ",")
    return f"{size}\u00a0Mo"
