"""The key of the desk: created, opened with a passphrase, shared with a colleague. The portal never holds it alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from core import clock
from core.acts import ActRefused
from core.boxes import (
    SALT_BYTES,
    BoxClosed,
    lock,
    new_private_key,
    open_sealed,
    public_key_of,
    seal_to,
    slow_key,
    typed,
    unlock,
)
from core.journal import record_act
from support.models import DeskKey, DeskSeat
from support.selectors.desk import current_desk, seat_of
from support.selectors.slips import OpenedDesk
from support.services.errors import DeskClosed

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from core.journal import Actor

NOT_OPEN = "Cette phrase n'ouvre pas le guichet. Vérifiez-la et recommencez."


def _seat(desk: DeskKey, user: User, passphrase: str) -> DeskSeat:
    private, salt = new_private_key(), os.urandom(SALT_BYTES)
    key = slow_key(typed(passphrase), salt=salt)
    return DeskSeat(
        desk=desk,
        user=user,
        public=public_key_of(private),
        salt=salt,
        private_box=lock(key, private, place=_private_place(desk, user)),
        asked_on=clock.today(clock.PARIS),
    )


def _private_place(desk: DeskKey, user: User) -> str:
    return f"support_deskseat|private|{desk.pk}|{user.pk}"


def _desk_place(desk: UUID, user_id: int) -> str:
    return f"support_deskseat|desk|{desk}|{user_id}"


def _let_in(seat: DeskSeat, private: bytes, *, by: User) -> None:
    seat.desk_box = seal_to(bytes(seat.public), private, place=_desk_place(seat.desk_id, seat.user_id))
    seat.let_in_on = clock.today(clock.PARIS)
    seat.let_in_by = by


def create_desk(*, user: User, passphrase: str, actor: Actor, replaces: bool = False) -> OpenedDesk:
    """Draw the key of the desk, its first seat being that of `user`.

    `replaces`: nobody can open the last one any more. Slips left under it open with their own code only.
    Raises ActRefused when there is a desk and it is not to be replaced.
    """
    private = new_private_key()
    with transaction.atomic():
        known = DeskKey.objects.select_for_update().filter(is_current=True).first()
        if known is not None and not replaces:
            raise ActRefused("Le guichet existe déjà : demandez à un collègue de vous y faire entrer.")
        DeskKey.objects.filter(is_current=True).update(is_current=False)
        try:
            with transaction.atomic():
                desk = DeskKey.objects.create(public=public_key_of(private), made_on=clock.today(clock.PARIS))
        except IntegrityError:
            raise ActRefused("Un collègue vient de créer le guichet : demandez-lui de vous y faire entrer.") from None
        seat = _seat(desk, user, passphrase)
        _let_in(seat, private, by=user)
        seat.save()
        reason = "clé du guichet remplacée" if known else "guichet créé"
        record_act(actor=actor, object_type="support.desk", object_id=str(desk.pk), reason=reason)
    return OpenedDesk(desk.pk, private, user.pk)


def ask_for_seat(*, user: User, passphrase: str, actor: Actor) -> None:
    """Choose a passphrase and wait for a colleague. Whoever forgot the last one starts again. Raises ActRefused."""
    with transaction.atomic():
        desk = current_desk()
        if desk is None:
            raise ActRefused("Le guichet n'existe pas encore.")
        DeskSeat.objects.filter(desk=desk, user=user).delete()
        _seat(desk, user, passphrase).save()
        record_act(actor=actor, object_type="support.desk", object_id=str(desk.pk), reason="place demandée au guichet")


def let_in(*, desk: OpenedDesk, seat_id: UUID, by: User, actor: Actor) -> DeskSeat:
    """Give the desk's key to a colleague who asked. Raises ActRefused."""
    with transaction.atomic():
        seat = (
            DeskSeat.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(pk=seat_id, desk_id=desk.desk, desk_box__isnull=True)
            .first()
        )
        if seat is None:
            raise ActRefused("Cette demande n'attend plus.")
        _let_in(seat, desk.private, by=by)
        seat.save()
        _record(actor, seat, "entrée au guichet accordée")
    return seat


def remove_seat(*, desk: OpenedDesk, seat_id: UUID, actor: Actor) -> DeskSeat:
    """Take a colleague's seat away, or refuse it. Raises ActRefused."""
    with transaction.atomic():
        seat = DeskSeat.objects.select_related("user").filter(pk=seat_id, desk_id=desk.desk).first()
        if seat is None:
            raise ActRefused("Cette place n'existe plus.")
        if seat.user_id == desk.user_id:
            raise ActRefused("Votre propre place ne se retire pas d'ici : un collègue peut le faire.")
        _record(actor, seat, "place retirée au guichet")
        seat.delete()
    return seat


def _record(actor: Actor, seat: DeskSeat, reason: str) -> None:
    record_act(
        actor=actor,
        object_type="support.desk",
        object_id=str(seat.desk_id),
        object_label=seat.user.get_full_name(),
        reason=reason,
    )


def open_desk(*, user: User, passphrase: str, actor: Actor) -> OpenedDesk:
    """The desk, opened by the passphrase of `user`. Raises DeskClosed."""
    seat = seat_of(user)
    if seat is None or seat.desk_box is None:
        raise DeskClosed("Un collègue doit d'abord vous faire entrer au guichet.")
    key = slow_key(typed(passphrase), salt=bytes(seat.salt))
    try:
        own = unlock(key, bytes(seat.private_box), place=_private_place(seat.desk, user))
        private = open_sealed(own, bytes(seat.desk_box), place=_desk_place(seat.desk_id, user.pk))
    except BoxClosed:
        raise DeskClosed(NOT_OPEN, field="passphrase") from None
    record_act(actor=actor, object_type="support.desk", object_id=str(seat.desk_id), reason="guichet ouvert")
    return OpenedDesk(seat.desk_id, private, user.pk)
