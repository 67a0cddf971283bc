"""One run of the decisions: class order, then value at stake × P(real), within what each person can do in a day."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

import pyarrow as pa

from guanxi.ground.money import minor_digits
from guanxi.ground.workdays import WEEK, Calendar
from guanxi.identity.queries import work_calendar
from guanxi.insight.decisions.limits import NO_REVIEWS, Reviews, proposals
from guanxi.insight.decisions.signs import fill_signs
from guanxi.insight.decisions.sparing import spared_on
from guanxi.insight.decisions.worked import WORKED
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions import queries as actions
from guanxi.record.consents import queries as consents
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.queries import Noticed
from guanxi.record.signals import queries as signals

# [j] marks start values set by judgement. P(real) comes with the signals (detectors/thresholds.py).
DEFAULTS: dict[str, float] = {
    "decisions.capacity": 20,  # lines a person and day
    "decisions.capacity_pool": 200,  # [j] lines a team's pool
    "decisions.due_days_a": 1,  # business days, decisioning.md 1.5
    "decisions.due_days_b": 5,
    "decisions.due_days_c": 10,  # [j]
    "decisions.rest_days": 14,  # [j] days of peace after a contact
    "decisions.lapsed_days": 90,  # [j] who lapsed longer ago is a matter of winning back
    "decisions.owed_ahead_days": 7,  # [j] promises are proposed this long before their day
    "decisions.owed_back_days": 365,
    "decisions.renewal_days": 30,  # [j]
    "decisions.raise_least": 30_000,  # RSK-01, whole units of the firm's currency
    "decisions.renewal_chance": 0.15,  # [j] that a renewal is lost without a word
    "decisions.leaving_days": 30,  # [j] so long it counts that somebody said he wants to leave
    "decisions.refused_days": 14,  # [j] … and that he refused an offer on a way
    "decisions.touch_share": 0.35,  # of a day's lines: the part of working time that is tier B's (SEG-08: 14 of 40 hours)
}
_SQL = Path(__file__).parent / "sql"
_REJECTS = b"guanxi.rejects"
_DAY = dt.timedelta(days=1)
_ANSWERS = pa.schema(
    {
        "key": pa.string(),
        "customer_id": pa.int64(),
        "is_settled": pa.bool_(),
        "owner_id": pa.int64(),
        "team_id": pa.int64(),
        "done_on": pa.date32(),
        "again_on": pa.date32(),
        "accepted": pa.string(),
        "along": pa.list_(pa.string()),
        "complaint": pa.string(),
        "met_on": pa.date32(),
        "about": pa.string(),
        "causes": pa.list_(pa.string()),
    }
)
GROWING: Final = pa.schema(
    [("customer_id", pa.int64()), ("child_id", pa.int64()), ("stage", pa.int16()), ("entered_on", pa.date32())]
)
NOTICED: Final = pa.schema(
    [
        ("notice", pa.int64()),
        ("customer_id", pa.int64()),
        ("holding_id", pa.int64()),
        ("words", pa.string()),
        ("ends_on", pa.date32()),
    ]
)
_CHOSEN = """
    WITH known AS (
        SELECT b.customer_id, joined_of(array_agg('{"reason":"' || b.reason || '",' || substr(w.facts, 2))) AS also
        FROM beside b JOIN worded w ON w.key = b.key GROUP BY b.customer_id
    )
    SELECT c.key, c.customer_id, CAST(c.owner_id AS BIGINT) AS owner_id, CAST(c.team_id AS BIGINT) AS team_id,
        CAST(c.action_class AS SMALLINT) AS action_class, c.origin, c.signal_key, c.offer,
        CAST(c.channel AS SMALLINT) AS channel, c.rank, c.score, c.reason,
        substr(w.facts, 1, length(w.facts) - 1) || ',"also":[' || coalesce(k.also, '') || ']}' AS reason_facts, c.evidence,
        CAST(c.value_at_stake AS BIGINT) AS value_at_stake, c.due_on, CAST($as_of AS DATE) AS proposed_on
    FROM chosen c JOIN worded w ON w.key = c.key LEFT JOIN known k ON k.customer_id = c.customer_id ORDER BY c.key
"""


class Given(TypedDict, total=False):
    """What a run is given; what is not is read from the record, but for `reviews`.

    thresholds: of the firm; answers: what people answered (record.actions.queries.answers); silenced: keys of signals they
    explained away or a person has decided; unprofiled: customers who allow no advice from their own data
    (record.consents.queries.unprofiled_ids); calendar: the firm's business days; spared: for whom sales rest on the day after
    (sparing.spared_on); tested: whose test of suitability holds then (record.suitability.queries.levels_on), nobody where not given;
    growing: (customer, child, stage) of who enters a stage in the month of the day after (record.children.queries.entering_stage);
    noticed: contracts under notice (record.holdings.queries.standing_notices); opted_out: as of signs.fill_signs, nobody where not given;
    worked: work that reached customers (worked.worked_on), none where not given.
    """

    thresholds: Mapping[str, float]
    answers: Iterable[Mapping[str, Any]]
    silenced: Iterable[str]
    unprofiled: Iterable[int]
    reviews: Reviews
    calendar: Calendar
    spared: pa.Table
    tested: Iterable[int]
    growing: Iterable[tuple[int, int, int]]
    noticed: Iterable[Noticed]
    opted_out: Iterable[int]
    worked: pa.Table


@dataclass(frozen=True)
class Sought:
    """What a run has begun with: its day, its thresholds, what its SQL is told of days and channels, for whom sales rest, the
    firm's business days, and work that reached customers.
    """

    as_of: dt.date
    given: Mapping[str, float]
    terms: Mapping[str, Any]
    minor: int
    spared: pa.Table
    calendar: Calendar = WEEK
    worked: pa.Table = field(default_factory=WORKED.empty_table)


def run(workbench: Workbench, *, as_of: dt.date, **given: Unpack[Given]) -> pa.Table:
    """Return the action rows as of a day, in the order of their keys, in the columns of record.actions.propose_actions.

    Reads the workbench's `signals` (of the detectors), customers, estimates, conversations, holdings and days. Same inputs,
    same rows, bit for bit. The table `decision_rejects` of the workbench and `rejects_of` say why the others were not
    chosen.
    """
    return choose(workbench, seek_candidates(workbench, as_of=as_of, **given))


def seek_candidates(workbench: Workbench, *, as_of: dt.date, **given: Unpack[Given]) -> Sought:
    """Fill the tables `candidates`, `people`, `peace` and `in_review`, and leave `answers` and `silenced` registered: what could be
    done for somebody, but for offers (offers.proposing adds those).
    """
    counted = DEFAULTS | {name: float(value) for name, value in given.get("thresholds", {}).items() if name in DEFAULTS}
    answered = list(given["answers"]) if "answers" in given else actions.answers(as_of)
    quiet = list(given["silenced"]) if "silenced" in given else signals.silenced_keys(as_of)
    aside = list(given["unprofiled"]) if "unprofiled" in given else consents.unprofiled_ids(as_of)
    workbench.run(_SQL / "prelude_duckdb.sql")
    workbench.register("unprofiled", pa.table({"customer_id": pa.array(aside, pa.int64())}))
    reviews = given.get("reviews", NO_REVIEWS)
    workbench.register("reviewed", pa.table({"customer_id": pa.array(list(reviews.running), pa.int64())}))
    workbench.register("answers", pa.Table.from_pylist(answered, schema=_ANSWERS))
    workbench.register("silenced", pa.table({"key": pa.array(quiet, pa.string())}))
    minor = 10 ** minor_digits(workbench.scalar("SELECT currency FROM firm"))
    workbench.register("limits", proposals(_falls(workbench), minor=minor, limits=reviews.limits))
    calendar = given["calendar"] if "calendar" in given else work_calendar(as_of)
    spared = given["spared"] if "spared" in given else spared_on(as_of + _DAY)
    sought = Sought(
        as_of,
        counted,
        _candidate_terms(as_of, counted, calendar),
        minor,
        spared,
        calendar,
        given.get("worked", WORKED.empty_table()),
    )
    workbench.register("spared", spared)
    workbench.register("sure_of_risk", pa.table({"customer_id": pa.array(list(given.get("tested", ())), pa.int64())}))
    workbench.register("growing_up", _growing(given.get("growing", ()), as_of + _DAY))
    workbench.register("notices", _noticed(given.get("noticed", ())))
    fill_signs(workbench, as_of=as_of, explained=quiet, opted_out=given.get("opted_out", ()))
    workbench.run(_SQL / "candidates.sql", **sought.terms, minor=minor)
    for name in ("spared", "sure_of_risk", "growing_up", "notices"):
        workbench.unregister(name)
    return sought


def choose(workbench: Workbench, sought: Sought, *, tell: Callable[[], None] | None = None) -> pa.Table:
    """One action a customer within what each person can do in a day: the rows of `run`, of whatever stands in `candidates`.

    tell: puts what the words of an action rest on into the table `worded`, a row each of `chosen` and `beside`, where it stands in no
    candidate yet (offers.proposing.tell_offers).
    """
    workbench.run(
        _SQL / "choice.sql",
        lapsed_from=sought.terms["lapsed_from"],
        capacity=int(sought.given["decisions.capacity"]),
        capacity_pool=int(sought.given["decisions.capacity_pool"]),
    )
    if tell:
        tell()
    rejects = workbench.arrow(
        "SELECT origin, why_not, count(*) AS customers FROM decision_rejects GROUP BY origin, why_not ORDER BY 1, 2"
    ).to_pylist()
    rows = workbench.arrow(_CHOSEN, as_of=sought.as_of)
    for name in ("answers", "silenced", "unprofiled", "reviewed", "limits"):
        workbench.unregister(name)
    return rows.replace_schema_metadata({_REJECTS: json.dumps(rejects).encode()})


def rejects_of(rows: pa.Table) -> list[dict[str, Any]]:
    """How many candidates were set aside and why: [{"origin", "why_not", "customers"}].

    why_not: answered, explained, not_profiled, credit_review_open, complaint_open, complaint_rest, abuse_review, spared, not_sure_yet,
    tested, under_notice, long_gone, at_peace, another_first, no_capacity; of offers also control and held_out.
    """
    rejects: list[dict[str, Any]] = json.loads((rows.schema.metadata or {}).get(_REJECTS, b"[]"))
    return rejects


def _falls(workbench: Workbench) -> dict[int, int]:
    """Of each customer whose credit a person is to look at, where that is sure, the highest month since the fall."""
    rows = workbench.arrow(
        "SELECT customer_id, facts FROM signals WHERE kind = 'credit_downshift' AND state IN ('alarm', 'confirmed')"
    )
    return {row["customer_id"]: int(json.loads(row["facts"])["highest"]) for row in rows.to_pylist()}


def _growing(entering: Iterable[tuple[int, int, int]], on: dt.date) -> pa.Table:
    """GROWING of who enters a stage in the month of a day."""
    rows = [(*one, on.replace(day=1)) for one in entering]
    return pa.Table.from_pylist([dict(zip(GROWING.names, row, strict=True)) for row in rows], schema=GROWING)


def _noticed(notices: Iterable[Noticed]) -> pa.Table:
    rows = [(one.id, one.customer_id, one.holding_id, one.words, one.ends_on) for one in notices]
    return pa.Table.from_pylist([dict(zip(NOTICED.names, row, strict=True)) for row in rows], schema=NOTICED)


def _candidate_terms(as_of: dt.date, given: Mapping[str, float], calendar: Calendar) -> dict[str, Any]:
    def days(name: str) -> dt.timedelta:
        return dt.timedelta(days=int(given[f"decisions.{name}"]))

    return {
        "as_of": as_of,
        "owed_from": as_of - days("owed_back_days"),
        "owed_until": as_of + days("owed_ahead_days"),
        "lapsed_from": as_of - days("lapsed_days"),
        "renewals_until": as_of + days("renewal_days"),
        "renewal_chance": given["decisions.renewal_chance"],
        "rest_days": int(given["decisions.rest_days"]),
        "due_review": calendar.after(as_of, 1),  # RSK-03
        "due_a": calendar.after(as_of, int(given["decisions.due_days_a"])),
        "due_b": calendar.after(as_of, int(given["decisions.due_days_b"])),
        "due_c": calendar.after(as_of, int(given["decisions.due_days_c"])),
        "promised": int(Outcome.PROMISED),
        "no_answer": int(Outcome.NO_ANSWER),
        "outward": int(Direction.OUT),
        "open": int(HoldingStatus.OPEN),
        "call": int(Channel.CALL),
        "message": int(Channel.SMS),
    }
