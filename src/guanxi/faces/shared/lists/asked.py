"""What a list page was asked for: a question, within a view or not; and its address with one thing changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import BadRequest
from django.http import Http404, QueryDict
from django.urls import reverse

from guanxi.faces.shared.lists.noun import ListedNoun
from guanxi.faces.shared.look import Look
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Condition, Question
from guanxi.identity.choices import Scope
from guanxi.record.bookmarks.queries import Kept, ViewRow, kept_of

NOTHING_KEPT = Kept()
ALL = "all"  # the list as it is, for whose list opens with a view


@dataclass(frozen=True)
class Place:
    """Where in a question a condition stands: which group (None: a new one), which of its alternatives (None: one more)."""

    at: int | None = None
    part: int | None = None


@dataclass(frozen=True)
class AskedList:
    """`view` is the saved view within which is asked, `is_changed` whether the question is another than the view's.

    `either`: the group to which the next condition is an alternative. `quick`: the quick filters chosen for everybody, as
    the text of a question; None: those that the noun came with.
    """

    noun: ListedNoun
    look: Look
    question: Question
    views: Sequence[ViewRow]
    view: ViewRow | None = None
    is_changed: bool = False
    either: int | None = None
    quick: str | None = None

    @property
    def hidden(self) -> frozenset[str]:
        """Columns and conditions that say nothing to somebody who sees only the own rows."""
        return self.noun.hides if self.look.principal.scope <= Scope.OWN else frozenset()

    @property
    def path(self) -> str:
        """The address of the list."""
        return reverse(self.noun.name)

    def place(self, name: str) -> str:
        """An address below the list: its choices, columns, file."""
        return f"{self.path}{name}/"

    def href(self, question: Question, **extra: str) -> str:
        """The address of another question within the same view."""
        return question.href(self.path, ({"view": self.view.code} if self.view else {}) | extra)

    def changed_at(self, place: Place, condition: Condition | None) -> Question:
        """The question with a condition put at a place; None takes the one that stands there away."""
        return with_condition(self.question, place, condition)


def read_asked(noun: ListedNoun, given: QueryDict, look: Look) -> AskedList:
    """Read the address of a list. Raises Refused or BadRequest for what no page of ours would ask, Http404 for a view
    that is not there for this person.
    """
    words = dict(given.lists())
    code, either = _own_word(words, "view"), _own_word(words, "or")
    kept = kept_of(look.principal, noun.sheet.noun)
    view = _view(kept.views, code, is_asked=bool(words))
    clear = look.principal.clear_fields
    question = noun.sheet.read_question(words, clear) if words or view is None else _of_view(noun, view, look)
    return replace(asked_of(noun, question, look, kept, view), either=_either(either, question))


def asked_of(
    noun: ListedNoun, question: Question, look: Look, kept: Kept = NOTHING_KEPT, view: ViewRow | None = None
) -> AskedList:
    """A question as a list, within one of the views that this person finds."""
    is_changed = view is not None and _text(question) != _saved_text(noun, view, look)
    return AskedList(noun, look, question, kept.views, view, is_changed, quick=kept.quick)


def with_condition(question: Question, place: Place, condition: Condition | None) -> Question:
    """The question with a condition put at a place. Raises BadRequest for a place that is not there."""
    if place.at is None:
        return question.with_group((condition,)) if condition else question
    if not 0 <= place.at < len(question.all_of):
        raise BadRequest("no such group of conditions")
    group: list[Condition] = list(question.all_of[place.at])
    if place.part is None:
        group += [condition] if condition else []
    elif 0 <= place.part < len(group):
        group[place.part : place.part + 1] = [condition] if condition else []
    else:
        raise BadRequest("no such condition")
    return question.with_group(tuple(dict.fromkeys(group)), place.at)


def _own_word(words: dict[str, list[str]], name: str) -> str:
    values = words.pop(name, [""])
    if len(values) > 1:
        raise BadRequest("repeated parameter")
    return values[0]


def _view(views: Sequence[ViewRow], code: str, *, is_asked: bool) -> ViewRow | None:
    if code and code != ALL:
        view = next((one for one in views if one.code == code), None)
        if view is None:
            raise Http404
        return view
    if code or is_asked:
        return None
    return next((one for one in views if one.is_default), None)


def _of_view(noun: ListedNoun, view: ViewRow, look: Look) -> Question:
    return noun.sheet.read_text(view.question, look.principal.clear_fields)


def _saved_text(noun: ListedNoun, view: ViewRow, look: Look) -> str:
    """What the view asks, in today's canonical form; a view that this person may not ask so differs from everything."""
    try:
        return _text(_of_view(noun, view, look))
    except Refused:
        return ""


def _text(question: Question) -> str:
    return question.changed().text()


def _either(text: str, question: Question) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3 and int(text) < len(question.all_of)):
        raise BadRequest("no such group of conditions")
    return int(text)
