from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.journal.sealing import verify_journal


class Command(BaseCommand):
    help = "Compare tout le journal avec ses sceaux. Code de sortie 1 à la moindre anomalie."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", default="", help="repère conservé ailleurs, affiché par seal_journal")

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify_journal(anchor=options["anchor"])
        if not result.is_intact:
            raise CommandError("\n".join(finding["message"] for finding in result.findings))
        self.stdout.write(
            f"Journal intact : {result.sealed_entries} entrée(s) sous {result.seals} sceau(x), "
            f"{result.unsealed_entries} pas encore scellée(s)."
        )
