"""A refresh from the record back into the record."""

import datetime as dt
import sys

import pytest
from django.conf import settings
from django.db.models import Count, Sum

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.identity.queries import firm, system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.detectors.notes import in_english
from guanxi.insight.refresh import refresh
from guanxi.insight.refresh.lock import alone
from guanxi.insight.refresh.running import not_ahead, yesterday
from guanxi.insight.thresholds import change_threshold
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.reading import open_edition
from guanxi.record.conversations.choices import Outcome
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.choices import State, Tier
from guanxi.record.customers.models import Customer, DirtyCustomer
from guanxi.record.signals.models import Signal
from guanxi.record.standing import services
from guanxi.record.standing.choices import Cause
from guanxi.record.standing.models import AlarmCell, Cell, Edition, Flow, Growth, Standing, StandingMove
from guanxi.record.standing.queries import current_edition
from tests.insight.warehouse.scene import add_customers, add_dealings, day

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """A firm, and a warehouse of its own for each test."""
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def trade(customers: int = 100, visits: int = 8) -> list[int]:
    """Customers who bought every third week or so, each a little more than the one before."""
    ids = add_customers(customers)
    add_dealings(
        [(pk, day(7 * 3 * n + place % 20), 1000 + 100 * place) for place, pk in enumerate(ids) for n in range(visits)]
    )
    return ids


def test_everything_computed_stands_in_the_record():
    ids = trade()
    report = refresh(by=SYSTEM, as_of=day(220))
    told = report.as_json()
    assert (told["customers"], told["dealings"], told["incremental"], told["why_whole"]) == (100, 800, False, "first")
    assert told["as_of"] == "2026-08-09"
    assert set(told["seconds"]) == {
        *("edition", "estimates", "detectors", "decisions", "swap", "standing", "signals", "actions"),
        *("losses", "headlines"),
    }
    assert Standing.objects.count() == 100
    best = Standing.objects.get(pk=ids[-1])
    assert (best.tier, best.tier_strict, best.is_vip, best.value) == (Tier.A, Tier.A, True, 8 * 10_900)
    assert (best.frequency, best.first_on, best.last_on) == (7, day(19), day(7 * 3 * 7 + 19))
    assert (best.recency_days, best.age_days, best.monetary) == (220 - 166, 220 - 19, 10_900)
    # three weeks after three weeks, then silent for 54 days: two cycles of a month by now
    assert (best.loyalty, best.loyalty_coverage, best.loyalty_class) == (None, 0.3, "")
    assert (best.is_worth_keeping, best.is_in_danger) == (False, False)
    tiers = [Standing.objects.filter(tier_strict=tier).count() for tier in (Tier.A, Tier.B, Tier.C)]
    assert tiers == [20, 60, 20]
    assert Growth.objects.get(team_id=None).facts["score"]["active"] == {"built": 0, "kept": 100, "rescued": 0}
    head = Customer.objects.get(pk=ids[-1])
    assert (head.tier, head.value) == (Tier.A, 87_200)
    edition = Edition.objects.get()
    assert (edition.name, edition.customers, edition.dealings) == (told["edition"], 100, 800)
    assert edition.facts["headlines"] is True
    assert edition.published_at is not None
    assert DirtyCustomer.objects.count() == 0
    with open_edition() as reader:
        assert reader.scalar("SELECT value FROM meta WHERE name = 'edition'") == told["edition"]


def test_the_second_refresh_reads_only_what_changed():
    ids = trade()
    refresh(by=SYSTEM, as_of=day(220))
    add_dealings([(ids[0], day(221), 99_999_999), (ids[50], day(221), 99_999_999)])
    report = refresh(by=SYSTEM, as_of=day(221))
    assert (report.why_whole, report.dealings) == ("", 802)
    poor, middling = Standing.objects.get(pk=ids[0]), Standing.objects.get(pk=ids[50])
    assert (poor.tier_strict, middling.tier_strict) == (Tier.A, Tier.A)
    assert (poor.tier, middling.tier) == (Tier.C, Tier.A)  # leaving C takes two months, entering A none
    assert Customer.objects.get(pk=ids[50]).value == 100_000_000  # three figures of 100,047,999
    moved = StandingMove.objects.get(customer_id=ids[50], field="tier")
    assert (moved.on, moved.old, moved.new) == (day(221), Tier.B, Tier.A)
    assert DirtyCustomer.objects.count() == 0
    assert refresh(by=SYSTEM, as_of=day(221), full=True).why_whole == "asked"


def test_a_refresh_without_changes_moves_and_writes_nothing():
    trade()
    refresh(by=SYSTEM, as_of=day(220))
    seen = list(Customer.objects.order_by("pk").values("tier", "state", "value"))
    refresh(by=SYSTEM, as_of=day(220))
    assert list(Customer.objects.order_by("pk").values("tier", "state", "value")) == seen
    assert StandingMove.objects.count() == 0


def test_customers_who_never_dealt_have_no_tier():
    (quiet,) = add_customers(1)
    trade()
    refresh(by=SYSTEM, as_of=day(220))
    row = Standing.objects.get(pk=quiet)
    assert (row.tier, row.tier_strict, row.state, row.value, row.frequency) == (
        Tier.NONE,
        Tier.NONE,
        State.NONE,
        0,
        None,
    )


def test_an_empty_firm_and_twelve_equal_customers_are_refreshed_with_words():
    assert refresh(by=SYSTEM, as_of=day(220)).customers == 0
    ids = add_customers(12)
    add_dealings([(pk, day(n), 500) for pk in ids for n in (0, 30, 60, 90)])
    refresh(by=SYSTEM, as_of=day(220))
    edition = Edition.objects.last()
    assert edition.facts["grade"] == "C"
    assert [lack["words"].format_map(lack["params"]) for lack in edition.facts["missing"]] == [
        "No margin rates are known: every amount counts in full.",
        "Only 12 customers have bought; at least 20 are needed.",
    ]
    assert Standing.objects.filter(expected_purchases_365=None, value=2000, grade="C").count() == 12


def test_as_of_looks_back_without_forgetting():
    ids = trade()
    refresh(by=SYSTEM, as_of=day(30))
    row = Standing.objects.get(pk=ids[0])
    assert (row.frequency, row.last_on) == (1, day(21))
    refresh(by=SYSTEM, as_of=day(220))
    assert Standing.objects.get(pk=ids[0]).frequency == 7


def test_lines_between_tiers_that_were_moved_place_everybody_anew_and_say_so():
    trade()
    refresh(by=SYSTEM, as_of=day(220))
    assert [Standing.objects.filter(tier=tier).count() for tier in (Tier.A, Tier.B, Tier.C)] == [20, 60, 20]
    change_threshold("tiers.share_a", "10", by=SYSTEM)
    change_threshold("tiers.share_c", "30%", by=SYSTEM)
    refresh(by=SYSTEM, as_of=day(221))
    assert [Standing.objects.filter(tier=tier).count() for tier in (Tier.A, Tier.B, Tier.C)] == [10, 60, 30]
    moved = StandingMove.objects.filter(field="tier")
    assert set(moved.values_list("old", "new", "cause")) == {
        (Tier.A, Tier.B, Cause.LINES),
        (Tier.B, Tier.C, Cause.LINES),
    }
    assert moved.count() == 20
    assert Edition.objects.latest("id").facts["tiers"] == {
        "a": 100_000, "c": 300_000, "vip": 40_000, "further": 20_000, "runs": 2, "newcomer_days": 183,
    }  # fmt: skip
    assert refresh(by=SYSTEM, as_of=day(222)).customers == 100
    assert StandingMove.objects.filter(field="tier").count() == 20  # the same lines: nobody moves


def test_by_default_it_ends_with_yesterday_of_the_firm():
    late = dt.datetime(2026, 3, 31, 16, 30, tzinfo=dt.UTC)  # half past midnight of 1 April in Shanghai
    with clock.frozen(late):
        assert yesterday() == dt.date(2026, 3, 31)
        assert refresh(by=SYSTEM).as_of == dt.date(2026, 3, 31)


def test_estimates_look_at_no_day_ahead():
    """By a dealing that is agreed for next week everybody else would look absent for as long."""
    (who,) = add_customers(1)
    with clock.frozen(dt.datetime(2026, 3, 31, 4, tzinfo=dt.UTC)):
        for on, found in ((dt.date(2026, 3, 30), None), (dt.date(2026, 4, 7), dt.date(2026, 3, 30))):
            add_dealings([(who, on, 100)])
            refresh(by=SYSTEM)
            with open_edition(seconds=60) as edition:
                assert not_ahead(edition) == found


def test_two_refreshes_never_run_at_once():
    where = places()
    where.make()
    with alone(where.lock), pytest.raises(Refused, match="running already") as refusal:
        refresh(by=SYSTEM)
    assert refusal.value.code == "refresh.running"
    refresh(by=SYSTEM)


def test_spark_is_refused_in_words_and_strangers_without_reading(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(Refused, match="Spark is not installed here"):
        refresh(by=SYSTEM, engine="spark")
    with pytest.raises(Denied):
        refresh(by=ANONYMOUS)
    assert Edition.objects.count() == 0


@pytest.mark.drill
def test_a_record_restored_to_an_earlier_day_is_read_whole():
    ids = trade()
    refresh(by=SYSTEM, as_of=day(220))
    Edition.objects.all().delete()  # what a restored backup does not know
    add_dealings([(ids[0], day(221), 5)])
    assert refresh(by=SYSTEM, as_of=day(221)).why_whole == "first"


@pytest.mark.drill
def test_other_money_is_read_whole():
    trade()
    refresh(by=SYSTEM, as_of=day(220))
    house = firm()
    house.margin_rate_ppm = 400_000
    house.save()
    report = refresh(by=SYSTEM, as_of=day(220))
    assert report.why_whole == "terms"
    assert Standing.objects.order_by("-value").first().value == 4 * 8 * 1090


def test_money_of_another_currency_is_told_and_counts_nowhere():
    """Bad input, "currencies mixed": neither added up as if it were ours nor passed over in silence."""
    ids = trade()
    refresh(by=SYSTEM, as_of=day(220))
    before = Standing.objects.get(pk=ids[-1]).value
    for is_gone, lines in ((False, 2), (True, 1)):
        add_dealings([(ids[-1], day(200), 900_000)] * lines, currency="USD", cancelled=is_gone)
    report = refresh(by=SYSTEM, as_of=day(220))
    [told, _late] = [(one["code"], one["params"]) for one in report.waits]
    assert told == ("other_currency", {"lines": 2})
    assert Standing.objects.get(pk=ids[-1]).value == before
    assert "2 dealings are in another currency" in in_english(current_edition().facts["waits"][0])


def test_the_edition_is_counted_in_parts():
    ids = trade()
    refresh(by=SYSTEM, as_of=day(220))
    parts = list(Cell.objects.order_by("tier").values_list("tier", "state", "customers", "value"))
    rows = (
        Standing.objects.values_list("tier", "state").annotate(n=Count("pk"), v=Sum("value")).order_by("tier", "state")
    )
    assert parts == list(rows)
    assert sum(count for _, _, count, _ in parts) == 100
    assert Flow.objects.count() == 0
    told = Edition.objects.get().facts["concentration"]
    values = sorted(Standing.objects.values_list("value", flat=True), reverse=True)
    assert told["top_20"] == pytest.approx(sum(values[:20]) / sum(values))
    assert (told["customers"], len(told["curve"])) == (100, 101)
    add_dealings([(ids[50], day(221), 99_999_999)])
    refresh(by=SYSTEM, as_of=day(221))
    (flow,) = Flow.objects.filter(new=Tier.A).values_list("old", "new", "cause", "customers", "on")
    assert flow == (Tier.B, Tier.A, Cause.MORE, 1, day(221))
    (move,) = StandingMove.objects.filter(field="tier", new=Tier.A).values_list("customer_id", "cause")
    assert move == (ids[50], Cause.MORE)
    assert sum(Cell.objects.values_list("customers", flat=True)) == 100


def test_alarms_are_counted_with_the_first_contact_after_them():
    ids = trade()
    refresh(by=SYSTEM, as_of=day(220))
    seen = {"detected_on": day(10), "occurred_on": day(9), "changed_on": day(10)}
    for number, (place, state) in enumerate([(0, "alarm"), (1, "alarm"), (1, "confirmed"), (2, "watch")]):
        Signal.objects.create(
            key=f"k{number}", customer_id=ids[place], kind="inactivity", state=state, at_stake=5, **seen
        )
    talks = (
        (0, day(9), Outcome.REACHED),
        (1, day(11), Outcome.NO_ANSWER),
        (1, day(12), Outcome.REACHED),
        (1, day(14), 0),
    )
    for place, on, outcome in talks:  # nobody was reached by the call of the day before
        Conversation.objects.create(customer_id=ids[place], at=clock.now(), on=on, channel=1, outcome=outcome)
    # one that was reached and ended counts for how fast that was, one that ended long ago no more
    for number, closed in enumerate((day(220), day(100))):
        over = {"state": "cleared", "closed_on": closed, "alarmed_on": day(10), "kind": "spend_drop", "at_stake": 5}
        Signal.objects.create(key=f"over{number}", customer_id=ids[1], **{**seen, **over})
    with clock.frozen(dt.datetime.combine(day(221), dt.time(4), dt.UTC)):
        services.count_alarms(by=SYSTEM)
    lately = AlarmCell.objects.get(is_open=False)
    assert (lately.kind, lately.alarmed_on, lately.contacted_on, lately.signals) == ("spend_drop", day(10), day(12), 1)
    found = AlarmCell.objects.filter(alarmed_on=day(10), is_open=True).order_by("contacted_on")
    counted = {row.contacted_on: (row.signals, row.at_stake) for row in found}
    assert counted == {None: (1, 5), day(12): (2, 10)}
    with pytest.raises(Denied):
        services.count_alarms(by=ANONYMOUS)
