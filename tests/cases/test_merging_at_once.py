"""Two people merge the same two files at the same moment, each the other way."""

from __future__ import annotations

from threading import Barrier, Thread

from django.db import connection

from accounts.models import User
from cases.models import CaseMerge, Threat
from cases.services import ActRefused
from tests import build
from tests.cases.test_merging import merge


def test_two_merges_at_once_leave_one(committed_db: None) -> None:
    head, referent, official = build.unit_head(), build.referent(), build.an_official()
    one, other = (build.a_threat(user=referent, official=official) for _ in range(2))
    barrier, outcomes = Barrier(2), []

    def run(gone: Threat, kept: Threat) -> None:
        barrier.wait()
        try:
            outcomes.append(merge(gone, kept, User.objects.get(pk=head.pk)).state)
        except ActRefused as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=couple) for couple in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(outcome) > 4 for outcome in outcomes) == [False, True], outcomes
    assert CaseMerge.objects.filter(state="done").count() == 1
