"""What goes when a person is erased: words, notices and figures. That a case was decided, and how, stays counted."""

from collections.abc import Sequence

from guanxi.rescue.credit.choices import CaseState
from guanxi.rescue.credit.models import CreditCase, Notice


def erase_cases(customer_ids: Sequence[int]) -> None:
    """Empty the cases of erased customers and end the undecided ones, in the transaction of the erasure
    (customers.register_eraser).
    """
    theirs = CreditCase.objects.filter(customer__in=customer_ids)
    Notice.objects.filter(case__in=theirs.values("pk")).delete()
    theirs.filter(state=CaseState.OPEN).update(state=CaseState.WITHDRAWN)
    theirs.update(
        evidence={}, why="", contact="", appeal="", appeal_why="", end_why="", limit=None, owed=0, pending=None, highest=0,
        proposed=None, limit_decided=None, first_limit=None, income=None,
    )  # fmt: skip
