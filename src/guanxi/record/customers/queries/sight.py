"""Why a colleague sees a customer, or does not: the rule that decides, as one of a closed list."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guanxi.ground import clock
from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Customer
from guanxi.record.customers.models.shares import Share
from guanxi.record.customers.permissions import MASKED_FIELDS, reach_of, readable_fields


class Rule(StrEnum):
    """What lets somebody see a customer (the first that does), or keeps him from it."""

    ALL = "all"
    OWN = "own"
    TEAM = "team"
    BRANCH = "branch"
    POOL = "pool"
    SHARED = "shared"
    NO_RIGHT = "no_right"
    NO_POOL = "no_pool"
    ANOTHER_OWNER = "another_owner"
    ANOTHER_TEAM = "another_team"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Sight:
    """The answer for one colleague and one customer. `clear` and `masked` are kinds of fields; `until` of a sharing."""

    rule: Rule
    is_seen: bool
    clear: list[str]
    masked: list[str]
    until: date | None = None


def sight_of(customer_id: int, who: Principal, *, by: Principal) -> Sight:
    """Return why `who` sees a customer or does not (two queries). Raises Denied for who may not edit staff, and
    Customer.DoesNotExist for none of that id.
    """
    require(by, Permission.EDIT_STAFF)
    customer = Customer.objects.only("owner_id", "team_id", "deleted_at", "merged_into_id").get(pk=customer_id)
    today = clock.now().date()
    share = Share.objects.filter(customer=customer_id, staff=who.staff_id, until__gte=today).order_by("-until").first()
    rule = _rule(customer, who, is_shared=share is not None)
    is_seen = rule in (Rule.ALL, Rule.OWN, Rule.TEAM, Rule.BRANCH, Rule.POOL, Rule.SHARED)
    clear = readable_fields(who)
    until = share.until if share and rule == Rule.SHARED else None
    return Sight(rule, is_seen, sorted(clear), sorted(MASKED_FIELDS - clear), until)


def _rule(customer: Customer, who: Principal, *, is_shared: bool) -> Rule:
    if not may(who, Permission.VIEW_CUSTOMERS):
        return Rule.NO_RIGHT
    if customer.deleted_at is not None or customer.merged_into_id is not None:
        return Rule.GONE
    if reach_of(who).covers(customer.owner_id, customer.team_id):
        return _way_of(customer, who)
    if is_shared:
        return Rule.SHARED
    if customer.owner_id is None:
        return Rule.NO_POOL if not reach_of(who).pool else Rule.ANOTHER_TEAM
    return Rule.ANOTHER_OWNER if who.scope == Scope.OWN else Rule.ANOTHER_TEAM


def _way_of(customer: Customer, who: Principal) -> Rule:
    if customer.owner_id is None:
        return Rule.POOL
    if customer.owner_id == who.staff_id:
        return Rule.OWN
    return {Scope.TEAM: Rule.TEAM, Scope.BRANCH: Rule.BRANCH}.get(who.scope, Rule.ALL)
