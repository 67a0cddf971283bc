"""Chips and the menus behind them: each choice is a link to the list it makes, each value a small form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.asked import AskedList, Place
from guanxi.faces.shared.lists.quick import QuickChoice, quick_choices, quick_filters
from guanxi.faces.shared.lists.wording import choice_words, condition_words, days_words, operator_words
from guanxi.faces.shared.look import Look
from guanxi.ground.sheets import NO_VALUE, SEVERAL, Condition, Filter, Group, Kind, Operator
from guanxi.ground.sheets.values import day_of

_DAYS = (Operator.LAST, Operator.NOT_IN_LAST, Operator.COMING)
_PAST = ("last.7", "last.30", "not_in_last.30", "not_in_last.60", "not_in_last.90")
_INPUTS = {Kind.MONEY: "decimal", Kind.NUMBER: "decimal", Kind.TEXT: "text", Kind.MASKED: "text"}


@dataclass(frozen=True)
class Option:
    """A link of a menu."""

    label: str
    href: str
    is_current: bool = False


@dataclass(frozen=True)
class Entry:
    """A small form: operators to choose from and one or two values; `type` of its inputs, `unit` before them."""

    operators: list[tuple[str, str, bool]]
    type: str
    values: list[str]
    unit: str = ""
    has_two: bool = False


@dataclass(frozen=True)
class Ask:
    """What may be asked of one filter: choices as links, more of them behind `more`, and forms. `carried`: the fields
    that its forms send with what was typed.
    """

    name: str
    label: str
    options: list[Option]
    entries: list[Entry]
    more: str = ""
    carried: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Chip:
    """One group of conditions: its alternatives as (filter, words), how to change each, to take it away, to add another."""

    parts: list[tuple[str, str]]
    asks: list[Ask]
    remove: str
    either: str


@dataclass(frozen=True)
class Filters:
    """The row of chips. `asks`: what may be added; `is_either`: as an alternative to a chip, and then `label` says which.
    `choosing`: the quick filters that may be chosen for everybody, by whoever may.
    """

    chips: list[Chip]
    asks: list[Ask]
    quick: list[Option]
    is_either: bool = False
    label: str = ""
    choosing: list[QuickChoice] = field(default_factory=list)


def filters_of(asked: AskedList) -> Filters:
    """The chips of a list, the menu of what may be added, and the quick filters."""
    chips = [_chip(asked, at, group) for at, group in enumerate(asked.question.all_of)]
    offered = [one for one in asked.noun.sheet.filters if _is_offered(asked, one)]
    if asked.either is not None:
        said = " / ".join(f"{label} {words}" for label, words in chips[asked.either].parts)
        asks = [_ask(asked, one, Place(asked.either), None) for one in offered]
        return Filters(chips, asks, [], is_either=True, label=said)
    asks = [_ask(asked, one, *_standing(asked, one.name)) for one in offered]
    names = {one.name for one in offered if not asked.question.asks(one.name)}  # what is asked stands as a chip
    quick = [one for one in quick_filters(asked) if all(part.filter in names for part in one.group)]
    links = [Option(one.label, asked.href(asked.question.with_group(one.group))) for one in quick]
    return Filters(chips, asks, links, choosing=quick_choices(asked))


def choices_of(asked: AskedList, filter_: Filter, place: Place, values: Iterable[tuple[str, str]]) -> list[Option]:
    """The choices of an open filter as links."""
    return [_toggle(asked, filter_, place, value, label) for value, label in values]


def _is_offered(asked: AskedList, filter_: Filter) -> bool:
    """What the person may ask, and the page can offer: a filter whose values only links carry is none to choose from."""
    if not asked.noun.sheet.may_ask(filter_.name, asked.look.principal.clear_fields):
        return False
    if filter_.name in asked.hidden:
        return False
    if filter_.kind != Kind.BADGE or filter_.choices:
        return True
    open_ = asked.noun.open_filters.get(filter_.name)
    return open_ is not None and open_.offered is not None


def _standing(asked: AskedList, name: str) -> tuple[Place, Condition | None]:
    """Where a filter is asked alone, so that its menu changes that one; else a new place."""
    for at, group in enumerate(asked.question.all_of):
        if len(group) == 1 and group[0].filter == name:
            return Place(at, 0), group[0]
    return Place(), None


def _chip(asked: AskedList, at: int, group: Group) -> Chip:
    noun = asked.noun
    parts = [(str(noun.sheet.filter_of(one.filter).label), condition_words(noun, one, asked.look)) for one in group]
    asks = [_ask(asked, noun.sheet.filter_of(one.filter), Place(at, part), one) for part, one in enumerate(group)]
    remove = asked.href(asked.question.with_group((), at))
    return Chip(parts, asks, remove, asked.href(asked.question.changed(), **{"or": str(at)}))


def _ask(asked: AskedList, filter_: Filter, place: Place, now: Condition | None) -> Ask:
    options = [_toggle(asked, filter_, place, one.word, choice_words(filter_, one.word)) for one in filter_.choices]
    options += [_plain(asked, filter_, place, now, operator) for operator in filter_.asks if operator in NO_VALUE]
    if filter_.kind in (Kind.DATE, Kind.MOMENT):
        options = [
            _day(asked, filter_, place, now, text) for text in asked.noun.presets.get(filter_.name, _PAST)
        ] + options
    more = _more(asked, filter_, place)
    carried = [*carried_of(asked), ("filter", filter_.name), ("at", _text(place.at)), ("part", _text(place.part))]
    return Ask(filter_.name, str(filter_.label), options, _entries(filter_, now, asked), more, carried)


def carried_of(asked: AskedList) -> list[tuple[str, str]]:
    """What every form of the list carries: the question, and the view in which it is asked."""
    return [("from", asked.question.changed().text()), ("view", asked.view.code if asked.view else "")]


def _more(asked: AskedList, filter_: Filter, place: Place) -> str:
    """The address of the choices of an open filter."""
    open_ = asked.noun.open_filters.get(filter_.name)
    if open_ is None or open_.offered is None:
        return ""
    words = [*carried_of(asked), ("at", _text(place.at)), ("part", _text(place.part))]
    return f"{asked.place('choices')}{filter_.name}/?{urlencode(words)}"


def _toggle(asked: AskedList, filter_: Filter, place: Place, value: str, label: str) -> Option:
    """A link that adds a value to a condition, or takes it out; the last one takes the condition away."""
    now = _at(asked, place)
    is_several = now is not None and now.filter == filter_.name and now.operator in SEVERAL
    values = now.values if now and is_several else ()
    operator = now.operator if now and is_several else Operator.IN
    left = tuple(one for one in values if one != value) if value in values else (*values, value)
    condition = Condition(filter_.name, operator, left) if left else None
    return Option(label, asked.href(asked.changed_at(place, condition)), value in values)


def _plain(asked: AskedList, filter_: Filter, place: Place, now: Condition | None, operator: Operator) -> Option:
    """A link to a condition without a value: me, nobody, nothing known."""
    condition = Condition(filter_.name, operator)
    words = condition_words(asked.noun, condition, asked.look)
    return Option(words, asked.href(asked.changed_at(place, None if condition == now else condition)), condition == now)


def _day(asked: AskedList, filter_: Filter, place: Place, now: Condition | None, text: str) -> Option:
    """A link to a usual condition on a day."""
    operator, _dot, values = text.partition(".")
    condition = Condition(filter_.name, Operator(operator), tuple(values.split(",")))
    words = days_words(condition.operator, condition.values, asked.look.today)
    return Option(words, asked.href(asked.changed_at(place, None if condition == now else condition)), condition == now)


def _entries(filter_: Filter, now: Condition | None, asked: AskedList) -> list[Entry]:
    """The forms of a filter: days counted, days by date, amounts, texts."""
    asks = [operator for operator in filter_.asks if operator not in NO_VALUE]
    if filter_.kind in (Kind.DATE, Kind.MOMENT):
        counted = [operator for operator in asks if operator in _DAYS]
        dated = [operator for operator in asks if operator not in _DAYS]
        return [
            _entry(operators, now, kind, asked.look)
            for operators, kind in ((counted, "number"), (dated, "date"))
            if operators
        ]
    if filter_.kind in _INPUTS and asks:
        unit = cells.sign_of(asked.look.currency) if filter_.kind == Kind.MONEY else ""
        return [_entry(asks, now, _INPUTS[filter_.kind], asked.look, unit)]
    return []


def _entry(operators: Sequence[Operator], now: Condition | None, type_: str, look: Look, unit: str = "") -> Entry:
    is_now = now is not None and now.operator in operators
    said = [(one.value, operator_words(one), is_now and now is not None and one == now.operator) for one in operators]
    values = list(now.values) if is_now and now is not None else []
    if type_ == "date":  # an input of a day knows no “today” and no “in 30 days”
        values = [day_of(value, look.today).isoformat() for value in values]
    return Entry(said, type_, [*values, "", ""][:2], unit, Operator.BETWEEN in operators)


def _at(asked: AskedList, place: Place) -> Condition | None:
    if place.at is None or place.part is None:
        return None
    return asked.question.all_of[place.at][place.part]


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
