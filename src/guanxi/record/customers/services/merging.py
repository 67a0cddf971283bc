"""Two records of one person become one, and two again: exact both ways, by a ledger of every cell (decision 7)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers import search
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.models import Address, Customer, IdentifierKey, Merge, MergeMove, StageChange
from guanxi.record.customers.permissions import visible_to
from guanxi.record.customers.rules.stages import further
from guanxi.record.customers.services import adopting, keys
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.holding_still import hold_customers_alone
from guanxi.record.customers.services.seeing import NOT_FOUND, seen_customers
from guanxi.record.customers.services.writing import plain

# Columns that are taken from the loser where the winner has nothing there, or where the merger says so.
FILLED = ("reference", "gender", "birthday", "company", "language", "city_id", "household_id")
TAKEN = {
    "name": ("name", "name_key"),
    "kind": ("kind",),
    "gender": ("gender",),
    "birthday": ("birthday",),
    "company": ("company",),
    "language": ("language",),
    "city": ("city_id",),
    "owner": ("owner_id", "team_id"),
}
_ADDRESSES, _STAGES, _KEYS = (model._meta.db_table for model in (Address, StageChange, IdentifierKey))

_SELF = gettext_noop("A customer cannot be merged with himself.")
_NOT_A_FIELD = gettext_noop("“{field}” cannot be chosen in a merge.")
_NOT_MERGED = gettext_noop("This merge is not found, or was undone already.")
_MERGED_ON = gettext_noop("Undo the later merge of this customer first.")


@transaction.atomic
def merge_customers(winner_id: int, loser_id: int, *, by: Principal, take: Collection[str] = ()) -> str:
    """Let the loser become part of the winner and return the code of the merge.

    Everything of the loser follows: identifiers, addresses, groups, preferences, consents, and the rows of every other
    noun; relations are read through the merge. The winner keeps his own head, filled from the loser where empty, and
    from him in the fields named in `take` (name kind gender birthday company language city owner). The loser keeps row
    and code, and points to the winner. The stage further on the way stands.

    Raises Denied, and Refused: customers.not_found, customers.merge_with_self, customers.not_a_field.
    """
    require(by, Permission.MERGE_CUSTOMERS)
    hold_customers_alone()
    if winner_id == loser_id:
        raise Refused("customers.merge_with_self", _SELF)
    for field in take:
        if field not in TAKEN:
            raise Refused("customers.not_a_field", _NOT_A_FIELD, field=excerpt(field))
    customers = {customer.pk: customer for customer in seen_customers([winner_id, loser_id], by, shared=False)}
    winner, loser = customers[winner_id], customers[loser_id]
    merge = Merge.objects.create(winner=winner, loser=loser, at=clock.now())
    before = keys.identifier_keys([winner_id, loser_id])
    _end_address(merge)
    adopting.adopt_rows(merge)
    adopting.compress_paths(merge)
    _change_head(merge, winner, _taken(winner, loser, take))
    keys.settle_keys(before, keys.identifier_keys([winner_id, loser_id]))
    _move_name_key(merge)
    Customer.objects.filter(pk=loser_id).update(merged_into=winner_id, version=F("version") + 1, updated_at=clock.now())
    _finish("customer.merged", merge, by)
    return merge.code


@transaction.atomic
def unmerge_customers(code: str, *, by: Principal) -> None:
    """Undo a merge: what followed goes back, the winner's head is what it was where nobody changed it since.

    Merges of one winner may be undone in any order; a winner who was merged on himself only after that one.
    Raises Denied, and Refused: customers.merge_not_found, customers.merged_on.
    """
    require(by, Permission.MERGE_CUSTOMERS)
    hold_customers_alone()
    merge = Merge.objects.select_for_update().filter(code=code, undone_at=None).first()
    if merge is None:
        raise Refused("customers.merge_not_found", _NOT_MERGED)
    there = Customer.objects.select_for_update().filter(visible_to(by, gone=True), pk=merge.winner_id).first()
    if there is None:
        raise Refused("customers.not_found", NOT_FOUND)
    if there.merged_into_id is not None:
        raise Refused("customers.merged_on", _MERGED_ON)
    before = keys.identifier_keys([merge.winner_id, merge.loser_id])
    Customer.objects.filter(pk=merge.loser_id).update(
        merged_into=None, version=F("version") + 1, updated_at=clock.now()
    )
    adopting.return_rows(merge)
    _return_heads(merge)
    _return_addresses(merge)
    StageChange.objects.filter(pk__in=_added(merge, _STAGES)).delete()
    _return_name_key(merge)
    Merge.objects.filter(pk=merge.pk).update(undone_at=clock.now())
    _adopt_what_waited(merge)
    keys.settle_keys(before, keys.identifier_keys([merge.winner_id, merge.loser_id]))
    _finish("customer.unmerged", merge, by)


def _taken(winner: Customer, loser: Customer, take: Collection[str]) -> dict[str, Any]:
    chosen = [column for field in take for column in TAKEN[field]]
    filled = [column for column in FILLED if not getattr(winner, column) and getattr(loser, column)]
    if winner.owner_id is None and loser.owner_id is not None:
        filled += ["owner_id", "team_id"]
    values = {column: getattr(loser, column) for column in (*filled, *chosen)}
    values["last_contact_on"] = max(winner.last_contact_on, loser.last_contact_on)
    values["stage"] = further(Stage(winner.stage), Stage(loser.stage))
    return {column: value for column, value in values.items() if getattr(winner, column) != value}


def _change_head(merge: Merge, winner: Customer, values: dict[str, Any]) -> None:
    cells = {column: (plain(getattr(winner, column)), plain(value)) for column, value in values.items()}
    adopting.change_cells(merge, adopting.HEADS, winner.pk, cells)
    Customer.objects.filter(pk=winner.pk).update(**values, version=F("version") + 1, updated_at=clock.now())
    if "stage" in values:
        event = StageChange.objects.create(
            customer=winner,
            at=merge.at,
            on=firm_day(),
            from_stage=winner.stage,
            to_stage=values["stage"],
            cause="merge",
        )
        adopting.change_cells(merge, _STAGES, event.pk, {"": (None, None)})


def _end_address(merge: Merge) -> None:
    """One lives at one address: the loser's ends where the winner has one."""
    if not Address.objects.filter(customer=merge.winner_id, valid_to=None).exists():
        return
    today = firm_day()
    for address in Address.objects.filter(customer=merge.loser_id, valid_to=None):
        adopting.change_cells(merge, _ADDRESSES, address.pk, {"valid_to": (None, plain(today))})
    Address.objects.filter(customer=merge.loser_id, valid_to=None).update(valid_to=today)


def _move_name_key(merge: Merge) -> None:
    """Who was taken in without an identifier is still found by his name: a file brings him again, not a double."""
    for key, loser in keys.present(keys.name_keys([merge.loser_id])):
        is_fresh = not keys.present([(key, merge.winner_id)])
        keys.drop_keys([(key, loser)])
        keys.add_keys([(key, merge.winner_id)])
        cells = {"customer_id" if is_fresh else "": (merge.loser_id, merge.winner_id)}
        adopting.change_cells(merge, _KEYS, key, cells)


def _return_name_key(merge: Merge) -> None:
    for move in MergeMove.objects.filter(merge=merge, table=_KEYS):
        if move.column:
            keys.drop_keys([(move.row_id, merge.winner_id)])
        keys.add_keys([(move.row_id, merge.loser_id)])


def _return_heads(merge: Merge) -> None:
    for customer_id, cells in adopting.return_cells(merge, adopting.HEADS).items():
        customer = Customer.objects.get(pk=customer_id)
        back = {column: old for column, (old, new) in cells.items() if plain(getattr(customer, column)) == new}
        typed = {column: _typed(column, value) for column, value in back.items()}
        Customer.objects.filter(pk=customer_id).update(**typed, version=F("version") + 1, updated_at=clock.now())


def _return_addresses(merge: Merge) -> None:
    for address_id, cells in adopting.return_cells(merge, _ADDRESSES).items():
        [(_, ended)] = cells.values()
        Address.objects.filter(pk=address_id, valid_to=date.fromisoformat(ended)).update(valid_to=None)


def _adopt_what_waited(undone: Merge) -> None:
    """What other losers have twice with this one is free to move now."""
    for merge in Merge.objects.filter(winner=undone.winner_id, undone_at=None).order_by("pk"):
        before = keys.identifier_keys([merge.winner_id, merge.loser_id])
        adopting.adopt_rows(merge)
        keys.settle_keys(before, keys.identifier_keys([merge.winner_id, merge.loser_id]))


def _added(merge: Merge, table: str) -> list[int]:
    return list(MergeMove.objects.filter(merge=merge, table=table, column="").values_list("row_id", flat=True))


def _typed(column: str, value: Any) -> Any:
    field = next(field for field in Customer._meta.concrete_fields if field.column == column)
    return field.to_python(value) if not field.is_relation else value


def _finish(act: str, merge: Merge, by: Principal) -> None:
    both = [merge.winner_id, merge.loser_id]
    search.reindex_customers(both)
    mark_dirty(both)
    winner, loser = merge.winner.code, merge.loser.code
    payload = {"winner": winner, "loser": loser, "merge": merge.code}
    record_act(act, by=by.actor, noun=Noun("customer", winner), payload=payload, subject=winner)
