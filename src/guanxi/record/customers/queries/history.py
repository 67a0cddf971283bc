"""What this app adds to the timeline of a customer: taken in, stage changed; moved; given to another manager."""

from datetime import date

from django.db.models import F, Q, SmallIntegerField, Value

from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Address, Customer, OwnerChange, StageChange
from guanxi.record.customers.permissions import shown, visible_to
from guanxi.record.customers.timeline import Before, TimelineRow

_MOST_CHANGES = 500  # of one customer: stages change by hand


def timeline_rows(customer_id: int, principal: Principal, before: Before, limit: int) -> list[TimelineRow]:
    """Return stage changes of a customer whom the principal sees and, as id 0, the day on which he was taken in; newest
    first, one query; nothing of others.
    """
    changes = StageChange.objects.filter(visible_to(principal, prefix="customer__"), customer=customer_id)
    heads = Customer.objects.filter(visible_to(principal), pk=customer_id)
    nothing = Value(None, output_field=SmallIntegerField())
    taken_in = heads.values_list(F("created_on"), Value(0), nothing, nothing, F("source"), F("created_at"))
    moved = changes.values_list(F("on"), F("pk"), F("from_stage"), F("to_stage"), F("cause"), F("at"))
    rows = sorted(moved.union(taken_in, all=True)[:_MOST_CHANGES], key=lambda row: row[:2], reverse=True)
    return [
        TimelineRow(on, key, "stage.changed", {"from": old, "to": new, "cause": text}, at)
        if key
        else TimelineRow(on, 0, "customer.taken_in", {"source": text}, at)
        for on, key, old, new, text, at in rows
        if before is None or (on, key) < before
    ][:limit]


def moving_rows(customer_id: int, principal: Principal, before: Before, limit: int) -> list[TimelineRow]:
    """Return the places where a customer whom the principal sees has lived, by the day from which they hold: one query."""
    found = Address.objects.filter(visible_to(principal, prefix="customer__"), customer=customer_id)
    found = found.exclude(valid_from=None)
    if before is not None:
        day, key = before
        found = found.filter(Q(valid_from__lt=day) | Q(valid_from=day, pk__lt=key))
    return [
        moved_row(row.valid_from, row.pk, shown(principal, "address", row.text), row.city)
        for row in found.order_by("-valid_from", "-pk")[:limit]
        if row.valid_from is not None
    ]


def moved_row(on: date, key: int, place: str, city: str) -> TimelineRow:
    """A place from the day on which it holds, as a row of the timeline."""
    return TimelineRow(on, key, "address.changed", {"place": place, "city": city})


def owner_rows(customer_id: int, principal: Principal, before: Before, limit: int) -> list[TimelineRow]:
    """Return the changes of the manager of a customer whom the principal sees, newest first: one query."""
    found = OwnerChange.objects.filter(visible_to(principal, prefix="customer__"), customer=customer_id)
    if before is not None:
        day, key = before
        found = found.filter(Q(on__lt=day) | Q(on=day, pk__lt=key))
    rows = found.order_by("-on", "-pk").values_list("on", "pk", "from_staff__name", "to_staff__name")[:limit]
    return [owner_row(on, key, old or "", new or "") for on, key, old, new in rows]


def owner_row(on: date, key: int, old: str, new: str) -> TimelineRow:
    """A change of the manager as a row of the timeline; "" is nobody."""
    return TimelineRow(on, key, "owner.changed", {"from": old, "to": new})
