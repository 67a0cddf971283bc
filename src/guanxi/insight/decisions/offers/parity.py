"""Whether the loyal are worse off than those who waver: the parity report of an offer to stay (RET-04).

Peers are customers of the same tiers without an alarm who meet every published criterion but the alarm itself. What was given is
what was accepted in the quarter, at what an acceptance costs the firm; what was not recorded as accepted counts for nobody.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from guanxi.engage.offers.criteria import Criteria, criteria_of
from guanxi.identity.principals import Principal
from guanxi.insight.decisions.offers.kept import Kept, current_run
from guanxi.insight.estimates.retention import parity_ratio
from guanxi.insight.warehouse.workbench import Workbench, quoted
from guanxi.record.actions.queries.said import acceptances_of
from guanxi.record.signals.choices import SignalKind
from guanxi.record.standing.rules import quarter_of

# Alarms over somebody who may leave, whatever an offer's rules name.
ALARMS: Final = frozenset(
    kind.value
    for kind in (SignalKind.SPEND_DROP, SignalKind.INACTIVITY, SignalKind.CREDIT_DOWNSHIFT, SignalKind.BALANCE_RUNOFF)
)
_SQL: Final = Path(__file__).parent / "sql" / "parity.sql"
_READ: Final = frozenset({"customer_id", "tier", "stage", "state", "signals", "owned", "nexts"})
_GIVEN: Final = pa.schema([("customer_id", pa.int64()), ("is_alarmed", pa.bool_())])


@dataclass(frozen=True, slots=True)
class Side:
    """customers: who could have it; given: how often it was accepted in the quarter; benefit: that in minor units."""

    customers: int
    given: int
    benefit: int


@dataclass(frozen=True, slots=True)
class Parity:
    """since: first day of the quarter; as_of: the last day of data of the run that customers are counted in; tiers: of those with
    an alarm. ratio: benefit per loyal peer by benefit per alarmed customer, None while there is nothing to divide by.
    """

    since: dt.date
    as_of: dt.date
    tiers: tuple[str, ...]
    alarmed: Side
    loyal: Side
    ratio: float | None


def parity_of(code: str, *, principal: Principal, on: dt.date) -> Parity | None:
    """The parity report of a version for the quarter of a day; None where no run knows what its rules ask for. Raises Denied.

    It reads every row of the last run (0.7 CPU s for a million), once for each run and what was given.
    """
    criteria, run = criteria_of(code, principal=principal, on=on), current_run()
    if criteria is None or run is None or not criteria.can_be_asked:
        return None
    since, kinds = quarter_of(on), ALARMS | criteria.signals
    given = acceptances_of(criteria.reference, since=since, until=on)
    alarmed = {customer for customer, causes in given if causes & kinds}
    people = tuple(sorted({(customer, customer in alarmed) for customer, _causes in given}))
    found = _counted(run, criteria, people)
    if found is None:
        return None
    times = sum(customer in alarmed for customer, _causes in given)
    cost = criteria.incentive_cost
    wavering = Side(found[0], times, times * cost)
    loyal = Side(found[1], len(given) - times, (len(given) - times) * cost)
    ratio = parity_ratio(loyal.benefit, loyal.customers, wavering.benefit, wavering.customers)
    return Parity(since, run.as_of, found[2], wavering, loyal, ratio)


_kept_tiers: list[tuple[tuple[Path, Criteria], frozenset[str]]] = []
_Counts = tuple[int, int, tuple[str, ...]]
_kept: list[tuple[tuple[object, ...], _Counts | None]] = []


def _counted(run: Kept, criteria: Criteria, people: Sequence[tuple[int, bool]]) -> _Counts | None:
    """Customers with an alarm, peers, and the tiers; kept for who looks at the same page again."""
    key = (run.folder, criteria, people)
    there = next((one for one in _kept if one[0] == key), None)
    if there is None:
        there = (key, _count(run, criteria, people))
        _kept[:] = [there]
    return there[1]


def _count(run: Kept, criteria: Criteria, people: Sequence[tuple[int, bool]]) -> _Counts | None:
    rows = _rows(run, criteria)
    if rows is None:
        return None
    given = [dict(zip(_GIVEN.names, one, strict=True)) for one in people]
    with Workbench() as bench:
        bench.register("deciding", rows)
        bench.register("given", pa.Table.from_pylist(given, schema=_GIVEN))
        bench.run(f"CREATE TEMP TABLE met AS {met_sql(criteria)}")
        one = bench.arrow(_SQL).to_pylist()[0]
    return one["alarmed"], one["peers"], tuple(one["tiers"])


def met_sql(criteria: Criteria) -> str:
    """A query over rows of `deciding`: customer_id, tier, meets_all, meets_shared, is_alarmed, is_customer."""
    kinds = ", ".join(quoted(kind) for kind in sorted(ALARMS | criteria.signals))
    return f"""SELECT customer_id, tier, coalesce({criteria.whole}, FALSE) AS meets_all, coalesce({criteria.shared}, FALSE) AS meets_shared,
            list_has_any(signals, [{kinds}]) AS is_alarmed,
            stage IN ('customer', 'regained') AND coalesce(state, '') <> 'lapsed' AS is_customer
        FROM deciding"""  # noqa: S608 - conditions that were compiled, kinds of our own


def tiers_of(run: Kept, criteria: Criteria) -> frozenset[str] | None:
    """The tiers of those who meet the whole criteria with an alarm, of whom peers are; none while nobody has one. None where the run
    did not know what the rules ask for. Read once a run and version.
    """
    if _kept_tiers and _kept_tiers[0][0][0] != run.folder:
        _kept_tiers.clear()
    key = (run.folder, criteria)
    there = next((tiers for one, tiers in _kept_tiers if one == key), None)
    if there is None:
        rows = _rows(run, criteria)
        if rows is None:
            return None
        with Workbench() as bench:
            bench.register("deciding", rows)
            met = f"SELECT DISTINCT tier FROM ({met_sql(criteria)}) t WHERE meets_all AND is_alarmed AND tier <> ''"  # noqa: S608 - ours
            there = frozenset(bench.arrow(met)["tier"].to_pylist())
        _kept_tiers.append((key, there))
    return there


def _rows(run: Kept, criteria: Criteria) -> pa.Table | None:
    """What the run knew of everybody, as far as it is asked for; None where it did not know all of that."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only who asks

    try:
        return pq.read_table(
            run.folder / "deciding.parquet", columns=sorted(_READ | criteria.features), use_threads=False
        )
    except (OSError, pa.ArrowInvalid, KeyError):
        return None
