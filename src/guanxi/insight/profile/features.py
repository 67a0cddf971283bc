"""The features there are, and how they are built. A detector or decision that needs one asks for it with its purpose."""

from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from guanxi.insight.profile.declaring import ASKED, DataClass, Feature, Purpose, Registry
from guanxi.insight.warehouse.workbench import EDITION_SQL, Workbench

_SQL = Path(__file__).parent / "sql"


def build(workbench: Workbench, name: str, *, purpose: Purpose, of: str, **params: Any) -> str:
    """Compute a feature for the customers in the table `of` and return the name of the temporary table that holds it.

    params: what the feature's SQL names. Raises Refused: unknown_feature, purpose_not_allowed.
    """
    feature = FEATURES.feature(name, purpose=purpose)
    table = f"feature_{feature.name}"
    workbench.run(f"CREATE OR REPLACE TEMP VIEW {ASKED} AS SELECT DISTINCT customer_id FROM {of}")  # noqa: S608 - our own names
    workbench.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {feature.sql}", **params)
    return table


def _edition_columns() -> dict[str, frozenset[str]]:
    """Every table of an edition with its columns."""
    statements = sqlglot.parse(EDITION_SQL.read_text(encoding="utf-8"), read="duckdb")
    made = [statement.this for statement in statements if isinstance(statement, exp.Create)]
    return {schema.this.name: frozenset(column.name for column in schema.find_all(exp.ColumnDef)) for schema in made}


def _declare(name: str, data_class: DataClass, purposes: set[Purpose], sources: str, *, version: int = 1) -> None:
    sql = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    FEATURES.register(Feature(name, sql, data_class, frozenset(purposes), frozenset(sources.split()), version))


FEATURES = Registry(_edition_columns())

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
