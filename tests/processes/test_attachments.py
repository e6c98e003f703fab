"""Attachments with real processes: a web worker that receives 50 MB, a Celery worker that scans."""

import json
import subprocess
import sys

from cases.enums import ScanState
from cases.models import Attachment
from dev.places import ROOT
from tests import build
from tests.cases.attached import EICAR_PDF, an_attachment, pdf
from tests.processes.stage import running_troupe, wait_until


def test_fifty_megabytes_keep_the_web_worker_within_a_hundred_of_its_rest(worker_environment, settings):
    referent = build.a_threat().logged_by
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.upload", f"--email={referent.email}"],
        cwd=ROOT,
        env=worker_environment | {"DEMO": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    measured = json.loads(done.stdout)
    assert Attachment.objects.get().size == 50 * 1024 * 1024
    assert measured["growth_mb"] <= measured["floor_mb"], measured


def test_a_real_worker_finds_the_virus_and_frees_the_rest(worker_environment, settings, tmp_path):
    settings.ATTACHMENTS_DIR = str(tmp_path)
    case = build.a_threat().case
    letter, infected = an_attachment(case, pdf(), "lettre.pdf"), an_attachment(case, EICAR_PDF, "autre.pdf")
    environment = worker_environment | {"DEMO": "1", "ATTACHMENTS_DIR": str(tmp_path), "SCANNER_URL": "demo:"}
    with running_troupe(environment, "attachments") as troupe:
        # Nothing told the worker: the sweep of each minute finds what waits.
        troupe.worker(), troupe.beat()
        quarantine = Attachment.objects.filter(scan_state=ScanState.QUARANTINE)
        wait_until(lambda: not quarantine.exists(), "both files have their verdict")
    letter.refresh_from_db(), infected.refresh_from_db()
    assert (letter.scan_state, infected.scan_state) == (ScanState.CLEAN, ScanState.INFECTED)
    assert infected.scan_signature == "Eicar-Test-Signature"
