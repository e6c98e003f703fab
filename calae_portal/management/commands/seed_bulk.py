from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from accounts.models import User
from calae_portal.demo.bulk import Bulk, BulkRefused
from calae_portal.demo.seed import SeedRefused, seed_demo
from core.owner import as_owner


class Command(BaseCommand):
    help = "Ajoute un très grand nombre de menaces inventées, pour mesurer. Une base vide reçoit d'abord seed_demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threats", type=int, default=100_000, help="nombre de menaces à ajouter")
        parser.add_argument("--seed", type=int, default=45, help="graine")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Les données inventées ne s'installent que sur une démonstration (DEMO=1).")
        if options["threats"] < 1:
            raise CommandError("Le nombre de menaces est d'au moins une.")
        started = time.monotonic()
        try:
            if not User.objects.exists():
                path = os.environ.get("DEMO_ACCOUNTS_FILE") or settings.BASE_DIR / "var" / "bulk_accounts.json"
                seed_demo(seed=options["seed"], accounts_file=Path(path))
                self._refresh()
            Bulk(threats=options["threats"], seed=options["seed"]).fill(between=self._refresh)
        except (BulkRefused, SeedRefused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(f"{options['threats']} menaces ajoutées en {time.monotonic() - started:.0f} s.")
        )

    def _refresh(self) -> None:
        """New statistics and a new session. Statistics belong to the owner of the tables: without his address,
        autovacuum makes them within a minute."""
        if os.environ.get("DATABASE_OWNER_URL"):
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")
        connection.close()
