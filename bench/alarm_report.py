"""The look-up of the 17, in words and against the floors of the project."""

from __future__ import annotations

from typing import Any

LOOKUP_RATIO, GROWTH = 1.5, 1.1
# The 95th centile of sixteen operators while an import and a rotation run, against the same without them.
BUSY_RATIO = 3.0
SIZES = ("many", "few")


def alarm_lines(found: dict[str, Any]) -> list[str]:
    lines = []
    for size in (found[name] for name in SIZES):
        lines.append(f"{size['registrations']} inscriptions, {size['numbers']} index de numéros")
        for key, way in size["ways"].items():
            lines.append(
                f"  {key:12} médiane {way['median_ms']:8.2f} ms, 95 % sous {way['p95_ms']:8.2f} ms,"
                f" {way['queries']} requêtes"
            )
    load, rotation = found["load"], found["rotation"]
    for key, word in (("idle", "au calme"), ("busy", "pendant un import et une rotation")):
        way = load[key]
        lines.append(
            f"{load['operators']} opérateurs, {word} : {way['searches']} recherches, médiane {way['median_ms']} ms,"
            f" 95 % sous {way['p95_ms']} ms"
        )
    if load["ended"]:
        lines.append(f"  terminé avant la fin de la mesure : {', '.join(load['ended'])}")
    ratio = rotation["rotated"] / rotation["alone"]
    lines.append(
        f"rotation : {rotation['rotated']} fiches par seconde, {ratio:.2f} fois un chiffrement et une écriture seuls"
        f" ({rotation['alone']})"
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
    load = found["load"]
    busy = load["busy"]["p95_ms"] / load["idle"]["p95_ms"]
    floors.append(("17, 16 opérateurs, pendant un import et une rotation : fois le calme", busy, BUSY_RATIO))
    return [
        {"what": what, "value": round(value, 2), "floor": floor, "at_least": False, "ok": value <= floor}
        for what, value, floor in floors
    ]
