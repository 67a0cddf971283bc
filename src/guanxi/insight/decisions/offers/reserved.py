"""Of whom a unit of an offer is kept: to whom it is proposed, and who has not answered yet."""

import pyarrow as pa

from guanxi.insight.decisions.offers.deciding import RESERVED
from guanxi.record.actions.queries.units import open_proposals


def reserved_now() -> pa.Table:
    """customer_id, offer of every proposal that is still open."""
    rows = [{"customer_id": customer, "offer": offer} for customer, offer in open_proposals()]
    return pa.Table.from_pylist(rows, schema=RESERVED)
