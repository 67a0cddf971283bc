"""Standing as it was on another day, computed from the current edition and published nowhere."""

from datetime import date
from pathlib import Path

import pyarrow as pa

from guanxi.identity.queries import firm
from guanxi.insight import detectors
from guanxi.insight.appraisal.customers import appraise_customers
from guanxi.insight.appraisal.loyalty import appraise_loyalty
from guanxi.insight.appraisal.tiering import Memory, tier_rule
from guanxi.insight.decisions.signs import FOR_DAYS, fill_signs
from guanxi.insight.refresh.advice import part_from_trial
from guanxi.insight.trials import kinds_on_trial
from guanxi.insight.warehouse.reading import open_edition
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.queries import kept_steps, planned_promises
from guanxi.record.consents.queries import opted_out
from guanxi.record.signals.queries import judged_lately, silenced_keys
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.queries import suppressions_on

_SQL = Path(__file__).parent / "sql"
_SECONDS = 600.0


def standing_at(as_of: date) -> pa.Table:
    """The columns of Standing for every customer of the current edition, by the dealings up to `as_of`, without memory
    of tiers. Raises Refused when there is no edition.
    """
    house = firm()
    thresholds = house.thresholds
    with open_edition(seconds=_SECONDS) as edition:
        appraisal = appraise_customers(edition, as_of=as_of, memory=Memory(None, as_of), rule=tier_rule(thresholds))
        edition.register("estimates", appraisal.rows)
        edition.register("loyalty", appraise_loyalty(edition, as_of=as_of, ever=True).rows)
        kept, planned = kept_steps(as_of), planned_promises(as_of)
        noticed = detectors.run(
            edition, as_of=as_of, thresholds=thresholds, kept=kept, planned=planned, judged=judged_lately(as_of)
        )
        part_from_trial(edition, noticed, kinds_on_trial(house))
        return standing_rows(edition, as_of=as_of)


def standing_rows(bench: Workbench, *, as_of: date) -> pa.Table:
    """The columns of Standing for every customer, from the workbench's `estimates`, `loyalty` and `signals` (without those that a person
    explained away), from complaints that were not solved on the day, and from consents withdrawn, in the order of ids.
    """
    complaining = sorted({one.customer_id for one in suppressions_on(as_of) if one.cause == Cause.COMPLAINT})
    bench.register("complaining", pa.table({"customer_id": pa.array(complaining, pa.int64())}))
    silenced = silenced_keys(as_of)
    fill_signs(bench, as_of=as_of, explained=silenced, opted_out=opted_out(as_of - FOR_DAYS, as_of))
    bench.register("silenced", pa.table({"key": pa.array(silenced, pa.string())}))
    found = bench.arrow(_SQL / "standing.sql")
    for name in ("complaining", "silenced"):
        bench.unregister(name)
    return found
