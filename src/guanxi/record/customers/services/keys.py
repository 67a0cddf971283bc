"""Keeping the narrow keys in step with identifiers that come, go and move."""

from collections.abc import Iterable

from guanxi.ground.secrets import keyring
from guanxi.ground.text.normalise import name_form
from guanxi.record.customers import bulk
from guanxi.record.customers.models import Customer, Identifier, IdentifierKey
from guanxi.record.customers.rules.marks import key_of, name_only_mark

Pair = tuple[int, int]  # key, customer


def keys_of_customers(ids: Iterable[int]) -> set[Pair]:
    """Return the keys that customers should have: of every identifier, ended ones too; of the name where there is none."""
    wanted = list(ids)
    pairs = identifier_keys(wanted)
    with_any = {customer_id for _, customer_id in pairs}
    return pairs | name_keys(customer_id for customer_id in wanted if customer_id not in with_any)


def identifier_keys(ids: Iterable[int]) -> set[Pair]:
    """Return the keys of the identifiers of customers."""
    ring = keyring()
    pairs: set[Pair] = set()
    for step in bulk.steps_of(ids, 5_000):
        rows = Identifier.objects.filter(customer_id__in=step).values_list("customer_id", "kind", "norm")
        pairs |= {(key_of(kind, norm, ring), customer_id) for customer_id, kind, norm in rows}
    return pairs


def name_keys(ids: Iterable[int]) -> set[Pair]:
    """Return the keys of customers by name and birthday alone, as those without any identifier have them."""
    ring = keyring()
    pairs: set[Pair] = set()
    for step in bulk.steps_of(ids, 5_000):
        for customer_id, name, birthday in Customer.objects.filter(pk__in=step).values_list("pk", "name", "birthday"):
            pairs.add((name_only_mark(name_form(name), birthday, ring).key, customer_id))
    return pairs


def present(pairs: Iterable[Pair]) -> set[Pair]:
    """Return those of the keys that are written."""
    wanted = set(pairs)
    rows = bulk.rows_of(
        "SELECT key, customer_id FROM customers_identifierkey WHERE key IN {given}", [key for key, _ in wanted]
    )
    return wanted & set(rows)


def add_keys(pairs: Iterable[Pair]) -> None:
    """Write keys; those that are there already stay."""
    rows = [IdentifierKey(key=key, customer_id=customer_id) for key, customer_id in sorted(pairs)]
    IdentifierKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5_000)


def drop_keys(pairs: Iterable[Pair]) -> None:
    """Remove keys."""
    bulk.delete_pairs(IdentifierKey, ("key", "customer_id"), sorted(pairs))


def settle_keys(before: set[Pair], after: set[Pair]) -> None:
    """Bring keys from what they were to what they should be."""
    drop_keys(before - after)
    add_keys(after - before)
