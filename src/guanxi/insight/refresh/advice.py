"""What detectors and decisions have to say about the edition being built."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.insight import decisions, detectors
from guanxi.insight.decisions.limits import Reviews, steady_spenders
from guanxi.insight.decisions.offers.deciding import Decided
from guanxi.insight.decisions.offers.proposing import propose_offers, tell_offers
from guanxi.insight.decisions.signs import FOR_DAYS
from guanxi.insight.decisions.touching import add_touches
from guanxi.insight.decisions.worked import worked_on
from guanxi.insight.detectors.notes import note
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.queries import kept_steps, planned_promises
from guanxi.record.children.queries import entering_stage
from guanxi.record.consents import queries as consents
from guanxi.record.consents.choices import Purpose
from guanxi.record.holdings.queries import standing_notices
from guanxi.record.signals.choices import CONFIDENTIAL
from guanxi.record.signals.queries import judged_lately, silenced_keys
from guanxi.record.signals.rules import OPEN_STATES
from guanxi.record.suitability.queries import levels_on
from guanxi.rescue.credit import queries as credit
from guanxi.rescue.credit.services import Steady


@dataclass(frozen=True)
class Advice:
    """Rows of signals and of actions, in the forms of raise_signals and propose_actions.

    `held`: deliveries that were held as incomplete. While there is one, nobody is judged by the half of his data: the
    rows are not to be handed to the record (OPS-07), and no offer is decided on. `unprofiled`: customers who want no advice
    from their own data; of them no row states anything (IDC-03). `run`: what was decided over offers, None without any.
    `steady`: whose spending was high for two years, to whom a higher limit may be proposed.
    `on_trial`: of kinds whose back-test nobody has looked at, only how many there are in each state (insight.trials).
    """

    signals: pa.Table
    actions: pa.Table
    held: Sequence[str] = ()
    unprofiled: Sequence[int] = ()
    on_trial: dict[str, dict[str, int]] = field(default_factory=dict)
    run: Decided | None = None
    steady: Mapping[int, Steady] = field(default_factory=dict)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many signals of each kind are open in each state."""
        return _counted(self.signals)

    def waits(self) -> list[dict[str, Any]]:
        """What could not be judged and why, as words and params."""
        return [note("*", "feed_held", feed=feed) for feed in self.held] + detectors.notes_of(self.signals)

    def offers(self) -> dict[str, Any] | None:
        """What came of the offers: prices of what is scarce (¥ a unit), and customers by offer, avenue and reason."""
        return None if self.run is None else {"prices": self.run.found.prices, "reasons": self.run.found.rejects}

    def set_aside(self) -> list[dict[str, Any]]:
        """How many candidates were not chosen and why."""
        return decisions.rejects_of(self.actions)


def seek_advice(
    bench: Workbench,
    *,
    as_of: date,
    thresholds: dict[str, Any],
    held: Sequence[str] = (),
    trial: Collection[str] = (),
    trials: pa.Table | None = None,
    step: Callable[[str], AbstractContextManager[None]],
) -> Advice:
    """Run the detectors, then the decisions on what they found (in the workbench as `signals`). `held`: as in Advice.

    trial: kinds that reach nobody yet; this is the one place where they part from the others. trials: what decisions over
    offers have begun so far (decisions/offers/evidence.py).
    """
    with step("detectors"):
        kept, planned = kept_steps(as_of), planned_promises(as_of)
        noticed = detectors.run(
            bench,
            as_of=as_of,
            thresholds=thresholds,
            keep=True,
            kept=kept,
            planned=planned,
            judged=judged_lately(as_of),
        )
        heard, tried = part_from_trial(bench, noticed, trial)
        part_from_reviewers(bench, heard)
    with step("decisions"):
        aside = consents.unprofiled_ids(as_of)
        sought = decisions.seek_candidates(
            bench,
            as_of=as_of,
            thresholds=thresholds,
            silenced=[*silenced_keys(as_of), *credit.decided_keys()],
            unprofiled=aside,
            reviews=Reviews(running=credit.reviewed_customers()),
            tested=[customer for customer, _level in levels_on(as_of + timedelta(days=1))],
            growing=entering_stage(as_of + timedelta(days=1)),
            noticed=standing_notices(as_of + timedelta(days=1)),
            opted_out=consents.opted_out(as_of - FOR_DAYS, as_of),
            worked=worked_on(as_of),
        )
        run = None if held else propose_offers(bench, sought, aside, trials)
        add_touches(
            bench, sought, unasked=consents.refusing(Purpose.SURVEY, as_of)
        )  # last: any other talk comes instead
        proposed = decisions.choose(bench, sought, tell=partial(tell_offers, bench, run.stakes) if run else None)
        apart = set(aside)
        steady = {
            key: one
            for key, one in steady_spenders(bench, as_of=as_of, least=sought.given["decisions.raise_least"]).items()
            if key not in apart
        }
    return Advice(without(heard, aside), proposed, held, aside, _counted(without(tried, aside)), run, steady)


def part_from_trial(bench: Workbench, noticed: pa.Table, trial: Collection[str]) -> tuple[pa.Table, pa.Table]:
    """What reaches people, which is what the workbench reads as `signals` from now on, and what is on trial."""
    mask = pc.is_in(noticed["kind"], pa.array(sorted(trial), pa.string()))
    heard = noticed.filter(pc.invert(mask))
    bench.register("signals", heard)
    return heard, noticed.filter(mask)


def part_from_reviewers(bench: Workbench, heard: pa.Table) -> None:
    """Leave what only a reviewer may see out of what the workbench reads as `signals`: no state, figure, offer or work of a
    customer is drawn from it (RSK-06); the record has it all the same.
    """
    apart = pc.is_in(heard["kind"], pa.array(sorted(CONFIDENTIAL), pa.string()))
    bench.register("signals", heard.filter(pc.invert(apart)))


def _counted(signals: pa.Table) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    now = signals.filter(pc.is_in(signals["state"], pa.array(sorted(OPEN_STATES))))
    for row in now.group_by(["kind", "state"]).aggregate([([], "count_all")]).sort_by("kind").to_pylist():
        counted[row["kind"]][row["state"]] = row["count_all"]
    return dict(counted)


def without(rows: pa.Table, customers: Sequence[int]) -> pa.Table:
    """The rows of everybody but some customers."""
    if not customers:
        return rows
    return rows.filter(pc.invert(pc.is_in(rows["customer_id"], pa.array(customers, pa.int64()))))
