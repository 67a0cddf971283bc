"""Decisions: class order, then worth × P(real), capacity a person, ties by hash; what people answered is respected."""

import datetime as dt
import json

import pyarrow as pa
import pytest
from django.utils import translation

from guanxi.ground.workdays import WEEK
from guanxi.insight import decisions, detectors
from guanxi.insight.decisions.sparing import SPARED
from guanxi.record.actions.rules import PROPOSED
from guanxi.record.actions.wording import also_in_words, reason_in_words, what_to_say
from guanxi.record.holdings.queries import Noticed
from tests.insight.detectors.edition import Edition
from tests.insight.detectors.test_inactivity import ZHANG, back_from

TUESDAY = dt.date(2026, 6, 30)
A, B, C, NONE = 1, 2, 3, 9
CALL, MESSAGE = 2, 4


class Day:
    """An edition with falls of spend at the end of June 2026, and the decisions of that day."""

    def __init__(self) -> None:
        self.edition = Edition()
        self.talks: list[str] = []
        self.holdings: list[str] = []
        self.risks: dict[int, float] = {}

    def falls(self, to: float = 400, *, of: float = 4_000, months: int = 1, **fields: object) -> int:
        who = self.edition.add(**{"tier": A, "owner_id": 7, "team_id": 70} | fields)
        self.edition.spends(who, [of] * 12 + [to] * months, until="2026-06")
        return who

    def stays_away(self, last: dt.date, **fields: object) -> int:
        who = self.edition.add(**{"tier": B, "owner_id": 7, "team_id": 70} | fields)
        self.edition.visits(who, back_from(last, ZHANG))
        return who

    def talk(self, who: int, day: str, *, due: str | None = None, outcome: int = 3, direction: int = 2) -> None:
        follow_up = f"DATE '{due}'" if due else "NULL"
        self.talks.append(f"({who}, DATE '{day}', 2, {direction}, {outcome}, {follow_up})")

    def renews(self, who: int, day: str, reference: str, status: int = 1) -> None:
        self.holdings.append(f"({len(self.holdings) + 1}, {who}, {status}, DATE '{day}', '{reference}')")

    def decide(
        self,
        as_of: dt.date = TUESDAY,
        *,
        answers=(),
        silenced=(),
        unprofiled=(),
        noticed=(),
        spared=(),
        margin=1.0,
        **thresholds,
    ):
        bench = self.edition.fill()
        for table, columns, rows in (
            ("conversations", "customer_id, day, channel, direction, outcome, follow_up_on", self.talks),
            ("holdings", "holding_id, customer_id, status, renewal_on, reference", self.holdings),
        ):
            bench.run(f"DELETE FROM {table}")
            if rows:
                bench.run(f"INSERT INTO {table} ({columns}) VALUES {', '.join(rows)}")
        for who, risk in self.risks.items():
            insert = "INSERT INTO estimates (customer_id, value, loss_risk) VALUES ($who, 100000, $risk)"
            bench.run(insert, who=who, risk=risk)
        bench.run("UPDATE days SET margin = CAST(round(gross * $margin) AS BIGINT)", margin=margin)
        alone = {"detectors.segment_customers": 1_000}  # a firm in which most fall together is another story
        detectors.run(bench, as_of=as_of, thresholds=alone)
        self.bench = bench
        return decisions.run(
            bench,
            as_of=as_of,
            calendar=WEEK,
            answers=answers,
            silenced=silenced,
            unprofiled=unprofiled,
            spared=pa.Table.from_pylist(list(spared), schema=SPARED),
            noticed=noticed,
            thresholds=thresholds,
        )


def one(table) -> dict:
    (row,) = table.to_pylist()
    return row


def facts(row: dict) -> dict:
    return json.loads(row["reason_facts"])


def answer(row: dict, **fields: object) -> dict:
    nothing = {"is_settled": False, "owner_id": None, "team_id": None, "done_on": None, "again_on": None}
    return {"key": row["key"], "customer_id": row["customer_id"]} | nothing | fields


def test_the_statement_wang_of_tier_a_is_called_the_next_business_day_for_576_a_year():
    day = Day()
    day.falls()
    row = one(day.decide(margin=0.012))
    assert (row["reason"], row["action_class"], row["origin"]) == ("spend_drop_alarm", 2, "spend_drop")
    assert (row["owner_id"], row["team_id"], row["channel"], row["rank"]) == (7, 70, CALL, 1)
    assert (row["value_at_stake"], row["due_on"], row["proposed_on"]) == (57_600, dt.date(2026, 7, 1), TUESDAY)
    assert row["score"] == pytest.approx(576 * 0.23)
    assert facts(row) == {
        "usual": 400_000,
        "now": 40_000,
        "drop": 0.9,
        "month": "2026-06-30",
        "rate": 0.012,
        "also": [],
    }
    assert json.loads(row["evidence"])["measure"] == "gross_by_month"
    assert row["signal_key"] == day.bench.scalar("SELECT key FROM signals")


@pytest.mark.parametrize(
    "tier, months, channel, due",
    [
        (A, 1, CALL, "2026-07-01"),
        (B, 1, MESSAGE, "2026-07-07"),
        (NONE, 1, MESSAGE, "2026-07-07"),
        (C, 1, None, None),  # not before it is sure
        (A, 2, CALL, "2026-07-01"),
        (B, 2, CALL, "2026-07-07"),
        (C, 2, MESSAGE, "2026-07-14"),
    ],
)
def test_who_is_contacted_when_and_how(tier, months, channel, due):
    day = Day()
    day.falls(months=months, tier=tier)
    rows = day.decide().to_pylist()
    assert [(row["channel"], row["due_on"].isoformat()) for row in rows] == ([(channel, due)] if channel else [])
    assert all(row["reason"] == ("spend_drop_alarm" if months == 1 else "spend_drop_confirmed") for row in rows)


def test_a_watch_is_not_work():
    day = Day()
    day.falls(to=2_200)
    table = day.decide()
    assert (table.num_rows, day.bench.scalar("SELECT state FROM signals")) == (0, "watch")


def test_zhang_who_lapsed_is_called_but_not_years_later():
    day = Day()
    day.stays_away(dt.date(2026, 1, 10))
    row = one(day.decide(dt.date(2026, 7, 9), margin=0.5))
    assert (row["reason"], row["channel"], row["due_on"]) == ("inactivity_lapsed", CALL, dt.date(2026, 7, 16))
    assert row["value_at_stake"] == 12 * 18_000 * 0.5
    assert facts(row)["last"] == "2026-01-10"
    later = day.decide(dt.date(2026, 7, 9) + dt.timedelta(days=91))
    assert (later.num_rows, decisions.rejects_of(later)) == (
        0,
        [{"origin": "inactivity", "why_not": "long_gone", "customers": 1}],
    )


@pytest.mark.parametrize(
    "visits, words", [(1, "Came once, on 10 January 2026"), (3, "Came 3 times, the last time on 10 January")]
)
def test_few_visits_are_not_called_a_habit(visits, words):
    day = Day()
    who = day.edition.add(tier=A, owner_id=7)
    day.edition.visits(who, back_from(dt.date(2026, 1, 10), [20] * (visits - 1)))
    row = one(day.decide(dt.date(2026, 1, 10) + dt.timedelta(days=400 if visits == 1 else 190)))
    with translation.override("en"):
        assert reason_in_words(row["reason"], facts(row), currency="CNY").startswith(words)


def test_promises_come_before_care_and_care_before_value():
    day = Day()
    rich, owed, renewing = day.falls(of=90_000), day.edition.add(owner_id=7, team_id=70), day.edition.add(owner_id=7)
    day.talk(owed, "2026-06-20", due="2026-06-29")
    day.renews(renewing, "2026-07-20", "P-1")
    rows = {row["customer_id"]: row for row in day.decide().to_pylist()}
    assert [(rows[who]["action_class"], rows[who]["rank"]) for who in (owed, rich, renewing)] == [
        (1, 1),
        (2, 2),
        (3, 3),
    ]
    assert facts(rows[owed]) == {"day": "2026-06-20", "due": "2026-06-29", "also": []}
    assert rows[owed]["due_on"] == dt.date(2026, 6, 29)


def test_worth_times_probability_decides_not_worth_alone():
    day = Day()
    sure, unsure = day.falls(of=4_000, months=2), day.falls(of=9_000)
    rows = {row["customer_id"]: row for row in day.decide().to_pylist()}
    assert rows[unsure]["value_at_stake"] > rows[sure]["value_at_stake"]
    assert (rows[sure]["rank"], rows[unsure]["rank"]) == (1, 2)  # 4,000 × 0.61 > 9,000 × 0.23


def test_one_action_a_customer_and_the_other_reason_beside_it():
    day = Day()
    who = day.falls()
    day.talk(who, "2026-06-20", due="2026-06-30")
    table = day.decide()
    row = one(table)
    assert row["reason"] == "promise_due"
    (also,) = facts(row)["also"]
    assert (also["reason"], also["usual"]) == ("spend_drop_alarm", 400_000)
    assert also_in_words(facts(row), currency="CNY") == [reason_in_words("spend_drop_alarm", also, currency="CNY")]
    assert decisions.rejects_of(table) == [{"origin": "spend_drop", "why_not": "another_first", "customers": 1}]


def test_capacity_keeps_the_best_and_says_that_the_rest_wait():
    day = Day()
    people = [day.falls(of=2_000 + 100 * number) for number in range(25)]
    table = day.decide(**{"decisions.capacity": 20})
    chosen = {row["customer_id"]: row["rank"] for row in table.to_pylist()}
    assert set(chosen) == set(people[5:])
    assert sorted(chosen, key=chosen.get) == people[:4:-1]
    assert decisions.rejects_of(table) == [{"origin": "spend_drop", "why_not": "no_capacity", "customers": 5}]


def test_each_owner_has_a_day_of_20_and_a_pool_its_own():
    day = Day()
    for _ in range(23):
        day.falls(owner_id=7)
        day.falls(owner_id=8)
        day.falls(owner_id=None, team_id=70)
        day.falls(owner_id=None, team_id=None)
    places = [(row["owner_id"], row["team_id"]) for row in day.decide(**{"decisions.capacity_pool": 21}).to_pylist()]
    assert {place: places.count(place) for place in places} == {
        (7, 70): 20,
        (8, 70): 20,
        (None, 70): 21,
        (None, None): 21,
    }


def test_promises_are_never_cut_by_capacity():
    day = Day()
    for _ in range(3):
        who = day.edition.add(owner_id=7)
        day.talk(who, "2026-06-20", due="2026-06-29")
    day.falls()
    rows = day.decide(**{"decisions.capacity": 2}).to_pylist()
    assert [row["action_class"] for row in rows] == [1, 1, 1]


def test_who_complains_is_owed_the_same_answer_in_whatever_tier_he_is():
    """SEG-03: tier C has full complaint rights. Five who complain on one day, and two worth calling for a sale's sake: the five come
    first, by the same call, due the same day, and no scarcity of hours takes it from those of tier C.
    """
    day, since = Day(), dt.date(2026, 6, 29)
    people = [day.edition.add(tier=tier, owner_id=7, team_id=70) for tier in (C, A, NONE, B, C)]
    rich = [day.falls(of=90_000), day.falls(of=80_000)]
    told = [{"customer_id": who, "why": "complaint", "code": f"c{who}", "since_on": since} for who in people]
    rows = {row["customer_id"]: row for row in day.decide(spared=told, **{"decisions.capacity": 2}).to_pylist()}
    owed = {tuple(rows[who][name] for name in ("action_class", "reason", "channel", "due_on")) for who in people}
    assert owed == {(1, "complaint_open", CALL, dt.date(2026, 7, 1))}
    assert {rows[who]["owner_id"] for who in people} == {7}
    assert not set(rich) & set(rows)


def test_equal_worth_is_ordered_by_a_draw_of_the_code_not_by_age():
    day = Day()
    for _ in range(30):
        day.falls()
    first = day.decide(**{"decisions.capacity": 10})
    chosen = {row["customer_id"] for row in first.to_pylist()}
    assert len(chosen) == 10
    assert chosen != set(range(1, 11))
    again = Day()
    for code in reversed([row["code"] for row in day.edition.customers]):  # the same codes in another order
        again.falls(code=code)
    codes = {day.edition.customers[who - 1]["code"] for who in chosen}
    second = again.decide(**{"decisions.capacity": 10}).to_pylist()
    assert {again.edition.customers[row["customer_id"] - 1]["code"] for row in second} == codes


def test_same_inputs_same_decisions_bit_for_bit():
    def table():
        day = Day()
        for number in range(40):
            who = day.falls(of=2_000 + 37 * (number % 9), owner_id=7 + number % 3, months=1 + number % 2)
            if number % 5 == 0:
                day.talk(who, "2026-06-20", due="2026-07-02")
        return day.decide()

    first, second = table(), table()
    assert first.equals(second)
    assert first.num_rows == 40
    assert first.schema.metadata == second.schema.metadata


# ---- promises


@pytest.mark.parametrize(
    "later, stands",
    [
        (None, True),
        ({"day": "2026-06-25", "outcome": 1}, False),  # we reached the customer
        ({"day": "2026-06-25", "outcome": 2}, True),  # no answer
        ({"day": "2026-06-25", "outcome": 1, "direction": 1}, True),  # the customer called about something
        ({"day": "2026-07-01", "outcome": 1}, True),  # after the day the decision is made for
    ],
)
def test_what_settles_a_promise(later, stands):
    day = Day()
    who = day.edition.add(owner_id=7)
    day.talk(who, "2026-06-20", due="2026-06-29")
    if later:
        day.talk(who, **later)
    assert day.decide().num_rows == int(stands)


def test_another_day_agreed_replaces_the_first():
    day = Day()
    who = day.edition.add(owner_id=7)
    day.talk(who, "2026-06-20", due="2026-06-29")
    day.talk(who, "2026-06-25", due="2026-07-03", outcome=1)
    row = one(day.decide())
    assert (row["reason"], row["due_on"]) == ("follow_up_due", dt.date(2026, 7, 3))


def test_promises_far_ahead_and_long_forgotten_are_not_proposed():
    day = Day()
    for due in ("2026-07-08", "2025-06-20"):
        day.talk(day.edition.add(owner_id=7), "2025-06-01", due=due)
    assert day.decide().num_rows == 0
    near = Day()
    near.talk(near.edition.add(owner_id=7), "2026-06-01", due="2026-07-07")
    assert near.decide().num_rows == 1


# ---- what people answered


def test_settled_work_leaves_its_place_to_the_next():
    day = Day()
    for number in range(4):
        day.falls(of=9_000 - 1_000 * number)
    first = {row["customer_id"]: row for row in day.decide(**{"decisions.capacity": 2}).to_pylist()}
    assert set(first) == {1, 2}
    answered = [answer(first[1], is_settled=True)]
    second = {row["customer_id"] for row in day.decide(answers=answered, **{"decisions.capacity": 2}).to_pylist()}
    assert second == {2, 3}


def test_a_signal_explained_away_is_no_cause():
    day = Day()
    day.falls()
    row = one(day.decide())
    table = day.decide(silenced=[row["signal_key"]])
    assert (table.num_rows, decisions.rejects_of(table)[0]["why_not"]) == (0, "explained")


def test_who_allows_no_advice_from_own_data_is_no_candidate_of_care_and_is_weighed_like_anybody():
    day = Day()
    who = day.falls()
    table = day.decide(unprofiled=[who])
    assert table.num_rows == 0
    assert decisions.rejects_of(table) == [{"origin": "spend_drop", "why_not": "not_profiled", "customers": 1}]
    day.renews(who, "2026-07-20", "PD-1")
    renewal = one(day.decide(unprofiled=[who]))  # what a contract says is no advice from own data; it has no value here
    assert (renewal["reason"], renewal["value_at_stake"]) == ("renewal_due", 0)


def test_a_confirmed_fall_is_a_new_step_after_the_first_was_done():
    june, july = Day(), Day()
    for day, months in ((june, 1), (july, 2)):
        who = day.edition.add(tier=B, owner_id=7)
        day.edition.spends(who, [4_000] * 12 + [400] * months, until="2026-06" if months == 1 else "2026-07")
    first = one(june.decide())
    done = [answer(first, is_settled=True, done_on=dt.date(2026, 7, 2))]
    second = one(july.decide(dt.date(2026, 7, 31), answers=done))
    assert second["key"] != first["key"]
    assert (second["signal_key"], second["reason"]) == (first["signal_key"], "spend_drop_confirmed")


@pytest.mark.parametrize("days, at_peace", [(13, True), (14, False)])
def test_after_a_contact_there_are_two_weeks_of_peace_but_promises_are_kept(days, at_peace):
    day = Day()
    who = day.falls()
    done = [answer({"key": "another", "customer_id": who}, is_settled=True, done_on=TUESDAY - dt.timedelta(days=days))]
    table = day.decide(answers=done)
    assert table.num_rows == int(not at_peace)
    day.talk(who, "2026-06-20", due="2026-06-30")
    assert one(day.decide(answers=done))["reason"] == "promise_due"


def test_a_day_that_people_named_is_respected_for_every_cause():
    day = Day()
    who = day.falls()
    away = [answer({"key": "another", "customer_id": who}, is_settled=True, again_on=dt.date(2026, 7, 1))]
    assert day.decide(answers=away).num_rows == 0
    back = [answer({"key": "another", "customer_id": who}, again_on=TUESDAY)]
    assert day.decide(answers=back).num_rows == 1


def test_what_was_handed_over_stays_there_whatever_the_capacity():
    day = Day()
    poor = day.falls(of=1_500)
    for _ in range(3):
        day.falls(owner_id=8, of=9_000)
    row = next(row for row in day.decide().to_pylist() if row["customer_id"] == poor)
    given = [answer(row, owner_id=8, team_id=80)]
    rows = {row["customer_id"]: row for row in day.decide(answers=given, **{"decisions.capacity": 3}).to_pylist()}
    assert (rows[poor]["owner_id"], rows[poor]["team_id"], rows[poor]["rank"]) == (8, 80, 4)


# ---- renewals


def test_what_ends_soon_is_asked_about():
    day = Day()
    who = day.edition.add(owner_id=7, tier=B)
    day.renews(who, "2026-07-03", 'P-“1”\\"')
    day.renews(day.edition.add(owner_id=7), "2026-07-30", "P-2")
    day.renews(day.edition.add(owner_id=7), "2026-07-31", "too far")
    day.renews(day.edition.add(owner_id=7), "2026-06-30", "over")
    day.renews(day.edition.add(owner_id=7), "2026-07-05", "closed", status=2)
    rows = {row["customer_id"]: row for row in day.decide().to_pylist()}
    assert set(rows) == {1, 2}
    assert facts(rows[1])["holding"] == 'P-“1”\\"'
    assert (rows[1]["due_on"], rows[2]["due_on"]) == (dt.date(2026, 7, 3), dt.date(2026, 7, 7))


@pytest.mark.parametrize(
    "tier, risk, action_class, reason, score",
    [
        (A, 0.62, 2, "renewal_care", 620),  # renewal less likely than not: DSS-03
        (B, 0.51, 2, "renewal_care", 510),
        (B, 0.50, 3, "renewal_due", 150),
        (A, None, 3, "renewal_due", 150),
        (C, 0.90, 3, "renewal_due", 150),
    ],
)
def test_whoever_of_a_and_b_is_likelier_to_leave_than_to_renew_is_cared_for(tier, risk, action_class, reason, score):
    day = Day()
    who = day.edition.add(owner_id=7, tier=tier)
    day.renews(who, "2026-07-20", "P-1")
    day.risks[who] = risk
    row = one(day.decide())
    assert (row["action_class"], row["reason"], row["score"]) == (action_class, reason, score)
    with translation.override("en"):
        words = reason_in_words(row["reason"], facts(row), currency="CNY")
    assert words.endswith(f"({risk:.0%} may leave)." if action_class == 2 else "P-1 ends on 20 July 2026.")
    assert what_to_say(row["reason"], facts(row))


def test_every_reason_has_words():
    day = Day()
    for tier, months in ((A, 1), (A, 2)):
        day.falls(tier=tier, months=months)
    day.stays_away(dt.date(2026, 4, 15), tier=A)
    day.stays_away(dt.date(2025, 12, 15))
    for outcome in (1, 3):
        day.talk(day.edition.add(owner_id=7), "2026-06-20", due="2026-06-29", outcome=outcome)
    day.renews(day.edition.add(owner_id=7), "2026-07-20", "P-1")
    rows = day.decide().to_pylist()
    assert {row["reason"] for row in rows} == {
        "spend_drop_alarm",
        "spend_drop_confirmed",
        "inactivity_alarm",
        "inactivity_lapsed",
        "follow_up_due",
        "promise_due",
        "renewal_due",
    }
    for row in rows:
        assert reason_in_words(row["reason"], facts(row), currency="CNY")
        assert what_to_say(row["reason"], facts(row)).count("{") == 0


# ---- contracts under notice


def test_a_notice_that_has_run_out_is_owed_work_and_its_contract_is_renewed_with_nobody():
    """SEG-03: a person closes it, and is told on the very day; before it, nobody is."""
    day = Day()
    who = day.edition.add(tier=A, owner_id=7, team_id=70)
    day.renews(who, "2026-07-20", "PD-1")
    assert one(day.decide())["reason"] == "renewal_due"
    soon, over = (Noticed(5, who, 1, "PD-1", TUESDAY + dt.timedelta(days)) for days in (2, 1))
    table = day.decide(noticed=[soon])
    assert table.num_rows == 0
    assert decisions.rejects_of(table) == [{"origin": "renewal", "why_not": "under_notice", "customers": 1}]
    row = one(day.decide(noticed=[over]))
    assert (row["origin"], row["reason"], row["action_class"]) == ("ending", "notice_over", 1)
    assert (row["owner_id"], row["due_on"]) == (7, dt.date(2026, 7, 1))
    assert row["origin"] in PROPOSED
    with translation.override("en"):
        assert reason_in_words(row["reason"], facts(row), currency="CNY").startswith("The notice of PD-1 ran until")
        assert what_to_say(row["reason"], facts(row))
    done = [answer(row, is_settled=True)]
    for days in (0, 1, 29):
        assert day.decide(TUESDAY + dt.timedelta(days), noticed=[over], answers=done).num_rows == 0
    later = TUESDAY + dt.timedelta(days=30)  # ticked off, and nobody has closed it
    assert one(day.decide(later, noticed=[over], answers=done))["reason"] == "notice_over"
