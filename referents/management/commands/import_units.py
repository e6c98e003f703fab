from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from referents.services import import_units


class Command(BaseCommand):
    help = "Importe des listes d'unités (gendarmerie, police) ou de leur compétence sur les communes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
        parser.add_argument("--dry-run", action="store_true", help="lit et compte, sans rien enregistrer")
        parser.add_argument(
            "--skip-rejected", action="store_true", help="enregistre les autres lignes malgré celles qui sont rejetées"
        )

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        refused = 0
        for path in files:
            report = import_units(path=path, skip_rejected=options["skip_rejected"], dry_run=options["dry_run"])
            for line in report.lines():
                self.stdout.write(line)
            refused += report.is_refused
        if refused:
            raise CommandError(
                f"{refused} fichier(s) refusé(s). --skip-rejected enregistre les lignes correctes d'un fichier "
                "dont certaines lignes sont rejetées."
            )
