"""Named reads of signals. Every list is bounded; every one is of customers in sight."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Q, QuerySet

from guanxi.ground.money import from_minor
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.conversations.choices import Outcome
from guanxi.record.signals.choices import CONFIDENTIAL, ERASED, Judgement, SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.permissions import seen_signals, signals_of_one
from guanxi.record.signals.rules import (
    ALARMS,
    DEGREES,
    HYPOTHESES,
    OPEN_STATES,
    is_settled_by_person,
    last_day_given_up,
)
from guanxi.record.signals.wording import explain, note_in_words

# What a person has to act on: an alarm, one that somebody confirmed, one that has come true.
_LATELY = dt.timedelta(days=90)  # [j] alarms that are over count so long for how fast people speak to customers
EXPORT_COLUMNS = ("customer", "kind", "state", "occurred_on", "detected_on", "severity", "at_stake", "explanation")


@dataclass(frozen=True)
class SignalRow:
    """One signal as pages show it. `at_stake` in minor units of the firm's currency, a month; `judged_by` a name.

    `probability` 0: none is claimed. `was_supposed`: it is a supposition, or was one before a person settled it;
    `is_settled`: that person confirmed it.
    """

    code: str
    key: str
    customer_id: int
    kind: SignalKind
    state: SignalState
    occurred_on: dt.date
    detected_on: dt.date
    closed_on: dt.date | None
    severity: float
    probability: float
    at_stake: int
    explanation: str
    evidence: Mapping[str, Any]
    judgement: Judgement | None
    judged_on: dt.date | None
    judged_by: str
    quiet_until: dt.date | None
    note: str
    was_supposed: bool
    is_settled: bool


def signals_of(customer_id: int, *, principal: Principal, only_open: bool = False, limit: int = 20) -> list[SignalRow]:
    """Signals of one customer, newest first; none for a customer out of sight."""
    found = signals_of_one(customer_id, principal)
    if only_open:
        found = found.filter(_open())
    return _rows(found.select_related("judged_by").order_by("-detected_on", "-pk")[:limit])


def get_signal(code: str, *, principal: Principal) -> SignalRow | None:
    """One signal by code; None when there is none in sight."""
    rows = _rows(seen_signals(principal).select_related("judged_by").filter(code=code)[:1])
    return rows[0] if rows else None


def signal_of_key(key: str, *, principal: Principal) -> SignalRow | None:
    """One signal by the key that actions keep; None when there is none in sight, or no key."""
    rows = _rows(seen_signals(principal).select_related("judged_by").filter(key=key)[:1]) if key else []
    return rows[0] if rows else None


def open_signals(
    principal: Principal, kind: SignalKind, state: SignalState, *, limit: int = 100
) -> list[tuple[int, SignalRow]]:
    """(customer id, signal) of one kind in one state, newest first, in the order of their index; at most `limit`."""
    found = seen_signals(principal).filter(kind=kind, state=state).order_by("-detected_on", "-pk")
    signals = list(found.select_related("judged_by")[:limit])
    return list(zip([signal.customer_id for signal in signals], _rows(signals), strict=True))


@dataclass(frozen=True, slots=True)
class StatedSignal:
    """A signal as steps of the house read it, which see every customer."""

    key: str
    customer_id: int
    state: str
    evidence: Mapping[str, Any]


def stated_signals(kind: SignalKind, states: Collection[SignalState]) -> list[StatedSignal]:
    """All signals of a kind in some states that nobody explained away, by key (one query); for services, which have asked."""
    found = Signal.objects.filter(kind=kind, state__in=list(states)).order_by("key")
    return [StatedSignal(*row) for row in found.values_list("key", "customer_id", "state", "evidence")]


def timeline_rows(
    customer_id: int, *, principal: Principal, before: tuple[dt.date, int] | None = None, limit: int = 50
) -> list[tuple[dt.date, int, SignalRow]]:
    """(day, id, signal) of one customer, newest first, those before the pair `before`: a source of the timeline."""
    found = signals_of_one(customer_id, principal)
    if before:
        day, last = before
        found = found.filter(Q(occurred_on__lt=day) | Q(occurred_on=day, pk__lt=last))
    signals = list(found.select_related("judged_by").order_by("-occurred_on", "-pk")[:limit])
    return [(signal.occurred_on, signal.pk, row) for signal, row in zip(signals, _rows(signals), strict=True)]


def alarms_lately(on: dt.date) -> list[tuple[Any, ...]]:
    """Alarms of everybody that are open, or were until at most 90 days ago, counted for standing: (owner, team, tier, kind, open,
    the day on which it became an alarm, first contact on or after that day in which somebody was reached, or None, how many, at
    stake a month).
    """
    sql = f"""SELECT owner_id, team_id, tier, kind, is_open, alarmed_on, contacted_on, count(*), sum(at_stake) FROM (
            SELECT a.*, (SELECT min(v."on") FROM conversations_conversation v
                 WHERE v.customer_id = a.customer_id AND v."on" >= a.alarmed_on AND v.deleted_at IS NULL
                    AND v.outcome <> {Outcome.NO_ANSWER.value}) AS contacted_on
            FROM (SELECT s.customer_id, c.owner_id, c.team_id, c.tier, s.kind, s.at_stake, s.closed_on IS NULL AS is_open,
                coalesce(s.alarmed_on, s.detected_on) AS alarmed_on
            FROM signals_signal s JOIN customers_customer c ON c.id = s.customer_id
            WHERE (s.state IN ({", ".join(["%s"] * len(ALARMS))}) OR (s.alarmed_on IS NOT NULL AND s.closed_on >= %s))
                AND s.judged_from <> 'hypothesised' AND s.kind NOT IN ({", ".join(["%s"] * len(CONFIDENTIAL))})
                AND c.deleted_at IS NULL AND c.merged_into_id IS NULL) a
        ) b GROUP BY owner_id, team_id, tier, kind, is_open, alarmed_on, contacted_on"""  # noqa: S608 - places for our own words
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(state.value for state in ALARMS), on - _LATELY, *sorted(CONFIDENTIAL)])
        return [tuple(row) for row in cursor.fetchall()]


def judged_lately(on: dt.date) -> list[tuple[str, str, int, int]]:
    """What people found out about alarms in the year up to a day: kind, the state that they judged, how many were right, how many
    were judged.
    """
    year = Signal.objects.filter(
        judgement__isnull=False,
        judged_on__gt=on - dt.timedelta(days=365),
        judged_on__lte=on,
        judged_from__in=sorted(DEGREES),
    )
    right = Count("pk", filter=Q(judgement=Judgement.TRUE))
    found = year.values_list("kind", "judged_from").annotate(right=right, judged=Count("pk"))
    return [
        (str(kind), str(state), good, judged) for kind, state, good, judged in found.order_by("kind", "judged_from")
    ]


def silenced_keys(on: dt.date) -> list[str]:
    """Keys of the signals of which decisions propose nothing on a day, whatever detectors state: explained away by people and
    still silent, given up after their twelve months, or erased.
    """
    quiet = Q(state=SignalState.REFUTED, judgement__isnull=False) & (Q(quiet_until=None) | Q(quiet_until__gte=on))
    given_up = Q(state=SignalState.EXPIRED, kind__in=sorted(HYPOTHESES), detected_on__lte=last_day_given_up(on))
    found = Signal.objects.filter(quiet | given_up | Q(digest=ERASED))
    return list(found.order_by("key").values_list("key", flat=True))


def ever_supposed() -> Q:
    """The filter of all that is or ever was supposed, settled and given up included; what was erased is gone."""
    supposed = Q(state=SignalState.HYPOTHESISED) | Q(judged_from=SignalState.HYPOTHESISED)
    return (supposed | Q(state=SignalState.EXPIRED, kind__in=sorted(HYPOTHESES))) & ~Q(digest=ERASED)


def has_suppositions(customer_id: int, *, principal: Principal) -> bool:
    """Whether anything was ever supposed about a customer whom the principal sees."""
    return seen_signals(principal).filter(ever_supposed(), customer=customer_id).exists()


def latest_signals(customer_id: int, *, principal: Principal, limit: int) -> tuple[list[SignalRow], bool]:
    """The newest signals of one customer whom the principal sees, and whether anything was ever supposed about him (one query)."""
    supposed = seen_signals(principal).filter(ever_supposed(), customer=customer_id)
    found = signals_of_one(customer_id, principal).annotate(was_supposed=Exists(supposed))
    rows = list(found.select_related("judged_by").order_by("-occurred_on", "-pk")[:limit])
    return _rows(rows), bool(rows) and rows[0].was_supposed


def alive_signals(customer_id: int) -> list[tuple[str, str, int]]:
    """(kind, state, at stake a month in minor units) of every signal of a customer that says something about today, but of those
    from which nothing is drawn (one query); for steps of the house, which see every customer.
    """
    found = (
        Signal.objects.filter(_open(), customer=customer_id)
        .exclude(kind__in=sorted(CONFIDENTIAL))
        .order_by("kind", "state", "pk")
    )
    return list(found.values_list("kind", "state", "at_stake"))


def judged_counts(principal: Principal, kinds: Collection[str]) -> dict[str, tuple[int, int]]:
    """By kind: how many signals in sight people have judged, and how many of those were right."""
    judged = seen_signals(principal).filter(kind__in=list(kinds), judgement__isnull=False)
    right = Count("pk", filter=Q(judgement=Judgement.TRUE))
    rows = judged.order_by().values("kind").annotate(judged=Count("pk"), right=right)
    return {row["kind"]: (row["judged"], row["right"]) for row in rows}


def open_keys(keys: Collection[str]) -> set[str]:
    """Those of these keys (500 at most) whose signal says something about today; for services, which have asked."""
    return set(Signal.objects.filter(_open(), key__in=list(keys)).values_list("key", flat=True))


def export_rows(principal: Principal, *, as_of: dt.date | None = None) -> Iterator[dict[str, Any]]:
    """Rows of the export, in the columns of EXPORT_COLUMNS; money in whole units, the explanation in the active language.

    as_of: only what had been noticed by that day.
    """
    currency = firm().currency
    found = seen_signals(principal).order_by("customer_id", "kind", "occurred_on", "pk")
    if as_of:
        found = found.filter(occurred_on__lte=as_of)
    columns = "customer__reference customer__code kind state occurred_on detected_on severity at_stake evidence".split()
    for reference, code, kind, state, occurred, detected, severity, at_stake, evidence in found.values_list(
        *columns
    ).iterator(chunk_size=2_000):
        yield {
            "customer": reference or code,
            "kind": kind,
            "state": state,
            "occurred_on": occurred,
            "detected_on": detected,
            "severity": severity,
            "at_stake": from_minor(at_stake, currency),
            "explanation": explain(kind, state, evidence, currency=currency),
        }


def _open() -> Q:
    return Q(state__in=sorted(OPEN_STATES))


def _rows(signals: QuerySet[Signal] | Sequence[Signal]) -> list[SignalRow]:
    found = list(signals)
    if not found:
        return []
    currency = firm().currency
    return [
        SignalRow(
            code=signal.code,
            key=signal.key,
            customer_id=signal.customer_id,
            kind=SignalKind(signal.kind),
            state=SignalState(signal.state),
            occurred_on=signal.occurred_on,
            detected_on=signal.detected_on,
            closed_on=signal.closed_on,
            severity=signal.severity,
            probability=signal.probability,
            at_stake=signal.at_stake,
            explanation=explain(signal.kind, signal.state, signal.evidence, currency=currency),
            evidence=signal.evidence,
            judgement=Judgement(signal.judgement) if signal.judgement else None,
            judged_on=signal.judged_on,
            judged_by=signal.judged_by.name if signal.judged_by else "",
            quiet_until=signal.quiet_until,
            note=note_in_words(signal.note),
            was_supposed=SignalState.HYPOTHESISED in (signal.state, signal.judged_from),
            is_settled=is_settled_by_person(SignalState(signal.state), signal.judged_from),
        )
        for signal in found
    ]
