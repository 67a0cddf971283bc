"""What there is of an offer is given once: acceptances use it up, open proposals keep it, taking an answer back gives it back."""

import datetime as dt
from itertools import count
from types import SimpleNamespace

import pyarrow as pa
import pytest
from django.utils import translation

from guanxi.engage.offers.choices import OfferStatus, Way
from guanxi.engage.offers.queries import PublishedTreatment
from guanxi.engage.offers.stock import Units, units_of
from guanxi.faces.desk.offers.presenters import _stock
from guanxi.ground.clock import frozen
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.arbitration.arms import bucket
from guanxi.insight.decisions.offers.deciding import CLOSED, SALT, Asked, Decided, decide, fill_deciding, stakes_of
from guanxi.insight.decisions.offers.explaining import explain
from guanxi.insight.decisions.offers.facts_now import facts_now
from guanxi.insight.decisions.offers.kept import keep_run
from guanxi.insight.decisions.offers.reserved import reserved_now
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import answer_action, propose_actions, undo_answer
from guanxi.record.consents.choices import Purpose
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from tests.insight.decisions.people import offer
from tests.insight.warehouse.scene import add_customers
from tests.record.actions.rows import MONDAY, action_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
SYSTEM = system_principal()
DAY = dt.date(2026, 7, 6)
PUBLISHED = MONDAY - dt.timedelta(days=3)
VISIT = PublishedTreatment(Way.VISIT, int(Channel.VISIT), 0, 500, 0, "有礼", "A present")
NOBODY = pa.table(
    {
        name: pa.array([], kind)
        for name, kind in (
            ("customer_id", pa.int64()),
            ("purpose", pa.int16()),
            ("channel", pa.int16()),
            ("partner", pa.string()),
        )
    }
)
CALM = pa.table(
    {name: pa.array([], kind) for name, kind in (("customer_id", pa.int64()), ("kind", pa.string()), ("state", pa.string()), ("at_stake", pa.int64()))}
)  # fmt: skip


@pytest.fixture
def monday():
    with frozen(MONDAY):
        yield


def present(**fields: object):
    """Something to give where the customer stands: no leave is needed and nothing else is scarce."""
    return offer(
        "present",
        2_400,
        **{"purpose": Purpose.SERVICE, "treatments": (VISIT,), "stock": 2, "published_at": PUBLISHED} | fields,
    )


@pytest.fixture
def three(settings, tmp_path) -> list[int]:
    """Three customers who are in no arm but that of those to be asked."""
    settings.GUANXI_HOME = tmp_path
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    free = (
        code
        for code in (f"Q{number:011d}" for number in count())
        if bucket(f"{SALT}control|present|", code) >= 1_000 and bucket("2026|holdout|", code) >= 200
    )
    ids = add_customers(3)
    for one in ids:
        Customer.objects.filter(pk=one).update(code=next(free))
    return ids


def night(three: list[int], thing) -> tuple[set[int], dict[str, int]]:
    """Who is decided to be asked, and why the others are not; the run is kept."""
    where = places()
    where.make()
    name = f"e{len(list(where.runs.glob('*')))}"
    with Workbench.with_empty_edition() as bench:
        rows = [
            {"customer_id": one.pk, "code": one.code, "kind": 1, "stage": 3}
            for one in Customer.objects.filter(pk__in=three)
        ]
        bench.register("given", pa.Table.from_pylist(rows))
        bench.run(
            "INSERT INTO customers (customer_id, code, kind, stage) SELECT customer_id, code, kind, stage FROM given"
        )
        fill_deciding(bench, DAY, [thing], Asked(NOBODY, CALM, (), CLOSED.empty_table(), reserved_now()))
        stakes = stakes_of(bench, DAY, [thing])
        found = decide(bench, stakes)
        keep_run(bench, Decided(stakes, found), where, edition=name, as_of=DAY)
    where.edition(name).touch()
    where.point_to(name)
    why = {row["reason"]: row["customers"] for row in found.rejects if row["reason"] != "chosen"}
    return set(found.decisions["customer_id"].to_pylist()), why


def proposed(chosen: set[int]) -> None:
    """What the night decided stands on the lists."""
    rows = [
        action_row(one, cause="present", origin="offer", action_class=3, offer="present", reason="offer_chosen")
        for one in Customer.objects.filter(pk__in=chosen)
    ]
    propose_actions(rows, by=SYSTEM, as_of=DAY)


def test_two_for_three_and_an_answer_taken_back_gives_its_unit_back(three):
    thing = present()
    first, why = night(three, thing)
    assert (len(first), why) == (2, {"no_capacity": 1})
    proposed(first)
    assert units_of([thing]) == {"present": Units(stock=2, accepted=0, reserved=2)}

    # the next night both keep theirs, whatever the draw; the third is told why
    again, why = night(three, thing)
    assert (again, why) == (first, {"out_of_stock": 1})
    (third,) = set(three) - first
    assert [one.reason for one in explain(third).lines] == ["out_of_stock"]
    assert [one.reason for one in explain(min(first)).lines] == ["chosen"]

    yes, other = sorted(Action.objects.filter(status=ActionStatus.OPEN), key=lambda one: one.pk)
    answer_action(yes.code, by=SYSTEM, answer="accepted")
    assert units_of([thing])["present"] == Units(stock=2, accepted=1, reserved=1)
    assert night([third, other.customer_id], thing)[0] == {other.customer_id}

    answer_action(other.code, by=SYSTEM, answer="accepted")
    assert units_of([thing])["present"].left == 0
    assert night(three, thing) == (set(), {"out_of_stock": 3})

    undo_answer(other.code, by=SYSTEM)
    assert units_of([thing])["present"] == Units(stock=2, accepted=1, reserved=1)
    other.refresh_from_db()
    answer_action(other.code, by=SYSTEM, answer="not_now", reason=1)
    assert units_of([thing])["present"].free == 1
    assert len(night(three, thing)[0]) == 1


def test_a_new_version_counts_anew_and_none_is_not_no_limit(three):
    thing = present()
    proposed(set(three[:1]))
    answer_action(Action.objects.get().code, by=SYSTEM, answer="accepted")
    assert units_of([thing])["present"].free == 1
    later = MONDAY + dt.timedelta(hours=1)
    assert units_of([present(published_at=later)])["present"].free == 2
    assert units_of([present(published_at=None, stock=0)])["present"].free == 0
    assert units_of([present(stock=None)]) == {}
    assert night(three, present(stock=0)) == (set(), {"out_of_stock": 3})
    assert len(night(three, present(stock=None))[0]) == 3


def test_at_the_counter_what_is_kept_for_another_is_not_to_be_had(three):
    thing = present(stock=1)
    mine, other, _ = three
    assert facts_now(mine, DAY, [thing]).closed == frozenset()
    proposed({mine})
    assert facts_now(mine, DAY, [thing]).closed == frozenset()
    assert facts_now(mine, DAY, [thing]).reserved == ["present"]
    assert facts_now(other, DAY, [thing]).closed == {"out_of_stock|present"}
    assert facts_now(other, DAY, [present(stock=2)]).closed == frozenset()
    answer_action(Action.objects.get().code, by=SYSTEM, answer="accepted")
    assert facts_now(other, DAY, [thing]).closed == {"out_of_stock|present"}


def test_whoever_has_it_on_his_page_keeps_it_and_what_is_free_goes_to_another(three):
    proposed({three[2]})
    chosen, why = night(three, present())
    assert (three[2] in chosen, len(chosen), why) == (True, 2, {"no_capacity": 1})


def test_its_page_says_how_many_are_left(three):
    sheet = SimpleNamespace(reference="present", stock=100, published_at=PUBLISHED, status=OfferStatus.PUBLISHED)
    proposed(set(three))
    first, *_ = Action.objects.order_by("pk")
    answer_action(first.code, by=SYSTEM, answer="accepted")
    with translation.override("en"):
        assert _stock(sheet) == "99 of 100 left · 2 kept for customers to whom it is proposed"
        undo_answer(first.code, by=SYSTEM)
        assert _stock(sheet) == "100 of 100 left · 3 kept for customers to whom it is proposed"
        assert _stock(SimpleNamespace(stock=None)) == "no limit"
