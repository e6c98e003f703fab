"""What an élu asks by himself: to be protected, to remain so, and an SMS at a decent hour."""

from datetime import date
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from call_buttons.models import CallButtonGrant, CallButtonWish, ReminderSms
from call_buttons.services import ActRefused, choose_sms, express_wish, send_due_reminders, send_reminder_sms
from cases.models import CaseTask
from core.models import OutboxMessage
from tests import build

pytestmark = pytest.mark.django_db

REUNION = "Indian/Reunion"


def protected() -> CallButtonGrant:
    """In Réunion, from 16 February to 16 May 2026: 30 days before is 16 April."""
    unit = build.a_unit("974", departement_code="974", name="Brigade de Saint-Denis")
    with time_machine.travel(build.at(2026, 2, 16, 8, zone=REUNION), tick=False):
        official = build.an_official()
        build.official_account(official)
        threat = build.a_threat(user=build.referent(unit), official=official)
        build.validated(threat, head=build.unit_head(departement_code="974"))
        return build.granted(build.a_request(threat=threat), by=build.decider(departement_code="974"))


def elected(grant: CallButtonGrant) -> User:
    return User.objects.get(pk=grant.official.user_id)


def wish(grant: CallButtonGrant, text: str = "") -> CallButtonWish:
    user = elected(grant)
    return express_wish(official=grant.official, text=text, user=user, actor=build.actor(user))


def sms_at(*moment: int) -> int:
    with time_machine.travel(build.at(*moment, zone=REUNION), tick=False):
        return send_reminder_sms()[0]


def test_a_wish_gives_the_referent_a_task_and_shows_beside_the_request_that_answers_it() -> None:
    grant = protected()
    with time_machine.travel(build.at(2026, 4, 20, zone=REUNION), tick=False):
        assert wish(grant, "Je voudrais le garder.").grant == grant
        assert CaseTask.objects.filter(case=grant.case, title__startswith="Répondre à l'élu").exists()
        threat = build.a_threat(user=grant.request.requested_by, case=grant.case)
        build.validated(threat, head=User.objects.get(postings__role="unit_head"))
        request = build.a_request(threat=threat)
        client = Client()
        client.force_login(grant.request.requested_by)
        page = unescape(client.get(reverse("call_buttons:request", args=[request.pk])).content.decode())
    assert "Je voudrais le garder." in page


def test_a_second_wish_waits_for_the_answer_and_for_the_decision() -> None:
    grant = protected()
    with time_machine.travel(build.at(2026, 4, 20, zone=REUNION), tick=False):
        wish(grant)
        with pytest.raises(ActRefused, match="déjà reçu votre demande du 20/04/2026"):
            wish(grant)
        threat = build.a_threat(user=grant.request.requested_by, case=grant.case)
        build.validated(threat, head=User.objects.get(postings__role="unit_head"))
        request = build.a_request(threat=threat)
        with pytest.raises(ActRefused, match="déjà en cours à la préfecture"):
            wish(grant)
        build.refused(request, by=grant.decision.decided_by)
    with time_machine.travel(build.at(2026, 4, 21, zone=REUNION), tick=False):
        assert wish(grant)


def test_without_an_open_file_the_elue_is_told_whom_to_call() -> None:
    official = build.an_official()
    user = build.official_account(official)
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("call_buttons:wish"), {"text": "Au secours."})
    assert answer.status_code == 422
    assert "Appelez votre référent" in answer.content.decode()
    assert "Au secours." in answer.content.decode()


def test_an_sms_waits_for_the_morning_of_the_place_and_leaves_once() -> None:
    grant = protected()
    with time_machine.travel(build.at(2026, 4, 1, zone=REUNION), tick=False):
        choose_sms(official=grant.official, telephone="06 39 98 00 01")
    with time_machine.travel(build.at(2026, 4, 16, 0, 1, zone=REUNION), tick=False):
        send_due_reminders()
    assert [sms_at(2026, 4, 16, hour) for hour in (0, 8)] == [0, 0]
    assert [sms_at(2026, 4, 16, hour) for hour in (9, 10)] == [1, 0]
    message = OutboxMessage.objects.get(channel="sms")
    assert message.recipient == "06 39 98 00 01"
    assert grant.official.last_name not in message.body


@pytest.mark.parametrize(("hour", "sent"), [(19, 1), (20, 0), (23, 0)])
def test_no_sms_leaves_in_the_evening(hour: int, sent: int) -> None:
    grant = protected()
    with time_machine.travel(build.at(2026, 4, 1, zone=REUNION), tick=False):
        choose_sms(official=grant.official, telephone="06 39 98 00 01")
    with time_machine.travel(build.at(2026, 4, 16, 0, 1, zone=REUNION), tick=False):
        send_due_reminders()
    assert sms_at(2026, 4, 16, hour) == sent


def test_who_chose_nothing_or_no_longer_wants_any_gets_none_and_the_number_is_forgotten() -> None:
    grant = protected()
    client = Client()
    client.force_login(elected(grant))
    with time_machine.travel(build.at(2026, 4, 1, zone=REUNION), tick=False):
        assert client.post(reverse("call_buttons:sms"), {"telephone": "0639980001"}).status_code == 302
        assert ReminderSms.objects.get().telephone == "0639980001"
        assert client.post(reverse("call_buttons:stop_sms")).status_code == 302
    assert not ReminderSms.objects.exists()
    with time_machine.travel(build.at(2026, 4, 16, 9, zone=REUNION), tick=False):
        send_due_reminders()
    assert sms_at(2026, 4, 16, 10) == 0


def test_the_page_says_what_to_do_and_that_a_renewal_is_under_way() -> None:
    grant = protected()
    client = Client()
    client.force_login(elected(grant))
    with time_machine.travel(build.at(2026, 5, 6, zone=REUNION), tick=False):
        page = unescape(client.get(reverse("situation")).content.decode())
        assert "S'il ne fonctionne pas" in page
        assert "Demander le renouvellement" in page
        threat = build.a_threat(user=grant.request.requested_by, case=grant.case)
        build.validated(threat, head=User.objects.get(postings__role="unit_head"))
        build.a_request(threat=threat)
        page = unescape(client.get(reverse("situation")).content.decode()).replace("\u00a0", " ")
    assert "Le renouvellement de votre bouton d'appel est demandé" in page
    assert "16/05/2026 à 23 h 59" in page
    assert date(2026, 5, 16) == grant.last_day
