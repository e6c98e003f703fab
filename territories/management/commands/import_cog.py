from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from territories.services.loading import import_cog


class Command(BaseCommand):
    help = "Met les régions, départements et communes au Code officiel géographique d'un dossier de l'INSEE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER")
        parser.add_argument("--dry-run", action="store_true", help="lit et compte, sans rien enregistrer")

    def handle(self, *args: Any, folder: Path, dry_run: bool, **options: Any) -> None:
        report = import_cog(folder=folder, dry_run=dry_run)
        for line in report.lines():
            self.stdout.write(line)
        if report.is_refused:
            raise CommandError("Import refusé.")
