"""The program that opens an extract on a machine without network, as it is given to a centre."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import phonenumbers
import pytest

from alarm_registry.enums import AddressKind
from alarm_registry.services import file_of
from core import clock
from core.telephones import candidates
from dev.places import ROOT
from tests import alarming, build, centring
from tests.core.numbers_written import WRITTEN

SCRIPT = ROOT / "docs" / "extrait-17" / "ouvrir.py"
WRITINGS = [
    "0639980001", "06 39 98 00 01", "+33 6 39 98 00 01", "0033639980001", "00 33 (0)6.39.98.00.01", "+33(0)639980001",
    "639980001", "33639980001", "Tél. : 06-39-98-00-01", "tel:+33639980001", "06 39 98 00 01 poste 4", "٠٦٣٩٩٨٠٠٠١",
    "０６ ３９ ９８ ００ ０１", "06\u00a039\u202f98\u200b00 01", "O6 39 98 OO O1", "06/39/98/00/01", "0692 00 00 01",
    "+262 692 00 00 01", "00262692000001", "0269 60 00 01", "+262269600001", "0590 27 00 00", "0594-30-00-00",
    "+596 596 60 00 00", "+508 41 00 00", "0508410000", "+687 25 00 00", "00687250000", "+689 40 50 00 00",
    "+681 72 00 00", "17", "112", "3919", "118 218", "+32 2 555 12 12", "+44 20 7946 0018", "0032 2 555 12 12",
    "06 39 98 00 01 / 02 61 91 00 10", "06 39 98 00 01 ou 02 61 91 00 10", "+33 6 39 98", "bonjour", "", "06 39",
    "12345678", "+1 202 555 0123", "250000", "40500000", "410000", "+32 02 555 12 12", "+32 (0)2 555 12 12",
    "+41 022 555 01 01", "+44 020 7946 0958", "0049 030 901820", "+33 0 6 39 98 00 01", "+34 910 555 012",
    "+39 06 555 0101", "352 27 55 01 01", "+212 0612 345678", "+508 806 12 34 56", "+508 512 34 56 78",
    "41 00 01 / 06 39 98 00 01", "81 00 01 poste 4", *(row[0] for row in WRITTEN),
]  # fmt: skip
# Eleven to thirteen digits without « + »: the portal asks the library whether such a line exists abroad. Without it
# the openers take them for one: a form too many finds nobody, a form too few would miss someone.
TAKEN_FOR_FOREIGN = {"2026-999-00012", "192.168.10.12.1"}
CENTRES = ["45", "974", "988", "987", "975", "986"]


def opener() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ouvrir", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OPENER = opener()


@pytest.mark.parametrize("centre", CENTRES)
def test_the_program_reads_a_number_as_the_portal_does(centre: str) -> None:
    for_portal = {text: {form.key for form in candidates(text, departement=centre)} for text in WRITINGS}
    for text in TAKEN_FOR_FOREIGN:
        assert for_portal.pop(text) < OPENER.keys_of(text, centre)
    assert {text: OPENER.keys_of(text, centre) for text in for_portal} == for_portal


def test_the_program_reads_the_numbers_of_every_country_as_the_portal_does() -> None:
    """With and without « + », and with a zero after the code, which some countries drop and others keep."""
    writings = []
    for code, (region, *_) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        of_world = region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
        number = (
            phonenumbers.example_number_for_non_geo_entity(code) if of_world else phonenumbers.example_number(region)
        )
        assert number is not None
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix(f"+{code}")
        writings += [f"+{code}{national}", f"{code}{national}", f"+{code}0{national}"]
    for_portal = {text: {form.key for form in candidates(text, departement="45")} for text in writings}
    assert {text: OPENER.keys_of(text, "45") for text in writings} == for_portal
    codes = {code for code in range(1, 1000) if OPENER.CODE.fullmatch(str(code))}
    assert codes == set(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@pytest.fixture
def extract(db: None, tmp_path: Path) -> Path:
    alarming.a_registration(addresses=alarming.addresses(AddressKind.HOME))
    alarming.a_registration("06 39 98 00 03", alarming.TOWN_HALL, official=build.an_official("Voisine", "Paule"))
    setting = centring.a_setting()
    path = tmp_path / "extrait.alarme17"
    path.write_bytes(file_of(centring.an_extract(setting), setting))
    return path


def run(path: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    typed = "".join(f"{line}\n" for line in lines)
    return subprocess.run(
        [sys.executable, SCRIPT, path], input=typed, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_number_gives_the_card_and_every_screen_says_whose_extract_it_is(extract: Path) -> None:
    done = run(extract, centring.PASSPHRASE, "+33 6 39 98 00 01", "")
    assert done.returncode == 0, done.stderr
    for words in ("Se garer derrière la grange", "1 rue des Lilas-Blancs, Olmes", "un chien dans la cour"):
        assert words in done.stdout
    assert done.stdout.count("remis à Chef de salle Inventé — centre Loiret") == 3
    assert done.stdout.count("ne s'ouvre plus après le") == 3


def test_several_people_are_listed_then_one_is_chosen(extract: Path) -> None:
    done = run(extract, centring.PASSPHRASE, alarming.TOWN_HALL, "2", "")
    several, _, chosen = done.stdout.partition("2. ")
    assert "Qui parle ? D'où ?" in several
    assert "Lilas-Blancs" not in several
    assert "Lilas-Blancs" in chosen


def test_a_name_is_found_and_a_stranger_is_not(extract: Path) -> None:
    done = run(extract, centring.PASSPHRASE, "voisine orleans", "01 99 00 00 09", "")
    assert "Paule" in done.stdout
    assert "Traitez l'appel normalement" in done.stdout


def test_a_wrong_passphrase_opens_nothing(extract: Path) -> None:
    done = run(extract, centring.PASSPHRASE + "s", "0639980001")
    assert done.returncode == 1
    assert "pas la phrase de passe" in done.stderr
    assert done.stdout == ""


def test_an_altered_file_opens_nothing(extract: Path) -> None:
    data = extract.read_bytes()
    header, front = OPENER.read_header(data)
    for place in (len(front) + 5, len(data) - 1):
        extract.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert "modifié ou abîmé" in run(extract, centring.PASSPHRASE).stderr
    # The date pushed back in the header, which anybody reads: it is signed.
    later = header["expire_le"].replace("20", "29", 1)
    extract.write_bytes(data.replace(header["expire_le"].encode(), later.encode(), 1))
    assert "modifié ou abîmé" in run(extract, centring.PASSPHRASE).stderr
    extract.write_bytes(data.replace("Inventé".encode(), "Imposté".encode(), 1))
    assert "modifié ou abîmé" in run(extract, centring.PASSPHRASE).stderr
    extract.write_bytes(b"autre chose")
    assert "n'est pas un extrait" in run(extract).stderr


def test_an_extract_opens_for_36_hours_and_not_one_minute_more(extract: Path) -> None:
    data, now = extract.read_bytes(), clock.real_now()
    mark, cards = OPENER.open_extract(data, centring.PASSPHRASE, now + timedelta(hours=35, minutes=58))
    assert (mark["centre"], len(cards)) == ("45", 2)
    with pytest.raises(OPENER.Refused, match="a expiré"):
        OPENER.open_extract(data, centring.PASSPHRASE, now + timedelta(hours=36, minutes=1))
    with pytest.raises(OPENER.Refused, match="horloge"):
        OPENER.open_extract(data, centring.PASSPHRASE, now - timedelta(hours=1))


def test_an_extract_holds_what_the_17_reads_and_nothing_more(extract: Path) -> None:
    _, cards = OPENER.open_extract(extract.read_bytes(), centring.PASSPHRASE, clock.real_now())
    assert set(cards[0]) == {
        "inscription", "nom", "qualite", "danger", "non_reconfirmee", "consigne", "rappeler", "numeros", "adresses",
        "foyer", "mesures", "absences", "referents", "unite",
    }  # fmt: skip
