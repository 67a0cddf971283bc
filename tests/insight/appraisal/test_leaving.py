"""Why somebody left, by what people noted: the windows of each kind of evidence, and from the note to the reason."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.ground import clock
from guanxi.identity.queries import firm_day
from guanxi.insight.appraisal.leaving import Told, judge_lost, read_lost
from guanxi.insight.estimates.reasons import Reason
from guanxi.insight.refresh.losing import told_by_the_record
from guanxi.record.catalogue.queries import products_by_reference
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products, list_rival, note_price_change
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.conversations.services import Said, meet_request, note_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import register_customers
from guanxi.record.customers.services.registering import NewCustomer
from tests.insight.appraisal import books
from tests.stories.scene import SYSTEM, build_scene

LAST = dt.date(2025, 6, 1)
END = LAST + dt.timedelta(400)
DAY = dt.timedelta(1)


def lost(told: Told, *, bought: int = 0, promoted: int = 0) -> dict:
    """One who came every month for a year: the row of his loss. Of each hundred so much was on promotion."""
    bench = books.print_days([(1, LAST - 30 * n * DAY, 100) for n in range(12)])
    if bought:
        bench.run("INSERT INTO bought VALUES (1, $bought, $day, $day, 1, 0)", bought=bought, day=LAST - 100 * DAY)
        bench.run("INSERT INTO bought VALUES (1, 99, $day, $day, 1, 0)", day=LAST - 365 * DAY)
    bench.run("INSERT INTO promoted SELECT customer_id, day, $share FROM days", share=promoted)
    [row] = read_lost(bench, as_of=END, told=told).to_pylist()
    return row


@pytest.mark.parametrize(
    ("kind", "days", "solved", "counts"),
    [
        ("price_match", -90, None, True), ("price_match", -91, None, False), ("price_match", 90, None, True),
        ("price_match", 91, None, False),
        # open however long; met before he left it is no reason, and met afterwards it was too late
        ("product_gap", -400, None, True), ("product_gap", -400, -1, False), ("product_gap", -400, 1, True),
        ("unheard", -90, None, True), ("unheard", -91, None, False), ("unheard", 30, None, True), ("unheard", 31, None, False),
        ("unsolved", -5, None, True), ("unsolved", -5, -1, False),
        ("outside", -91, None, False), ("outside", 60, None, True),
        ("transferred", 20, None, True), ("life_ended", 0, None, True), ("product_over", 0, None, True), ("ended_by_us", 0, None, True),
    ],
)  # fmt: skip
def test_when_each_counts(kind, days, solved, counts):
    solved_on = None if solved is None else LAST + solved * DAY
    row = lost(Told.of([], [], [(1, kind, LAST + days * DAY, solved_on), (2, kind, LAST, None)]))
    assert row[kind] is counts


@pytest.mark.parametrize(
    ("product", "days", "counts"),
    [(7, -60, True), (7, -61, False), (7, 60, True), (7, 61, False), (8, 0, False), (99, 0, False)],
)
def test_a_price_that_rose_counts_for_whom_bought_it_in_the_last_year(product, days, counts):
    assert lost(Told.of([], [], rises=[(product, LAST + days * DAY)]), bought=7)["price_increase"] is counts


def test_who_bought_nearly_all_on_promotion_left_for_the_price():
    found = [lost(Told(), promoted=share) for share in (79, 80)]
    assert [row["on_promotion"] for row in found] == [False, True]
    assert [row["price_increase"] for row in found] == [False, False]  # no price rose, and nobody is told so
    told = [judge_lost(pa.Table.from_pylist([row])) for row in found]
    assert [Reason(one.reasons.types[0]) for one in told] == [
        Reason.UNKNOWN,
        Reason.LOWER_PRICE,
    ]  # and weighs as if one had


def test_that_somebody_bought_on_promotion_is_no_sign_of_our_prices():
    """A price that rose is a sign of our prices; that somebody buys on promotion is one of how he buys."""
    moved = Told.of([], [], [(1, "outside", LAST, None)])
    told = [judge_lost(pa.Table.from_pylist([lost(moved, promoted=share)])) for share in (79, 80)]
    assert [Reason(one.reasons.types[0]) for one in told] == [Reason.CONDITIONS, Reason.UNKNOWN]
    assert [str(one.causes[0]) for one in told] == ["exogenous", ""]


def test_the_competitor_named_last_is_the_one():
    named = [
        (1, LAST - 91 * DAY, "丙"),
        (1, LAST - 9 * DAY, "甲"),
        (1, LAST + 3 * DAY, "乙"),
        (1, LAST + 91 * DAY, "丁"),
    ]
    assert lost(Told.of([], [], rivals=named))["rival"] == "乙"
    assert lost(Told())["rival"] == ""


@pytest.mark.django_db
def test_from_the_note_to_the_reason():
    with clock.frozen(clock.start_of_day(END, "Asia/Shanghai") + dt.timedelta(hours=10)):
        scene = build_scene()
        lin, rival = scene.person("lin"), list_rival("东江银行", by=SYSTEM)
        names = "matched missed elsewhere away closed ended dearer unheard had silent".split()
        rows = [NewCustomer(name=name, reference=name, owner="lin") for name in names]
        made = register_customers(rows, by=SYSTEM, source="test")
        ids = {name: row.id for name, row in zip(names, made, strict=True)}
        create_products([NewProduct(reference="P", name="P")], by=SYSTEM)
        note_price_change("P", LAST - 20 * DAY, old="480", new="520", by=SYSTEM)

        def note(name: str, heard: Heard, rival: str = "", outcome: Outcome = Outcome.REACHED) -> str:
            at = clock.start_of_day(LAST - 10 * DAY, "Asia/Shanghai")
            said = Said(channel=Channel.CALL, direction=Direction.IN, heard=heard, rival=rival, outcome=outcome, at=at)
            return note_conversation(ids[name], said, by=lin)

        note("matched", Heard.PRICE_MATCH, rival)
        note("missed", Heard.PRODUCT_GAP)
        note("elsewhere", Heard.TO_A_RIVAL, rival)
        note("away", Heard.MOVED_AWAY)
        note("closed", Heard.CLOSED_BUSINESS)
        note("ended", Heard.ENDED_BY_US)
        note("unheard", Heard.NOTHING, outcome=Outcome.NO_ANSWER)
        with clock.frozen(clock.start_of_day(LAST - 5 * DAY, "Asia/Shanghai")):
            meet_request(note("had", Heard.PRODUCT_GAP), by=lin)
        product = products_by_reference(["P"])["P"][0]
        bench = books.print_days([(pk, LAST - 30 * n * DAY, 100) for pk in ids.values() for n in range(12)])
        bench.run("INSERT INTO bought VALUES ($who, $it, $day, $day, 1, 0)", who=ids["dearer"], it=product, day=LAST)
        assert firm_day() == END
        told = judge_lost(read_lost(bench, as_of=END, told=told_by_the_record(END)))
    by_name = {pk: name for name, pk in ids.items()}
    found = {
        by_name[row["customer_id"]]: (Reason(kind), str(cause), row["rival"])
        for row, kind, cause in zip(told.rows.to_pylist(), told.reasons.types, told.causes, strict=True)
    }
    assert found == {
        "matched": (Reason.LOWER_PRICE, "quality_price", "东江银行"),
        "missed": (Reason.NEED_UNMET, "innovation", ""),
        "elsewhere": (Reason.BETTER_VALUE, "competitor", "东江银行"),
        "away": (Reason.CONDITIONS, "exogenous", ""),
        "closed": (Reason.CONDITIONS, "exogenous", ""),
        "ended": (Reason.LET_GO, "exogenous", ""),
        "dearer": (Reason.LOWER_PRICE, "quality_price", ""),
        "unheard": (Reason.UNKNOWN, "service", ""),
        "had": (Reason.UNKNOWN, "", ""),
        "silent": (Reason.UNKNOWN, "", ""),
    }
