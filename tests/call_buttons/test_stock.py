"""Stocks by prefecture, their alert, loans: what enters, what leaves, who is told, once."""

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.models import Notification, User
from call_buttons.enums import DeviceKind, DeviceState
from call_buttons.models import CallButtonDevice, CallButtonStockAlert
from call_buttons.models.device import plain_serial
from call_buttons.selectors.devices import census, device_called, open_loans, stock_alerts, stocks
from call_buttons.services import (
    ActRefused,
    add_device,
    declare_device,
    pair_device,
    receive_loan,
    send_loan_back,
    take_loan_back,
)
from tests import build, handing

pytestmark = pytest.mark.django_db


@pytest.fixture
def prefecture(db: None) -> dict[str, User]:
    people = {"instructor": build.posted(Role.INSTRUCTOR), "decider": build.decider()}
    elsewhere = {"elsewhere": build.posted(Role.INSTRUCTOR, departement_code="974")}
    return people | elsewhere | {"analyst": build.posted(Role.CALAE_ANALYST)}


def told() -> set[str]:
    return {n.user.email.partition("@")[0] for n in Notification.objects.filter(dedupe_key__startswith="stock:")}


def by(departement: str = "45") -> dict:
    return handing.signed(User.objects.filter(postings__role="instructor", postings__departement=departement).first())


@pytest.mark.parametrize("typed", ["bx-20 417", " BX20417\t", "Bx.20–417", "ＢＸ20417"])
def test_a_serial_is_one_however_it_is_typed(typed: str, prefecture) -> None:
    assert plain_serial(typed) == "BX20417"
    device = handing.a_device(serial="bx 20417")
    assert device_called(typed, among=CallButtonDevice.objects.all()) == device
    with pytest.raises(ActRefused, match="45-001") as refusal:
        handing.a_device(serial=typed)
    assert refusal.value.field == "serial"


@pytest.mark.parametrize("typed", ["", "x", "é" * 5, "A" * 41, "ÉTÉ 12"])
def test_what_is_not_a_serial_is_refused_beside_its_field(typed: str, prefecture) -> None:
    with pytest.raises(ActRefused) as refusal:
        add_device(departement=build.departement(), kind=DeviceKind.BOX, serial=typed, **by())
    assert refusal.value.field == "serial"


def test_a_device_is_called_by_its_number_when_one_alone_has_it(prefecture) -> None:
    here, elsewhere = handing.a_device(), handing.a_device("974")
    everywhere = CallButtonDevice.objects.all()
    assert device_called("45-001", among=everywhere) == here
    assert device_called("974-1", among=everywhere) == elsewhere
    assert device_called("1", among=everywhere.filter(holder="45")) == here
    assert device_called("1", among=everywhere) is None
    assert device_called("45-999999999", among=everywhere) is None


def test_an_empty_stock_is_told_once_to_the_prefecture_and_to_calae(prefecture) -> None:
    grant = build.granted()
    assert told() == {"instructor.45", "decider.45", "calae_analyst.45"}
    with pytest.raises(ActRefused, match="La protection reste accordée"):
        handing.handed_over(grant, CallButtonDevice(owner=grant.departement, holder=grant.departement, number=1))
    threat = build.a_threat(user=grant.case.threats.get().logged_by, official=build.an_official("Voisine"))
    build.granted(build.a_request(threat=threat))
    assert CallButtonStockAlert.objects.count() == 1
    assert Notification.objects.filter(dedupe_key__startswith="stock:").count() == 3
    text = Notification.objects.filter(dedupe_key__startswith="stock:").first().text
    assert text == "Stock vide : plus aucun appareil à remettre dans la préfecture du Loiret"


def test_a_device_that_enters_ends_the_alert_and_the_last_that_leaves_opens_another(prefecture) -> None:
    grant = build.granted()
    device = handing.a_device()
    assert not CallButtonStockAlert.objects.open().exists()
    handover = handing.handed_over(grant, device)
    assert CallButtonStockAlert.objects.open().count() == 1
    handing.returned(handover)
    assert CallButtonStockAlert.objects.filter(closed_at__isnull=False).count() == 2
    assert Notification.objects.filter(dedupe_key__startswith="stock:").count() == 6


def test_without_any_protection_an_empty_stock_is_no_alert(prefecture) -> None:
    declare_device(device=handing.a_device(), to=DeviceState.LOST, why="Inventaire.", **by())
    assert not CallButtonStockAlert.objects.exists()


def test_each_reads_the_alerts_and_the_counts_of_his_territory(prefecture) -> None:
    build.granted()
    handing.devices(2, "974")
    assert [alert.departement_id for alert in stock_alerts(user=prefecture["instructor"])] == ["45"]
    assert stock_alerts(user=prefecture["elsewhere"]) == []
    read = {stock.departement.pk: stock.in_stock for stock in stocks(user=prefecture["analyst"])}
    assert read == {"45": 0, "974": 2}
    assert [stock.departement.pk for stock in stocks(user=prefecture["elsewhere"])] == ["974"]


def test_a_loan_moves_the_device_from_a_stock_to_another_and_back(prefecture) -> None:
    loan = handing.lent()
    steps = [(receive_loan, "974", {}), (send_loan_back, "974", {}), (take_loan_back, "45", {"works": True})]
    seen = []
    for step, place, more in steps:
        device = CallButtonDevice.objects.get(pk=loan.device_id)
        seen.append((device.state, device.holder_id))
        step(loan=loan, **by(place), **more)
    device.refresh_from_db()
    assert seen == [("on_the_way", "45"), ("in_stock", "974"), ("on_the_way", "974")]
    assert (device.state, device.holder_id) == ("in_stock", "45")
    with pytest.raises(ActRefused, match="terminé"):
        receive_loan(loan=loan, **by("974"))


def test_both_prefectures_read_a_loan_and_the_borrower_is_told(prefecture) -> None:
    loan = handing.lent()
    assert open_loans(user=prefecture["instructor"]) == ([loan], [])
    assert open_loans(user=prefecture["elsewhere"]) == ([], [loan])
    told_of = Notification.objects.filter(dedupe_key__startswith="loan:")
    assert {notice.user.email for notice in told_of} == {prefecture["elsewhere"].email}


def test_a_borrowed_device_is_handed_over_there_and_comes_back_when_it_is_free(prefecture) -> None:
    loan = handing.lent()
    receive_loan(loan=loan, **by("974"))
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    referent = build.referent(unit)
    request = build.a_request(threat=build.a_threat(user=referent))
    grant = build.granted(request, by=build.decider(departement_code="974"))
    handover = handing.handed_over(grant, CallButtonDevice.objects.get(pk=loan.device_id), by=referent)
    with pytest.raises(ActRefused, match="remis"):
        send_loan_back(loan=loan, **by("974"))
    with pytest.raises(ActRefused, match="encore à la préfecture"):
        take_loan_back(loan=loan, works=True, **by())
    handing.returned(handover)
    assert send_loan_back(loan=loan, **by("974")).sent_back_at


def test_a_loan_that_never_left_is_taken_back_and_one_at_a_time_is_made(prefecture) -> None:
    loan = handing.lent()
    with pytest.raises(ActRefused, match="en route"):
        handing.lent(loan.device)
    take_loan_back(loan=loan, works=False, **by())
    loan.device.refresh_from_db()
    assert loan.device.state == "faulty"


@pytest.mark.parametrize(("to", "days", "field"), [("45", 3, "borrower"), ("974", 0, "until")])
def test_a_loan_goes_elsewhere_for_some_days(prefecture, to: str, days: int, field: str) -> None:
    with pytest.raises(ActRefused) as refusal:
        handing.lent(to=to, days=days)
    assert refusal.value.field == field


def test_who_borrowed_a_device_neither_lends_nor_retires_it(prefecture) -> None:
    loan = handing.lent()
    receive_loan(loan=loan, **by("974"))
    device = CallButtonDevice.objects.get(pk=loan.device_id)
    with pytest.raises(ActRefused, match="ne se prête pas"):
        handing.lent(device, to="13")
    with pytest.raises(ActRefused, match="rendez-le"):
        declare_device(device=device, to=DeviceState.RETIRED, why="Vieux.", **by("974"))


@pytest.mark.parametrize(
    ("to", "why", "said"),
    [("handed_over", "x", "autre état"), ("in_stock", "x", "autre état"), ("faulty", " ", "pourquoi")],
)
def test_a_state_is_declared_with_its_reason_and_never_that_of_a_handover(prefecture, to, why, said) -> None:
    with pytest.raises(ActRefused, match=said):
        declare_device(device=handing.a_device(), to=to, why=why, **by())


def test_a_device_in_somebodys_hands_is_declared_on_its_handover(prefecture) -> None:
    handover = handing.handed_over()
    with pytest.raises(ActRefused, match="page de la remise"):
        declare_device(device=handover.device, to=DeviceState.LOST, why="Perdu.", **by())


def test_pairing_is_noted_in_the_history(prefecture) -> None:
    device = pair_device(device=handing.a_device(), paired_with="Application de la montre", **by())
    assert device.events.first().sentence == "Appairé avec : Application de la montre."
    with pytest.raises(ActRefused, match="déjà ce qui est noté"):
        pair_device(device=device, paired_with="Application de la montre ", **by())


def test_the_census_says_where_by_reference_only(prefecture) -> None:
    handing.devices(3)
    handover = handing.handed_over()
    handing.lent()
    rows, more = census(user=prefecture["instructor"], departement=build.departement())
    assert [row.where for row in rows] == [
        f"dossier {handover.grant.case.reference}",
        "préfecture",
        "préfecture",
        "en route, prêt à la préfecture de La Réunion",
    ]
    assert not more


def test_the_census_hides_the_file_that_is_hidden(prefecture) -> None:
    handover = handing.handed_over()
    build.declared(handover.grant.case, prefecture["instructor"])
    rows, _ = census(user=User.objects.get(pk=prefecture["instructor"].pk), departement=build.departement())
    assert [row.where for row in rows] == ["dossier non consultable"]


ACTS = st.lists(st.sampled_from(["add", "hand", "back", "broken", "lose", "repair", "lend", "arrive"]), max_size=12)


def _play(act: str) -> None:
    """One random act, when a device is in the state for it."""
    devices = CallButtonDevice.objects.order_by("number")
    stock, faulty = devices.in_stock().first(), devices.filter(state="faulty").first()
    held = handing.CallButtonHandover.objects.open().first()
    loan = handing.CallButtonLoan.objects.open().filter(device__state="on_the_way").first()
    grant = handing.CallButtonGrant.objects.get()
    if act == "add":
        handing.a_device()
    elif act == "hand" and stock and not held and stock.holder_id == "45":
        handing.handed_over(grant, stock)
    elif act in ("back", "broken") and held:
        handing.returned(held, works=act == "back", note="Vu.")
    elif act == "lose" and held:
        handing.lost(held)
    elif act == "repair" and faulty:
        declare_device(device=faulty, to="in_stock", why="Réparé.", **by())
    elif act == "lend" and stock and not stock.is_borrowed:
        handing.lent(stock)
    elif act == "arrive" and loan:
        receive_loan(loan=loan, **by("974"))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_every_device_is_counted_once_and_the_alert_says_the_stock(prefecture, acts) -> None:
    from django.db import transaction

    savepoint = transaction.savepoint()
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        build.granted(by=prefecture["decider"])
        for act in acts:
            _play(act)
        counted = {stock.departement.pk: stock for stock in stocks(user=prefecture["analyst"])}
        assert sum(sum(stock.counts.values()) for stock in counted.values()) == CallButtonDevice.objects.count()
        is_empty = counted["45"].in_stock == 0
        assert CallButtonStockAlert.objects.open().filter(departement="45").exists() == is_empty
    transaction.savepoint_rollback(savepoint)
