"""What a wrong configuration must stop before the first request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from core import encryption, scanning

SECRET_LENGTH = 32


@checks.register("core")
def demonstration_is_never_official(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    if settings.DEMO and settings.PORTAL_OFFICIAL:
        return [checks.Error("DEMO and PORTAL_OFFICIAL exclude each other.", id="core.E001")]
    return []


@checks.register("core")
def secrets_are_usable(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    for keys in (encryption.key_ring, encryption.telephone_index_keys):
        try:
            keys()
        except ImproperlyConfigured as error:
            found.append(checks.Error(str(error), id="core.E002"))
    secrets = {name: getattr(settings, name) for name in ("SECRET_KEY", "BLIND_INDEX_KEY", "JOURNAL_SEAL_KEY")}
    for name, value in secrets.items():
        if len(value) < SECRET_LENGTH:
            found.append(checks.Error(f"{name} has fewer than {SECRET_LENGTH} characters.", id="core.E003"))
    named = [entry.partition(":")[2] for entry in (*settings.ENCRYPTION_KEYS, *settings.TELEPHONE_INDEX_KEYS)]
    if len({*secrets.values(), *named}) < len(secrets) + len(named):
        found.append(checks.Error("Each secret must have a value of its own.", id="core.E004"))
    return found


@checks.register("core", deploy=True)
def production_is_closed(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A real instance: https everywhere, a relay for its mail, no debug page."""
    if settings.DEMO:
        return []
    found: list[checks.CheckMessage] = []
    if settings.DEBUG:
        found.append(checks.Error("DEBUG shows local variables to whoever meets an error.", id="core.E005"))
    if not settings.HTTPS:
        found.append(checks.Error("HTTPS is off.", id="core.E006"))
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append(checks.Error("PUBLIC_URL, put in every message, is not an https address.", id="core.E007"))
    if settings.EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
        found.append(checks.Error("EMAIL_URL is missing: reminders would go nowhere.", id="core.E008"))
    if settings.SMS_BACKEND == "core.sms.ConsoleSmsGateway":
        found.append(checks.Warning("No SMS gateway: every SMS will end in failure.", id="core.W001"))
    if settings.SCANNER_URL == scanning.DEMO_URL:
        found.append(checks.Error("The stand-in antivirus is for demonstrations: set SCANNER_URL.", id="core.E010"))
    elif not settings.SCANNER_URL:
        found.append(checks.Warning("No SCANNER_URL: attachments will wait in quarantine.", id="core.W002"))
    return found


@checks.register("core", checks.Tags.database)
def role_is_plain(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """With `check --database default`: the application must not be able to change its own rules."""
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            )
            powerful = cursor.fetchone()[0]
            cursor.execute(
                "SELECT has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
                " FROM pg_class WHERE oid = to_regclass('core_journalentry')"
            )
            table = cursor.fetchone()
        if powerful or (table and table[0]):
            found.append(checks.Error("The application's SQL role can alter the journal.", id="core.E009"))
    return found
