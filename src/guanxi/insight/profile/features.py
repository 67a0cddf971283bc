"""The features there are, and how they are built. A detector or decision that needs one asks for it with its purpose."""

import re
from pathlib import Path
from typing import Any, Final

import sqlglot
from sqlglot import exp

from guanxi.insight.profile.declaring import ALLOWED, ASKED, DataClass, Feature, Purpose, Registry
from guanxi.insight.warehouse.workbench import EDITION_SQL, Workbench

_SQL = Path(__file__).parent / "sql"


def build(workbench: Workbench, name: str, *, purpose: Purpose, of: str, **params: Any) -> str:
    """Compute a feature for the customers in the table `of` and return the name of the temporary table that holds it.

    params: what the feature's SQL names. Raises Refused: unknown_feature, purpose_not_allowed.
    """
    feature = FEATURES.feature(name, purpose=purpose)
    _ask(workbench, of)
    workbench.run(f"CREATE OR REPLACE TEMP TABLE {feature.table} AS {feature.sql}", **params)
    return feature.table


def build_headlines(workbench: Workbench, *, of: str, **params: Any) -> None:
    """Compute every feature that offers may ask for, for the customers in the table `of`, each as a temporary table `feature_<name>`.

    params: what their SQL names, each feature taking its own.
    """
    _ask(workbench, of)
    for feature in HEADLINES:
        own = {name: value for name, value in params.items() if re.search(rf"\${name}\b", feature.sql)}
        workbench.run(f"CREATE OR REPLACE TEMP TABLE {feature.table} AS {feature.sql}", **own)


def _ask(workbench: Workbench, of: str) -> None:
    workbench.run(f"CREATE OR REPLACE TEMP VIEW {ASKED} AS SELECT DISTINCT customer_id FROM {of}")  # noqa: S608 - our own names


def _edition_columns() -> dict[str, frozenset[str]]:
    """Every table of an edition with its columns."""
    statements = sqlglot.parse(EDITION_SQL.read_text(encoding="utf-8"), read="duckdb")
    made = [statement.this for statement in statements if isinstance(statement, exp.Create)]
    return {schema.this.name: frozenset(column.name for column in schema.find_all(exp.ColumnDef)) for schema in made}


def _declare(
    name: str, data_class: DataClass, purposes: set[Purpose], sources: str, *, gives: str = "", version: int = 1
) -> Feature:
    sql = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    known = frozenset(sources.split()), version, tuple(gives.split())
    return FEATURES.register(Feature(name, sql, data_class, frozenset(purposes), *known))


def _headline(name: str, data_class: DataClass, sources: str, gives: str) -> Feature:
    """What offers may ask for serves our advice and our service, by its class that of partners as well, or service alone."""
    purposes = {Purpose.SERVICE, Purpose.ADVICE, Purpose.PARTNER} & ALLOWED[data_class]
    return _declare(name, data_class, purposes, sources, gives=gives)


# What stands beside the edition: told by the record on the day of the decision (decisions: told.py, sparing.py, worked.py), and how long
# somebody may be silent before he is lost (appraisal/patience.py).
BESIDE: Final[dict[str, frozenset[str]]] = {
    "cities": frozenset({"city_id", "name"}),
    "homes": frozenset({"customer_id", "distance_km"}),
    "spoken": frozenset({"customer_id", "language"}),
    "tested": frozenset({"customer_id", "risk_level"}),
    "declared": frozenset({"customer_id", "stable_income", "educated", "wealth_wish"}),
    "alive": frozenset({"customer_id", "kind", "state", "at_stake"}),
    "spared": frozenset({"customer_id", "why", "code", "since_on"}),
    "worked": frozenset({"customer_id", "day", "way"}),
    "patience": frozenset({"customer_id", "purchases", "first_day", "last_day", "own_gap", "patience"}),
}
FEATURES = Registry(_edition_columns() | BESIDE)

# Purchases of whitelisted categories with the price tier of where they were made: for a person's credit review alone.
_declare(
    "tickets_by_tier",
    DataClass.TRANSACTION,
    {Purpose.CREDIT_REVIEW},
    "tickets.customer_id tickets.day tickets.amount tickets.category tickets.price_tier tickets.product_id"
    " customers.customer_id customers.city_id",
)
# What a customer has on deposit: the last known balances, and month by month.
_deposits = (
    "balances.customer_id balances.holding_id balances.month balances.amount holdings.holding_id holdings.product_id"
)
_deposits += " holdings.closed_on holdings.renewal_on products.product_id products.reference products.family"
_declare("deposits_now", DataClass.FINANCIAL, {Purpose.ADVICE, Purpose.CARE}, _deposits)
_declare("deposit_months", DataClass.FINANCIAL, {Purpose.ADVICE, Purpose.CARE}, _deposits)
# Income credited to accounts, by month, with the day the customer was born.
_declare(
    "income_months",
    DataClass.FINANCIAL,
    {Purpose.ADVICE, Purpose.SERVICE, Purpose.CREDIT_REVIEW},
    "incomes.customer_id incomes.month incomes.amount",
)
# What is owed, by month: for a person's credit review alone.
_declare(
    "owed_months",
    DataClass.FINANCIAL,
    {Purpose.CREDIT_REVIEW},
    "balances.customer_id balances.month balances.amount",
)
_declare("birthday", DataClass.BASIC, {Purpose.ADVICE, Purpose.SERVICE}, "customers.customer_id customers.born_on")
# What tells, before it happens, who will be lost (`guanxi estimate loss`): for care and for what is said of groups, never for an offer.
_declare(
    "at_risk",
    DataClass.TRANSACTION,
    {Purpose.CARE, Purpose.ANALYSIS},
    "customers.customer_id customers.segment days.customer_id days.day days.net days.gross days.is_purchase holdings.customer_id"
    " holdings.opened_on holdings.closed_on holdings.status conversations.customer_id conversations.day patience.customer_id"
    " patience.purchases patience.first_day patience.last_day patience.own_gap patience.patience",
    gives="segment under_contract days_known days_since_purchase purchases year_purchases quarter_purchases year_net refund_days"
    " usual_gap holdings holdings_ended contacts days_since_contact lost",
)

# What offers may ask of a customer (engage.offers.headlines), in the order in which they rest on one another.
_held = (
    "holdings.customer_id holdings.product_id holdings.status holdings.closed_on products.product_id products.family"
)
_counted = "days.customer_id days.day days.net days.is_purchase"
HEADLINES: Final = (
    _headline(
        "who",
        DataClass.BASIC,
        "customers.customer_id customers.kind customers.stage customers.born_on customers.created_on customers.city_id"
        " estimates.customer_id estimates.first_day cities.city_id cities.name spoken.customer_id spoken.language",
        "kind stage age customer_since city language",
    ),
    _headline(
        "contacts",
        DataClass.BASIC,
        "conversations.customer_id conversations.day conversations.channel conversations.direction conversations.outcome"
        " worked.customer_id worked.day worked.way",
        "last_contact last_reached units_30 touches_7 touches_1 calls_30",
    ),
    _headline("resting", DataClass.BASIC, "spared.customer_id spared.why", "has_open_complaint is_vulnerable"),
    _headline("home", DataClass.LOCATION, "homes.customer_id homes.distance_km", "distance_km"),
    _headline(
        "standing",
        DataClass.TRANSACTION,
        "customers.customer_id customers.kind customers.tier estimates.customer_id estimates.tier estimates.value"
        " estimates.potential estimates.loss_risk estimates.last_day estimates.is_vip estimates.frequency"
        " alive.customer_id alive.kind alive.state",
        "tier state service_model value potential loss_risk last_purchase",
    ),
    _headline(
        "purchases",
        DataClass.TRANSACTION,
        f"{_counted} days.gross days.margin",
        "spend_365 purchases_365 margin_730 gross_730 net_730 margin_365 gross_365",
    ),
    _headline("owned", DataClass.TRANSACTION, f"{_held} products.reference", "owned families"),
    _headline(
        "premium_share", DataClass.TRANSACTION, "graded.customer_id graded.day graded.is_premium", "premium_share"
    ),
    _headline(
        "promotions",
        DataClass.TRANSACTION,
        "days.customer_id days.day days.is_purchase days.gross days.margin promoted.customer_id promoted.day promoted.gross",
        "is_deal_driven waits_for_deals",
    ),
    _headline(
        "no_cross_sell",
        DataClass.TRANSACTION,
        f"{_held} holdings.opened_on {_counted} conversations.customer_id conversations.day conversations.direction"
        " customers.customer_id customers.tier feature_promotions.customer_id feature_promotions.waits_for_deals"
        " feature_purchases.customer_id feature_purchases.margin_730 feature_purchases.gross_730 feature_purchases.net_730"
        " feature_owned.customer_id feature_owned.families",
        "no_cross_sell",
    ),
    _headline(
        "need",
        DataClass.TRANSACTION,
        f"{_held} holdings.opened_on bought.customer_id bought.product_id bought.first_day bought.last_day bought.margin",
        "need",
    ),
    _headline(
        "deposits",
        DataClass.FINANCIAL,
        "balances.customer_id balances.holding_id balances.day balances.amount holdings.holding_id holdings.product_id holdings.status"
        " holdings.closed_on products.product_id products.family products.reference",
        "deposits",
    ),
    _headline("risk_test", DataClass.FINANCIAL, "tested.customer_id tested.risk_level", "has_risk_test risk_level"),
    _headline("credit_review", DataClass.FINANCIAL, "alive.customer_id alive.kind", "in_credit_review"),
    _headline(
        "declared",
        DataClass.DECLARED,
        "declared.customer_id declared.stable_income declared.educated declared.wealth_wish",
        "has_stable_income is_educated wishes_wealth_managed",
    ),
)
