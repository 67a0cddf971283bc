"""Who stands in another tier or state than the last edition showed, and why."""

from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from guanxi.insight.appraisal.worth import Worth, know_earned
from guanxi.insight.warehouse.workbench import Workbench

# A tier is left after two monthly runs outside of it: what moved somebody lies so far back [j].
BACK_DAYS: Final = 61
_SQL: Final = Path(__file__).parent / "sql" / "moves.sql"


def read_moves(bench: Workbench, *, as_of: date, rule: Worth, is_redrawn: bool) -> pa.Table:
    """customer_id, field, old, new, cause (record.standing.choices.Cause) of everybody who moved. Reads `standing_rows` and `shown`."""
    know_earned(bench, rule)
    return bench.arrow(
        _SQL,
        as_of=as_of,
        back=BACK_DAYS,
        redrawn=int(is_redrawn),
    )
