import json
import logging
import os
import subprocess
import sys

import pytest
import structlog
from django.db import IntegrityError, transaction
from django.template.base import Variable, VariableDoesNotExist

from core import clock
from core.logs import configure, describe, render_exception, strip_queries, without_number, without_query
from core.models import JobRun

SECRET = "dupont-aignan-secret"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /elus/?q=Dupont&page=2", "GET /elus/"),
        ("Not Found: /elus/?q=Dupont", "Not Found: /elus/"),
        ('"GET /elus/?q=Jean%20Dupont HTTP/1.1" 200', '"GET /elus/ HTTP/1.1" 200'),
        ("<WSGIRequest: GET '/elus/?q=Dupont'>", "<WSGIRequest: GET '/elus/'>"),
        ("http://portail.example/elus/?q=Dupont", "http://portail.example/elus/"),
        ("Pourquoi ? /elus/", "Pourquoi ? /elus/"),
    ],
)
def test_query_strings_are_cut_wherever_they_stand(line, kept):
    assert without_query(line) == kept
    assert strip_queries(None, "info", {"event": line, "code": 200}) == {"event": kept, "code": 200}


def failing(secret_argument):
    secret_local = secret_argument.upper()
    raise ValueError(f"première ligne\n{secret_local}")


def test_a_traceback_has_no_local_variable_and_one_line_of_message():
    try:
        failing(SECRET)
    except ValueError:
        text = render_exception(sys.exc_info())
    assert "in failing" in text
    assert "ValueError: première ligne" in text
    assert SECRET.upper() not in text
    assert SECRET not in text


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("invalid literal for int() with base 10: '06 39 98 00 01'", "invalid literal for int() with base 10: '…'"),
        ("+33639980001 is not a number", "… is not a number"),
        ("06.39.98.00.01", "…"),
        ("06-39-98-00-01", "…"),
        ("(06) 39980001", "(…"),
        ("day is out of range: 2026-11-31", "day is out of range: 2026-11-31"),
        ("HTTP 503 from 127.0.0.1", "HTTP 503 from 127.0.0.1"),
    ],
)
def test_what_reads_like_a_telephone_number_is_cut_from_the_message_of_an_exception(message, kept):
    assert without_number(message) == kept
    assert describe(ValueError(message)) == f"ValueError: {kept}"


def test_a_variable_that_a_page_does_not_find_gives_its_name_and_not_the_page():
    with pytest.raises(VariableDoesNotExist) as refused:
        Variable("card.name").resolve({"card": None, "typed": SECRET})
    assert describe(refused.value) == "VariableDoesNotExist: name"
    with pytest.raises(VariableDoesNotExist) as refused:
        Variable("cart").resolve({"card": SECRET})
    assert SECRET in str(refused.value)
    assert describe(refused.value) == "VariableDoesNotExist: cart"


def test_a_database_error_gives_its_constraint_and_not_the_values_it_refused(db):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        JobRun.objects.create(name=SECRET, started_at=clock.now(), real_started_at=clock.now(), outcome="x")
    assert SECRET in str(refused.value)
    assert describe(refused.value) == "IntegrityError: sqlstate 23514, job_run_outcome_known"
    assert SECRET not in render_exception((IntegrityError, refused.value, refused.value.__traceback__))


@pytest.fixture
def root_logger():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield root
    root.handlers[:], root.level = before


def test_what_libraries_log_is_cut_too(root_logger, capfd):
    configure({"level": "INFO", "json": True})
    logging.getLogger("django.request").warning("Not Found: %s", f"/elus/?q={SECRET}")
    logging.getLogger("django.server").info('"GET %s HTTP/1.1" 200', f"/elus/?q={SECRET}")
    try:
        failing(SECRET)
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: /elus/", extra={"request": SECRET})
        structlog.get_logger("core").exception("request_failed", request=f"GET /elus/?q={SECRET}")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert len(lines) == 4
    assert SECRET not in json.dumps(lines).lower()
    assert all({"event", "level", "logger", "timestamp"} <= set(line) for line in lines)


REQUEST = """
import django; django.setup()
from django.test import Client, override_settings
from django.urls import path
from django.core.handlers.wsgi import WSGIHandler
def broken(request):
    nom = request.GET["q"]
    raise ValueError("la page est en panne")
broken.access = __import__("accounts.permissions").permissions.PUBLIC
import calae_portal.urls as urls
urls.urlpatterns.append(path("panne/", broken))
client = Client(raise_request_exception=False)
client.get("/panne/", {"q": "NOM-CHERCHE"})
client.get("/inconnu/", {"q": "NOM-CHERCHE"})
client.get("/sante/", {"q": "NOM-CHERCHE"})
client.post("/connexion/", {"email": "NOM-CHERCHE@exemple.fr", "password": "NOM-CHERCHE"})
"""


@pytest.mark.parametrize("as_json", ["1", "0"])
def test_a_whole_process_writes_neither_what_was_searched_nor_local_variables(
    committed_db, worker_environment, as_json
):
    environment = worker_environment | {"LOG_JSON": as_json, "HTTPS": "0", "ALLOWED_HOSTS": "testserver"}
    done = subprocess.run([sys.executable, "-c", REQUEST], env=environment, capture_output=True, text=True, check=False)
    written = done.stdout + done.stderr
    assert done.returncode == 0, written
    assert "/panne/" in written
    assert "la page est en panne" in written
    assert "NOM-CHERCHE" not in written


def test_no_log_is_mailed():
    names = [*logging.root.manager.loggerDict, None]
    kinds = {type(handler).__name__ for name in names for handler in logging.getLogger(name).handlers}
    assert "AdminEmailHandler" not in kinds


def test_the_environment_is_not_printed(committed_db, worker_environment):
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup(); from core.encryption import key_ring; key_ring()"],
        env=worker_environment | {"ENCRYPTION_KEYS": "k1:tropcourt"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "ENCRYPTION_KEYS" in done.stderr
    assert "tropcourt" not in done.stderr
    assert os.environ["DATABASE_URL"] not in done.stderr
