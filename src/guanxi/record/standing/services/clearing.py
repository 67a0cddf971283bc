"""Standing of customers who go for good. What is counted of the whole follows with the next refresh."""

from collections.abc import Sequence

from guanxi.record.standing.models import Standing, StandingMove

_STEP = 500


def remove_standing_of(customer_ids: Sequence[int]) -> None:
    """Delete standing and its history of customers who go for good, in the caller's transaction."""
    for start in range(0, len(customer_ids), _STEP):
        some = customer_ids[start : start + _STEP]
        Standing.objects.filter(customer_id__in=some).delete()
        StandingMove.objects.filter(customer_id__in=some).delete()
