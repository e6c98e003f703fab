"""Many people at many counters reach for one device, or for one person, at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from call_buttons.models import CallButtonDevice, CallButtonGrant, CallButtonHandover, CallButtonStockAlert
from call_buttons.services import ActRefused
from tests import build, handing


def grants(number: int) -> list[CallButtonGrant]:
    first = build.granted()
    user = first.case.threats.get().logged_by
    others = [
        build.granted(build.a_request(threat=build.a_threat(user=user, official=build.an_official(f"Voisine {rank}"))))
        for rank in range(number - 1)
    ]
    return [first, *others]


def hand_over(pair: tuple[CallButtonGrant, CallButtonDevice]) -> bool:
    grant, device = pair
    try:
        handing.handed_over(grant, device)
    except ActRefused:
        return False
    finally:
        connections.close_all()
    return True


def test_twenty_simultaneous_handovers_of_one_device_give_exactly_one(committed_db: None) -> None:
    people, device = grants(4), handing.a_device()
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(hand_over, [(people[rank % 4], device) for rank in range(20)])) == 1
    assert CallButtonHandover.objects.count() == 1


def test_of_many_devices_handed_at_once_to_one_person_one_leaves(committed_db: None) -> None:
    (grant,), devices = grants(1), handing.devices(8)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hand_over, [(grant, device) for device in devices])) == 1
    assert CallButtonDevice.objects.in_stock().count() == 7


def test_of_the_last_devices_that_leave_at_once_one_empties_the_stock(committed_db: None) -> None:
    people, devices = grants(4), handing.devices(4)
    CallButtonStockAlert.objects.open().update(closed_at=people[0].decision.decided_at)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(hand_over, zip(people, devices, strict=True))) == 4
    assert CallButtonStockAlert.objects.open().count() == 1
