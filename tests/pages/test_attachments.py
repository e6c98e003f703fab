"""The pages of attachments: sending, refusing, downloading, withdrawing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from cases.models import Attachment, Case, CaseEvent
from cases.services import scan_attachment, withdraw_attachment
from core.models import JournalEntry
from core.sealed_files import path_of
from tests import build
from tests.cases import attached
from tests.cases.attached import a_scanned_attachment, an_attachment, sent


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.ATTACHMENTS_DIR = str(tmp_path)
    settings.SCANNER_URL = "demo:"
    return tmp_path


@pytest.fixture
def case(db) -> Case:
    return build.a_threat().case


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def referent(case) -> Client:
    return client_of(case.threats.get().logged_by)


def upload(client: Client, case: Case, *files: SimpleUploadedFile, **fields: str):
    return client.post(reverse("cases:attachments", args=[case.reference]), {"files": list(files), **fields})


def page_of(client: Client, case: Case) -> str:
    return client.get(reverse("cases:detail", args=[case.reference])).content.decode()


def url_of(attachment: Attachment) -> str:
    return reverse("cases:download", args=[attachment.case.reference, attachment.pk])


def stored(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_files_are_joined_together_wait_are_scanned_and_come_back_byte_for_byte(case, referent):
    photo, letter = attached.photo_of_a_telephone(), attached.pdf()
    threat = case.threats.get()
    response = upload(
        referent, case, sent(photo), sent(letter, "lettre.pdf"), threat=str(threat.pk), label="Devant chez lui"
    )
    assert response.status_code == 302
    assert page_of(referent, case).count("En attente d'analyse") == 2
    for attachment in Attachment.objects.all():
        assert (attachment.threat, attachment.label) == (threat, "Devant chez lui")
        scan_attachment(attachment_id=attachment.pk)
    page = page_of(referent, case)
    assert page.count("Aucun virus trouvé") == 2
    assert "12/05/2026 à 21" in page
    assert "présente dans le fichier" in page
    for content in (photo, letter):
        found = Attachment.objects.get(size=len(content))
        assert b"".join(referent.get(url_of(found)).streaming_content) == content


def test_a_download_is_an_attachment_that_nothing_may_run(case, referent):
    attachment = a_scanned_attachment(case, name='le "fichier" d\'été رسالة.jpg')
    response = referent.get(url_of(attachment))
    headers = response.headers
    assert headers["Content-Disposition"].startswith('attachment; filename="le _fichier_ d_ete .jpg"; filename*=UTF-8')
    assert "%D8%B1" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "no-store"
    assert int(headers["Content-Length"]) == attachment.size == len(b"".join(response.streaming_content))


def test_a_download_is_in_the_journal_before_its_first_byte(case, referent):
    attachment = a_scanned_attachment(case)
    response = referent.get(url_of(attachment))
    entry = JournalEntry.objects.get(action="export")
    assert (entry.object_id, entry.object_label) == (str(attachment.pk), case.reference)
    assert entry.details == {"sha256": attachment.sha256}
    response.close()


def test_what_waits_what_is_infected_and_what_is_withdrawn_does_not_leave(case, referent):
    waiting = an_attachment(case)
    infected = a_scanned_attachment(case, attached.EICAR_PDF, "lettre.pdf")
    withdrawn = a_scanned_attachment(case, attached.wav(), "message.wav")
    user = withdrawn.added_by
    withdraw_attachment(attachment=withdrawn, reason="Erreur.", user=user, actor=build.actor(user))
    for attachment, status, words in (
        (waiting, 409, "pas encore lu"), (infected, 403, "Eicar-Test-Signature"), (withdrawn, 409, "retirée"),
    ):  # fmt: skip
        response = referent.get(url_of(attachment))
        assert response.status_code == status
        assert words in response.content.decode()
    assert not JournalEntry.objects.filter(action="export").exists()


def test_a_scanner_that_is_away_is_said_to_the_agent_and_to_the_administrator(case, referent, settings):
    settings.SCANNER_URL = ""
    attachment = a_scanned_attachment(case)
    assert "il sera analysé dès son retour" in page_of(referent, case)
    assert "L&#x27;antivirus ne répond pas" in referent.get(url_of(attachment)).content.decode()
    home = client_of(build.posted(Role.ADMINISTRATOR)).get("/").content.decode()
    assert "L&#x27;antivirus ne répond pas" in home
    assert "1 pièce jointe attend" in home


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x" * 10)])
def test_a_file_that_is_gone_or_altered_is_told_on_a_page(case, referent, damage):
    attachment = a_scanned_attachment(case)
    damage(path_of(attachment.storage_key))
    response = referent.get(url_of(attachment))
    assert response.status_code == 409
    assert "absent ou abîmé" in response.content.decode()


def test_a_file_altered_in_its_middle_never_ends_well(case, referent):
    attachment = a_scanned_attachment(case, attached.wav(700_000), "message.wav")
    path = path_of(attachment.storage_key)
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    response = referent.get(url_of(attachment))
    with pytest.raises(Exception, match="altered"):
        b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"Bonjour", "lettre.pdf", "porte l&#x27;extension .pdf mais n&#x27;est pas un PDF"),
        (b"", "vide.pdf", "vide"),
        (attached.pdf()[:200], "lettre.pdf", "incomplet"),
        (b"<svg/>", "dessin.svg", "SVG"),
        (b"PK\x03\x04" + bytes(100), "tout.zip", "archives"),
    ],
)
def test_a_refusal_is_beside_its_field_and_loses_nothing_typed(case, referent, own_folder, content, name, reason):
    response = upload(referent, case, sent(content, name), label="Lettre du 12 mai")
    page = response.content.decode()
    assert response.status_code == 422
    assert reason in page
    assert "Lettre du 12 mai" in page
    assert f"« {name} »" in page
    assert stored(own_folder) == []


def test_among_several_files_the_good_ones_are_joined_and_the_others_named(case, referent):
    response = upload(referent, case, sent(attached.picture()), sent(b"MZ" + bytes(99), "outil.exe"))
    assert response.status_code == 422
    assert "Fichier joint." in response.content.decode()
    assert "« outil.exe »" in response.content.decode()
    assert Attachment.objects.count() == 1


def test_no_file_and_too_many_files_are_explained(case, referent, own_folder):
    page = upload(referent, case).content.decode()
    assert "Choisissez au moins un fichier" in page
    assert "10 fichiers au plus, 50\xa0Mo chacun" in page
    many = [sent(attached.wav(100 + number), f"{number}.wav") for number in range(11)]
    assert "10 au plus" in upload(referent, case, *many).content.decode()
    assert stored(own_folder) == []


def test_a_file_beyond_the_limit_is_refused_with_the_limit_and_the_others_are_kept(
    case, referent, settings, own_folder
):
    settings.ATTACHMENT_MAX_BYTES = 500_000
    response = upload(referent, case, sent(attached.wav(600_000), "long.wav"), sent(attached.wav(), "court.wav"))
    assert response.status_code == 413
    assert "la limite est de 488\xa0ko" in response.content.decode()
    assert [attachment.name for attachment in Attachment.objects.all()] == ["court.wav"]
    assert len(stored(own_folder)) == 1


def test_a_body_beyond_everything_is_refused_before_it_is_kept(case, referent, settings, own_folder):
    settings.ATTACHMENT_MAX_BYTES, settings.ATTACHMENTS_AT_ONCE = 1000, 1
    response = upload(referent, case, sent(attached.wav(1_200_000), "long.wav"))
    assert response.status_code == 413
    assert "rien n&#x27;a été joint" in response.content.decode()
    assert stored(own_folder) == []


def test_the_same_file_twice_says_since_when(case, referent):
    content = attached.picture()
    upload(referent, case, sent(content))
    response = upload(referent, case, sent(content, "autre.jpg"))
    assert "Déjà joint le" in response.content.decode()
    assert Attachment.objects.count() == 1


def test_without_its_token_nothing_is_kept(case, own_folder):
    client = Client(enforce_csrf_checks=True)
    client.force_login(case.threats.get().logged_by)
    assert upload(client, case, sent(attached.picture())).status_code == 403
    assert stored(own_folder) == []


def test_pages_that_take_no_file_keep_none(case, referent, own_folder):
    url = reverse("cases:close", args=[case.reference])
    assert referent.post(url, {"reason": "Fin.", "x": sent(attached.picture())}).status_code == 409
    assert stored(own_folder) == []


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.DECIDER, Role.CALAE_ANALYST])
def test_readers_read_and_join_nothing(case, role, own_folder):
    attachment = a_scanned_attachment(case)
    reader = build.posted(role)
    build.consulted(case, reader)
    client = client_of(reader)
    assert client.get(url_of(attachment)).status_code == 200
    assert "Joindre des fichiers" not in page_of(client, case)
    assert upload(client, case, sent(attached.pdf(), "lettre.pdf")).status_code == 403
    assert len(stored(own_folder)) == 1


def test_a_neighbour_unit_and_a_wrong_case_get_nothing(case, referent):
    attachment = a_scanned_attachment(case)
    other = build.a_threat(user=attachment.added_by, official=build.an_official("Autre")).case
    neighbour = client_of(build.referent(build.a_unit("2", name="Brigade de Gien")))
    assert neighbour.get(url_of(attachment)).status_code == 404
    assert upload(neighbour, case, sent(attached.picture())).status_code == 404
    assert referent.get(reverse("cases:download", args=[other.reference, attachment.pk])).status_code == 404


def test_a_withdrawal_asks_why_and_shows_it(case, referent):
    attachment = a_scanned_attachment(case)
    url = reverse("cases:withdraw_attachment", args=[case.reference, attachment.pk])
    assert referent.post(url, {"reason": ""}).status_code == 409
    assert referent.post(url, {"reason": "Photo d'une autre personne."}).status_code == 302
    assert "Photo d&#x27;une autre personne." in page_of(referent, case)
    event = CaseEvent.objects.get(kind="attachment_withdrawn")
    assert "autre personne" not in event.sentence
    assert "déjà retirée" in referent.post(url, {"reason": "Encore."}).content.decode()


def queries_of(client: Client, url: str) -> tuple[int, str]:
    """How many queries a page costs, without the limits of transactions; and the page."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(url).content.decode()
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries), page


def test_a_case_costs_one_query_for_any_number_of_attachments(case, referent):
    url = reverse("cases:detail", args=[case.reference])
    an_attachment(case)
    before, _ = queries_of(referent, url)
    for number in range(12):
        an_attachment(case, attached.wav(100 + number), f"{number}.wav")
    after, page = queries_of(referent, url)
    assert after == before <= 15
    assert "Voir toutes les pièces jointes" in page
    count, listed = queries_of(referent, reverse("cases:attachments", args=[case.reference]))
    assert listed.count("portal-attachment") == 13
    assert count <= 15
