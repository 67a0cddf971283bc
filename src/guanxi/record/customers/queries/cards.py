"""Preference cards searched across customers: who likes Pu'er tea? (PRF-01)"""

from collections.abc import Iterable
from dataclasses import dataclass

from guanxi.ground.text.grams import GramQuery, phrase_grams, phrase_query
from guanxi.ground.text.normalise import checked
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Preference
from guanxi.record.customers.permissions import reach_of
from guanxi.record.customers.queries.page import PreferenceRow
from guanxi.record.customers.queries.rows import CustomerRow, customer_rows
from guanxi.record.customers.rules.cards import words_meant
from guanxi.record.customers.search import candidates

MOST_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class CardFound:
    """A customer whose card says it, and the lines that do."""

    customer: CustomerRow
    lines: list[PreferenceRow]


@dataclass(frozen=True, slots=True)
class CardsFound:
    """Who was found, by value; `words` are those that were looked for; `is_more`: there are others than the rows."""

    words: str
    rows: list[CardFound]
    is_more: bool = False


def find_on_cards(text: str, principal: Principal, *, limit: int = 8) -> CardsFound:
    """Return at most `limit` customers within the principal's reach whose current card holds every word of a question,
    each with the lines that say them (three queries). Names are masked as everywhere; looks at 300 candidates at most,
    and `is_more` says that there were others.

    Raises Refused (text.not_storable) for characters that no database holds.
    """
    words = words_meant(checked(text))
    asked = phrase_query(words)
    ids = candidates(asked, reach_of(principal), MOST_LOOKED_AT + 1)
    if not ids:
        return CardsFound(words, [])
    said = _said(ids[:MOST_LOOKED_AT], asked)
    rows = sorted(customer_rows(sorted(said), principal), key=lambda row: (-(row.value or 0), row.id))
    shown = [CardFound(row, said[row.id]) for row in rows[:limit]]
    return CardsFound(words, shown, is_more=len(rows) > limit or len(ids) > MOST_LOOKED_AT)


def _said(ids: Iterable[int], asked: GramQuery) -> dict[int, list[PreferenceRow]]:
    """The lines of current cards that say a word of those asked, of whom all words are said by."""
    wanted = set(asked.all_of)
    found: dict[int, list[tuple[PreferenceRow, set[str]]]] = {}
    lines = Preference.objects.filter(customer__in=list(ids), ended_on=None).order_by("customer", "field", "pk")
    columns = ("customer_id", "pk", "field", "text", "source", "told_on")
    for customer_id, key, field, text, source, told_on in lines.values_list(*columns):
        row = PreferenceRow(key, field, text, source, told_on)
        if holds := phrase_grams(row.text) & wanted:
            found.setdefault(customer_id, []).append((row, holds))
    return {
        key: [row for row, _holds in rows]
        for key, rows in found.items()
        if set().union(*(holds for _row, holds in rows)) == wanted
    }
