"""Which customers a principal sees, and which of their fields in clear: the one choke point of every read path."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from guanxi.ground import clock
from guanxi.ground.text.masks import mask
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.models import Customer, Share
from guanxi.record.customers.reach import Reach, reach_of
from guanxi.record.customers.sight import in_sight, is_there, visible_condition

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


def readable_fields(principal: Principal) -> frozenset[str]:
    """Return the masked kinds of fields that this principal reads in clear."""
    return MASKED_FIELDS & principal.clear_fields


def reads(principal: Principal, field: str) -> bool:
    """Whether a principal reads a field in clear: always, where the field is none that is masked."""
    return field not in MASKED_FIELDS or field in principal.clear_fields


def shown(principal: Principal, field: str, value: str) -> str:
    """Return a value as this principal may see it: in clear, or masked by the rule of its field."""
    return value if reads(principal, field) else mask(field, value)
