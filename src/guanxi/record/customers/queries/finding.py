"""The search box: whole identifiers first, then the exact name, then pieces, within what the principal sees and reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from guanxi.ground.text.grams import GramQuery, name_grams, query_grams
from guanxi.ground.text.normalise import checked
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.record.customers.choices import SENSITIVE_KINDS, IdentifierKind
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.customers.permissions import FIELD_OF_KIND, reach_of, reads, visible_to
from guanxi.record.customers.queries.rows import CustomerRow, customer_rows
from guanxi.record.customers.queries.whole import customers_with
from guanxi.record.customers.rules.finding import (
    MOST_CANDIDATES,
    MOST_FOUND,
    Bearer,
    bears,
    is_open,
    rank,
    speaks_of_numbers,
)
from guanxi.record.customers.search import SEARCHED, candidates

_EXACT = 200  # how many of the very name are looked for before pieces
_SPARE = 5  # so many times a page of them, and pieces are not looked for


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first. `count` are those found among those looked at, of whom `rows` are the first; `is_cut`
    says that more than 1,000 might fit and the rest was not looked at: ask with another word.
    """

    rows: list[CustomerRow]
    is_cut: bool = False
    count: int = 0

    @property
    def is_more(self) -> bool:
        """Whether there are others than the rows."""
        return self.is_cut or self.count > len(self.rows)


class _Candidate(NamedTuple):
    id: int
    owner_id: int | None
    last_contact: int
    bearer: Bearer


def find(text: str, principal: Principal, *, limit: int = 20) -> Found:
    """Return at most `limit` (≤ 200) customers whom the principal sees, for any text: a whole identifier of a field he
    reads in clear, a name or a piece of it, pinyin, initials, the end of a phone, the beginning of a reference.

    Ranked: whole identifier, exact name, beginning, own customers, last contact. Looks at 1,000 candidates at most.
    Raises Refused (text.not_storable) for characters that no database holds.
    """
    text, limit = checked(text)[:MOST_FOUND].strip(), min(limit, MOST_FOUND)
    reach = reach_of(principal)
    if not text or reach.nobody:
        return Found([])
    whole = _whole(text, principal)
    ids, is_cut = _by_pieces(text, principal, limit)
    ordered = _ranked(text, ids, principal)
    keys = list(dict.fromkeys([*whole, *ordered]))
    return Found(customer_rows(keys[:limit], principal), is_cut, len(keys))


def _whole(text: str, principal: Principal) -> list[int]:
    kinds = [kind for kind in IdentifierKind if kind not in SENSITIVE_KINDS and reads(principal, FIELD_OF_KIND[kind])]
    reach, today = reach_of(principal), firm_day()
    hits = customers_with(text, kinds, today=today)
    return [hit.customer_id for hit in hits if reach.covers(hit.owner_id, hit.team_id)]


def _by_pieces(text: str, principal: Principal, limit: int) -> tuple[list[int], bool]:
    """Candidates, and whether there are more than were looked at; only those of the very name where they fill a page."""
    fields = [field for field in ("name", "phone", "reference") if reads(principal, field)]
    reach, found = reach_of(principal), dict[int, None]()
    ways = [way for way in query_grams(text) if is_open(way, fields)]
    very_name = GramQuery(tuple(sorted(name_grams(text))))
    if very_name.all_of and is_open(very_name, fields):
        found |= dict.fromkeys(candidates(very_name, reach, _EXACT))
        if len(found) >= _EXACT and limit * _SPARE <= _EXACT:
            return list(found), True
    for way in ways:
        room = MOST_CANDIDATES - len(found)
        found |= dict.fromkeys(candidates(way, reach, room + len(found) + 1))
        if len(found) > MOST_CANDIDATES:
            return list(found)[:MOST_CANDIDATES], True
    return list(found), False


def _ranked(text: str, ids: list[int], principal: Principal) -> list[int]:
    """Those who really bear the words, best first."""
    borne = [candidate for candidate in _candidates(text, ids, principal) if bears(text, candidate.bearer)]
    own = principal.staff_id
    borne.sort(key=lambda one: (rank(text, one.bearer), own is None or one.owner_id != own, -one.last_contact, one.id))
    return [one.id for one in borne]


def _candidates(text: str, ids: list[int], principal: Principal) -> Iterable[_Candidate]:
    marks = _marks_of(ids) if speaks_of_numbers(text) else {}
    heads = Customer.objects.filter(visible_to(principal), pk__in=ids)
    for key, name, name_key, owner_id, last in heads.values_list(
        "pk", "name", "name_key", "owner_id", "last_contact_on"
    ):
        own = marks.get(key, ())
        phones = (norm.partition(";")[0].removeprefix("+") for kind, norm in own if kind == IdentifierKind.PHONE)
        references = (norm for kind, norm in own if kind != IdentifierKind.PHONE)
        yield _Candidate(key, owner_id, last.toordinal(), Bearer(name, name_key, tuple(phones), tuple(references)))


def _marks_of(ids: list[int]) -> dict[int, list[tuple[int, str]]]:
    marks: dict[int, list[tuple[int, str]]] = {}
    known = Identifier.objects.filter(customer_id__in=ids, is_live=True, kind__in=SEARCHED)
    for customer_id, kind, norm in known.values_list("customer_id", "kind", "norm"):
        marks.setdefault(customer_id, []).append((kind, norm))
    return marks
