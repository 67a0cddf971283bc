"""What a list of customers is wished to hold: needs of columns, in groups of which one must hold each.

Pure: codes were turned into keys, and relative days into days, by whoever makes a need (`queries/wishing.py`).
"""

from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from guanxi.record.customers.choices import CustomerKind, Stage, State, Tier

NONE = 0  # stands for "no owner", "no team" and "no city"
# Columns of the head row that every list index carries; those whose members are a short closed list; and numbers.
FACETS = ("state", "tier", "team_id", "owner_id", "city_id", "stage", "kind")
CLOSED: dict[str, tuple[int, ...]] = {
    "state": tuple(map(int, State)),
    "tier": tuple(map(int, Tier)),
    "stage": tuple(map(int, Stage)),
    "kind": tuple(map(int, CustomerKind)),
}
SPANS = ("value", "last_contact_on")
# Columns that no list index carries: what is asked of them is looked up in the table, of few customers (queries/sources.py).
# `birth_day` is the birthday's place in a year, 101 to 1231.
FAR = ("company", "source", "birthday", "birth_day", "created_on")
_APART = ("name", "card", "group", "company", "source")  # needs of these are not joined into one
OWNED = "owned"  # a need of its own: looked after by somebody, whoever it is

Bound = int | date | None
Span = tuple[Bound, Bound]  # both ends belong to it; None is open


@dataclass(frozen=True, slots=True)
class Way:
    """One way to understand a piece of a name: all of these grams, and one of those."""

    all_of: tuple[str, ...]
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A text: the whole of it, or a piece; without regard to case. "" as a whole: there is none."""

    text: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """`column` is a facet, a number (SPANS), one of FAR, "name" or "group". `values`: members of a facet, groups, or NONE
    where there is no day; `spans` of a number; `ways` of a name; `words` of a text. A need without any of them holds for
    nobody.
    """

    column: str
    values: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    ways: tuple[Way, ...] = ()
    words: tuple[Words, ...] = ()

    @property
    def holds_for_nobody(self) -> bool:
        """Whether nothing can pass."""
        return not (self.values or self.spans or self.ways or self.words)

    @property
    def hull(self) -> Span:
        """The narrowest span around all spans: what an index is searched by."""
        lows, highs = [low for low, _ in self.spans], [high for _, high in self.spans]
        return _least(lows), _most(highs)


Clause = tuple[Need, ...]  # one of them must hold; no column stands in it twice


@dataclass(frozen=True, slots=True)
class Wish:
    """`sure`: what each column must pass by itself (state and tier are always there: a missing facet is enumerated,
    never skipped); `mixed`: clauses over several columns; `also`: further needs of columns that cannot be joined with
    the one in `sure` (pieces of names, groups).
    """

    sure: Mapping[str, Need]
    mixed: tuple[Clause, ...] = ()
    also: tuple[Need, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when no customer can pass."""
        return any(need.holds_for_nobody for need in self.sure.values()) or any(not clause for clause in self.mixed)

    @property
    def is_far(self) -> bool:
        """Whether anything is asked that no index carries."""
        needs = [*self.sure.values(), *self.also, *(need for clause in self.mixed for need in clause)]
        return any(need.column in FAR for need in needs)

    @property
    def near(self) -> "Wish":
        """What of it the indexes can tell."""
        return Wish(
            {column: need for column, need in self.sure.items() if column not in FAR},
            tuple(clause for clause in self.mixed if not any(need.column in FAR for need in clause)),
            tuple(need for need in self.also if need.column not in FAR),
        )

    @property
    def far(self) -> "Wish":
        """What must be looked up."""
        return Wish(
            {column: need for column, need in self.sure.items() if column in FAR},
            tuple(clause for clause in self.mixed if any(need.column in FAR for need in clause)),
            tuple(need for need in self.also if need.column in FAR),
        )

    def values(self, column: str) -> tuple[int, ...] | None:
        """The members that a facet may have; None means any."""
        need = self.sure.get(column)
        return None if need is None else need.values

    def only(self, column: str, members: Iterable[int]) -> "Wish":
        """The same, with a facet narrowed to some members."""
        narrowed = _joined(self.sure.get(column), Need(column, values=tuple(sorted(members))))
        return replace(self, sure={**self.sure, column: narrowed})

    def without(self, column: str) -> "Wish":
        """The same, where what a column must pass is seen to otherwise."""
        return replace(self, sure={own: need for own, need in self.sure.items() if own != column})

    def at(self, members: Mapping[str, int]) -> "Wish":
        """The same where facets have these members: of mixed clauses what is still open, which may be a need by itself."""
        clauses = [
            tuple(need for need in clause if need.column not in members)
            for clause in self.mixed
            if not any(members.get(need.column) in need.values for need in clause if need.column in members)
        ]
        sure = {column: need for column, need in self.sure.items() if column not in members}
        sure |= {column: Need(column, values=(member,)) for column, member in members.items()}
        return _gathered(clauses, sure, list(self.also))


def wish_of(clauses: Iterable[Clause]) -> Wish:
    """Return the wish that all of these clauses make: needs of one column are joined, impossible ones taken out."""
    return _gathered(clauses, {column: Need(column, values=CLOSED[column]) for column in ("state", "tier")}, [])


def _gathered(clauses: Iterable[Clause], sure: dict[str, Need], also: list[Need]) -> Wish:
    mixed: list[Clause] = []
    for clause in clauses:
        open_ = tuple(need for need in _merged(clause) if not need.holds_for_nobody)
        if len(open_) > 1:
            mixed.append(open_)
            continue
        need = open_[0] if open_ else Need("state")
        if need.column in _APART and need.column in sure:
            also.append(need)
        else:
            sure[need.column] = _joined(sure.get(need.column), need)
    return Wish(sure, tuple(mixed), tuple(also))


def birthdays_until(first: date, last: date) -> tuple[Span, ...]:
    """The places in a year (101 to 1231) of the birthdays kept from one day to another: 29 February on 28 February in
    common years.
    """
    if (last - first).days >= 365:
        return ((101, 1231),)
    spans: list[Span] = []
    for year in range(first.year, last.year + 1):
        low = _place(first) if year == first.year else 101
        high = _place(last) if year == last.year else 1231
        spans.append((low, 229 if high == 228 and not isleap(year) else high))
    return tuple(spans)


def all_but(column: str, values: Sequence[int]) -> Need:
    """Every member of a closed facet but some."""
    return Need(column, values=tuple(value for value in CLOSED[column] if value not in values))


def _merged(clause: Clause) -> Clause:
    """Alternatives of one column are one need."""
    found: dict[str, Need] = {}
    for need in clause:
        old = found.get(need.column)
        if old is None:
            found[need.column] = need
        else:
            values = tuple(sorted({*old.values, *need.values}))
            spans, ways = (*old.spans, *need.spans), (*old.ways, *need.ways)
            found[need.column] = Need(need.column, values, spans, ways, (*old.words, *need.words))
    return tuple(found.values())


def _joined(old: Need | None, new: Need) -> Need:
    """Both must hold."""
    if old is None:
        return new
    values = tuple(value for value in old.values if value in new.values)
    spans = tuple(span for one in old.spans for other in new.spans if (span := _common(one, other)) is not None)
    return Need(old.column, values, spans)


def _common(one: Span, other: Span) -> Span | None:
    lows = [span[0] for span in (one, other) if span[0] is not None]
    highs = [span[1] for span in (one, other) if span[1] is not None]
    low, high = _most(lows) if lows else None, _least(highs) if highs else None
    return None if low is not None and high is not None and _most([low, high]) != high else (low, high)


def _least(ends: Sequence[Bound]) -> Bound:
    """The least of ends that are all numbers or all days; open where one is."""
    return None if None in ends else min(ends, key=_order)


def _most(ends: Sequence[Bound]) -> Bound:
    return None if None in ends else max(ends, key=_order)


def _place(day: date) -> int:
    return 100 * day.month + day.day


def _order(end: Bound) -> int:
    return end.toordinal() if isinstance(end, date) else end or 0
