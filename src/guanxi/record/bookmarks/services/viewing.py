"""Saving, changing and removing views of lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.sheets.questions import MOST_LETTERS
from guanxi.identity.permissions import Denied, Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.models import Habit, SavedView
from guanxi.record.bookmarks.permissions import changeable_views, found_by, may_share
from guanxi.record.bookmarks.queries import MOST_VIEWS

MOST_OWN = 50
_MOST_NAME, _MOST_WIDTHS, _NARROWEST, _WIDEST = 60, 60, 40, 1_200

_NO_NAME = gettext_noop("A view needs a name of at most {most} characters.")
_TOO_MANY = gettext_noop("You keep {most} views of this list already: remove one first.")
_NOT_FOUND = gettext_noop("This view is not there any more.")
_TOO_LONG = gettext_noop("“{name}” asks for too much to be kept as a view.")


@dataclass(frozen=True, slots=True)
class NewView:
    """A view to keep. `question` is the canonical text of a question that was read by the noun's sheet."""

    noun: str
    name: str
    question: str
    sharing: Sharing = Sharing.PRIVATE
    is_pinned: bool = True
    widths: Mapping[str, int] = field(default_factory=dict)
    is_demo: bool = False


@transaction.atomic
def save_view(view: NewView, *, by: Principal) -> str:
    """Keep a view and return its code. Raises Denied for a sharing beyond one's rights, Refused for a bad name or too many."""
    _require_sharing(by, view.sharing)
    own = SavedView.objects.filter(noun=view.noun, owner=by.staff_id)
    if own.count() >= MOST_OWN:
        raise Refused("bookmarks.too_many", _TOO_MANY, most=MOST_OWN)
    last = own.aggregate(last=Max("position"))["last"] or 0
    row = SavedView.objects.create(
        noun=view.noun,
        name=_checked_name(view.name),
        owner_id=by.staff_id,
        question=_checked_question(view.question, view.name),
        widths=_checked_widths(view.widths),
        is_pinned=view.is_pinned,
        position=last + 1,
        is_demo=view.is_demo,
        **_shared(by, view.sharing),
    )
    record_act("view.saved", by=by.actor, noun=Noun("view", row.code), payload={"name": row.name, "of": row.noun})
    return row.code


@transaction.atomic
def change_view(
    noun: str,
    code: str,
    *,
    by: Principal,
    name: str | None = None,
    question: str | None = None,
    sharing: Sharing | None = None,
    is_pinned: bool | None = None,
    widths: Mapping[str, int] | None = None,
) -> None:
    """Change what is given of a view. Raises Refused for a view that is not there or not one's to change, Denied as above."""
    row = _changeable(noun, code, by)
    if name is not None:
        row.name = _checked_name(name)
    if question is not None:
        row.question = _checked_question(question, row.name)
    if widths is not None:
        row.widths = _checked_widths(widths)
    if is_pinned is not None:
        row.is_pinned = is_pinned
    if sharing is not None:
        _require_sharing(by, sharing)
        for place, value in _shared(by, sharing).items():
            setattr(row, place, value)
    row.save()
    record_act("view.changed", by=by.actor, noun=Noun("view", code), payload={"name": row.name, "of": row.noun})


@transaction.atomic
def remove_view(noun: str, code: str, *, by: Principal) -> None:
    """Remove a view; whose list opened with it has the usual one again. Raises Refused."""
    row = _changeable(noun, code, by)
    record_act("view.removed", by=by.actor, noun=Noun("view", code), payload={"name": row.name, "of": row.noun})
    row.delete()


@transaction.atomic
def choose_default_view(noun: str, code: str, *, by: Principal) -> None:
    """Let a list open with a view for this person; code "" for the usual one again. Raises Refused, Denied."""
    _require_sharing(by, Sharing.PRIVATE)
    if by.staff_id is None:
        return
    row = SavedView.objects.filter(found_by(by), noun=noun, code=code, is_quick=False).first() if code else None
    if code and row is None:
        raise Refused("bookmarks.not_found", _NOT_FOUND)
    Habit.objects.update_or_create(staff_id=by.staff_id, noun=noun, defaults={"view": row})


@transaction.atomic
def order_views(noun: str, codes: Sequence[str], *, by: Principal) -> None:
    """Put the tabs of a list into this order for this person; those not named follow in theirs. Raises Denied."""
    _require_sharing(by, Sharing.PRIVATE)
    if by.staff_id is not None:
        order = [code for code in dict.fromkeys(codes) if is_code(code)][:MOST_VIEWS]
        Habit.objects.update_or_create(staff_id=by.staff_id, noun=noun, defaults={"order": order})


@transaction.atomic
def choose_quick_filters(noun: str, question: str | None, *, by: Principal) -> None:
    """Let the groups of this question stand as quick filters above a list, for everybody; None: those it came with. The
    text was read by the noun's sheet. Raises Denied, Refused.
    """
    require(by, Permission.ADMINISTER)
    chosen = SavedView.objects.filter(noun=noun, is_quick=True)
    if question is None:
        chosen.delete()
    else:
        text = _checked_question(question, noun)
        SavedView.objects.update_or_create(
            noun=noun, is_quick=True, defaults={"question": text, "is_public": True, "is_pinned": False}
        )
    record_act("view.quick_chosen", by=by.actor, noun=Noun("list", noun), payload={"question": question or ""})


@transaction.atomic
def remove_demo_views(*, by: Principal) -> int:
    """Remove the views of the demo and return their number. Raises Denied."""
    require(by, Permission.ADMINISTER)
    found = SavedView.objects.filter(is_demo=True)
    count = found.count()
    found.delete()
    return count


def _changeable(noun: str, code: str, by: Principal) -> SavedView:
    row = changeable_views(by).select_for_update(of=("self",)).filter(noun=noun, code=code).first()
    if row is None:
        raise Refused("bookmarks.not_found", _NOT_FOUND)
    return row


def _require_sharing(by: Principal, sharing: Sharing) -> None:
    if not may_share(by, sharing):
        raise Denied(Permission.ADMINISTER if sharing == Sharing.PUBLIC else Permission.ASSIGN_CUSTOMERS)


def _shared(by: Principal, sharing: Sharing) -> dict[str, object]:
    return {"team_id": by.team_id if sharing == Sharing.TEAM else None, "is_public": sharing == Sharing.PUBLIC}


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _MOST_NAME or not name.isprintable():
        raise Refused("bookmarks.name", _NO_NAME, most=_MOST_NAME)
    return name


def _checked_question(text: str, name: str) -> str:
    if len(text) > MOST_LETTERS:
        raise Refused("bookmarks.too_long", _TOO_LONG, name=excerpt(name))
    return text


def _checked_widths(widths: Mapping[str, int]) -> dict[str, int]:
    """Widths within what a screen can show; a name of a column that is gone does no harm."""
    kept = list(widths.items())[:_MOST_WIDTHS]
    return {name: min(max(int(width), _NARROWEST), _WIDEST) for name, width in kept if name.isidentifier()}
