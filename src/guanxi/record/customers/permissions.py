"""Which customers a principal sees, and which of their fields in clear: the one choke point of every read path."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from guanxi.ground import clock
from guanxi.ground.text.masks import mask
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.models import Customer, Share
from guanxi.record.customers.reach import Reach, reach_of

__all__ = [
    "FIELD_OF_KIND",
    "MASKED_FIELDS",
    "Reach",
    "in_sight",
    "is_there",
    "listed_with",
    "reach_of",
    "readable_fields",
    "reads",
    "shown",
    "visible_condition",
    "visible_ids",
    "visible_to",
]

# The personal fields that roles clear one by one (identity.roles); every other field is shown to whoever sees the row.
MASKED_FIELDS = frozenset(
    ("name", "phone", "email", "address", "birthday", "plate", "id_number", "account", "policy_number")
)
FIELD_OF_KIND: dict[int, str] = {
    IdentifierKind.PHONE: "phone",
    IdentifierKind.EMAIL: "email",
    IdentifierKind.ID_NUMBER: "id_number",
    IdentifierKind.PLATE: "plate",
    IdentifierKind.POLICY: "policy_number",
    IdentifierKind.ACCOUNT: "account",
    IdentifierKind.REFERENCE: "reference",
    IdentifierKind.MEMBER: "member",
}


def visible_to(principal: Principal, *, prefix: str = "", gone: bool = False, shared: bool = True) -> Q:
    """Return the filter of the customers a principal sees; `prefix` ("customer__") for a query on what points to them.

    Deleted and merged customers are left out unless `gone`. Customers shared one by one are among them (a small list of
    ids inside the same query) unless `shared` is false: lists, searches and exports show those of one's reach alone.
    """
    reach = reach_of(principal)
    if reach.nobody:
        return Q(**{f"{prefix}pk__in": []})
    # not by the column `gone`: models.customer.PRESENT says why
    there = Q() if gone else Q(**{f"{prefix}deleted_at": None, f"{prefix}merged_into": None})
    own = _within(reach, prefix)
    if not shared or reach.everyone or principal.staff_id is None:
        return there & own
    given = Share.objects.filter(staff=principal.staff_id, until__gte=clock.now().date())
    return there & (own | Q(**{f"{prefix}pk__in": given.values("customer")}))


def in_sight(principal: Principal, customer: int | str) -> RawSQL:
    """Return the same filter for what hangs on one customer, by his key; or, for rows that are few anyhow, by the column of
    our own that holds it ("actions_action.customer_id"). The database asks one key once, and no panel composes a join:
    that took longer than all its answers.
    """
    condition, params = visible_condition(principal, "c", shared=True)
    return _there(customer, condition, params)


def is_there(customer: int | str) -> RawSQL:
    """Return the filter that a customer is neither deleted nor merged, for the same two forms; it gives nobody a right."""
    return _there(customer, "c.deleted_at IS NULL AND c.merged_into_id IS NULL", [])


def _there(customer: int | str, condition: str, params: list[Any]) -> RawSQL:
    place, key = (customer, []) if isinstance(customer, str) else ("%s", [customer])
    sql = f"EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = {place} AND {condition})"  # noqa: S608 - our own words
    return RawSQL(sql, (*key, *params), output_field=BooleanField())  # noqa: S611 - our own words, values as parameters


def listed_with(principal: Principal) -> tuple[Q, Q]:
    """Return the filter, twice, of what hangs on the customers in one's reach, for lists of many: by the ids of the
    customers (the list indexes find them; for a reach that holds few), and by looking each row's customer up (for a
    walk in the order of the rows, where many fit). The customer's field is `customer`.
    """
    reach = reach_of(principal)
    if reach.nobody:
        return Q(pk__in=[]), Q(pk__in=[])
    seen = Customer.objects.filter(_within(reach, ""))
    there = Exists(seen.filter(pk=OuterRef("customer_id"), deleted_at=None, merged_into=None))
    by_ids = Q(there) if reach.everyone else Q(customer__in=seen.filter(gone=0).values("pk"))
    return by_ids, Q(there)


def _within(reach: Reach, prefix: str) -> Q:
    """The customers of a reach that is somebody's."""
    pooled = Q() if reach.pool else Q(**{f"{prefix}owner__isnull": False})
    if reach.owner_id:
        return pooled & Q(**{f"{prefix}owner": reach.owner_id})
    if reach.team_ids:
        teams = Q(**{f"{prefix}team__in": reach.team_ids})
        return pooled & (teams | Q(**{f"{prefix}team__isnull": True}) if reach.pool else teams)
    return pooled


def visible_ids(principal: Principal, ids: Iterable[int], *, gone: bool = False) -> set[int]:
    """Return those of the given customers that a principal sees (one query)."""
    seen = Customer.objects.filter(visible_to(principal, gone=gone), pk__in=list(ids))
    return set(seen.values_list("pk", flat=True))


def visible_condition(principal: Principal, alias: str, *, shared: bool = False) -> tuple[str, list[Any]]:
    """Return the same filter as SQL on `alias` (a table alias of our own, never a client's word) and its parameters.

    shared: those shared one by one as well, for reads of one customer by key.
    """
    reach = reach_of(principal)
    if reach.nobody:
        return "1 = 0", []
    parts = [f"{alias}.deleted_at IS NULL AND {alias}.merged_into_id IS NULL"]
    params: list[Any] = []
    if not reach.pool:
        parts.append(f"{alias}.owner_id IS NOT NULL")
    if reach.owner_id:
        parts.append(f"{alias}.owner_id = %s")
        params.append(reach.owner_id)
    elif reach.team_ids:
        places = f"{alias}.team_id IN ({', '.join(['%s'] * len(reach.team_ids))})"
        parts.append(f"({places} OR {alias}.team_id IS NULL)" if reach.pool else places)
        params += reach.team_ids
    if not shared or reach.everyone or principal.staff_id is None:
        return " AND ".join(parts), params
    there, *own = parts
    whose = "SELECT customer_id FROM customers_share WHERE staff_id = %s AND until >= %s"
    own_words = " AND ".join(own) or "1 = 1"
    return f"{there} AND (({own_words}) OR {alias}.id IN ({whose}))", [*params, principal.staff_id, clock.now().date()]


def readable_fields(principal: Principal) -> frozenset[str]:
    """Return the masked kinds of fields that this principal reads in clear."""
    return MASKED_FIELDS & principal.clear_fields


def reads(principal: Principal, field: str) -> bool:
    """Whether a principal reads a field in clear: always, where the field is none that is masked."""
    return field not in MASKED_FIELDS or field in principal.clear_fields


def shown(principal: Principal, field: str, value: str) -> str:
    """Return a value as this principal may see it: in clear, or masked by the rule of its field."""
    return value if reads(principal, field) else mask(field, value)
