"""Reads of standing: the current edition, one customer's place and movements, the firm's distribution."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.permissions import visible_ids
from guanxi.record.customers.queries.page import visible_key
from guanxi.record.standing.models import Edition, Standing, StandingMove
from guanxi.record.standing.permissions import seen_condition

MOST_MOVES = 100
EXPORTED = (
    "tier", "tier_strict", "value", "potential", "frequency", "recency_days", "age_days", "monetary",
    "expected_purchases_365", "lifetime_value", "probability_alive", "rfm", "state", "loyalty", "loyalty_coverage",
    "loss_risk", "grade",
)  # fmt: skip
FLOATS = ("monetary", "expected_purchases_365", "probability_alive", "loyalty", "loyalty_coverage", "loss_risk")
UNKNOWN = -1e300


@dataclass(frozen=True)
class EditionLine:
    """A published edition: from what it was computed, for which day, when."""

    name: str
    as_of: date
    published_at: datetime
    customers: int
    dealings: int
    facts: dict[str, Any]


@dataclass(frozen=True, order=True)
class Move:
    """`field` ("tier" or "state") changed from `old` to `new` with the edition for the day `on`."""

    on: date
    field: str
    old: int
    new: int


@dataclass(frozen=True)
class OnPage:
    """What the page of one customer shows: the standing, the day for which it was computed, (day, id, movement) newest
    first.
    """

    standing: Standing
    as_of: date
    moves: list[tuple[date, int, Move]]


@dataclass(frozen=True)
class Share:
    """How many of the customers in sight have this tier and state, and what they are worth (minor units)."""

    tier: int
    state: int
    customers: int
    value: int


def current_edition() -> EditionLine | None:
    """The edition whose rows stand in the table; None before the first refresh."""
    found = Edition.objects.exclude(published_at=None).order_by("-id").first()
    if found is None or found.published_at is None:
        return None
    return EditionLine(found.name, found.as_of, found.published_at, found.customers, found.dealings, found.facts)


def first_edition_day() -> date | None:
    """The earliest day for which tiers were published; None before the first refresh."""
    return Edition.objects.exclude(published_at=None).order_by("as_of").values_list("as_of", flat=True).first()


def is_known_edition(name: str) -> bool:
    """Whether this record was ever the source of an edition of that name (a restored record forgets later ones)."""
    return Edition.objects.filter(name=name).exists()


def standings_of(customer_ids: Sequence[int], principal: Principal) -> dict[int, Standing]:
    """The standing of the customers that `principal` sees, by id (one query). Raises Denied without the right."""
    condition, params = seen_condition(principal, "c", shared=True)
    if not customer_ids:
        return {}
    places = ", ".join(["%s"] * len(customer_ids))
    sql = f"""SELECT s.* FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE s.customer_id IN ({places}) AND {condition}"""  # noqa: S608 - a condition of our own words
    return {row.customer_id: row for row in Standing.objects.raw(sql, [*customer_ids, *params])}


def figures_beside(principal: Principal) -> Subquery:
    """The standing of the customer of a row, its `potential`, `risk` and `grade`: an expression for rows of customers whom the
    principal sees. Raises Denied without the right.
    """
    require(principal, Permission.VIEW_STANDING)
    figures = JSONObject(potential="potential", risk="loss_risk", grade="grade")
    return Subquery(Standing.objects.filter(pk=OuterRef("pk")).values(of=figures))


def figures_of(customer_ids: Iterable[int], principal: Principal) -> dict[int, tuple[int | None, float | None]]:
    """(potential, risk of losing them) of customers in sight, by id (one query). Raises Denied without the right."""
    condition, params = seen_condition(principal, "c")
    sql = f"""SELECT s.customer_id, s.potential, s.loss_risk
        FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE s.customer_id IN {{given}} AND {condition}"""  # noqa: S608 - a condition of our own words
    return {key: (potential, risk) for key, potential, risk in rows_of(sql, customer_ids, params)}


def standing_on_page(customer_id: int, principal: Principal) -> OnPage | None:
    """The standing of one customer in sight, the day for which it was computed, and its latest movements (one query);
    None without one.

    Raises Denied without the right.
    """
    condition, params = seen_condition(principal, "c", shared=True)
    joined = "string_agg({}, ';')" if connection.vendor == "postgresql" else "group_concat({}, ';')"
    words = "m.id || ' ' || m.\"on\" || ' ' || m.field || ' ' || m.old || ' ' || m.new"
    sql = f"""SELECT s.*, (SELECT as_of FROM standing_edition WHERE published_at IS NOT NULL ORDER BY id DESC LIMIT 1) AS as_of,
            (SELECT {joined.format(words)} FROM (
                SELECT * FROM standing_standingmove WHERE customer_id = s.customer_id ORDER BY id DESC LIMIT {MOST_MOVES}) m
            ) AS moves
        FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE s.customer_id = %s AND {condition}"""  # noqa: S608 - a condition of our own words
    found = next(iter(Standing.objects.raw(sql, [customer_id, *params])), None)
    if found is None:
        return None
    as_of, moves = vars(found)["as_of"], vars(found)["moves"]  # no columns of the table: the query has added them
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return OnPage(found, day, sorted((_move(text) for text in (moves or "").split(";") if text), reverse=True))


def _move(text: str) -> tuple[date, int, Move]:
    key, on, field, old, new = text.split(" ")
    return date.fromisoformat(on), int(key), Move(date.fromisoformat(on), field, int(old), int(new))


def moves_of(customer_id: int, principal: Principal) -> list[Move]:
    """How a customer's tier and state moved, newest first, at most MOST_MOVES; none when not in sight."""
    require(principal, Permission.VIEW_STANDING)
    if not visible_ids(principal, [customer_id]):
        return []
    found = StandingMove.objects.filter(customer_id=customer_id).order_by("-id")[:MOST_MOVES]
    return [Move(move.on, move.field, move.old, move.new) for move in found]


def timeline_rows(
    customer_id: int, *, principal: Principal, before: tuple[date, int] | None = None, limit: int = 50
) -> list[tuple[date, int, Move]]:
    """(day, id, movement) of one customer in sight, newest first: a source of the timeline (one query)."""
    require(principal, Permission.VIEW_STANDING)
    found = StandingMove.objects.filter(customer_id=customer_id, customer_id__in=visible_key(principal, customer_id))
    if before:
        day, last = before
        found = found.filter(Q(on__lt=day) | Q(on=day, pk__lt=last))
    return [(row.on, row.pk, Move(row.on, row.field, row.old, row.new)) for row in found.order_by("-on", "-pk")[:limit]]


def distribution(principal: Principal) -> list[Share]:
    """Customers in sight by tier and state, best first. Raises Denied without the right to see standing."""
    condition, params = seen_condition(principal, "c")
    sql = f"""SELECT s.tier, s.state, count(*), sum(s.value)
        FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE {condition} GROUP BY s.tier, s.state ORDER BY s.tier, s.state"""  # noqa: S608 - a condition of our own words
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Share(tier, state, count, int(value)) for tier, state, count, value in cursor.fetchall()]


def export_query(principal: Principal) -> str:
    """The SQL, for a bulk mover, of one row a customer in sight with a standing: EXPORTED, and before them id, code and
    reference. A float that is not known is UNKNOWN: the mover takes a column's type from the first rows it meets.

    Raises Denied without the rights to see standing and to take data out.
    """
    require(principal, Permission.EXPORT)
    condition, params = seen_condition(principal, "c")
    columns = ", ".join(
        f"coalesce(s.{name}, {UNKNOWN}) AS {name}" if name in FLOATS else f"s.{name}" for name in EXPORTED
    )
    sql = f"""SELECT c.id AS customer_id, c.code, c.reference, {columns}
        FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE {condition} ORDER BY c.id"""  # noqa: S608 - a condition of our own words, whose parameters are ids
    return sql % tuple(int(param) for param in params)
