"""Back-tests: exact counts on small firms, nothing known too early, and the same statements as the product's own runs."""

import datetime as dt
from hashlib import sha256
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from guanxi.insight import detectors
from guanxi.insight.detectors import backtesting, spend_drop
from guanxi.insight.detectors.backtesting import Replay, backtest
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.project.commands.backtesting import DETECTORS, backtest_command
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Stage
from tests.insight.detectors.crowd_of_cards import START, Cards, edition_of, make_cards
from tests.insight.detectors.edition import Edition
from tests.insight.detectors.test_service import SCHEMA, contact, promised

JUNE = dt.date(2026, 6, 30)
OPEN = {"watch", "alarm", "confirmed", "lapsed"}


def figures(told: dict, state: str) -> tuple:
    """alarms, judged, left, undecided, median delay, 90th percentile."""
    row = told["states"][state]
    return tuple(row[name] for name in ("alarms", "judged", "left", "undecided", "delay_median", "delay_p90"))


def falls(scale: float = 1.0) -> Edition:
    """Ten customers over thirty months up to June 2026; `scale`: times the spend of each."""
    edition = Edition()

    def spends(months: list[float]) -> None:
        edition.spends(edition.add(), [scale * month for month in months], until="2026-06")

    for _ in range(5):
        spends([2_000] * 30)
    spends([3_000] * 21 + [600] * 9)  # from October 2025 on for good
    spends([3_000] * 24 + [0] + [3_000] * 5)  # January empty, once
    spends([3_000] * 28 + [600] * 2)  # from May 2026 on: what comes of it is not known yet
    spends([2_000] * 23 + [1_100] + [2_000] * 6)  # December a little low, once
    spends([2_000] * 24 + [1_100] + [500] * 5)  # January a little low, then low for good
    return edition


@pytest.mark.parametrize("scale", [pytest.param(1.0, marks=pytest.mark.drill), 7.5])
def test_each_fall_is_counted_where_it_was_stated_and_judged_by_what_came(scale):
    told = backtest(falls(scale).fill(), "spend_drop", Replay(JUNE))
    assert (told["detector"], told["as_of"], told["months"], told["customers"]) == ("spend_drop", "2026-06-30", 12, 10)
    # who fell in October has no habit of 1,000 left in the last two months; 7.5 times as much is still one
    assert told["customer_months"] == (118 if scale == 1.0 else 120)
    assert figures(told, "watch") == (2, 2, 1, 0, 30.0, 30.0)
    assert figures(told, "alarm") == (3, 2, 1, 1, 30.0, 30.0)
    # stated on 30 November of a fall from 1 October; on 28 February of one from 1 February
    assert figures(told, "confirmed") == (3, 2, 2, 1, 43.5, 56.7)
    assert told["states"]["alarm"]["share_left"] == 0.5
    assert told["states"]["alarm"]["per_1000"] == round(3_000 / told["customer_months"], 2)
    assert told["states"].keys() == {"watch", "alarm", "confirmed"}


def best(edition: Edition, gone: dt.date, back: dt.date | None = None, tier: int = 1) -> int:
    """700 on every fifth day until a day, and again from another one on."""
    who, first = edition.add(tier=tier), dt.date(2024, 6, 3)
    days = [first + dt.timedelta(days=5 * step) for step in range(152)]  # to the end of June 2026
    edition.visits(who, [day for day in days if day < gone or (back and day >= back)], amount=700)
    return who


def test_what_was_stated_within_a_month_is_counted_and_judged_beside_the_months():
    """The last purchase is on 25 November, for good or for 40 days: from 20 December on one of six is left, the fifth such day is
    the 24th. Of the one who stops on 24 May what comes is not known yet; tier B waits for the month.
    """
    edition, november = Edition(), dt.date(2025, 11, 29)
    for _ in range(3):
        best(edition, JUNE)
    gone, away = best(edition, november), best(edition, november, dt.date(2026, 1, 3))
    late = best(edition, dt.date(2026, 5, 29))
    best(edition, november, tier=2)
    told = backtest(edition.fill(), "spend_drop", Replay(JUNE))
    rows = {row["customer_id"]: row for row in within_rows(edition.bench)}
    assert rows.keys() == {gone, away, late}
    assert rows[gone]["told_on"] == rows[away]["told_on"] == dt.date(2025, 12, 24)
    within = told["within"]
    assert (within["alarms"], within["judged"], within["left"], within["undecided"]) == (3, 2, 1, 1)
    assert within["delay_median"] == 23  # from 1 December
    assert within["customer_months"] == 12 * 6 - 5  # with two empty months in twelve nobody has a habit any more
    assert within["per_1000"] == round(3_000 / 67, 2)
    assert figures(told, "alarm")[0] == 4, "the months themselves are counted as before"


def within_rows(bench: Workbench) -> list[dict]:
    return bench.arrow("SELECT customer_id, told_on FROM backtest_stated WHERE state = 'within'").to_pylist()


def test_a_firm_without_best_customers_has_no_figures_within_the_month():
    told = backtest(falls().fill(), "spend_drop", Replay(JUNE, months=2))
    assert told["within"] is None


def test_a_shorter_time_counts_only_what_was_stated_in_it():
    bench = falls().fill()
    told = backtest(bench, "spend_drop", Replay(JUNE, months=2))
    assert [figures(told, state)[0] for state in ("watch", "alarm", "confirmed")] == [0, 1, 1]
    assert (told["months"], told["customer_months"]) == (2, 18)
    early = backtest(bench, "spend_drop", Replay(dt.date(2025, 12, 30), months=2))
    assert [figures(early, state)[:2] for state in ("watch", "alarm", "confirmed")] == [(0, 0), (1, 0), (1, 0)]
    assert early["customer_months"] == 20  # October and November: December had a day to go


def weekly(edition: Edition, *, until: dt.date, back: dt.date | None = None, every: int = 7) -> int:
    who, first = edition.add(), dt.date(2024, 6, 3)
    days = [first + dt.timedelta(days=every * n) for n in range((until - first).days // every + 1)]
    if back:
        days += [back + dt.timedelta(days=every * n) for n in range((JUNE - back).days // every + 1)]
    edition.visits(who, days)
    return who


def test_each_absence_is_counted_when_its_day_came_and_judged_by_the_return():
    """Weekly buyers: watch and alarm after some weeks, lost after 180 days."""
    edition = Edition()
    weekly(edition, until=JUNE)
    weekly(edition, until=dt.date(2025, 9, 29))  # gone for good: lapsed on 2026-03-28, and 90 days more
    weekly(edition, until=dt.date(2025, 10, 27), back=dt.date(2025, 12, 22))  # eight weeks away
    weekly(edition, until=dt.date(2025, 10, 27), back=dt.date(2026, 5, 25))  # 210 days away: lost, and came back
    weekly(edition, until=dt.date(2026, 5, 4))  # away for eight weeks by now
    edition.visits(
        edition.add(stage=int(Stage.LOST)), [dt.date(2024, 6, 3) + dt.timedelta(days=7 * n) for n in range(60)]
    )
    told = backtest(edition.fill(), "inactivity", Replay(JUNE))
    [watch] = {row["told_on"] - row["last_on"] for row in stated(edition.bench, "watch")}
    [alarm] = {row["told_on"] - row["last_on"] for row in stated(edition.bench, "alarm")}
    assert dt.timedelta(days=7) < watch < alarm < dt.timedelta(days=35)
    assert figures(told, "watch") == (4, 3, 2, 1, watch.days, watch.days)
    assert figures(told, "alarm") == (4, 3, 2, 1, alarm.days, alarm.days)
    assert figures(told, "lapsed") == (2, 1, 1, 1, 180.0, 180.0)
    # five customers in twelve months, but for the three months and the one after which a lost one came back
    assert (told["customers"], told["customer_months"]) == (5, 60 - 3 - 1)
    assert backtesting.DECLARED.format(customers=1) in told["missing"]


def stated(bench: Workbench, state: str) -> list[dict]:
    rows = bench.arrow(
        "SELECT key, min(told_on) AS told_on, min(last_on) AS last_on FROM backtest_stated WHERE state = $state GROUP BY key",
        state=state,
    )
    return rows.to_pylist()


def crowd(seed: int, people: int = 70) -> Edition:
    """Customers with a rhythm and a level each over two and a half years; some fall, some leave, some come back."""
    rng, edition = np.random.default_rng(seed), Edition()
    for place in range(people):
        who = edition.add(segment="person" if place % 8 else "organisation")
        mean, spread = float(rng.choice([5, 10, 25])), float(rng.choice([0.2, 0.6]))
        falls, leaves = int(rng.integers(400, 1_600)), int(rng.integers(300, 1_800))
        back = leaves + int(rng.choice([50, 120, 240]))
        day = float(rng.integers(0, 40))
        while day < 911:
            if day < leaves or day > back:
                amount = mean * 140 * (0.3 if day > falls else 1) * float(rng.uniform(0.8, 1.25))
                edition.visits(who, [dt.date(2024, 1, 1) + dt.timedelta(days=int(day))], amount=amount)
            day += max(1.0, rng.gamma(1 / spread**2, mean * spread**2))
    return edition


def until(edition: Edition, day: dt.date) -> Workbench:
    """The same firm as it was known on a day."""
    known = Edition()
    known.customers, known.lines = edition.customers, [line for line in edition.lines if line[1] <= day]
    return known.fill()


@pytest.mark.parametrize("kind", ["spend_drop", pytest.param("inactivity", marks=pytest.mark.drill)])
def test_a_replayed_month_is_what_the_product_stated_then(kind):
    """Each month-end on the data of that day alone, by the run that a refresh makes: the same keys in the same states."""
    edition = crowd(3)
    months = 7
    told = backtest(edition.fill(), kind, Replay(JUNE, months))
    replayed = edition.bench.arrow("SELECT cycle, key, state FROM backtest_stated").to_pylist()
    newest, seen, counted = spend_drop.last_closed(JUNE), set(), dict.fromkeys(told["states"], 0)
    for cycle in range(newest - months, newest + 1):
        day = spend_drop.last_day_of(cycle)
        rows = [row for row in detectors.run(until(edition, day), as_of=day).to_pylist() if row["kind"] == kind]
        then = {(row["key"], row["state"]) for row in rows if row["state"] in OPEN}
        assert then
        here = {(row["key"], row["state"]) for row in replayed if row["cycle"] == cycle}
        if kind == "spend_drop":
            assert here == then
            for _, state in then - seen if cycle > newest - months else ():
                counted[state] += 1
        else:  # those that are over, and the states passed through, beside where each stands now
            assert then <= here
            over = {row["key"] for row in rows if row["state"] == "cleared"}
            assert {key for key, _ in here} - over == {key for key, _ in then}
        seen |= then
    if kind == "spend_drop":
        assert {state: row["alarms"] for state, row in told["states"].items()} == counted
        assert min(counted.values()) > 0


@pytest.mark.parametrize("kind", ["inactivity", pytest.param("spend_drop", marks=pytest.mark.drill)])
def test_what_comes_after_a_month_changes_nothing_stated_in_it(kind):
    edition, day = crowd(4), dt.date(2025, 12, 31)
    backtest(edition.fill(), kind, Replay(JUNE))
    changed = Edition()
    changed.customers = edition.customers
    changed.lines = [line if line[1] <= day else (line[0], line[1], line[2] * 9) for line in edition.lines]
    changed.lines = [line for line in changed.lines if line[1] <= day or line[0] % 3]
    backtest(changed.fill(), kind, Replay(JUNE))
    query = "SELECT * FROM backtest_stated WHERE cycle {} $cycle ORDER BY ALL"
    now, then = (bench.arrow(query.format("<="), cycle=2025 * 12 + 11) for bench in (edition.bench, changed.bench))
    assert now.num_rows > 20
    assert now.equals(then)
    later = [bench.arrow(query.format(">"), cycle=2025 * 12 + 11) for bench in (edition.bench, changed.bench)]
    assert not later[0].equals(later[1])


def test_whoever_wants_no_conclusions_is_neither_stated_nor_counted():
    told = backtest(falls().fill(), "spend_drop", Replay(JUNE, aside=(6, 1)))
    assert (told["customers"], told["customer_months"]) == (8, 96)
    assert figures(told, "alarm")[:3] == (2, 1, 0)


def test_a_credit_downshift_is_judged_as_the_fall_that_it_is():
    """The same replay, with the purchases by price tier: dear before, cheap since October 2025."""
    edition = Edition()
    who = edition.add()
    edition.spends(who, [6_000] * 21 + [1_000] * 9, until="2026-06")
    bench = edition.fill()
    firsts = [dt.date(2024 + place // 12, place % 12 + 1, 1) for place in range(30)]
    for place, first in enumerate(firsts):
        tier = 3 if place < 21 else 1
        bench.run(
            "INSERT INTO tickets SELECT $who, days_after($first, CAST(i AS INTEGER)), 10000, 1, $tier, NULL FROM range(10) r(i)",
            who=who,
            first=first,
            tier=tier,
        )
    told = backtest(bench, "credit_downshift", Replay(JUNE))
    assert figures(told, "alarm") == (1, 1, 1, 0, 30.0, 30.0)
    assert figures(told, "confirmed") == (1, 1, 1, 0, 60.0, 60.0)
    assert figures(told, "watch") == (0, 0, 0, 0, None, None)


def troubled() -> Workbench:
    """Four who bought weekly, to each of whom one promise or more was broken; one stopped buying at the first."""
    edition = Edition()
    for _ in range(2):
        weekly(edition, until=JUNE)
    weekly(edition, until=dt.date(2025, 10, 6))
    edition.add()  # never bought
    bench = edition.fill()

    def broken(who: int, *due: dt.date) -> list[dict]:
        return [promised(on - dt.timedelta(days=9), on, who) for on in due]

    october, march, june = dt.date(2025, 10, 9), dt.date(2026, 3, 2), dt.date(2026, 6, 1)
    told = [*broken(1, june), *broken(2, october, dt.date(2025, 11, 3)), *broken(3, october), *broken(4, march)]
    bench.keep("conversations", pa.Table.from_pylist(told, schema=SCHEMA))
    return bench


def test_a_broken_promise_is_judged_by_whether_the_customer_bought_again():
    told = backtest(troubled(), "promise_broken", Replay(JUNE))
    # told on 10 October: one went on buying, one had bought on the 6th for the last time; June is too young, and who never
    # bought cannot leave
    assert figures(told, "watch") == (4, 2, 1, 2, 4.0, 4.0)
    assert figures(told, "alarm") == (1, 1, 0, 0, None, None)  # the second in ninety days
    # a contact in the year before: from September or October on ten months, from February on five, from May on two
    assert (told["customers"], told["customer_months"]) == (4, 10 + 10 + 5 + 2)


def test_a_promise_that_was_kept_or_planned_by_itself_is_known_as_of_its_day():
    bench = troubled()
    key = sha256(b"follow_up|c00004|2026-03-02").hexdigest()[:32]
    asked: list[dt.date] = []

    def kept(day: dt.date) -> list[str]:
        asked.append(day)
        return [key]

    def planned(day: dt.date) -> list[dict]:
        step = {"customer_id": 1, "day": dt.date(2026, 1, 1), "due_on": dt.date(2026, 1, 9)}
        return [step] if day >= step["due_on"] else []

    told = backtest(bench, "promise_broken", Replay(JUNE, 6, kept=kept, planned=planned))
    assert figures(told, "watch")[:2] == (2, 0)  # January's and June's; March's was kept
    assert asked == [spend_drop.last_day_of(2025 * 12 + 11 + place) for place in range(7)]


def test_bad_service_is_counted_and_judged_alike():
    bench = troubled()
    missed = [
        contact(who, dt.date(2025, 10, day), Direction.IN, Outcome.NO_ANSWER) for who in (2, 3) for day in (7, 8, 9)
    ]
    bench.keep("conversations", pa.Table.from_pylist(missed, schema=SCHEMA))
    told = backtest(bench, "service_friction", Replay(JUNE))
    # three troubles of 7 to 9 October: one went on buying, one had bought on the 6th for the last time
    assert figures(told, "alarm") == (2, 2, 1, 0, 3.0, 3.0)
    assert (told["customers"], told["customer_months"]) == (2, 18)


def test_a_firm_of_twelve_is_told_what_stands_in_for_the_usual():
    edition = falls()
    edition.spends(edition.add(), [2_000] * 30, until="2026-06")
    edition.spends(edition.add(), [2_000] * 30, until="2026-06")
    told = backtest(edition.fill(), "spend_drop", Replay(JUNE))
    assert (told["customers"], told["customer_months"]) == (12, 142)
    assert figures(told, "alarm")[:4] == (3, 2, 1, 1)
    assert told["missing"] == [
        backtesting.FEW_CUSTOMERS.format(customers=12, least=30),
        *(backtesting.FEW_JUDGED.format(state=state, judged=2) for state in ("watch", "alarm", "confirmed")),
    ]


@pytest.mark.parametrize(
    "kind", [kind for kind in backtesting.TRIALS if kind != "balance_runoff"]
)  # that looks at balances
def test_three_months_of_history_replay_nothing_and_say_so(kind):
    edition = Edition()
    for _ in range(40):
        edition.spends(edition.add(), [2_000] * 3, until="2026-06")
    told = backtest(edition.fill(), kind, Replay(JUNE))
    assert (told["months"], told["customer_months"], told["customers"]) == (0, 0, 0)
    assert {(row["alarms"], row["per_1000"], row["share_left"]) for row in told["states"].values()} == {(0, None, None)}
    assert told["missing"] == [backtesting.TOO_SHORT.format(first="2026-04", months=0, asked=12)]


def test_a_history_of_ten_months_replays_four():
    edition = Edition()
    for _ in range(40):
        edition.spends(edition.add(), [2_000] * 10, until="2026-06")
    told = backtest(edition.fill(), "spend_drop", Replay(JUNE))
    assert (told["months"], told["customer_months"]) == (4, 160)
    assert told["missing"] == [
        backtesting.TOO_SHORT.format(first="2025-09", months=4, asked=12),
        backtesting.NOTHING_STATED,
    ]


@pytest.mark.parametrize(
    "kind", ["spend_drop", "inactivity", pytest.param("credit_downshift", marks=pytest.mark.drill)]
)
def test_when_all_are_equal_nobody_is_stated(kind):
    edition = Edition()
    for _ in range(40):
        edition.spends(edition.add(), [2_000] * 30, until="2026-06")
    told = backtest(edition.fill(), kind, Replay(JUNE))
    assert (told["months"], told["customer_months"]) == (12, 480)
    assert {row["alarms"] for row in told["states"].values()} == {0}
    assert told["missing"] == [backtesting.NOTHING_STATED]


def test_the_command_names_every_detector_that_can_be_replayed():
    assert list(DETECTORS) == list(backtesting.TRIALS)


def test_what_waits_for_no_look_is_not_looked_at():
    told = CliRunner().invoke(backtest_command, ["service_friction", "--looked-at"])
    assert (told.exit_code, "wait for no look" in told.output) == (2, True)


def test_a_firm_without_dealings():
    bench = Edition().bench
    told = backtest(bench, "spend_drop", Replay())
    assert (told["as_of"], told["months"], told["missing"]) == (None, 0, [backtesting.NO_DEALINGS])


def test_a_month_that_had_to_wait_is_named():
    """In February 2026 all fell together: nobody is stated, and the answer says why."""
    edition = Edition()
    for _ in range(40):
        edition.spends(edition.add(), [2_000] * 25 + [500] + [2_000] * 4, until="2026-06")
    told = backtest(edition.fill(), "spend_drop", Replay(JUNE))
    assert (told["months"], told["customer_months"]) == (12, 11 * 40)
    assert told["missing"][-1].startswith("In 2026-02 spending moved for everybody together")


def noise_and_catch(cards: Cards, months: range, bench: Workbench) -> tuple[float, float]:
    """What the back-test's alarms are by the hidden truth, as in test_false_alarms.py."""
    shape = (len(cards.spend), len(months))
    alarm, eligible = np.zeros(shape, bool), np.zeros(shape, bool)
    risk = bench.arrow("SELECT customer_id, cycle - $first AS place FROM backtest_risk", first=START + months.start)
    eligible[risk["customer_id"].to_numpy(), risk["place"].to_numpy()] = True
    rows = bench.arrow(
        "SELECT customer_id, min(cycle) - $first AS place FROM backtest_stated WHERE state IN ('alarm', 'confirmed') "
        "GROUP BY key, customer_id HAVING min(cycle) >= $first",
        first=START + months.start,
    )
    alarm[rows["customer_id"].to_numpy(), rows["place"].to_numpy()] = True
    when = np.arange(months.start, months.stop)
    quiet = (when[None, :] < cards.switched[:, None]) & ~cards.lapsed[:, months.start : months.stop] & eligible
    place = cards.switched - months.start
    real = np.nonzero((place >= 0) & (place < len(months) - 2))[0]
    real = real[eligible[real, place[real]]]
    caught = np.array([alarm[i, place[i] : place[i] + 3].any() for i in real])
    return float(1_000 * alarm[quiet].sum() / quiet.sum()), float(caught.mean())


def on_cards(count: int, seed: int) -> tuple[dict, float, float]:
    cards = make_cards(count, months=48, seed=seed)
    bench = edition_of(cards.spend)
    told = backtest(bench, "spend_drop", Replay(spend_drop.last_day_of(START + 47)))
    return told, *noise_and_catch(cards, range(36, 48), bench)


@pytest.mark.drill
def test_on_synthetic_cards_the_replay_shows_the_figures_of_the_book():
    """4.5: 5.7 noise alarms per 1,000 customer-months, 87 % caught within three cycles; confirmation more than doubles the share."""
    told, noise, caught = on_cards(1_500, seed=1)
    print(f"{noise:.1f} noise alarms per 1,000 customer-months, {caught:.0%} caught; {told['states']}")
    assert noise <= 9
    assert caught >= 0.83
    assert told["states"]["confirmed"]["share_left"] > 1.5 * told["states"]["alarm"]["share_left"]
    assert all(a["share_left"] <= b["share_left"] for a, b in pairwise(list(told["states"].values())[1:]))


@pytest.mark.drill
def test_on_many_cards_the_replay_comes_to_the_figures_of_the_book():
    told, noise, caught = on_cards(30_000, seed=5)
    print(f"30,000 cards: {noise:.2f} noise alarms per 1,000 customer-months, {caught:.1%} caught; {told['states']}")
    assert noise <= 6.5
    assert caught >= 0.86
    assert told["states"]["confirmed"]["share_left"] == pytest.approx(0.61, abs=0.05)


@pytest.mark.parametrize(
    ("chances", "size"),
    [
        ([], 0),
        ([0.11], 0),
        ([0.1], 1),
        ([0.01, 0.02, 0.2, 0.9], 2),
        ([0.03, 0.05, 0.06, 0.5], 3),  # the first alone would not stand: the third carries it
        ([0.03, 0.06, 0.08, 0.5], 0),
    ],
)
def test_the_list_that_can_be_defended_is_the_longest_within_its_share(chances, size):
    assert backtesting.discoveries(np.array(chances), 0.1) == size


@pytest.mark.parametrize("fallen", [0, 10])
def test_only_a_month_that_is_worse_than_usual_can_be_defended(fallen):
    draw, edition = np.random.default_rng(7), Edition()
    for place in range(100):
        months = [float(amount) for amount in 2_000 * np.exp(draw.normal(0, 0.2, 30))]
        edition.spends(edition.add(), [*months[:-1], 10 + place if place < fallen else months[-1]], until="2026-06")
    told = backtest(edition.fill(), "spend_drop", Replay(JUNE))
    assert told["defended"] == {"q": 0.1, "judged": 100, "size": fallen}
