"""Broken promises and trouble with our service, from what was noted of contacts."""

import datetime as dt
import json
from hashlib import sha256

import pyarrow as pa
import pytest
from django.utils import translation

from guanxi.insight import detectors
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.signals.wording import explain
from tests.insight.detectors.edition import Edition

AS_OF = dt.date(2026, 6, 30)
IN, OUT = Direction.IN, Direction.OUT
D = dt.date


def contact(customer: int, day: dt.date, direction=OUT, outcome=Outcome.REACHED, due: dt.date | None = None) -> dict:
    return {
        "customer_id": customer, "day": day, "channel": 2, "direction": int(direction), "outcome": int(outcome),
        "follow_up_on": due,
    }  # fmt: skip


SCHEMA = pa.schema(
    {
        "customer_id": pa.int64(),
        "day": pa.date32(),
        "channel": pa.int16(),
        "direction": pa.int16(),
        "outcome": pa.int16(),
        "follow_up_on": pa.date32(),
    }
)


def run(contacts: list[dict], *, as_of: dt.date = AS_OF, customers: int = 3, **more) -> list[dict]:
    edition = Edition()
    for _ in range(customers):
        edition.add()
    bench = edition.fill()
    bench.keep("conversations", pa.Table.from_pylist(contacts, schema=SCHEMA))
    rows = detectors.run(bench, as_of=as_of, **more).to_pylist()
    return [row for row in rows if row["kind"] in ("promise_broken", "service_friction")]


def promised(day: dt.date, due: dt.date, customer: int = 1) -> dict:
    return contact(customer, day, outcome=Outcome.PROMISED, due=due)


def said(rows: list[dict]) -> list[tuple]:
    return [(row["kind"], row["state"], row["occurred_on"]) for row in rows]


def test_a_promise_whose_day_passed_without_a_contact_is_broken():
    [row] = run([promised(D(2026, 6, 1), D(2026, 6, 10))])
    assert (row["kind"], row["state"], row["occurred_on"]) == ("promise_broken", "watch", D(2026, 6, 11))
    assert (row["severity"], row["probability"], row["at_stake"]) == (0.4, 1.0, 0)
    assert json.loads(row["evidence"])["figures"] == {"day": "2026-06-01", "due": "2026-06-10", "times": 1}


@pytest.mark.parametrize(
    ("then", "broken"),
    [
        ([contact(1, D(2026, 6, 10))], False),  # on its day
        ([contact(1, D(2026, 6, 5))], False),
        ([contact(1, D(2026, 6, 5), IN, Outcome.REACHED)], False),  # the customer was faster
        ([contact(1, D(2026, 6, 5), OUT, Outcome.NO_ANSWER)], True),
        ([contact(1, D(2026, 6, 11))], True),  # too late
        ([contact(2, D(2026, 6, 5))], True),  # somebody else
    ],
)
def test_any_contact_by_its_day_keeps_it_and_none_later_does(then, broken):
    rows = run([promised(D(2026, 6, 1), D(2026, 6, 10)), *then])
    assert bool(rows) is broken


def test_its_day_must_be_over():
    contacts = [promised(D(2026, 6, 1), AS_OF)]
    assert run(contacts, as_of=D(2026, 6, 29)) == []
    assert said(run(contacts)) == [("promise_broken", "watch", D(2026, 7, 1))]


def test_a_step_that_was_only_agreed_is_no_promise():
    assert run([contact(1, D(2026, 6, 1), due=D(2026, 6, 10))]) == []


def test_work_done_by_its_day_keeps_it():
    contacts = [promised(D(2026, 6, 1), D(2026, 6, 10))]
    [row] = run(contacts)
    step = sha256(b"follow_up|c00001|2026-06-10").hexdigest()[:32]
    assert run(contacts, kept=[step]) == []
    assert run(contacts, kept=[row["key"]]) == [row]


def test_a_promise_that_was_planned_by_itself_is_broken_like_one_noted_with_a_contact():
    planned = [{"customer_id": 1, "day": D(2026, 6, 1), "due_on": D(2026, 6, 10)}]
    [row] = run([], planned=planned)
    assert run([promised(D(2026, 6, 1), D(2026, 6, 10))], planned=planned) == [row]  # the same one, not two
    assert run([contact(1, D(2026, 6, 9))], planned=planned) == []


def test_the_second_within_ninety_days_weighs_more():
    first, second = promised(D(2026, 3, 1), D(2026, 3, 20)), promised(D(2026, 6, 1), D(2026, 6, 17))
    rows = run([promised(D(2026, 3, 2), D(2026, 3, 21)), second])  # 88 days
    assert [(row["state"], row["severity"]) for row in rows if row["occurred_on"] == D(2026, 6, 18)] == [("alarm", 0.7)]
    assert [row["state"] for row in run([first, promised(D(2026, 6, 1), D(2026, 6, 18))])] == ["watch"]  # exactly 90
    assert [row["state"] for row in run([promised(D(2026, 3, 2), D(2026, 3, 21), 2), second])].count("alarm") == 0
    [only] = run([second], thresholds={"promise_broken.alarm": 1})
    assert only["state"] == "alarm"


def test_it_is_told_for_ninety_days_under_one_key():
    contacts = [promised(D(2026, 3, 1), D(2026, 4, 1))]
    keys = {
        row["key"]
        for on in (D(2026, 4, 2), D(2026, 5, 1), AS_OF - dt.timedelta(days=1))
        for row in run(contacts, as_of=on)
    }
    assert len(keys) == 1
    assert run(contacts) == []  # 90 days after


def missed(day: dt.date, customer: int = 1) -> dict:
    return contact(customer, day, IN, Outcome.NO_ANSWER)


def test_two_troubles_in_a_month_are_watched_three_are_an_alarm():
    one = missed(D(2026, 6, 20))
    assert run([one]) == []
    assert said(run([one, missed(D(2026, 6, 28))])) == [("service_friction", "watch", D(2026, 6, 28))]
    assert said(run([one, missed(D(2026, 6, 28)), missed(D(2026, 6, 29))])) == [
        ("service_friction", "alarm", D(2026, 6, 29))
    ]


def test_the_windows_end_with_their_days():
    assert run([missed(D(2026, 5, 31)), missed(D(2026, 6, 20))]) == []  # 30 days reach to 1 June
    assert len(run([missed(D(2026, 6, 1)), missed(D(2026, 6, 20))])) == 1
    slow = [missed(D(2026, 4, 20)), missed(D(2026, 5, 5)), missed(D(2026, 6, 20))]
    assert run([missed(D(2026, 4, 1)), *slow]) == []  # 90 days reach to 2 April
    assert [row["state"] for row in run([missed(D(2026, 4, 2)), *slow])] == ["alarm"]


def test_asking_again_without_an_answer_is_a_trouble_and_with_one_is_none():
    asked = contact(1, D(2026, 6, 10), IN, Outcome.PROMISED)
    again = contact(1, D(2026, 6, 14), IN, Outcome.REACHED)
    rows = run([missed(D(2026, 6, 8)), asked, again])
    assert json.loads(rows[0]["evidence"])["figures"] == {"missed": 1, "again": 2, "failed": 0}
    answered = run([missed(D(2026, 6, 8)), contact(1, D(2026, 6, 9)), asked, contact(1, D(2026, 6, 12)), again])
    assert answered == []


def test_that_we_reached_nobody_is_no_trouble_by_itself_but_adds_to_one():
    failed = [contact(1, D(2026, 6, day), OUT, Outcome.NO_ANSWER) for day in (10, 15, 20)]
    assert run(failed) == []
    [row] = run([*failed, missed(D(2026, 6, 22))])
    assert row["state"] == "alarm"
    assert json.loads(row["evidence"])["figures"] == {"missed": 1, "again": 0, "failed": 3}


def test_an_episode_keeps_its_key_while_it_goes_on_and_a_new_one_has_another():
    spring = [missed(D(2026, 1, 5)), missed(D(2026, 1, 9))]
    [first] = run(spring, as_of=D(2026, 1, 20))
    [longer] = run([*spring, missed(D(2026, 1, 22)), missed(D(2026, 1, 25))], as_of=D(2026, 1, 31))
    [later] = run([*spring, missed(D(2026, 6, 20)), missed(D(2026, 6, 25))])
    assert first["key"] == longer["key"] != later["key"]


def test_they_are_told_in_words():
    [row] = run([promised(D(2026, 6, 1), D(2026, 6, 10))])
    [friction] = run([missed(D(2026, 6, 20)), missed(D(2026, 6, 28))])
    with translation.override("en"):
        assert explain(row["kind"], row["state"], json.loads(row["evidence"]), currency="CNY") == (
            "On 1 June 2026 we promised to come back by 10 June 2026; no contact was noted by then."
        )
        assert explain(friction["kind"], friction["state"], json.loads(friction["evidence"]), currency="CNY") == (
            "Between 20 June 2026 and 28 June 2026: nobody answered the customer: 2."
        )
