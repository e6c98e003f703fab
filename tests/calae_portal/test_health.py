import pytest
from django.db import OperationalError
from django.urls import reverse

from calae_portal import health


def broken(*args, **kwargs):
    raise OperationalError("could not connect to 10.1.2.3 as calae_app")


@pytest.fixture
def redis_answers(monkeypatch):
    monkeypatch.setattr(health, "_redis_answers", lambda: True)


def test_a_portal_that_can_serve_a_page_is_ready(client, db, redis_answers):
    response = client.get(reverse("health"))
    assert response.status_code == 200
    assert response.json() == {"base de données": "répond", "redis": "répond"}


def test_without_redis_the_portal_is_still_ready_and_says_it(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get(reverse("health"))
    assert response.status_code == 200
    assert response.json()["redis"] == "ne répond pas"


def test_without_its_database_the_portal_is_not_ready_and_says_nothing_of_it(client, monkeypatch, redis_answers):
    monkeypatch.setattr(health.connection, "cursor", broken)
    response = client.get(reverse("health"))
    assert response.status_code == 503
    assert response.json()["base de données"] == "ne répond pas"
    assert "10.1.2.3" not in response.content.decode()


def test_the_process_is_alive_whatever_its_database(client, monkeypatch):
    monkeypatch.setattr(health.connection, "cursor", broken)
    assert client.get(reverse("alive")).status_code == 200


@pytest.mark.parametrize("name", ["health", "alive"])
def test_probes_only_read(client, name):
    assert client.post(reverse(name)).status_code == 405
