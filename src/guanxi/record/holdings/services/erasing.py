"""What goes when a person is erased: numbers and attributes that name him. That something was held stays countable."""

from collections.abc import Sequence

from guanxi.record.holdings.models import Ending, Holding

_STEP = 2_000


def erase_references(customer_ids: Sequence[int]) -> None:
    """Empty what names erased customers on their holdings, in the transaction of the erasure (customers.register_eraser)."""
    for start in range(0, len(customer_ids), _STEP):
        there = Holding.objects.filter(customer_id__in=customer_ids[start : start + _STEP])
        Ending.objects.filter(holding__in=there).update(ground="")
        there.update(reference="", attributes={})
