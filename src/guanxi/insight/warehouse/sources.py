"""What is moved out of the record: each table's query and the declared type of each column."""

from dataclasses import dataclass

import pyarrow as pa

from guanxi.insight.warehouse.categories import INCOME, blind_case, category_case
from guanxi.record.customers.choices import RelationKind
from guanxi.record.signals.choices import Judgement, SignalKind
from guanxi.record.suppressions.choices import Cause

DIRTY = "SELECT customer_id FROM customers_dirtycustomer"
LIVE = "c.deleted_at IS NULL AND c.merged_into_id IS NULL"

# 0: not counted (cancelled, or another currency); 1: counted, no purchase (refunds); 2: a purchase line (decision 10).
# -1: not counted either, for it is the customer's own income, credited to an account (LEV-11), and no trade with us.
_KIND = f"""CASE WHEN d.cancelled OR d.currency <> '{{currency}}' THEN 0
    WHEN d.amount < 0 AND lower(d.category) IN ({", ".join(f"'{word}'" for word in INCOME)}) THEN -1
    WHEN d.amount >= 0 AND (d.quantity_milli IS NULL OR d.quantity_milli > 0) THEN 2 ELSE 1 END"""

# A line's contribution to the sum by which record and edition are compared. Products of the fields, so that amounts or
# days exchanged between two lines are noticed; every intermediate value stays below 2^63. The prelude has its twin.
LINE_HASH = """((({customer} % 999983 + 1) * (abs({amount}) % 1000003 + 1 + {kind})) % 2147483629
    * (({day_number} + 7 * coalesce({product}, 0)) % 65521 + 1)) % 2147483647"""


@dataclass(frozen=True)
class Blind:
    """Products (ids) that stand for what nobody may conclude from, by their words: lines and holdings arrive without them, and so do
    lines of a blocked category (PTN-03, PTN-04). Their money counts like any other.
    """

    products: tuple[int, ...] = ()

    def laid_over(self, query: str) -> str:
        """The query with what stands for a product filled in: of lines, of holdings, of the products themselves."""
        named = f"IN ({', '.join(str(int(one)) for one in self.products)})" if self.products else ""
        line = f"{blind_case('d.category')}{f' OR d.product_id {named}' if named else ''}"
        words = {
            "{line_product}": f"CASE WHEN {line} THEN NULL ELSE d.product_id END",
            "{held_product}": f"CASE WHEN h.product_id {named} THEN NULL ELSE h.product_id END"
            if named
            else "h.product_id",
            "{shown_products}": f"p.id NOT {named}" if named else "1 = 1",
        }
        for place, word in words.items():
            query = query.replace(place, word)
        return query


@dataclass(frozen=True)
class Source:
    """One table of a snapshot. `by_customer` names the column that the dirty list selects by; '' is always read whole."""

    name: str
    columns: tuple[tuple[str, pa.DataType, str], ...]
    tables: str
    where: str = ""
    by_customer: str = ""

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(name, kind) for name, kind, _ in self.columns])

    def query(self, *, currency: str, only_dirty: bool, blind: "Blind") -> str:
        """The query for the whole table, or for the dirty customers' rows of it."""
        words = ", ".join(f"{sql} AS {name}" for name, _, sql in self.columns)
        conditions = [self.where] if self.where else []
        if only_dirty and self.by_customer:
            conditions.append(f"{self.by_customer} IN ({DIRTY})")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        query = f"SELECT {words} FROM {self.tables}{where}"  # noqa: S608 - our own constants
        return blind.laid_over(query.replace("{currency}", currency).replace("{category}", category_case("d.category")))


_BIG, _SMALL, _DAY, _TEXT = pa.int64(), pa.int16(), pa.date32(), pa.string()

LINES = Source(
    "lines",
    (
        ("customer_id", _BIG, "d.customer_id"),
        ("day", _DAY, "DAY(d.occurred_on)"),
        ("amount", _BIG, "d.amount"),
        ("product_id", _BIG, "{line_product}"),
        ("kind", pa.int8(), _KIND),
        # Blank (0) but for the whitelisted categories: what is blocked or unknown never leaves the record (RSK-04).
        ("category", pa.int8(), "{category}"),
        (
            "price_tier",
            pa.int8(),
            "CASE WHEN d.price_tier IN (1, 2, 3) AND {category} > 0 THEN d.price_tier ELSE 0 END",
        ),
        ("is_promoted", pa.int8(), "CASE WHEN d.on_promotion THEN 1 ELSE 0 END"),
    ),
    "dealings_dealing d",
    by_customer="d.customer_id",
)
CUSTOMERS = Source(
    "customers",
    (
        ("customer_id", _BIG, "c.id"),
        ("code", _TEXT, "c.code"),
        ("reference", _TEXT, "c.reference"),
        ("kind", _SMALL, "c.kind"),
        ("stage", _SMALL, "c.stage"),
        ("state", _SMALL, "c.state"),
        ("tier", _SMALL, "c.tier"),
        ("owner_id", _BIG, "c.owner_id"),
        ("team_id", _BIG, "c.team_id"),
        ("city_id", _BIG, "c.city_id"),
        ("created_on", _DAY, "DAY(c.created_on)"),
        ("value", _BIG, "c.value"),
        ("born_on", _DAY, "DAY(c.birthday)"),
        ("source", _TEXT, "c.source"),
    ),
    "customers_customer c",
    where=LIVE,
)
SHOWN = Source(
    "shown",
    (
        ("customer_id", _BIG, "s.customer_id"),
        ("tier", _SMALL, "s.tier"),
        ("state", _SMALL, "s.state"),
        ("runs_outside", _SMALL, "s.runs_outside"),
        ("outside_before", _SMALL, "s.outside_before"),
    ),
    "standing_standing s",
)
PRODUCTS = Source(
    "products",
    (
        ("product_id", _BIG, "p.id"),
        ("reference", _TEXT, "p.reference"),
        ("name", _TEXT, "p.name"),
        ("family", _TEXT, "coalesce(f.reference, '')"),
        ("margin_rate_ppm", _BIG, "p.margin_rate_ppm"),
        ("is_premium", pa.int8(), "CASE WHEN p.is_premium THEN 1 ELSE 0 END"),
    ),
    "catalogue_product p LEFT JOIN catalogue_family f ON f.id = p.family_id",
    where="{shown_products}",
)
HOLDINGS = Source(
    "holdings",
    (
        ("holding_id", _BIG, "h.id"),
        ("customer_id", _BIG, "h.customer_id"),
        ("product_id", _BIG, "{held_product}"),
        ("status", _SMALL, "h.status"),
        ("opened_on", _DAY, "DAY(h.opened_on)"),
        ("closed_on", _DAY, "DAY(h.closed_on)"),
        ("renewal_on", _DAY, "DAY(h.renewal_on)"),
        ("reference", _TEXT, "h.reference"),
    ),
    "holdings_holding h",
    where="h.deleted_at IS NULL",
    by_customer="h.customer_id",
)
BALANCES = Source(
    "balances",
    (
        ("customer_id", _BIG, "h.customer_id"),
        ("holding_id", _BIG, "b.holding_id"),
        ("day", _DAY, "DAY(b.day)"),
        ("amount", _BIG, "b.amount"),
    ),
    "holdings_balance b JOIN holdings_holding h ON h.id = b.holding_id",
    where="h.deleted_at IS NULL AND b.currency = '{currency}'",
    by_customer="h.customer_id",
)
CONVERSATIONS = Source(
    "conversations",
    (
        ("customer_id", _BIG, "v.customer_id"),
        ("day", _DAY, "DAY(v.day_on)"),
        ("channel", _SMALL, "v.channel"),
        ("direction", _SMALL, "v.direction"),
        ("outcome", _SMALL, "v.outcome"),
        ("follow_up_on", _DAY, "DAY(v.follow_up_on)"),
    ),
    # "on" is a word of SQL: renamed here, where quoting it does not meet DAY()
    '(SELECT customer_id, "on" AS day_on, channel, direction, outcome, follow_up_on'
    " FROM conversations_conversation WHERE deleted_at IS NULL) v",
    by_customer="v.customer_id",
)
# Read whole: they are few, and a merge of either end changes whose they are.
REFERRALS = Source(
    "referrals",
    (
        ("customer_id", _BIG, "r.customer_id"),
        ("referrer_id", _BIG, "r.referrer_id"),
        ("told_on", _DAY, "DAY(r.told)"),
    ),
    f"""(SELECT coalesce(c.merged_into_id, c.id) AS customer_id, coalesce(o.merged_into_id, o.id) AS referrer_id,
        min(coalesce(t.told_on, c.created_on)) AS told
    FROM customers_relation t JOIN customers_customer c ON c.id = t.customer_id JOIN customers_customer o ON o.id = t.other_id
    WHERE t.kind = {RelationKind.REFERRER.value} AND t.ended_on IS NULL GROUP BY 1, 2) r""",  # noqa: S608 - our own constants
)
# Read whole: one a customer and year at most, and one noted in error leaves without a mark.
SURVEYS = Source(
    "surveys",
    (
        ("customer_id", _BIG, "s.customer_id"),
        ("asked_on", _DAY, "DAY(s.asked_on)"),
        *((name, _SMALL, f"s.{name}") for name in ("value", "quality", "satisfaction", "recommend", "rank", "among")),
    ),
    "surveys_survey s",
)
# Read whole, for both are few: where we failed somebody, which is what he complained of and what we promised and did not do (what
# a person found not to be so is none); and the days on which competitors sold on special terms.
FAILURES = Source(
    "failures",
    (("customer_id", _BIG, "f.customer_id"), ("day", _DAY, "DAY(f.day_on)")),
    f"""(SELECT customer_id, since_on AS day_on FROM suppressions_suppression WHERE cause = '{Cause.COMPLAINT.value}'
    UNION SELECT customer_id, occurred_on FROM signals_signal
    WHERE kind = '{SignalKind.PROMISE_BROKEN.value}' AND coalesce(judgement, {Judgement.TRUE.value}) = {Judgement.TRUE.value}) f""",  # noqa: S608 - our own constants
)
PROMOTIONS = Source(
    "promotions",
    (("since", _DAY, "DAY(p.since)"), ("until", _DAY, "DAY(p.until)")),
    "catalogue_rivalpromotion p",
    where="p.deleted_at IS NULL",
)
SOURCES = (
    CUSTOMERS, SHOWN, PRODUCTS, LINES, HOLDINGS, BALANCES, CONVERSATIONS, REFERRALS, SURVEYS, FAILURES, PROMOTIONS,
)  # fmt: skip

# What all lines in the record add up to, for the comparison with the edition's own `checks`.
RECORD_TOTALS = f"""
    SELECT count(*) AS lines, CAST(coalesce(sum(d.amount), 0) AS BIGINT) AS amount,
        CAST(coalesce(sum({
    LINE_HASH.format(
        customer="d.customer_id",
        amount="d.amount",
        kind=_KIND,
        day_number="DAY_NUMBER(d.occurred_on)",
        product="({line_product})",
    )
}), 0) AS BIGINT) AS hash,
        CAST(coalesce(sum(CASE WHEN d.currency <> '{{currency}}' AND NOT d.cancelled THEN 1 ELSE 0 END), 0) AS BIGINT) AS foreign_lines
    FROM dealings_dealing d"""  # noqa: S608 - our own constants
TOTALS_SCHEMA = pa.schema([("lines", _BIG), ("amount", _BIG), ("hash", _BIG), ("foreign_lines", _BIG)])
