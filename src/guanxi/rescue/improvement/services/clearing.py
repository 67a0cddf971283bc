"""What goes with the demo: the cases that its people work on or were proposed to."""

from collections.abc import Collection

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.rescue.improvement.models import ImprovementCase


def remove_cases_of(staff: Collection[int], *, by: Principal) -> None:
    """Delete the cases of these people, in the caller's transaction. Raises Denied."""
    require(by, Permission.ADMINISTER)
    ImprovementCase.objects.filter(owner__in=staff).delete()
