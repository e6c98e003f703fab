import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from accounts.services import notify
from core.models import JournalEntry
from tests import build
from tests.harness.queries import assert_constant_queries

pytestmark = pytest.mark.django_db
URL = "/notifications/"


def told(user, number: int) -> None:
    for _ in range(number):
        key = f"{Notification.objects.count()}"
        notify(users=[user], text=f"Nouvelle {key}", path="/dossiers/", dedupe_key=key)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_reading_the_list_marks_nothing_and_what_is_unread_stands_first() -> None:
    user = build.referent()
    told(user, 2)
    client = signed_in(user)
    Notification.objects.filter(text="Nouvelle 1").update(read_at=build.clock.now())
    page = client.get(URL).content.decode()
    assert page.index("Nouvelle 0") < page.index("Nouvelle 1")
    assert Notification.objects.unread().count() == 1


def test_opening_one_marks_it_and_leads_to_its_page_and_that_of_another_does_not_exist() -> None:
    user, other = build.referent(), build.referent(email="autre@portail.example")
    told(user, 1)
    number = {"notification": str(Notification.objects.get().pk)}
    url = reverse("accounts:open_notification")
    assert signed_in(other).post(url, number).status_code == 404
    assert Notification.objects.unread().exists()
    assert signed_in(user).post(url, number).url == "/dossiers/"
    assert not Notification.objects.unread().exists()
    assert signed_in(user).post(url, {"notification": "²"}).status_code == 404


def test_marking_all_as_read_leaves_what_came_since_the_page() -> None:
    user = build.referent()
    told(user, 2)
    seen = Notification.objects.latest("pk").pk
    told(user, 1)
    signed_in(user).post(reverse("accounts:read_notifications"), {"until": str(seen)})
    assert [found.text for found in Notification.objects.unread()] == ["Nouvelle 2"]


def test_the_digest_is_switched_off_and_on_and_the_journal_keeps_it() -> None:
    user = build.referent()
    client, url = signed_in(user), reverse("accounts:digest_choice")
    client.post(url, {"digest": "off"})
    assert "Vous ne recevez pas" in client.get(URL).content.decode()
    client.post(url, {"digest": "autre"})
    client.post(url, {"digest": "on"})
    assert "Chaque matin à 7 h" in client.get(URL).content.decode()
    assert JournalEntry.objects.filter(reason__startswith="résumé quotidien").count() == 2


def test_the_list_costs_the_same_for_one_three_or_thirty() -> None:
    user = build.referent()
    assert_constant_queries(signed_in(user), URL, lambda number: told(user, number))
