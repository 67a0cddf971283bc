"""SEG-03: we end a contract by a person, on a ground that it gives, with notice; nothing else of ours closes one."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from guanxi.ground.clock import frozen
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers.models import DirtyCustomer
from guanxi.record.customers.services import merge_customers, unmerge_customers
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Ending, Holding
from guanxi.record.holdings.queries import endings_of, told_ends
from guanxi.record.holdings.rules import ENDED_BY_US
from guanxi.record.holdings.services import close_noticed, erase_references, give_notice, withdraw_notice
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 7, 6, 4, tzinfo=dt.UTC)
TODAY, NEVER_ONE = dt.date(2026, 7, 6), 10**9


def at(day: dt.date):
    return frozen(NOON + (day - TODAY))


@pytest.fixture(autouse=True)
def noon():
    with frozen(NOON):
        yield


@pytest.fixture
def held(scene):
    wang = scene.customer("Wang")
    return scene, wang, Holding.objects.create(customer=wang, reference="H1", opened_on=dt.date(2020, 1, 1))


def noticed(held, **fields: object) -> int:
    scene, wang, holding = held
    usual = {"holding": holding.code, "ground": "clause 9: not used for a year", "ends_on": dt.date(2026, 9, 1)}
    return give_notice(wang.pk, **{**usual, "by": scene.person("gao"), **fields})


def test_a_person_gives_notice_with_its_ground_and_closes_once_its_days_are_over(held):
    scene, wang, holding = held
    gao = scene.person("gao")
    row = noticed(held)
    DirtyCustomer.objects.all().delete()
    with at(dt.date(2026, 8, 31)), pytest.raises(Refused) as early:
        close_noticed(wang.pk, ending=row, by=gao)
    assert early.value.code == "ending.not_before"
    holding.refresh_from_db()
    assert (holding.status, holding.closed_on) == (HoldingStatus.OPEN, None)
    with at(dt.date(2026, 9, 1)):
        close_noticed(wang.pk, ending=row, by=gao)
        [told] = endings_of(wang.pk, principal=gao)
    holding.refresh_from_db()
    assert (holding.status, holding.closed_on) == (HoldingStatus.CLOSED, dt.date(2026, 9, 1))
    assert told_ends(dt.date(2026, 9, 1)) == [
        (wang.pk, ENDED_BY_US, dt.date(2026, 9, 1), "")
    ]  # no reason of his to leave
    assert (told.ground, told.given_by, told.settled_by) == ("clause 9: not used for a year", "gao", "gao")
    assert list(DirtyCustomer.objects.values_list("customer_id", flat=True)) == [wang.pk]
    assert list(Act.objects.filter(kind__startswith="ending.").order_by("pk").values_list("kind", flat=True)) == [
        "ending.noticed", "ending.closed",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["lin", "du", "program"])
def test_who_leads_nobody_and_whatever_is_no_person_ends_no_contract(held, name):
    scene, wang, holding = held
    by = SYSTEM if name == "program" else scene.person(name)
    with pytest.raises(Denied):
        noticed(held, by=by)
    assert not Ending.objects.exists()
    row = noticed(held)
    for act in (withdraw_notice, close_noticed):
        with at(dt.date(2026, 9, 1)), pytest.raises(Denied):
            act(wang.pk, ending=row, by=by)
    holding.refresh_from_db()
    assert (holding.status, Ending.objects.get().withdrawn_on) == (HoldingStatus.OPEN, None)


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"ground": " "}, "ending.no_ground"),
        ({"ground": "x" * 301}, "ending.no_ground"),
        ({"noticed_on": dt.date(2026, 7, 7)}, "ending.not_yet"),
        ({"ends_on": dt.date(2026, 8, 4)}, "ending.too_soon"),  # 29 days
        ({"noticed_on": dt.date(2026, 1, 5), "ends_on": dt.date(2026, 7, 5)}, "ending.too_soon"),  # never for yesterday
        ({"ends_on": dt.date(2029, 7, 6)}, "ending.too_late"),
        ({"holding": "nothing"}, "ending.no_holding"),
    ],
)
def test_what_gives_no_ground_or_no_time_is_refused(held, fields, code):
    with pytest.raises(Refused) as refused:
        noticed(held, **fields)
    assert refused.value.code == code
    assert not Ending.objects.exists()


def test_thirty_days_are_enough_and_a_letter_of_before_counts_from_its_day(held):
    noticed(held, ends_on=dt.date(2026, 8, 5))
    _scene, _wang, holding = held
    Ending.objects.all().delete()
    noticed(held, noticed_on=dt.date(2026, 6, 1), ends_on=TODAY)
    assert list(Ending.objects.values_list("holding", "noticed_on")) == [(holding.pk, dt.date(2026, 6, 1))]


def test_a_notice_is_given_once_taken_back_and_given_again(held):
    scene, wang, holding = held
    row = noticed(held)
    with pytest.raises(Refused) as twice:
        noticed(held)
    assert twice.value.code == "ending.stands"
    withdraw_notice(wang.pk, ending=row, by=scene.person("gao"))
    for act in (withdraw_notice, close_noticed):
        with at(dt.date(2026, 9, 1)), pytest.raises(Refused) as gone:
            act(wang.pk, ending=row, by=scene.person("gao"))
        assert gone.value.code == "ending.none"
    noticed(held)
    assert Ending.objects.count() == 2
    holding.refresh_from_db()
    assert holding.status == HoldingStatus.OPEN


def test_what_has_run_out_is_taken_back_no_more(held):
    """On its last day it still may be; after that the contract is closed, and a new one is a new one."""
    scene, wang, holding = held
    row, gao = noticed(held), scene.person("gao")
    acts = Act.objects.count()
    with at(dt.date(2026, 9, 2)), pytest.raises(Refused) as late:
        withdraw_notice(wang.pk, ending=row, by=gao)
    assert late.value.code == "ending.run_out"
    there = Ending.objects.get()
    assert (there.withdrawn_on, there.settled_by_id, Act.objects.count()) == (None, None, acts)
    with at(dt.date(2026, 9, 1)):
        withdraw_notice(wang.pk, ending=row, by=gao)
    assert Ending.objects.get().withdrawn_on == dt.date(2026, 9, 1)
    holding.refresh_from_db()
    assert holding.status == HoldingStatus.OPEN


def test_a_notice_goes_with_its_contract_when_customers_are_merged_and_back(held):
    scene, wang, holding = held
    gao, winner = scene.person("gao"), scene.customer("Wang the elder")
    row = noticed(held)
    before = Ending.objects.values().get()
    merged = merge_customers(winner.pk, wang.pk, by=SYSTEM)
    assert [(one.id, one.holding) for one in endings_of(winner.pk, principal=gao)] == [(row, holding.code)]
    with pytest.raises(Refused) as twice:  # it stands there, too
        give_notice(winner.pk, holding=holding.code, ground="x", ends_on=dt.date(2026, 9, 1), by=gao)
    assert twice.value.code == "ending.stands"
    unmerge_customers(merged, by=SYSTEM)
    assert endings_of(winner.pk, principal=gao) == []
    assert [one.id for one in endings_of(wang.pk, principal=gao)] == [row]
    assert Ending.objects.values().get() == before
    with at(dt.date(2026, 9, 1)):
        close_noticed(wang.pk, ending=row, by=gao)
    assert Holding.objects.get().status == HoldingStatus.CLOSED


def test_of_another_customer_and_of_one_out_of_sight_nothing_is_ended(held):
    scene, wang, _holding = held
    other = scene.customer("Li")
    away = scene.customer("Away", "xu")
    there = Holding.objects.create(customer=away, reference="H9")
    for customer, holding in ((other.pk, held[2].code), (away.pk, there.code), (NEVER_ONE, held[2].code)):
        with pytest.raises(Refused):
            give_notice(customer, holding=holding, ground="x", ends_on=dt.date(2026, 9, 1), by=scene.person("gao"))
    assert not Ending.objects.exists()
    row = noticed(held)
    with pytest.raises(Refused):
        withdraw_notice(other.pk, ending=row, by=scene.person("gao"))
    assert endings_of(wang.pk, principal=scene.person("xu")) == []


def test_the_ground_goes_with_an_erased_customer(held):
    _scene, wang, _holding = held
    noticed(held)
    erase_references([wang.pk])
    assert Ending.objects.get().ground == ""


def test_the_table_itself_keeps_no_closing_before_its_day(held):
    row = noticed(held)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ending.objects.filter(pk=row).update(closed_on=dt.date(2026, 8, 31))


def test_nothing_else_of_ours_closes_a_contract():
    """Who names the status of a closed one: what reads files of those who keep the accounts, the readers, and the act above."""
    home = Path(__file__).parents[3] / "src" / "guanxi"
    naming = {
        path.relative_to(home).as_posix()
        for path in home.rglob("*.py")
        if re.search(r"HoldingStatus\.CLOSED", path.read_text(encoding="utf-8")) and "demonstration" not in path.parts
    }
    assert naming == NAMING


NAMING = {
    "faces/desk/customers/panels.py",  # says that it is over
    "record/holdings/rules.py",
    "record/holdings/services/ending.py",
    "record/imports/importers/words.py",
}
