"""Keeping the narrow keys in step with identifiers that come, go and move."""

from collections.abc import Iterable

from guanxi.ground.secrets import keyring
from guanxi.ground.text.normalise import name_form
from guanxi.record.customers import bulk
from guanxi.record.customers.models import Customer, Identifier, IdentifierKey
from guanxi.record.customers.rules.newcomers import key_of, name_only_mark

Pair = tuple[int, int]  # key, customer


def keys_of_customers(ids: Iterable[int]) -> set[Pair]:
    """Return the keys that customers should have: of every identifier, ended ones too; of the name where there is none."""
    ring = keyring()
    pairs: set[Pair] = set()
    with_any: set[int] = set()
    wanted = list(ids)
    for step in bulk.steps_of(wanted, 5_000):
        rows = Identifier.objects.filter(customer_id__in=step).values_list("customer_id", "kind", "norm")
        for customer_id, kind, norm in rows:
            pairs.add((key_of(kind, norm, ring), customer_id))
            with_any.add(customer_id)
        bare = Customer.objects.filter(pk__in=[key for key in step if key not in with_any])
        for customer_id, name, birthday in bare.values_list("pk", "name", "birthday"):
            pairs.add((name_only_mark(name_form(name), birthday, ring).key, customer_id))
    return pairs


def add_keys(pairs: Iterable[Pair]) -> None:
    """Write keys; those that are there already stay."""
    rows = [IdentifierKey(key=key, customer_id=customer_id) for key, customer_id in sorted(pairs)]
    IdentifierKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5_000)


def drop_keys(pairs: Iterable[Pair]) -> None:
    """Remove keys."""
    bulk.delete_pairs(IdentifierKey, ("key", "customer_id"), sorted(pairs))


def settle_keys(before: set[Pair], ids: Iterable[int]) -> None:
    """Bring the keys of customers from what they were (`keys_of_customers` before the change) to what they should be."""
    after = keys_of_customers(ids)
    drop_keys(before - after)
    add_keys(after - before)
