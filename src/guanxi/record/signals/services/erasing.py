"""What goes when a person is erased: conclusions about somebody who is nobody any more help no one."""

from collections.abc import Sequence

from guanxi.record.signals.models import Signal


def erase_signals(customer_ids: Sequence[int]) -> None:
    """Delete the signals of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    Signal.objects.filter(customer__in=customer_ids).delete()
