"""Files with one author or one event in common: linked, never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from cases.enums import EventKind, HintState, LinkKind
from cases.models import Case, CaseLink
from cases.models.link import in_order
from cases.permissions import LINK_CASES
from cases.services.errors import ActRefused
from cases.services.hints import resolve_hint
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor

ALREADY = "Ces deux dossiers sont déjà liés ainsi."
UNKNOWN = "Aucun dossier de votre périmètre ne porte cette référence."


def find_to_link(*, case: Case, reference: str, user: User) -> Case:
    """The other file, by its reference, in the scope of `user`. Raises ActRefused alike when unknown or elsewhere."""
    found = Case.objects.visible_to(user, LINK_CASES).filter(reference=reference.strip().upper()).first()
    if found is None:
        raise ActRefused(UNKNOWN, field="reference")
    if found.pk == case.pk:
        raise ActRefused("C'est la référence de ce dossier-ci : saisissez celle de l'autre.", field="reference")
    return found


def link_cases(*, case: Case, other: Case, kind: LinkKind, reason: str, user: User, actor: Actor) -> CaseLink:
    """Link two files. Raises ActRefused when they are linked so already, or without a reason."""
    if not reason.strip():
        raise ActRefused("Écrivez ce que ces dossiers ont en commun.", field="reason")
    if case.merged_into_id or other.merged_into_id:
        raise ActRefused("Un dossier fusionné ne se lie plus : liez celui qui est conservé.")
    try:
        with transaction.atomic():
            link = CaseLink.objects.create(
                **in_order(case, other), kind=kind, reason=reason.strip()[:400], at=clock.now(), by=user
            )
            _tell(link, EventKind.LINKED, f"Dossier lié à un autre ({link}).", user, actor)
            resolve_hint(one=case, other=other, state=HintState.LINKED, reason=reason, user=user)
            return link
    except IntegrityError as error:
        if "link_once" not in str(error):
            raise
        raise ActRefused(ALREADY) from error


@transaction.atomic
def unlink_cases(*, link: CaseLink, user: User, actor: Actor) -> CaseLink:
    """Remove a link; what it was stays written. Raises ActRefused when it is removed already."""
    link = CaseLink.objects.select_for_update(of=("self",), no_key=True).get(pk=link.pk)
    if link.removed_at is not None:
        raise ActRefused("Ce lien est déjà retiré.")
    link.removed_at, link.removed_by = clock.now(), user
    link.save(update_fields=["removed_at", "removed_by"])
    _tell(link, EventKind.UNLINKED, f"Lien avec un autre dossier retiré ({link}).", user, actor)
    return link


def _tell(link: CaseLink, kind: EventKind, sentence: str, user: User, actor: Actor) -> None:
    """On both files, without naming the other: its readers may not know that it exists."""
    for case in (link.first, link.second):
        add_event(case=case, kind=kind, sentence=sentence, user=user, actor=actor)
