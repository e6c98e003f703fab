from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.imports import FileRefused
from territories.services.cog import read_cog
from territories.services.pack import PACKED, write_pack


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Construit le fichier compact du Code officiel géographique livré avec le portail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER")
        parser.add_argument("--output", type=Path, default=PACKED)

    def handle(self, *args: Any, folder: Path, output: Path, **options: Any) -> None:
        try:
            cog = read_cog(folder)
        except FileRefused as refusal:
            raise CommandError("\n".join(map(str, refusal.issues))) from refusal
        size = write_pack(cog, output)
        self.stdout.write(
            f"{len(cog.regions)} régions, {len(cog.departements)} départements et collectivités, "
            f"{len(cog.communes)} communes et arrondissements, {len(cog.formers)} anciennes communes : {size} octets."
        )
