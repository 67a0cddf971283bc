"""Which customers an act on many is about: codes that somebody ticked, or all that a question finds."""

# ruff: noqa: S608 - seeking.py writes our own names and integers; every other value is a parameter

from dataclasses import dataclass

from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import Question, Selection
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Customer
from guanxi.record.customers.permissions import reach_of, visible_to
from guanxi.record.customers.queries.seeking import Params
from guanxi.record.customers.queries.sources import fetch, source_of
from guanxi.record.customers.queries.wishing import wanted_of

MOST_CODES = 1_000
MOST_SELECTED = 10_000

_TOO_MANY = gettext_noop("At most {most} customers can be changed at once: add a condition.")
_NO_CODES = gettext_noop("Nobody is selected.")


@dataclass(frozen=True, slots=True)
class Selected:
    """The customers whom the principal sees within his own reach, and how many codes were of nobody there."""

    ids: list[int]
    unseen: int = 0


def selected(selection: Selection, by: Principal) -> Selected:
    """Return whom a selection means to a principal: at most 1,000 codes, or 10,000 that fit a question. Customers shared
    with him one by one are not his to change in bulk.

    Raises Refused: customers.too_many_selected, customers.nobody_selected, and what a question may raise.
    """
    if selection.question is not None:
        return Selected(_all_of(selection.question, by))
    codes = list(dict.fromkeys(selection.codes))
    if not codes:
        raise Refused("customers.nobody_selected", _NO_CODES)
    if len(codes) > MOST_CODES:
        raise Refused("customers.too_many_selected", _TOO_MANY, most=f"{MOST_CODES:,}")
    there = Customer.objects.filter(visible_to(by, shared=False), code__in=[code for code in codes if is_code(code)])
    ids = list(there.order_by("pk").values_list("pk", flat=True))
    return Selected(ids, len(codes) - len(ids))


def _all_of(question: Question, by: Principal) -> list[int]:
    wish, reach = wanted_of(question, by).wish, reach_of(by)
    if wish.is_empty or reach.nobody:
        return []
    params = Params()
    parts = " UNION ALL ".join(f"SELECT id FROM {part}" for part in source_of(wish, reach).parts(params))
    found = fetch(f"SELECT id FROM ({parts}) AS parts LIMIT {MOST_SELECTED + 1}", params)
    if len(found) > MOST_SELECTED:
        raise Refused("customers.too_many_selected", _TOO_MANY, most=f"{MOST_SELECTED:,}")
    return sorted(row[0] for row in found)
