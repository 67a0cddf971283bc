"""What each customer needs us for, and how many of each tier there are: the grid of tier and need (SEG-09)."""

from datetime import date
from typing import Any

from guanxi.insight import profile
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.holdings.choices import HoldingStatus

_GRID = """
    SELECT coalesce(n.need, '') AS need, r.tier, count(*) AS customers, CAST(sum(r.value) AS BIGINT) AS value
    FROM standing_rows r LEFT JOIN feature_need n ON n.customer_id = r.customer_id
    WHERE r.tier BETWEEN 1 AND 3 GROUP BY 1, 2
"""


def fill_needs(bench: Workbench, *, as_of: date) -> None:
    """Make the table `feature_need` of the workbench: customer_id, need (reference of a family); who neither bought nor holds anything of a
    family is not there.
    """
    profile.build(
        bench, "need", purpose=profile.Purpose.SERVICE, of="customers", as_of=as_of, open=int(HoldingStatus.OPEN)
    )


def tell_needs(bench: Workbench, *, as_of: date) -> list[dict[str, Any]]:
    """The grid as JSON, by value: `need` ("" where it is not known) and `tiers`, tier → customers and value in minor units. Reads
    `standing_rows` of the workbench. Needs are computed here: who was asked about before, winning back for one, may have been few.
    """
    fill_needs(bench, as_of=as_of)
    rows: dict[str, dict[str, dict[str, int]]] = {}
    for row in bench.arrow(_GRID).to_pylist():
        rows.setdefault(row["need"], {})[str(row["tier"])] = {"customers": row["customers"], "value": row["value"]}
    told: list[dict[str, Any]] = [{"need": need, "tiers": tiers} for need, tiers in rows.items()]
    return sorted(told, key=lambda one: (-sum(cell["value"] for cell in one["tiers"].values()), one["need"]))
