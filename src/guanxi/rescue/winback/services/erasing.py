"""What goes when a person is erased: everything that was found and said of why they left."""

from collections.abc import Sequence

from guanxi.rescue.winback.models import Loss


def erase_losses(customer_ids: Sequence[int]) -> None:
    """Delete the losses of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    Loss.objects.filter(customer__in=customer_ids).delete()
