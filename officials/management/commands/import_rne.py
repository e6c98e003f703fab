from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from officials.enums import MandateKind
from officials.services import import_rne


class Command(BaseCommand):
    help = "Importe des fichiers du Répertoire national des élus. Chaque fichier est pris en entier, ou pas du tout."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
        parser.add_argument("--kind", choices=MandateKind.values, help="mandat du fichier, sinon lu dans ses colonnes")
        parser.add_argument("--dry-run", action="store_true", help="lit et compte, sans rien enregistrer")
        parser.add_argument(
            "--skip-rejected", action="store_true", help="enregistre les autres lignes malgré celles qui sont rejetées"
        )

    def handle(self, *args: Any, files: list[Path], kind: str | None, **options: Any) -> None:
        refused = 0
        for path in files:
            report = import_rne(
                path=path,
                kind=MandateKind(kind) if kind else None,
                skip_rejected=options["skip_rejected"],
                dry_run=options["dry_run"],
            )
            for line in report.lines():
                self.stdout.write(line)
            refused += report.is_refused
        if refused:
            raise CommandError(
                f"{refused} fichier(s) refusé(s). --skip-rejected enregistre les lignes correctes d'un fichier "
                "dont certaines lignes sont rejetées."
            )
