from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.owner import as_owner
from core.rotation import rotate_all_keys


class Command(BaseCommand):
    help = (
        "Refait avec la première clé de ENCRYPTION_KEYS, et avec celle de TELEPHONE_INDEX_KEYS, tout ce qu'une autre "
        "clé tient encore. "
        "Se fait portail ouvert ; se relance après une interruption. Se connecte avec DATABASE_OWNER_URL."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            report = rotate_all_keys()
        for column, count in sorted(report.rotated.items()):
            self.stdout.write(f"{column} : {count} valeur(s) refaite(s)")
        if report.refused:
            raise CommandError(f"{len(report.refused)} valeur(s) illisible(s) :\n" + "\n".join(report.refused))
