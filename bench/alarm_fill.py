"""`python -m bench.alarm_fill --registrations=600000`: invented people registered by the thousand, encrypted as the
product does, each under a key of its own, with two numbers and two addresses.

Rows go by COPY with the triggers of the services' rules off: they are what is looked for, not what is tested.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
import uuid
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPARTEMENTS = ("45", "41", "18", "28", "77", "89", "58", "91", "75", "59", "13", "69", "974", "971", "33", "31")
OPERATORS = 16
SEED = 45
BATCH = 20_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--registrations", type=int, default=600_000)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    # Only the owner may set the triggers aside.
    os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    django.setup()
    Fill(options.registrations).run()


def mobile(rank: int) -> str:
    """The number of the person of that rank: nine digits that nobody else of the bench has."""
    return f"06 {rank // 1_000_000 % 100:02d} {rank // 10_000 % 100:02d} {rank // 100 % 100:02d} {rank % 100:02d}"


def town_hall(rank: int) -> str:
    """Shared by three élus of a town hall."""
    return f"02{mobile(rank // 3)[2:]}"


class Fill:
    def __init__(self, registrations: int) -> None:
        self.registrations = registrations
        self.rng = Random(SEED)  # noqa: S311  # to be made again, not to be secret

    def run(self) -> None:
        from django.db import connection

        from core import clock

        self.now, self.today = clock.now(), clock.today(clock.PARIS)
        self.people()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        ranks = iter(range(self.registrations))
        while batch := list(islice(ranks, BATCH)):
            self.copy(batch)
            print(f"{batch[-1] + 1} inscriptions", file=sys.stderr)  # noqa: T201
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")
            cursor.execute("ANALYZE")

    def people(self) -> None:
        """A unit and a référent a département, the operators of the 45, an administrator."""
        from accounts.enums import Force, Role
        from accounts.models import Unit, User
        from accounts.services import give_posting
        from core.journal import SYSTEM
        from territories.models import Commune, Departement

        since = self.today - timedelta(days=400)
        self.units: list[tuple[int, int, str]] = []
        for code in DEPARTEMENTS:
            unit = Unit.objects.create(
                code=f"bench-{code}", name=f"Brigade de mesure ({code})", force=Force.GN, departement_id=code,
                telephone="02 61 91 00 00",
            )  # fmt: skip
            user = User.objects.create_user(email=f"ref.{code}@portail.example", first_name="R", last_name=code)
            give_posting(user=user, role=Role.REFERENT, start=since, unit=unit, actor=SYSTEM)
            self.units.append((unit.pk, user.pk, code))
        centre = Departement.objects.get(pk="45")
        for rank in range(OPERATORS):
            user = User.objects.create_user(email=f"op{rank}@portail.example", first_name="O", last_name=str(rank))
            give_posting(user=user, role=Role.OPERATOR_17, start=since, departement=centre, actor=SYSTEM)
        self.communes = list(Commune.objects.filter(departement="45").values_list("code", "name")[:300])

    def copy(self, ranks: list[int]) -> None:
        from alarm_registry.models import (
            NumberIndex,
            RegisteredAddress,
            RegisteredNumber,
            Registration,
            RegistrationKey,
        )
        from calae_portal.demo.sets import copy_rows
        from officials.models import Mandate, Official

        tables: dict[Any, list[tuple]] = {
            model: []
            for model in (
                Official, Mandate, Registration, RegistrationKey, RegisteredNumber, NumberIndex, RegisteredAddress,
            )
        }  # fmt: skip
        for rank in ranks:
            for model, row in self.rows(rank):
                tables[model].append(row)
        for model, rows in tables.items():
            copy_rows(model, COLUMNS[model.__name__], rows)

    def rows(self, rank: int) -> Iterator[tuple[Any, tuple]]:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        from alarm_registry.models import (
            NumberIndex,
            RegisteredAddress,
            RegisteredNumber,
            Registration,
            RegistrationKey,
        )
        from core import encryption
        from core.telephones import candidates
        from officials.models import Mandate, Official, name_keys

        official, registration = self._uuid(), self._uuid()
        last, first = f"Mesurelle{rank}", f"Anne{rank % 997}"
        last_key, first_key, search, sort = name_keys(last, first)
        code, commune = self.communes[rank % len(self.communes)]
        yield Official, (official, last, first, "F", search, sort, last_key, first_key, commune.lower(), "", "", True)
        yield Mandate, (official, "maire", code, "45", code, commune, "", date(2026, 3, 22))
        unit, referent, departement = self.units[rank % len(self.units)]
        raw = self.rng.randbytes(32)
        cipher = AESGCM(raw)

        def sealed(model: Any, column: str, pk: uuid.UUID, text: str) -> str:
            place = model._meta.get_field(column).place(pk)
            return encryption.encrypt_with(cipher, "record", text, place=place)

        yield Registration, (
            registration, official, unit, departement, "active", "identity_card", 1, self.today, self.now, referent,
            self.today + timedelta(days=3000), self.now, "",
            sealed(Registration, "instruction", registration, "Sonner"),
            sealed(Registration, "persons_at_home", registration, "2 adultes"), "", "", "", 1,
        )  # fmt: skip
        key = self._uuid()
        wrapped = encryption.encrypt(
            base64.b64encode(raw).decode(), place=RegistrationKey._meta.get_field("wrapped").place(key)
        )
        yield RegistrationKey, (key, wrapped, registration)
        name, index_key = next(iter(encryption.telephone_index_keys().items()))
        for order, (role, text) in enumerate((("private", mobile(rank)), ("town_hall", town_hall(rank))), start=1):
            number = self._uuid()
            yield RegisteredNumber, (
                number, registration, order, role, sealed(RegisteredNumber, "number", number, text), "", True, "", 33,
            )  # fmt: skip
            for form in {one.key for one in candidates(text)}:
                fingerprint = encryption.telephone_index(form, key=index_key)
                yield NumberIndex, (fingerprint, name, number, registration)
        for order, kind in enumerate(("home", "town_hall"), start=1):
            address = self._uuid()
            yield RegisteredAddress, (
                address, registration, order, kind, departement,
                sealed(RegisteredAddress, "address", address, f"{rank} rue de la Mesure"),
                sealed(RegisteredAddress, "town", address, commune), "", "",
            )  # fmt: skip

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)


COLUMNS = {
    "Official": (
        "id", "last_name", "first_name", "sex", "search_name", "sort_name", "last_key", "first_key", "search_places",
        "email", "telephone", "is_fictitious",
    ),
    "Mandate": (
        "official_id", "kind", "commune_id", "departement_id", "territory_code", "label", "function_label",
        "started_on",
    ),
    "Registration": (
        "id", "official_id", "unit_id", "departement_id", "state", "identity_document", "consent_id", "consented_on",
        "registered_at", "registered_by_id", "ends_on", "confirmed_at", "after_mandate", "instruction",
        "persons_at_home", "children", "vulnerabilities", "dogs", "version",
    ),
    "RegistrationKey": ("id", "wrapped", "registration_id"),
    "RegisteredNumber": (
        "id", "registration_id", "rank", "role", "number", "holder", "may_call_back", "note", "plan",
    ),
    "NumberIndex": ("fingerprint", "key_name", "number_id", "registration_id"),
    "RegisteredAddress": (
        "id", "registration_id", "rank", "kind", "departement_id", "address", "town", "access", "presence",
    ),
}  # fmt: skip

if __name__ == "__main__":
    main()
