"""From what a page asks for, and from what its principal may see, to a wish; and the list that answers it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.sheets import Condition, Listed, Operator, Question
from guanxi.ground.sheets.sources import days_asked
from guanxi.ground.sheets.values import days_of, minor_of
from guanxi.ground.text.grams import phrase_query, query_grams
from guanxi.ground.text.normalise import checked
from guanxi.identity.naming import staff_ids_of, team_ids_below
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.customers.choices import CustomerKind, Stage, State, Tier
from guanxi.record.customers.models import NEVER, Group
from guanxi.record.customers.permissions import Reach, reach_of, reads
from guanxi.record.customers.queries.apart import NOTHING_KNOWN, Known
from guanxi.record.customers.queries.grouping import groups_of_wish
from guanxi.record.customers.queries.listing import places_of
from guanxi.record.customers.queries.rows import CustomerRow, customer_rows
from guanxi.record.customers.rules.cards import words_meant
from guanxi.record.customers.rules.listing import GROUPED, Sort, Wanted
from guanxi.record.customers.rules.wishes import (
    NONE,
    OWNED,
    Clause,
    Need,
    Way,
    Words,
    all_but,
    birthdays_until,
    wish_of,
)

_NOT_ASKED = gettext_noop("“{name}” cannot be asked for here.")

_MEMBERS = {"tier": Tier, "state": State, "stage": Stage, "kind": CustomerKind}
_DAY = date.resolution
_EVER = NEVER + _DAY


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks, on which day, in which currency."""

    principal: Principal
    today: date
    currency: str


def list_customers(
    question: Question, principal: Principal, known: Known = NOTHING_KNOWN, beside: Sequence[Any] = ()
) -> Listed[CustomerRow]:
    """Answer a question about customers: one page of those that a principal sees, masked for him, or its groups. Three to
    eight queries, whatever the rows. `known` reads what other rooms know of customers, for orders by it; `beside` as in
    `customer_rows`.

    Raises Refused: what `places_of` raises, and sheets.unknown_filter for a condition that customers do not know or that
    would tell of a masked field.
    """
    wanted = wanted_of(question, principal)
    if question.group_by:
        found = groups_of_wish(wanted.wish, GROUPED[Sort(question.group_by)], principal)
        return Listed([], found.count, found.is_more, groups=found.groups)
    page = places_of(wanted, principal, known)
    return Listed(customer_rows(page.ids, principal, beside), page.count, page.is_more, page.next)


def wanted_of(question: Question, principal: Principal) -> Wanted:
    """Return the page that a question asks for. Raises Refused (sheets.unknown_filter)."""
    wish = wish_of([*_asked(question, principal), *reach_clauses(reach_of(principal))])
    sort = question.sort
    return Wanted(wish, Sort(sort.column), sort.descending, question.after, question.limit)


def reach_clauses(reach: Reach) -> list[Clause]:
    """Return what a principal sees, as clauses of a wish. Customers shared one by one stand in no list."""
    if reach.nobody:
        return [(Need("owner_id"),)]
    clauses: list[Clause] = []
    if reach.owner_id:
        clauses.append((Need("owner_id", values=(reach.owner_id,)),))
    if reach.team_ids:
        teams = (*reach.team_ids, *([NONE] if reach.pool else []))
        clauses.append((Need("team_id", values=tuple(sorted(teams))),))
    if not reach.pool and not reach.owner_id:
        clauses.append((Need(OWNED, values=(1,)),))
    return clauses


def _asked(question: Question, principal: Principal) -> Iterable[Clause]:
    if not question.all_of:
        return []
    own = firm()
    asker = _Asker(principal, clock.local_day(clock.now(), own.zone), own.currency)
    return [tuple(_need(condition, asker) for condition in group) for group in question.all_of]


def _need(condition: Condition, asker: _Asker) -> Need:
    try:
        return _READERS[condition.filter](condition, asker)
    except (KeyError, ValueError, OverflowError):
        raise Refused("sheets.unknown_filter", _NOT_ASKED, name=excerpt(condition.text())) from None


def _closed(condition: Condition, asker: _Asker) -> Need:
    """A badge with a closed list of values."""
    members = _MEMBERS[condition.filter]
    values = tuple(sorted(int(members[value.upper()]) for value in condition.values))
    if condition.operator == Operator.NOT_IN:
        return all_but(condition.filter, values)
    return {Operator.IN: Need(condition.filter, values=values)}[condition.operator]


def _owner(condition: Condition, asker: _Asker) -> Need:
    if condition.operator == Operator.ME:
        return Need("owner_id", values=(asker.principal.staff_id,) if asker.principal.staff_id else ())
    if condition.operator == Operator.NOBODY:
        return Need("owner_id", values=(NONE,))
    values = tuple(sorted(staff_ids_of(condition.values)))
    return {Operator.IN: Need("owner_id", values=values)}[condition.operator]


def _team(condition: Condition, asker: _Asker) -> Need:
    """Teams with all below them."""
    return {Operator.IN: Need("team_id", values=tuple(sorted(team_ids_below(condition.values))))}[condition.operator]


def _city(condition: Condition, asker: _Asker) -> Need:
    if condition.operator == Operator.EMPTY:
        return Need("city_id", values=(NONE,))
    values = tuple(sorted(_key(value) for value in condition.values))
    return {Operator.IN: Need("city_id", values=values)}[condition.operator]


def _group(condition: Condition, asker: _Asker) -> Need:
    """Groups with all below them."""
    there = Group.objects.filter(closed_on=None)
    ranges = there.filter(code__in=condition.values).values_list("lo", "hi")
    ids = [key for low, high in ranges for key in there.filter(lo__range=(low, high)).values_list("pk", flat=True)]
    return {Operator.IN: Need("group", values=tuple(sorted(set(ids))))}[condition.operator]


def _value(condition: Condition, asker: _Asker) -> Need:
    ends = sorted(minor_of(value, asker.currency) for value in condition.values)
    span = {
        Operator.AT_LEAST: (ends[0], None),
        Operator.AT_MOST: (None, ends[0]),
        Operator.BETWEEN: (ends[0], ends[-1]),
    }[condition.operator]
    return Need("value", spans=(span,))


def _last_contact(condition: Condition, asker: _Asker) -> Need:
    """Days. The table says "never" by a day long ago, which only `empty` and `not_in_last` mean."""
    if condition.operator == Operator.EMPTY:
        return Need("last_contact_on", spans=((NEVER, NEVER),))
    return _in_days("last_contact_on", condition, asker, NEVER if condition.operator == Operator.NOT_IN_LAST else _EVER)


def _created(condition: Condition, asker: _Asker) -> Need:
    """The day on which somebody was entered."""
    return _in_days("created_on", condition, asker, _EVER)


def _birthday(condition: Condition, asker: _Asker) -> Need:
    """A birthday that comes in the next days, or the day of birth itself. Not asked by whoever does not read it."""
    if not reads(asker.principal, "birthday"):
        raise ValueError(condition.filter)
    if condition.operator == Operator.EMPTY:
        return Need("birthday", values=(NONE,))
    if condition.operator == Operator.COMING:
        return Need("birth_day", spans=birthdays_until(asker.today, asker.today + days_of(condition.values[0]) * _DAY))
    return _in_days("birthday", condition, asker, _EVER)


def _in_days(column: str, condition: Condition, asker: _Asker, earliest: date) -> Need:
    """A span of days, not before the earliest."""
    first, behind = days_asked(condition, asker.today)
    span = (max(first or earliest, earliest), (behind or date.max) - _DAY)
    return Need(column, spans=(span,) if span[0] <= span[1] else ())


def _text(condition: Condition, asker: _Asker) -> Need:
    """A text as it was entered."""
    if condition.operator == Operator.EMPTY:
        return Need(condition.filter, words=(Words("", is_whole=True),))
    is_whole = {Operator.CONTAINS: False, Operator.IS: True}[condition.operator]
    return Need(condition.filter, words=(Words(condition.values[0], is_whole),))


def _name(condition: Condition, asker: _Asker) -> Need:
    """A piece of a name as the search box understands it: pieces of Han, pinyin, initials, beginnings of words."""
    if not reads(asker.principal, "name"):
        raise ValueError(condition.filter)
    ways = query_grams(checked({Operator.CONTAINS: condition.values[0]}[condition.operator]))
    named = [way for way in ways if not any(gram[0] in "pre" for gram in (*way.all_of, *way.any_of))]
    return Need("name", ways=tuple(Way(way.all_of, way.any_of) for way in named))


def _card(condition: Condition, asker: _Asker) -> Need:
    """Words of the preference card, as the search box understands them."""
    asked = phrase_query(words_meant(checked({Operator.CONTAINS: condition.values[0]}[condition.operator])))
    return Need("card", ways=(Way(asked.all_of),) if asked.all_of else ())


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


_READERS = {
    **dict.fromkeys(_MEMBERS, _closed),
    "owner": _owner,
    "team": _team,
    "city": _city,
    "group": _group,
    "card": _card,
    "value": _value,
    "last_contact": _last_contact,
    "created": _created,
    "birthday": _birthday,
    "company": _text,
    "source": _text,
    "name": _name,
}
