"""The export of standing: a row a customer, of the published edition or, for another day, computed anew."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from guanxi.ground.exports.sheets import Kind, Sheet, TableSheet
from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.actions import queries as actions
from guanxi.record.customers.choices import State, Tier
from guanxi.record.standing import queries as standing

if TYPE_CHECKING:
    import pyarrow as pa

_MONEY = ("value", "potential", "lifetime_value")
COLUMNS = {
    "customer": Kind.TEXT,
    "tier": Kind.TEXT,
    "tier_strict": Kind.TEXT,
    "value": Kind.NUMBER,
    "potential": Kind.NUMBER,
    "frequency": Kind.WHOLE,
    "recency_days": Kind.WHOLE,
    "age_days": Kind.WHOLE,
    "monetary": Kind.NUMBER,
    "expected_purchases_365": Kind.NUMBER,
    "lifetime_value": Kind.NUMBER,
    "probability_alive": Kind.NUMBER,
    "rfm": Kind.TEXT,
    "state": Kind.TEXT,
    "loyalty": Kind.NUMBER,
    "loyalty_coverage": Kind.NUMBER,
    "loss_risk": Kind.NUMBER,
    "next_action": Kind.TEXT,
    "grade": Kind.TEXT,
}
_LIVE = ("open", "handed_over")
_BLOCK_ROWS = 100_000

NO_EDITION = gettext_noop("There are no figures yet: run “guanxi refresh” first.")


def standing_sheet(by: Principal, as_of: date | None) -> Sheet:
    """Standing of the customers `by` sees. Raises Denied without the rights, Refused where nothing was ever refreshed.

    Days count to the edition's day, or to `as_of`, for which all is estimated anew from the warehouse (without the
    memory of tiers). `next_action` is the class of the best action open now.
    """
    digits = minor_digits(firm().currency)
    return TableSheet(COLUMNS, lambda: _tables(by, as_of, digits), dict.fromkeys(_MONEY, digits))


def _tables(by: Principal, as_of: date | None, digits: int) -> Iterator["pa.Table"]:
    from guanxi.insight.refresh.looking_back import standing_at
    from guanxi.insight.warehouse.record_view import open_record

    next_actions = _next_actions(by)
    sql, schema = standing.export_query(by), _read_schema()
    published = standing.current_edition()
    if published is None:
        raise Refused("warehouse.no_edition", NO_EDITION)
    with open_record() as view:
        rows = view.table(sql, schema)
    if as_of not in (None, published.as_of):
        who = rows.select(["customer_id", "code", "reference"])
        rows = who.join(standing_at(as_of), "customer_id", join_type="inner").sort_by("customer_id")
    for begin in range(0, rows.num_rows, _BLOCK_ROWS):
        yield _shown(rows.slice(begin, _BLOCK_ROWS), next_actions, 10**digits)


def _shown(rows: "pa.Table", next_actions: dict[str, str], unit: int) -> "pa.Table":
    """The columns of the export; money in whole units, tiers and states in words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    customer = pc.if_else(pc.equal(rows["reference"], ""), rows["code"], rows["reference"])
    made = {
        "customer": customer,
        "tier": _words(rows["tier"], {Tier.A: "A", Tier.B: "B", Tier.C: "C"}),
        "tier_strict": _words(rows["tier_strict"], {Tier.A: "A", Tier.B: "B", Tier.C: "C"}),
        "state": _words(rows["state"], {state: state.name.lower() for state in State if state != State.NONE}),
        "next_action": pa.array([next_actions.get(name, "") for name in customer.to_pylist()], pa.string()),
    }
    for name in COLUMNS:
        if name not in made:
            made[name] = rows[name]
        if name in standing.FLOATS:
            made[name] = pc.if_else(pc.equal(made[name], standing.UNKNOWN), None, made[name])
        if name in (*_MONEY, "monetary"):
            made[name] = pc.divide(made[name].cast(pa.float64()), float(unit))
    return pa.table({name: made[name] for name in COLUMNS})


def _words(numbers: "pa.ChunkedArray", words: dict[Any, str]) -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    place = pc.index_in(numbers.cast(pa.int64()), pa.array([int(number) for number in words], pa.int64()))
    return pc.fill_null(pc.take(pa.array(list(words.values())), place), "")


def _next_actions(by: Principal) -> dict[str, str]:
    """The class of the best action still to be done, by the customer's name in exports."""
    best: dict[str, tuple[int, str]] = {}
    for action in actions.export_rows(by):
        if action["status"] in _LIVE:
            ranked = (action["rank"], action["offer"] or action["class"])
            best[action["customer"]] = min(best.get(action["customer"], ranked), ranked)
    return {customer: name for customer, (_, name) in best.items()}


def _read_schema() -> "pa.Schema":
    import pyarrow as pa

    texts = dict.fromkeys(("code", "reference", "rfm", "grade"), pa.string())
    types = texts | dict.fromkeys(standing.FLOATS, pa.float64())
    return pa.schema(
        [(name, types.get(name, pa.int64())) for name in ("customer_id", "code", "reference", *standing.EXPORTED)]
    )
