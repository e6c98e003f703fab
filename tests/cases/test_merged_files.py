"""What the random acts found around merges: tasks, files joined since, and who sees the file that was absorbed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from cases.enums import TaskKind
from cases.models import Case, CaseMerge, CaseTask, Threat
from cases.selectors import people_barred_from, restricted_count
from cases.services import ActRefused, merge_cases, undo_merge
from tests import build
from tests.cases.attached import a_scanned_attachment, an_attachment, picture
from tests.cases.seeing import sees

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path) -> None:
    settings.ATTACHMENTS_DIR = str(tmp_path)
    settings.SCANNER_URL = "demo:"


@pytest.fixture
def head() -> User:
    return build.unit_head()


@pytest.fixture
def three() -> list[Threat]:
    """Threats of three files of one élu, at one unit."""
    referent, official = build.referent(), build.an_official()
    return [build.a_threat(user=referent, official=official) for _ in range(3)]


def merge(gone: Threat, kept: Threat, head: User, *, double: bool = False) -> CaseMerge:
    absorbed, survivor = Case.objects.get(pk=gone.case_id), Case.objects.get(pk=kept.case_id)
    doubles = {threat.pk: kept.pk if double else None for threat in absorbed.threats.all()}
    return merge_cases(
        absorbed=absorbed, survivor=survivor, doubles=doubles, reason="Même affaire.", user=head,
        actor=build.actor(head),
    )  # fmt: skip


def undo(done: CaseMerge, head: User) -> CaseMerge:
    return undo_merge(merge=done, reason="Deux affaires.", user=head, actor=build.actor(head))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked_of(threat: Threat, kind: TaskKind) -> CaseTask:
    return CaseTask.objects.get(kind=kind, dedupe_key__contains=str(threat.evaluations.latest("number").pk))


def test_nobody_is_asked_to_evaluate_a_double_until_the_undo(three, head) -> None:
    gone, kept, _ = three
    done = merge(gone, kept, head, double=True)
    ended = asked_of(gone, TaskKind.EVALUATE)
    assert (ended.done_by, ended.outcome) == (head, "menace en double")
    undo(done, head)
    again = asked_of(gone, TaskKind.EVALUATE)
    assert (again.done_at, again.done_by, again.outcome, again.case_id) == (None, None, "", gone.case_id)


def test_a_task_opened_since_goes_back_with_its_evaluation_and_leads_to_it(three, head) -> None:
    gone, kept, _ = three
    done = merge(gone, kept, head)
    gone.refresh_from_db()
    build.submitted(gone)
    undo(done, head)
    gone.refresh_from_db()
    task = asked_of(gone, TaskKind.VALIDATE)
    assert task.case_id == gone.case_id
    assert signed_in(head).get(task.path).status_code == 200


def test_a_file_joined_since_goes_back_with_its_threat_and_may_be_joined_again_there(three, head) -> None:
    gone, kept, _ = three
    done = merge(gone, kept, head)
    gone.refresh_from_db()
    content = picture()
    joined = an_attachment(kept.case, content, threat=gone)
    undo(done, head)
    joined.refresh_from_db()
    gone.refresh_from_db()
    assert joined.case_id == joined.joined_to_id == gone.case_id
    assert an_attachment(kept.case, content).case_id == kept.case_id


def test_a_person_declared_in_a_file_does_not_see_its_facts_after_two_merges(three, head) -> None:
    first, second, last = three
    colleague = build.referent(email="concerne@portail.example")
    build.declared(first.case, colleague, by=head)
    merge(first, second, head)
    assert not sees(colleague, Case.objects.get(pk=second.case_id))
    merge(second, last, head)
    for threat in three:
        case = Case.objects.get(pk=threat.case_id)
        assert not sees(colleague, case)
        assert people_barred_from(case) == {colleague.pk}


def test_a_file_absorbed_by_a_restricted_one_is_behind_the_same_glass(three, head) -> None:
    gone, kept, other = three
    absorbed = gone.case
    merge(gone, kept, head)
    build.restricted(kept.case, by=head)
    decider = build.decider()
    assert not sees(decider, absorbed)
    assert sees(head, absorbed)
    assert restricted_count(user=decider) == 1
    # Its old reference is all that some know of it.
    url = reverse("cases:break_glass", args=[absorbed.reference])
    assert signed_in(decider).post(url, {"reason": "Appel du 17."}).status_code == 302
    assert sees(decider, absorbed)
    assert sees(decider, Case.objects.get(pk=kept.case_id))
    assert sees(decider, other.case)


def test_a_merge_is_not_undone_out_of_a_restricted_file(three, head) -> None:
    gone, kept, _ = three
    done = merge(gone, kept, head)
    build.restricted(kept.case, by=head)
    with pytest.raises(ActRefused, match="levez la restriction"):
        undo(done, head)


def test_the_undo_names_the_other_file_only_to_those_who_see_it(head) -> None:
    official = build.an_official()
    here = build.a_threat(official=official)
    elsewhere = build.a_threat(user=build.referent(build.a_unit("2", name="Brigade de Gien")), official=official)
    merge(here, elsewhere, head)
    near = build.posted(Role.UNIT_HEAD, unit=here.case.unit, email="cheffe@portail.example")
    page = signed_in(near).get(reverse("cases:undo_merge", args=[here.case.reference]))
    assert elsewhere.case.reference not in page.content.decode()
    assert "Brigade de Gien" in page.content.decode()


def test_another_head_who_said_why_reaches_the_page_of_the_undo(three, head) -> None:
    gone, kept, _ = three
    reference = gone.case.reference
    merge(gone, kept, head)
    client = signed_in(build.unit_head(email="autre@portail.example"))
    url = reverse("cases:undo_merge", args=[reference])
    asked = client.get(url, follow=True)
    why = {"motive": "oversight", "next": url}
    response = client.post(asked.request["PATH_INFO"], why, follow=True)
    assert response.status_code == 200
    assert "Annuler la fusion" in response.content.decode()


def test_an_attachment_is_read_from_the_address_it_had_before_the_merge(three, head) -> None:
    gone, kept, _ = three
    case = gone.case
    attachment = a_scanned_attachment(case)
    client, url = signed_in(gone.logged_by), reverse("cases:download", args=[case.reference, attachment.pk])
    merge(gone, kept, head)
    response = client.get(url, follow=True)
    assert response.status_code == 200
    assert response.streaming
    url = reverse("cases:withdraw_attachment", args=[case.reference, attachment.pk])
    assert client.post(url, {"reason": "Mauvais dossier."}).status_code == 302
    attachment.refresh_from_db()
    assert attachment.withdrawn_by == gone.logged_by
