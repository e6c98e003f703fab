"""The degraded mode of a centre: allowed by one person, keyed by another, made each night, erased after 36 hours."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import Q

from alarm_registry.models import Extract, ExtractSetting
from alarm_registry.models.centre import EXTRACT_LASTS
from alarm_registry.selectors.centres import cards_in, extract_in_service, reach_of_centre, somebody_left_since
from alarm_registry.selectors.sheet import sheet_of
from alarm_registry.services.extract_file import NONCE_BYTES, KeyPair, new_key_pair, pack, seal_extract
from core import clock
from core.acts import ActRefused
from core.journal import SYSTEM, record_act
from core.telephones import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from accounts.models import User
    from core.journal import Actor
    from territories.models import Departement

logger = structlog.get_logger(__name__)

# Guessed offline by whoever has the file: length is what counts.
SHORTEST_PASSPHRASE = 20
LEAST_DIFFERENT_SIGNS = 8
NIGHT = 2
# Reminders are sent each minute by the same worker: no new extract starts after that in one run.
BUDGET_SECONDS = 60
OBJECT = "alarm_registry.extractsetting"


@dataclass
class ExtractsIncomplete(Exception):
    made: int
    failed: int


@transaction.atomic
def allow_extract(*, departement: Departement, recipient: str, user: User, actor: Actor) -> ExtractSetting:
    """Allow a centre its extract, for a named person. Its supervisor then chooses the passphrase, again if the person
    changes. Raises ActRefused without a name, or when that very person has it already.
    """
    recipient = " ".join(recipient.split())
    if not recipient:
        raise ActRefused("Dites à qui l'extrait est destiné : son nom est écrit dedans.", field="recipient")
    setting = (
        ExtractSetting.objects.select_for_update(of=("self",), no_key=True).filter(departement=departement).first()
    )
    if setting is not None and setting.is_on and setting.recipient == recipient:
        raise ActRefused("L'extrait de ce centre est déjà permis pour cette personne.", field="recipient")
    setting = setting or ExtractSetting(departement=departement)
    _forget_key(setting)
    setting.is_on, setting.recipient, setting.set_at, setting.set_by = True, recipient, clock.now(), user
    setting.save()
    _journal(setting, actor, "extrait de secours permis")
    return setting


@transaction.atomic
def forbid_extract(*, setting: ExtractSetting, user: User, actor: Actor) -> ExtractSetting:
    """Close the degraded mode of a centre: its key is forgotten, what waits to be downloaded is erased.

    Raises ActRefused when it is closed already. What was downloaded before opens until it expires.
    """
    setting = _locked(setting)
    if not setting.is_on:
        raise ActRefused("L'extrait de ce centre n'est pas permis.")
    _forget_key(setting)
    setting.is_on, setting.set_at, setting.set_by = False, clock.now(), user
    setting.save()
    _journal(setting, actor, "extrait de secours fermé")
    return setting


@transaction.atomic
def choose_passphrase(*, setting: ExtractSetting, passphrase: str, user: User, actor: Actor) -> ExtractSetting:
    """Draw the key pair of a centre and seal it by `passphrase`, which is kept nowhere. A new one replaces the former.

    Raises ActRefused when it is too weak, when the extract is not allowed, or to whoever allowed it.
    """
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise ActRefused(f"{SHORTEST_PASSPHRASE} signes au moins : prenez cinq ou six mots.", field="passphrase")
    if len(set(passphrase.casefold())) < LEAST_DIFFERENT_SIGNS:
        raise ActRefused("Les mêmes signes reviennent : prenez cinq ou six mots différents.", field="passphrase")
    setting = _locked(setting)
    if not setting.is_on:
        raise ActRefused("L'extrait de ce centre n'est pas permis : demandez-le à l'administrateur du portail.")
    if setting.set_by_id == user.pk:
        raise ActRefused("Vous avez permis cet extrait : une autre personne en choisit la phrase de passe.")
    _erase(Q(setting=setting))
    keys = new_key_pair(passphrase, centre=setting.departement_id)
    setting.public_key, setting.sealed_key, setting.iterations = keys.public, keys.sealed, keys.iterations
    setting.keyed_at, setting.keyed_by = clock.now(), user
    setting.save()
    _journal(setting, actor, "phrase de passe de l'extrait de secours choisie")
    return setting


def _journal(setting: ExtractSetting, actor: Actor, reason: str) -> None:
    record_act(
        actor=actor,
        object_type=OBJECT,
        object_id=str(setting.pk),
        object_label=str(setting),
        reason=reason,
        details={"destinataire": setting.recipient},
    )


def _locked(setting: ExtractSetting) -> ExtractSetting:
    rows = ExtractSetting.objects.select_for_update(of=("self",), no_key=True).select_related("departement")
    return rows.get(pk=setting.pk)


def _forget_key(setting: ExtractSetting) -> None:
    setting.public_key, setting.sealed_key, setting.iterations = None, "", None
    setting.keyed_at = setting.keyed_by = None
    _erase(Q(setting=setting))


def make_due_extracts() -> int:
    """Make the extracts that are due: none since two in the morning in Paris, or somebody left since the last one.

    Stops after a minute and goes on at the next run; late, twice or in parallel, there is one a night. Raises
    ExtractsIncomplete when some could not be made.
    """
    started, made, failed = time.monotonic(), 0, 0
    for setting in ExtractSetting.objects.working().select_related("departement").order_by("departement"):
        if not _is_due(setting):
            continue
        if time.monotonic() - started > BUDGET_SECONDS:
            break
        try:
            made += make_extract(setting) is not None
        except Exception:  # one centre must not deprive the others
            logger.exception("extract_failed", centre=setting.departement_id)
            failed += 1
    if failed:
        raise ExtractsIncomplete(made, failed)
    return made


def _is_due(setting: ExtractSetting) -> bool:
    last = extract_in_service(setting)
    return last is None or last.made_at < _last_night() or is_stale(last, setting)


def is_stale(extract: Extract, setting: ExtractSetting) -> bool:
    """Whether it holds somebody who has withdrawn since: it is then not given any more, and made again."""
    return somebody_left_since(setting.departement_id, extract.made_at)


def _last_night() -> datetime:
    local = clock.now().astimezone(clock.PARIS)
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night <= local else night - timedelta(days=1)


def make_extract(setting: ExtractSetting) -> Extract | None:
    """The extract of a centre as of now, in place of the one in service. None when the setting changed meanwhile."""
    if setting.public_key is None or setting.iterations is None:
        return None
    # Read from here on: whoever leaves during the reading makes it stale.
    made_at = clock.now()
    mark = mark_of(setting)
    with clock.steady():
        packed, count = pack(_lines(setting), mark=mark)
    keys = KeyPair(bytes(setting.public_key), setting.sealed_key, setting.iterations)
    return _keep(setting, seal_extract(packed, mark=mark, keys=keys), made_at=made_at, count=count)


def mark_of(setting: ExtractSetting) -> dict[str, str]:
    """What every screen of the opened extract says. On the true clock: the machine that opens it knows no other."""
    now = clock.real_now().astimezone(UTC).replace(microsecond=0)
    return {
        "destinataire": setting.recipient,
        "centre": setting.departement_id,
        "centre_nom": str(setting.departement),
        "fait_le": now.isoformat(),
        "expire_le": (now + EXTRACT_LASTS).isoformat(),
    }


def _lines(setting: ExtractSetting) -> Iterator[dict[str, Any]]:
    for card in cards_in(reach_of_centre(setting.departement_id)):
        sheet = sheet_of(card)
        for number in sheet["numeros"]:
            forms = candidates(number["numero"], departement=card.registration.departement_id)
            number["cles"] = sorted({form.key for form in forms})
        yield sheet


@transaction.atomic
def _keep(setting: ExtractSetting, file: bytes, *, made_at: datetime, count: int) -> Extract | None:
    now = ExtractSetting.objects.select_for_update(of=("self",), no_key=True).get(pk=setting.pk)
    if not now.is_on or now.public_key is None or bytes(now.public_key) != bytes(setting.public_key or b""):
        return None
    _erase(Q(setting=setting))
    extract = Extract(
        setting=setting,
        recipient=setting.recipient,
        made_at=made_at,
        expires_at=made_at + EXTRACT_LASTS,
        registrations=count,
        size=len(file),
        sha256=hashlib.sha256(file).hexdigest(),
    )
    key, nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
    extract.content = nonce + AESGCM(key).encrypt(nonce, file, str(extract.pk).encode())
    extract.content_key = key.hex()
    extract.save(force_insert=True)
    record_act(
        actor=SYSTEM,
        object_type=extract._meta.label_lower,
        object_id=str(extract.pk),
        object_label=str(setting),
        reason="extrait de secours fait",
        details={"inscriptions": count, "sha256": extract.sha256},
    )
    return extract


def erase_expired_extracts() -> int:
    """Erase what has expired. The lines stay: when each was made, how many people, its fingerprint."""
    return _erase(Q(expires_at__lte=clock.now()))


def _erase(which: Q) -> int:
    return Extract.objects.kept().filter(which).update(content=None, content_key="", erased_at=clock.now())


def file_of(extract: Extract, setting: ExtractSetting) -> bytes:
    """The file to hand out, still sealed by the passphrase. Raises ActRefused when it is not to be given any more."""
    if extract.content is None or extract.expires_at <= clock.now():
        raise ActRefused("Cet extrait a expiré : prenez celui de cette nuit.")
    if is_stale(extract, setting):
        raise ActRefused(
            "Une personne s'est retirée depuis que cet extrait est fait : un autre se prépare. Attendez un peu."
        )
    sealed = bytes(extract.content)
    cipher = AESGCM(bytes.fromhex(extract.content_key))
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], str(extract.pk).encode())
