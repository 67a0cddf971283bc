"""Arranging the page of a customer, for oneself alone."""

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Denied, Permission
from guanxi.identity.principals import Principal
from guanxi.record.bookmarks.choices import Panel, Sharing, Shift, Story
from guanxi.record.bookmarks.models import Habit
from guanxi.record.bookmarks.permissions import may_share
from guanxi.record.bookmarks.queries import PAGE, arrangement_of
from guanxi.record.bookmarks.rules import Arrangement, names_of, shifted, shifts_of

_NO_PANEL = gettext_noop("This part stays as it is.")


@transaction.atomic
def shift_panel(panel: str, shift: str, *, by: Principal) -> None:
    """Move a panel, fold it away or open it. Raises Denied, and Refused for a panel or a shift that is none there."""
    _require_own(by)
    page = arrangement_of(by)
    if panel not in Panel.values or shift not in shifts_of(page, Panel(panel)):
        raise Refused("bookmarks.panel", _NO_PANEL)
    _keep(shifted(page, Panel(panel), Shift(shift)), by)


@transaction.atomic
def open_history_with(story: str, *, by: Principal) -> None:
    """Let the history of each customer open with one of its tabs. Raises Denied, and Refused for a tab that is none."""
    _require_own(by)
    if story not in Story.values:
        raise Refused("bookmarks.panel", _NO_PANEL)
    page = arrangement_of(by)
    _keep(Arrangement(page.left, page.right, page.folded, Story(story)), by)


@transaction.atomic
def forget_arrangement(*, by: Principal) -> None:
    """Let the page be again as it came. Raises Denied."""
    _require_own(by)
    Habit.objects.filter(staff=by.staff_id, noun=PAGE).delete()


def _keep(page: Arrangement, by: Principal) -> None:
    if by.staff_id is not None:
        Habit.objects.update_or_create(staff_id=by.staff_id, noun=PAGE, defaults={"order": names_of(page)})


def _require_own(by: Principal) -> None:
    if not may_share(by, Sharing.PRIVATE):
        raise Denied(Permission.VIEW_CUSTOMERS)
