import pytest
from django.core.checks import run_checks

from core.checks import role_is_plain

PRODUCTION = {
    "DEMO": False,
    "DEBUG": False,
    "HTTPS": True,
    "PORTAL_OFFICIAL": True,
    "PUBLIC_URL": "https://portail.example",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SMS_BACKEND": "core.sms.HttpSmsGateway",
    "SCANNER_URL": "tcp://antivirus.example:3310",
}


def found(*, deploy=True):
    return [message.id for message in run_checks(tags=["core"], include_deployment_checks=deploy)]


@pytest.fixture
def production(settings):
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    return settings


def test_a_right_production_passes(production):
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("DEBUG", True, "core.E005"),
        ("HTTPS", False, "core.E006"),
        ("PUBLIC_URL", "http://portail.example", "core.E007"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "core.E008"),
        ("SMS_BACKEND", "core.sms.ConsoleSmsGateway", "core.W001"),
        ("SCANNER_URL", "demo:", "core.E010"),
        ("ENCRYPTION_KEYS", ["k1:court"], "core.E002"),
        ("BLIND_INDEX_KEY", "court", "core.E003"),
        ("DEMO", True, "core.E001"),
    ],
)
def test_each_fault_of_a_production_is_named(production, name, value, check):
    setattr(production, name, value)
    assert found() == [check]


def test_one_secret_for_two_uses_is_refused(production):
    production.JOURNAL_SEAL_KEY = production.BLIND_INDEX_KEY
    assert found() == ["core.E004"]


def test_a_demonstration_may_run_without_https_or_relay(settings):
    settings.DEMO, settings.PORTAL_OFFICIAL, settings.HTTPS = True, False, False
    assert found() == []


def test_the_application_s_own_connection_passes_the_check_of_its_role(db):
    assert role_is_plain(None, databases=["default"]) == []


def test_the_owner_s_connection_does_not(committed_db):
    from core.owner import as_owner

    with as_owner():
        assert [message.id for message in role_is_plain(None, databases=["default"])] == ["core.E009"]
