from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.journal.sealing import JournalBusy, anchor_of, seal_journal
from core.journal.selectors import last_seal


class Command(BaseCommand):
    help = "Scelle les entrées du journal qui ne le sont pas encore et affiche le repère à conserver ailleurs."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sealed = seal_journal()
        except JournalBusy as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sealed} entrée(s) scellée(s).")
        if seal := last_seal():
            self.stdout.write(f"Repère : {anchor_of(seal)}")
