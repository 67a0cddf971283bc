"""What rests because of what customers answered, across all teams and channels (decisioning.md 3.4, NBA-02, LEV-05)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.resting import RestTerms, rest_terms
from guanxi.engage.policy.rules import Line, rests_until
from guanxi.insight.warehouse.record_view import RecordView
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.rules import CHOSEN, PLANNED, REFUSED_THERE
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel

UNANSWERED_TIMES: Final = 3
IGNORED_DAYS: Final = (
    14  # after which a letter that nobody answered is ignored: its window of response (decisioning.md 3.6)
)
# The longest rest there may be; what was said before changes nothing any more.
REMEMBERED: Final = dt.timedelta(days=1_095)
_SQL: Final = Path(__file__).parent / "sql" / "resting.sql"
RESTS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("offer", pa.string()),
        ("reason", pa.string()),
        ("cause", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
    ]
)
SAID = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("offer", pa.string()),
        ("outcome", pa.int16()),
        ("day", pa.date32()),
        ("place", pa.int64()),
        ("is_paper", pa.bool_()),
        ("is_spoken", pa.bool_()),
    ]
)
_TERMS = pa.schema(
    [
        ("reference", pa.string()),
        ("family", pa.string()),
        ("is_sale", pa.bool_()),
        ("is_rested_after", pa.bool_()),
        ("rest_days", pa.int32()),
    ]
)
# Lines of the contact policy by their column of `policy_days`.
_LINES: Final = {
    "refused": "rest_refused",
    "refused_family": "rest_refused_family",
    "refused_twice": "rest_refused_twice",
    "unanswered": "rest_unanswered",
}


@dataclass(frozen=True, slots=True)
class Rest:
    """Why an offer rests for somebody: `cause` is the offer (reference) that he answered on the day `since`, the two may be one;
    until: the first day on which it may be made again. reason as of `resting`.
    """

    offer: str
    reason: str
    cause: str
    since: dt.date
    until: dt.date


def rests_by(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Rest]:
    """Rests of one customer by offer and reason, of rows of `resting`."""
    names = [one.name for one in fields(Rest)]
    return {(row["offer"], row["reason"]): Rest(**{name: row[name] for name in names}) for row in rows}


def said_by(record: RecordView, on: dt.date, customers: Sequence[int] = ()) -> pa.Table:
    """What customers (everybody; or these ids) answered about offers until a day: customer_id, offer, outcome
    (conversations.Outcome), day, place (ascending in time), is_paper (what went out by post is no answer yet), is_spoken (it
    was proposed in a contact, and not by a run).
    """
    only = f" AND a.customer_id IN ({', '.join(str(int(one)) for one in customers)})" if customers else ""
    since = on - REMEMBERED
    return record.table(
        f"""SELECT a.customer_id, o.offer, o.outcome, DAY(o.answered_on) AS day, o.id AS place,
            CASE WHEN o.channel = {int(Channel.POST)} THEN 1 ELSE 0 END AS is_paper,
            CASE WHEN a.reason = '{REFUSED_THERE}' OR (a.reason = '{CHOSEN}' AND a.origin = '{PLANNED}') THEN 1 ELSE 0 END AS is_spoken
        FROM actions_offeranswer o JOIN actions_action a ON a.id = o.action_id
        WHERE o.answered_on BETWEEN '{since.isoformat()}' AND '{on.isoformat()}'{only} ORDER BY o.id""",  # noqa: S608 - our own numbers and days
        SAID,
    )


def resting(bench: Workbench, said: pa.Table, lines: Mapping[str, Line], *, on: dt.date) -> pa.Table:
    """Which offer rests for whom on a day: customer_id, offer, reason (sibling_rest, refused, refused_twice, refused_family,
    unanswered_family), cause (the offer that was answered), since, until (the first day on which it may be made again).

    said: of `said_by`; lines: the contact policy by name. After an acceptance every other sale rests for the offer's own
    days, after credit, insurance or a fund at least until the next statement. Only offers that were ever published have a row.
    """
    return _resting(bench, said, rest_terms(), lines, on=on)


def _resting(
    bench: Workbench, said: pa.Table, terms: Sequence[RestTerms], lines: Mapping[str, Line], *, on: dt.date
) -> pa.Table:
    days = {column: [lines[name].amount] for column, name in _LINES.items()}
    tables = {
        "said": said,
        "rest_terms": pa.Table.from_pylist([asdict(one) for one in terms], schema=_TERMS),
        "policy_days": pa.table({column: pa.array(amount, pa.int32()) for column, amount in days.items()}),
        "accepted_days": _accepted_days(said, lines),
    }
    for name, rows in tables.items():
        bench.register(name, rows)
    told = {"accepted": Outcome.ACCEPTED, "refused": Outcome.REFUSED, "no_answer": Outcome.NO_ANSWER}
    told["went_out"] = Outcome.REACHED
    found = bench.arrow(
        _SQL, on=on, times=UNANSWERED_TIMES, ignored=IGNORED_DAYS, **{name: int(one) for name, one in told.items()}
    )
    for name in tables:
        bench.unregister(name)
    return found.cast(RESTS)


def _accepted_days(said: pa.Table, lines: Mapping[str, Line]) -> pa.Table:
    """Of each day on which somebody answered, the days of rest after credit, insurance or a fund."""
    days = pc.unique(said["day"]).to_pylist()
    until = [rests_until(lines, day) for day in days]
    rest = [(end - day).days if end else 0 for day, end in zip(days, until, strict=True)]
    return pa.table({"day": pa.array(days, pa.date32()), "rest": pa.array(rest, pa.int32())})
