from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench.alarm_report import alarm_lines, alarm_verdicts
from bench.databases import OwnerUnknown, copied, environment_of, prepared, prepared_alarm, prepared_terms
from bench.documents import documents
from bench.report import (
    document_verdict,
    reminder_verdicts,
    summarise,
    sweep_lines,
    table,
    upload_verdict,
    verdicts,
)
from core import clock


class Command(BaseCommand):
    help = "Mesure les pages sur une grande base et une petite ; écrit var/bench.json. Une mesure, pas un test."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threats", type=int, default=100_000, help="menaces de la grande base")
        parser.add_argument("--small", type=int, default=1_000, help="menaces de la petite base")
        parser.add_argument("--grants", type=int, default=20_000, help="boutons d'appel de la mesure des rappels")
        parser.add_argument("--only-pages", action="store_true", help="ne mesurer que les pages")
        parser.add_argument("--only-reminders", action="store_true", help="ne mesurer que les rappels et le document")
        parser.add_argument("--registrations", type=int, default=600_000, help="inscriptions « Alarme élu »")
        parser.add_argument("--few-registrations", type=int, default=6_000, help="les mêmes, sur une petite base")
        parser.add_argument("--only-alarm", action="store_true", help="ne mesurer que la recherche du 17")
        parser.add_argument("--rounds", type=int, default=2, help="passages, en alternant les deux bases")
        parser.add_argument("--requests", type=int, default=30, help="requêtes de chaque page à chaque passage")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("La mesure remplit des bases de personnes inventées : sur une démonstration (DEMO=1).")
        if options["only_reminders"]:
            floors = self._reminders_and_document(options["grants"])[0]
            self._say_floors(floors)
            return
        if options["only_alarm"]:
            self._say_floors(self._alarm(options["registrations"], options["few_registrations"])[0])
            return
        sizes = (options["threats"], options["small"])
        try:
            names = {size: prepared(size, self.stdout.write) for size in sizes}
        except OwnerUnknown as error:
            raise CommandError("DATABASE_OWNER_URL est nécessaire pour créer les bases mesurées.") from error
        rounds: dict[int, list[dict[str, Any]]] = {size: [] for size in sizes}
        for turn in range(options["rounds"]):
            for size in sizes:
                self.stdout.write(f"Passage {turn + 1}, {size} menaces…")
                rounds[size].append(self._measure(names[size], options["requests"]))
        large, small = (summarise(rounds[size]) for size in sizes)
        if options["only_pages"]:
            self._publish(sizes, large, small, {}, [])
            return
        self.stdout.write("Envoi de 50 Mo à un processus web…")
        upload = self._run("bench.upload", names[sizes[1]])
        floors, measured = self._reminders_and_document(options["grants"])
        alarm_floors, alarm = self._alarm(options["registrations"], options["few_registrations"])
        floors, measured = [*floors, *alarm_floors], measured | {"alarm": alarm}
        self._publish(sizes, large, small, {"upload": upload} | measured, [upload_verdict(upload), *floors])

    def _reminders_and_document(self, grants: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        sweeps = self._run("bench.reminders", prepared_terms(grants, self.stdout.write))
        made = documents()
        self.stdout.write("\n" + "\n".join(sweep_lines(sweeps)))
        return [*reminder_verdicts(sweeps), document_verdict(made)], {"reminders": sweeps, "documents": made}

    def _alarm(self, many: int, few: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The look-up of the 17 on a large registry and a small one; then what weighs on the large one."""
        names = {size: prepared_alarm(count, self.stdout.write) for size, count in (("many", many), ("few", few))}
        found = {size: self._run("bench.alarm", name) for size, name in names.items()}
        for what in ("load", "rotation"):
            with copied(names["many"]) as copy:
                found[what] = self._run(f"bench.alarm_{what}", copy)
        self.stdout.write("\n" + "\n".join(alarm_lines(found)))
        return alarm_verdicts(found), found

    def _measure(self, database: str, requests: int) -> dict[str, Any]:
        return self._run("bench.measure", database, f"--requests={requests}")

    def _run(self, module: str, database: str, *options: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", module, *options],
            cwd=settings.BASE_DIR,
            env=environment_of(database),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise CommandError(f"La mesure s'est arrêtée.\n{done.stderr.decode()[-3000:]}")
        return json.loads(done.stdout)

    def _publish(
        self,
        sizes: tuple[int, int],
        large: dict[str, Any],
        small: dict[str, Any],
        others: dict[str, Any],
        more_floors: list[dict[str, Any]],
    ) -> None:
        for size, pages in zip(sizes, (large, small), strict=True):
            self.stdout.write(f"\n{size} menaces")
            self.stdout.write("\n".join(table(pages)))
        floors = [*verdicts(large, small), *more_floors]
        self._say_floors(floors)
        path = settings.BASE_DIR / "var" / "bench.json"
        path.parent.mkdir(exist_ok=True)
        report = {"measured_at": clock.real_now().isoformat(), "large": {"threats": sizes[0], "pages": large},
                  "small": {"threats": sizes[1], "pages": small}, "floors": floors} | others  # fmt: skip
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1))
        self.stdout.write(f"\nÉcrit dans {path}")

    def _say_floors(self, floors: list[dict[str, Any]]) -> None:
        self.stdout.write("\nSeuils que le projet se donne")
        for floor in floors:
            word = self.style.SUCCESS("tenu ") if floor["ok"] else self.style.WARNING("court")
            sign = "≥" if floor["at_least"] else "≤"
            self.stdout.write(f"  {word} {floor['what']} : {floor['value']} ({sign} {floor['floor']:g})")
