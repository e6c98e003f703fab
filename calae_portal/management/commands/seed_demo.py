from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from calae_portal.demo.seed import AlreadySeeded, SeedRefused, seed_demo


class Command(BaseCommand):
    help = "Remplit une démonstration vide : personnes et faits inventés, un compte par rôle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=45, help="graine : la même donne la même démonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(os.environ.get("DEMO_ACCOUNTS_FILE") or settings.BASE_DIR / "var" / "demo_accounts.json")
        try:
            accounts = seed_demo(seed=options["seed"], accounts_file=path)
        except AlreadySeeded:
            self.stdout.write("La démonstration est déjà installée : rien n'a été changé.")
            return
        except SeedRefused as error:
            raise CommandError(str(error)) from error
        for account in accounts:
            self.stdout.write("  ".join(str(account[name]) for name in ("email", "password", "role", "scope")))
        self.stdout.write(self.style.SUCCESS(f"La démonstration est prête. Comptes : {path}"))
