"""Cards, ties and homes of many customers at once, as files and seeded firms bring them: one act of the journal each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from guanxi.ground.ids import new_codes
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers.choices import PreferenceField, RelationKind
from guanxi.record.customers.models import Customer, Group, GroupMember, Household, Preference, Relation
from guanxi.record.customers.permissions import visible_ids
from guanxi.record.customers.rules.preferences import checked_preference
from guanxi.record.customers.rules.words import MAX_NAME, sound_text
from guanxi.record.customers.search import reindex_customers
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.grouping import renumber_groups
from guanxi.record.customers.services.seeing import NOT_FOUND

_STEP = 500
_FUTURE = gettext_noop("This day is in the future.")


@dataclass(frozen=True, slots=True)
class NewPreference:
    """One line of a preference card, as told on a day by a source."""

    customer_id: int
    field: PreferenceField
    text: str
    source: str
    told_on: date


@dataclass(frozen=True, slots=True)
class NewTie:
    """`other_id` is the customer's `kind`: his spouse, his employer, the one who recommended him."""

    customer_id: int
    other_id: int
    kind: RelationKind
    source: str
    told_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewCircle:
    """Customers who belong together under a name: a household, or a group (below `parent`, a group's name)."""

    name: str
    member_ids: tuple[int, ...]
    parent: str = ""


@transaction.atomic
def fill_cards(rows: Sequence[NewPreference], *, by: Principal) -> int:
    """Write lines of preference cards and return how many. Raises Denied, and Refused as `record_preference` does."""
    require(by, Permission.EDIT_CUSTOMERS)
    _check(by, [row.customer_id for row in rows], [row.told_on for row in rows])
    lines = [
        Preference(
            customer_id=row.customer_id,
            field=PreferenceField(row.field),
            text=checked_preference(row.text),
            source=sound_text(row.source, 60),
            told_on=row.told_on,
        )
        for row in rows
    ]
    Preference.objects.bulk_create(lines, batch_size=_STEP)
    reindex_customers({row.customer_id for row in rows})
    _journal("preference.recorded", len(lines), by)
    return len(lines)


@transaction.atomic
def fill_ties(rows: Sequence[NewTie], *, by: Principal) -> int:
    """Write relations and return how many. Raises Denied, and Refused customers.not_found, customers.told_in_future."""
    require(by, Permission.EDIT_CUSTOMERS)
    ids = {row.customer_id for row in rows} | {row.other_id for row in rows}
    _check(by, ids, [row.told_on for row in rows])
    ties = [
        Relation(
            customer_id=row.customer_id,
            other_id=row.other_id,
            kind=RelationKind(row.kind),
            note=sound_text(row.note, MAX_NAME),
            source=row.source[:60],
            told_on=row.told_on,
        )
        for row in rows
    ]
    Relation.objects.bulk_create(ties, batch_size=_STEP)
    mark_dirty(sorted(ids))
    _journal("customer.related", len(ties), by)
    return len(ties)


@transaction.atomic
def fill_households(rows: Sequence[NewCircle], *, by: Principal, is_demo: bool = False) -> int:
    """Open households with their members and return how many. Raises Denied, Refused customers.not_found."""
    require(by, Permission.EDIT_CUSTOMERS)
    _check(by, [member for row in rows for member in row.member_ids], [])
    homes = [
        Household(name=sound_text(row.name, 120), code=code, is_demo=is_demo)
        for row, code in zip(rows, new_codes(len(rows)), strict=True)
    ]
    homes = Household.objects.bulk_create(homes, batch_size=_STEP)
    members = [
        Customer(pk=member, household=home) for row, home in zip(rows, homes, strict=True) for member in row.member_ids
    ]
    Customer.objects.bulk_update(members, ["household"], batch_size=_STEP)
    mark_dirty(sorted(member.pk for member in members))
    _journal("customer.household_changed", len(members), by)
    return len(homes)


@transaction.atomic
def fill_groups(rows: Sequence[NewCircle], *, by: Principal, is_demo: bool = False) -> int:
    """Open groups, each after the one it stands below, with their members; returns how many. Raises Denied, Refused."""
    require(by, Permission.EDIT_CUSTOMERS)
    _check(by, {member for row in rows for member in row.member_ids}, [])
    made: dict[str, Group] = {}
    for row in rows:
        made[row.name] = Group.objects.create(
            name=sound_text(row.name, 120), parent=made[row.parent] if row.parent else None, is_demo=is_demo
        )
    renumber_groups()
    members = [GroupMember(group=made[row.name], customer_id=member) for row in rows for member in row.member_ids]
    GroupMember.objects.bulk_create(members, batch_size=_STEP)
    _journal("group.joined", len(members), by)
    return len(made)


def _check(by: Principal, ids: Collection[int], days: Sequence[date]) -> None:
    """Everybody is there and seen, and nothing was told in the future."""
    wanted = sorted(set(ids))
    seen = {one for start in range(0, len(wanted), _STEP) for one in visible_ids(by, wanted[start : start + _STEP])}
    if len(seen) < len(wanted):
        raise Refused("customers.not_found", NOT_FOUND)
    if days and max(days) > firm_day():
        raise Refused("customers.told_in_future", _FUTURE)


def _journal(act: str, count: int, by: Principal) -> None:
    if count:
        record_acts(act, [Entry(Noun("customers", ""), payload={"count": count}, count=count)], by=by.actor)
