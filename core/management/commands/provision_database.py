from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections, transaction

from core.owner import as_owner
from core.privileges import grant_application_role
from core.provisioning import RoleTooPowerful, create_application_role, prepare_schema


class Command(BaseCommand):
    help = (
        "Prépare la base : extensions, rôle de l'application, migrations, droits. "
        "Se connecte avec DATABASE_OWNER_URL, à chaque mise à jour du portail."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        application = connections.settings["default"]
        with as_owner():
            with transaction.atomic(), connection.cursor() as cursor:
                prepare_schema(cursor)
                try:
                    create_application_role(cursor, name=application["USER"], password=application["PASSWORD"])
                except RoleTooPowerful as error:
                    raise CommandError(str(error)) from error
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
            with transaction.atomic(), connection.cursor() as cursor:
                grant_application_role(cursor, application["USER"])
        self.stdout.write(self.style.SUCCESS("La base est prête."))
