"""From raw times to a table: medians, ratios, and how far each figure is from its floor."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

from bench.documents import DOCUMENT_RATIO
from bench.pages import BARE_VIEWS, MOST_BYTES

ADMIN_RATIO = 10.0
GROWTH = 1.2
AUTHOR_RATIO = 1.5
MOST_OF_A_BATCH, MOST_WHEN_IDLE = 16, 3
LISTS = ("list_unit", "list_departement", "list_nation")


def summarise(rounds: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One entry a page, from several rounds on the same database."""
    found: dict[str, dict[str, Any]] = {}
    for key, first in rounds[0].items():
        times = [time for measured in rounds for time in measured[key]["times"]]
        found[key] = {name: value for name, value in first.items() if name != "times"} | {
            "median_ms": round(median(times), 3),
            "p95_ms": round(quantiles(times, n=20)[-1], 3),
        }
    for entry in found.values():
        for rival in BARE_VIEWS:
            entry[f"times_{rival}"] = round(entry["median_ms"] / found[rival]["median_ms"], 2)
        entry["faster_than_admin"] = round(found["admin"]["median_ms"] / entry["median_ms"], 2)
    return found


def verdicts(large: dict[str, dict[str, Any]], small: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Every floor, with what was measured."""
    found: list[dict[str, Any]] = []

    def add(what: str, value: float, floor: float, *, at_least: bool = False) -> None:
        kept = value >= floor if at_least else value <= floor
        found.append({"what": what, "value": value, "floor": floor, "at_least": at_least, "ok": kept})

    for key, entry in large.items():
        if entry["floor"] is None:
            continue
        add(f"{entry['label']} : fois la vue nue", entry["times_bare"], entry["floor"])
        add(f"{entry['label']} : requêtes", entry["queries"], entry["most_queries"])
        add(f"{entry['label']} : octets", entry["bytes"], MOST_BYTES)
        if key in LISTS:
            add(f"{entry['label']} : plus rapide que l'admin", entry["faster_than_admin"], ADMIN_RATIO, at_least=True)
            growth = round(entry["median_ms"] / small[key]["median_ms"], 2)
            add(f"{entry['label']} : grande base / petite base", growth, GROWTH)
    ratio = round(large["same_author"]["median_ms"] / large["same_author_raw"]["median_ms"], 2)
    add("même auteur : fois la recherche brute", ratio, AUTHOR_RATIO)
    return found


def upload_verdict(upload: dict[str, float]) -> dict[str, Any]:
    """Megabytes that an upload of 50 MB adds to the web worker at rest, at its peak."""
    value, floor = upload["growth_mb"], upload["floor_mb"]
    what = f"envoi de 50 Mo : Mo de plus que les {upload['rest_mb']:g} Mo du processus web au repos"
    return {"what": what, "value": value, "floor": floor, "at_least": False, "ok": value <= floor}


def document_verdict(documents: dict[str, float]) -> dict[str, Any]:
    value = round(documents["product_ms"] / documents["alone_ms"], 2)
    what = f"décision en PDF/UA ({documents['product_ms']:g} ms) : fois la même page par typst seul"
    return {"what": what, "value": value, "floor": DOCUMENT_RATIO, "at_least": False, "ok": value <= DOCUMENT_RATIO}


def reminder_verdicts(sweeps: dict[str, Any]) -> list[dict[str, Any]]:
    """Statements of a batch, full or not, and of a sweep that finds nothing; the times are printed beside."""
    found = []
    for what, value, floor in (
        ("rappels : requêtes par lot, tout l'arriéré", sweeps["backlog"]["statements_per_batch"], MOST_OF_A_BATCH),
        ("rappels : requêtes par lot, un jour ordinaire", sweeps["day"]["statements_per_batch"], MOST_OF_A_BATCH),
        ("rappels : requêtes quand rien n'est dû", sweeps["idle"]["statements"], MOST_WHEN_IDLE),
        ("rappels : boutons lus quand rien n'est dû", sweeps["idle"]["grants_due"], 0),
    ):
        found.append({"what": what, "value": value, "floor": floor, "at_least": False, "ok": value <= floor})
    return found


def sweep_lines(sweeps: dict[str, Any]) -> list[str]:
    names = {"backlog": "tout l'arriéré", "idle": "rien de dû", "day": "un jour ordinaire", "idle_again": "rien de dû"}
    return [f"{sweeps['grants']} boutons d'appel en cours, dans toutes les zones"] + [
        f"  {label} : {sweeps[key]['reminders']} rappels de {sweeps[key]['grants_due']} boutons en"
        f" {sweeps[key]['seconds']:.2f} s, {sweeps[key]['ms_per_reminder']:g} ms par rappel,"
        f" {sweeps[key]['statements']} requêtes ({sweeps[key]['statements_per_batch']:g} par lot)"
        for key, label in names.items()
    ]


def table(pages: dict[str, dict[str, Any]]) -> list[str]:
    """Ratios to the three bare views, then how much faster than the admin's list."""
    head = ("page", "req.", "médiane", "p95", "octets", "× nue", "× connectée", "× portail", "admin ÷")
    widths = (34, 6, 10, 10, 9, 8, 12, 10, 9)
    rows = [
        (entry["label"], entry["queries"], f"{entry['median_ms']:.2f} ms", f"{entry['p95_ms']:.2f} ms", entry["bytes"],
         *(entry[f"times_{rival}"] for rival in BARE_VIEWS), entry["faster_than_admin"])
        for entry in pages.values()
    ]  # fmt: skip
    lines = [
        f"{row[0]:{widths[0]}}" + "".join(f"{cell!s:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in (head, *rows)
    ]
    return [lines[0], "-" * len(lines[0]), *lines[1:]]
