"""The look-up of the 17, in words and against the floors of the project."""

from __future__ import annotations

from typing import Any

LOOKUP_RATIO, GROWTH = 1.5, 1.1


def alarm_lines(found: dict[str, Any]) -> list[str]:
    lines = []
    for size in found.values():
        lines.append(f"{size['registrations']} inscriptions, {size['numbers']} index de numéros")
        for key, way in size["ways"].items():
            lines.append(
                f"  {key:12} médiane {way['median_ms']:8.2f} ms, 95 % sous {way['p95_ms']:8.2f} ms,"
                f" {way['queries']} requêtes"
            )
    return lines


def alarm_verdicts(found: dict[str, Any]) -> list[dict[str, Any]]:
    ways, few = found["many"]["ways"], found["few"]["ways"]
    floors = []
    for key in (name for name in ways if name != "bare"):
        for what, name in (("médiane", "median_ms"), ("95e centile", "p95_ms")):
            floors.append((f"17, {key}, {what} : fois la vue nue", ways[key][name] / ways["bare"][name], LOOKUP_RATIO))
        growth = ways[key]["median_ms"] / few[key]["median_ms"]
        floors.append((f"17, {key} : grand registre / petit", growth, GROWTH))
    return [
        {"what": what, "value": round(value, 2), "floor": floor, "at_least": False, "ok": value <= floor}
        for what, value, floor in floors
    ]
