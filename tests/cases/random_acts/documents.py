"""Acts on attachments and tasks, the merge of two files and its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from accounts.enums import Role
from cases.enums import TICKED_BY_HAND
from cases.models import Attachment, CaseMerge, CaseTask
from cases.services import scan_waiting
from tests.cases import attached
from tests.cases.random_acts.evaluating import BOTH
from tests.cases.random_acts.protecting import in_days
from tests.cases.random_acts.sight import FILE_ROLES

if TYPE_CHECKING:
    from typing import Any

    from accounts.models import User
    from cases.models import Case
    from tests.cases.random_acts.stage import Stage

CONTENTS = (attached.picture(), attached.pdf(), attached.EICAR_PDF)
NAMES = ("photo.jpg", "lettre.pdf", "devis.pdf")


def attach(stage: Stage, person: User, case: Case, luck: int) -> None:
    which = 2 if luck == 9 else luck % 2
    held = stage.holder(case)
    threats = list(held.threats.order_by("logged_at", "pk"))
    known = set(Attachment.objects.values_list("pk", flat=True))
    data: dict[str, Any] = {"files": [attached.sent(CONTENTS[which], NAMES[which])], "label": ""}
    data["threat"] = str(threats[-1].pk) if threats and luck % 3 else ""
    url = reverse("cases:attachments", args=[case.reference])
    stage.send(person, case, url, data, may=stage.may(person, case, *BOTH))
    for attachment in Attachment.objects.exclude(pk__in=known):
        stage.bytes_of[str(attachment.pk)] = CONTENTS[which]


def antivirus(stage: Stage, person: User, case: Case, luck: int) -> None:
    scan_waiting()


def one_attachment(stage: Stage, case: Case, luck: int) -> Attachment | None:
    attachments = list(stage.holder(case).attachments.order_by("added_at", "pk"))
    return attachments[luck % len(attachments)] if attachments else None


def withdraw(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (attachment := one_attachment(stage, case, luck)) is None:
        return
    url = reverse("cases:withdraw_attachment", args=[case.reference, attachment.pk])
    data = {"reason": "Mauvais dossier." * (luck % 4 > 0)}
    stage.send(person, case, url, data, may=stage.may(person, case, *BOTH))


def download(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (attachment := one_attachment(stage, case, luck)) is None:
        return
    read_original(stage, person, case, attachment)


def read_original(stage: Stage, person: User, case: Case, attachment: Attachment) -> None:
    """The bytes that were given, to those who see the file, once the antivirus has read them; nothing otherwise."""
    may = stage.may(person, case, *FILE_ROLES)
    holder = stage.holder(case)
    url = reverse("cases:download", args=[case.reference, attachment.pk])
    response = stage.send(person, case, url, may=may, get=True)
    if may and response.status_code == 302:
        assert holder.reference in response.url, f"{stage.trying}: {response.url}"
        response = stage.send(person, holder, response.url, may=may, get=True)
    leaves = attachment.scan_state == "clean" and attachment.withdrawn_at is None
    if may and leaves:
        given = b"".join(response.streaming_content)
        assert (response.status_code, given) == (200, stage.bytes_of[str(attachment.pk)]), stage.trying
    else:
        assert response.status_code in (403, 404, 409) or (not may and not response.streaming), stage.trying


def add_task(stage: Stage, person: User, case: Case, luck: int) -> None:
    who = ("referent", "unit_head", "instructor", f"referent:{stage.people['colleague'].pk}")[luck % 4]
    data = {"title": "Rappeler la mairie", "due_on": in_days(case, luck - 1), "who": who, "submission": str(uuid4())}
    url = reverse("cases:add_task", args=[case.reference])
    stage.send(person, case, url, data, may=stage.may(person, case, *BOTH))


def one_task(stage: Stage, case: Case, luck: int) -> CaseTask | None:
    tasks = list(stage.holder(case).tasks.filter(done_at=None).order_by("created_at", "pk"))
    by_hand = [task for task in tasks if task.kind in TICKED_BY_HAND]
    among = by_hand if luck > 2 else tasks
    return among[luck % len(among)] if among else None


def finish_task(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (task := one_task(stage, case, luck)) is None:
        return
    holder = stage.holder(case)
    may = stage.may(person, holder, task.role, Role.UNIT_HEAD)
    data = {"outcome": "Appelée, tout va bien." * (luck != 3)}
    stage.send(person, holder, reverse("tasks:done", args=[task.pk]), data, may=may)


def take_task(stage: Stage, person: User, case: Case, luck: int) -> None:
    if (task := one_task(stage, case, luck)) is None:
        return
    holder = stage.holder(case)
    may = stage.may(person, holder, task.role, Role.UNIT_HEAD)
    stage.send(person, holder, reverse("tasks:assign", args=[task.pk]), {"who": "me"}, may=may)


def merge(stage: Stage, person: User, case: Case, luck: int) -> None:
    """`case` survives. The other is of the same élu, but for one time in ten."""
    others = [one for one in stage.all_cases() if one.pk != case.pk and one.state != "merged"]
    if luck != 9:
        others = [one for one in others if one.official_id == case.official_id]
    if not others:
        return
    other = others[luck % len(others)]
    kept = case.threats.filter(duplicate_of=None).order_by("logged_at", "pk").first()
    data = {"reason": "Même affaire." * (luck != 8)}
    for threat in other.threats.filter(duplicate_of=None):
        data[f"double_{threat.pk.hex}"] = str(kept.pk) if kept and luck % 2 else "autre"
    sight = stage.sight
    may = all(sight.sees(person, one) and sight.holds(person, one, {Role.UNIT_HEAD}) for one in (case, other))
    if may and case.state == "merged":
        return  # such a file is no longer there to merge into
    url = reverse("cases:merge", args=[case.reference, other.reference])
    response = stage.send(person, case, url, data, may=may)
    gone = CaseMerge.objects.filter(absorbed=other, survivor=case, state="done").exists()
    assert (response.status_code == 302) == gone, f"{stage.trying}: {response.status_code}"


def undo(stage: Stage, person: User, case: Case, luck: int) -> None:
    """The merge that absorbed this file, or the last that it absorbed."""
    merges = CaseMerge.objects.filter(state="done").order_by("-at", "pk")
    found = merges.filter(absorbed=case).first() or merges.filter(survivor=case).first()
    if found is None:
        return
    absorbed = found.absorbed
    url = reverse("cases:undo_merge", args=[absorbed.reference])
    data = {"reason": "Deux affaires, en fait." * (luck != 8)}
    stage.send(person, absorbed, url, data, may=stage.may(person, absorbed, Role.UNIT_HEAD))


def read_undo(stage: Stage, person: User, absorbed: Case) -> None:
    """Its page names the survivor: for those who see it only."""
    url = reverse("cases:undo_merge", args=[absorbed.reference])
    stage.send(person, absorbed, url, may=stage.may(person, absorbed, Role.UNIT_HEAD), get=True)
