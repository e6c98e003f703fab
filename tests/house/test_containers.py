"""docker-compose.yml and the Dockerfile, as far as they can be read without an engine."""

import json
import re

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from dev.places import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PRODUCT = ("web", "worker", "beat", "migrate")


def test_the_stack_has_every_part():
    assert set(SERVICES) == {*PRODUCT, "database", "redis", "antivirus", "mail"}
    assert SERVICES["database"]["image"] == "postgres:18"
    assert SERVICES["redis"]["image"].startswith("redis:7")


@pytest.mark.parametrize("name", SERVICES)
def test_every_published_port_stays_on_the_loopback(name):
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("web", "migrate")])
def test_every_lasting_service_says_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_image_says_whether_the_web_is_well_and_is_not_root():
    assert "HEALTHCHECK" in DOCKERFILE
    assert '"docker/healthcheck.py", "web"' in DOCKERFILE
    assert re.findall(r"^USER (\w+)", DOCKERFILE, re.M)[-1] == "portail"


def test_only_the_migration_knows_the_owner():
    knowing = {name for name, service in SERVICES.items() if "OWNER_PASSWORD" in json.dumps(service)}
    assert knowing == {"migrate", "database"}


@pytest.mark.parametrize("name", PRODUCT)
def test_the_product_runs_with_no_privilege(name):
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["read_only"] is True


def test_every_variable_is_described_to_the_operator():
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    described = set(re.findall(r"^(\w+)=", (ROOT / ".env.dist").read_text(), re.M))
    assert used == described


def test_every_variable_given_to_the_product_is_read_by_it():
    source = (ROOT / "calae_portal" / "settings.py").read_text()
    given = set(SERVICES["web"]["environment"])
    assert {name for name in given if f'"{name}"' not in source} == set()


def test_the_image_holds_every_application():
    kept = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.M)
    ours = {name.split(".")[0] for name in settings.INSTALLED_APPS if (ROOT / name.split(".")[0]).is_dir()}
    assert ours <= set(kept)


def test_static_files_are_complete_and_small_in_production(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    pages = "".join(page.read_text() for page in (ROOT / "templates").rglob("*.html"))
    used = set(re.findall(r"{% static ['\"]([^'\"]+)['\"]", pages))
    assert used
    assert used <= set(collected)
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < 25_000_000
