"""Attachments: services, rules that the database holds, key rotation, what time brings."""

import threading

import pytest
from django.db import Error, connection, transaction

from accounts.models import Notification
from cases.enums import ScanState
from cases.models import Attachment, CaseEvent
from cases.services import (
    ActRefused,
    AlreadyAttached,
    close_case,
    scan_attachment,
    scan_waiting,
    sweep_attachments,
    verify_attachments,
    withdraw_attachment,
)
from core.sealed_files import SealedFileAltered, path_of
from tests import build
from tests.cases import attached
from tests.cases.attached import a_scanned_attachment, an_attachment
from tests.core.test_encryption import new_key
from tests.core.test_rotation import rotate


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.ATTACHMENTS_DIR = str(tmp_path)
    settings.SCANNER_URL = "demo:"
    return tmp_path


@pytest.fixture
def case(db):
    return build.a_threat().case


def content_of(attachment: Attachment) -> bytes:
    return b"".join(Attachment.objects.get(pk=attachment.pk).sealed.pieces())


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return str(raised.value)


def change(attachment: Attachment, what: str) -> str:
    return refused(f"UPDATE cases_attachment SET {what} WHERE id = %s", attachment.pk)


def test_the_original_is_kept_untouched_with_its_fingerprint(case):
    content = attached.photo_of_a_telephone()
    attachment = an_attachment(case, content, "../../photo du portail.jpg", label="Devant chez lui")
    assert content_of(attachment) == content
    attachment.refresh_from_db()
    assert (attachment.name, attachment.label) == ("photo du portail.jpg", "Devant chez lui")
    assert attachment.noted["Appareil"] == "Fabricant Modele 12"
    assert attachment.scan_state == ScanState.QUARANTINE


def test_the_timeline_says_it_and_never_the_name(case):
    an_attachment(case, name="menace de Jean Martin.jpg")
    event = CaseEvent.objects.get(kind="attachment_added")
    assert "Martin" not in event.sentence + str(event.changes)


def test_the_same_file_twice_is_told_and_leaves_no_second_copy(case, own_folder):
    first = an_attachment(case, attached.pdf(), "lettre.pdf")
    with pytest.raises(AlreadyAttached, match="Déjà joint le"):
        an_attachment(case, content_of(first), "autre nom.pdf")
    assert Attachment.objects.count() == 1


def test_the_same_file_may_be_in_another_case_and_come_back_after_a_withdrawal(case):
    content = attached.picture()
    first = an_attachment(case, content)
    user = first.added_by
    other = build.a_threat(user=user, official=build.an_official("Autre")).case
    assert an_attachment(other, content).sha256 == first.sha256
    withdraw_attachment(attachment=first, reason="Mauvais dossier.", user=user, actor=build.actor(user))
    assert an_attachment(case, content).pk != first.pk


def test_a_closed_case_receives_nothing(case, own_folder):
    threat = case.threats.get()
    build.validated(threat)
    user = threat.logged_by
    close_case(case=case, reason="Fin.", user=user, actor=build.actor(user))
    with pytest.raises(ActRefused, match="clos"):
        an_attachment(case)
    assert [path for path in (own_folder / "files").rglob("*") if path.is_file()] == []


def test_a_withdrawal_has_a_reason_happens_once_and_keeps_the_file(case):
    attachment = a_scanned_attachment(case)
    user = attachment.added_by
    with pytest.raises(ActRefused, match="pourquoi"):
        withdraw_attachment(attachment=attachment, reason="  ", user=user, actor=build.actor(user))
    withdrawn = withdraw_attachment(attachment=attachment, reason="Erreur.", user=user, actor=build.actor(user))
    assert not withdrawn.is_downloadable
    assert content_of(attachment)
    with pytest.raises(ActRefused, match="déjà"):
        withdraw_attachment(attachment=attachment, reason="Erreur.", user=user, actor=build.actor(user))


# --- The database --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "what",
    ["name = 'x'", "size = size + 1", "sha256 = repeat('a', 64)", "storage_key = 'ab/' || repeat('a', 32)",
     "data_key = 'x'", "added_at = now()", "kind = 'pdf'", "captured_at = now()", "label = 'x'"],
)  # fmt: skip
def test_an_attachment_never_changes(case, what):
    assert "ne change pas" in change(an_attachment(case), what)


def test_an_attachment_is_never_deleted(case):
    attachment = an_attachment(case)
    refused("DELETE FROM cases_attachment WHERE id = %s", attachment.pk)
    refused("TRUNCATE cases_attachment CASCADE")


CLEAN = "scan_state = 'clean', scanned_at = now(), scan_engine = 'x', scan_signature = ''"


def test_an_infected_file_stays_infected(case):
    infected = a_scanned_attachment(case, attached.EICAR_PDF, "lettre.pdf")
    assert infected.scan_state == ScanState.INFECTED
    assert "définitif" in change(infected, CLEAN)
    assert "définitif" in change(infected, "scan_signature = 'rien'")


def test_a_file_is_not_declared_clean_without_an_antivirus_and_a_date(case):
    attachment = an_attachment(case)
    for what in ("scan_state = 'clean'", "scan_state = 'clean', scanned_at = now()", "scan_state = 'ouvert'"):
        assert "attachment_" in change(attachment, what)


def test_a_clean_file_does_not_go_back(case):
    attachment = a_scanned_attachment(case)
    assert "définitif" in change(attachment, "scan_state = 'quarantine', scanned_at = NULL, scan_engine = ''")


def test_a_withdrawal_is_not_undone_nor_made_without_a_reason(case):
    attachment = an_attachment(case)
    assert "attachment_withdrawal_has_reason" in change(attachment, "withdrawn_at = now()")
    user = attachment.added_by
    withdraw_attachment(attachment=attachment, reason="Erreur.", user=user, actor=build.actor(user))
    what = "withdrawn_at = NULL, withdrawn_by_id = NULL, withdrawn_reason = NULL"
    assert "définitif" in change(attachment, what)


COPY = (
    "INSERT INTO cases_attachment (id, case_id, joined_to_id, threat_id, name, kind, media_type, size, sha256,"
    " captured_note, added_at, added_by_id, scan_state, scan_engine, scan_signature, scan_note, data_key, storage_key,"
    " fault) SELECT gen_random_uuid(), case_id, case_id, {threat}, name, kind, media_type, {size}, {sha}, '',"
    " added_at, added_by_id, {state}, '', '', '', data_key, 'ab/' || repeat('a', 32), ''"
    " FROM cases_attachment WHERE id = %s"
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"state": "'clean'"}, "commence en attente"),
        ({"size": "0"}, "attachment_not_empty"),
        ({"sha": "'x'"}, "attachment_has_sha256"),
        ({"sha": "sha256"}, "attachment_once"),
    ],
)
def test_a_wrong_row_is_refused(case, changes, message):
    attachment = an_attachment(case)
    usual = {"threat": "NULL", "size": "1", "sha": "repeat('b', 64)", "state": "'quarantine'"}
    assert message in refused(COPY.format(**usual | changes), attachment.pk)


def test_the_threat_is_one_of_the_case(case):
    attachment = an_attachment(case)
    other = build.a_threat(user=attachment.added_by, official=build.an_official("Autre"))
    usual = {"size": "1", "sha": "repeat('b', 64)", "state": "'quarantine'"}
    assert "autre dossier" in refused(COPY.format(threat=f"'{other.pk}'", **usual), attachment.pk)


def test_an_attachment_changes_case_by_a_merge_only(case):
    attachment = an_attachment(case)
    other = build.a_threat(user=attachment.added_by, official=build.an_official("Autre")).case
    assert "ne change pas de dossier" in change(attachment, f"case_id = '{other.pk}'")


# --- Scans ---------------------------------------------------------------------------------------
def test_a_virus_is_said_to_the_unit_in_neutral_words(case):
    build.unit_head()
    a_scanned_attachment(case, attached.EICAR_PDF, "lettre.pdf")
    texts = set(Notification.objects.values_list("text", flat=True))
    assert texts == {f"{case.reference} : une pièce jointe est bloquée par l'antivirus."}
    assert CaseEvent.objects.filter(kind="attachment_scanned", actor=None).count() == 1


def test_without_antivirus_the_file_waits_and_its_return_reads_it(case, settings):
    settings.SCANNER_URL = ""
    attachment = an_attachment(case)
    assert scan_waiting()["away"] == 1
    attachment.refresh_from_db()
    assert attachment.scan_state == ScanState.QUARANTINE
    assert attachment.scan_note
    settings.SCANNER_URL = "demo:"
    assert scan_waiting()["clean"] == 1
    assert scan_waiting().total() == 0


def test_a_second_scan_changes_nothing(case, settings):
    attachment = a_scanned_attachment(case)
    settings.SCANNER_URL = ""
    assert scan_attachment(attachment_id=attachment.pk) == ScanState.CLEAN
    assert CaseEvent.objects.filter(kind="attachment_scanned").count() == 1


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"?"), "altered"),
    ],
)
def test_the_night_finds_a_file_that_is_gone_or_altered_and_its_return(case, damage, fault):
    attachment, whole = a_scanned_attachment(case), an_attachment(case, attached.pdf(), "lettre.pdf")
    path = path_of(attachment.storage_key)
    saved = path.read_bytes()
    damage(path)
    assert verify_attachments().faults == [attachment.pk]
    attachment.refresh_from_db(), whole.refresh_from_db()
    assert (attachment.fault, whole.fault) == (fault, "")
    path.write_bytes(saved)
    assert verify_attachments().faults == []
    attachment.refresh_from_db()
    assert attachment.fault == ""


def test_the_sweep_keeps_every_file_of_a_row(case):
    attachment = an_attachment(case)
    import os

    os.utime(path_of(attachment.storage_key), (0, 0))
    assert sweep_attachments().set_aside == 0
    assert content_of(attachment)


def test_the_file_of_another_row_does_not_open(case):
    one, other = an_attachment(case), an_attachment(case, attached.pdf(), "lettre.pdf")
    first, second = path_of(one.storage_key), path_of(other.storage_key)
    second.write_bytes(first.read_bytes())
    with pytest.raises(SealedFileAltered):
        content_of(other)


# --- Real commits --------------------------------------------------------------------------------
def test_the_rotation_of_keys_leaves_every_file_readable_under_the_new_key_alone(committed_db, settings):
    content = attached.picture()
    attachment = a_scanned_attachment(build.a_threat().case, content, label="Légende")
    user = attachment.added_by
    withdraw_attachment(attachment=attachment, reason="Erreur.", user=user, actor=build.actor(user))
    settings.ENCRYPTION_KEYS = [new_key("k2"), *settings.ENCRYPTION_KEYS]
    report = rotate()
    assert not report.refused
    assert report.rotated["cases_attachment.data_key"] == 1
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert content_of(attachment) == content
    assert Attachment.objects.get().label == "Légende"


def test_two_agents_who_send_the_same_file_at_once_join_one(committed_db, own_folder):
    case, content = build.a_threat().case, attached.picture()
    barrier, outcomes = threading.Barrier(2), []

    def send():
        try:
            barrier.wait()
            an_attachment(case, content)
            outcomes.append("joint")
        except AlreadyAttached:
            outcomes.append("déjà")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(outcomes) == ["déjà", "joint"]
    assert len([path for path in (own_folder / "files").rglob("*") if path.is_file()]) == 1
