"""Who may be the one that is just being entered: the same number, the same name and birthday, the same name."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from guanxi.ground.refusals import Refused
from guanxi.ground.text.grams import GramQuery, name_grams
from guanxi.ground.text.normalise import checked, name_form
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.record.customers.choices import SENSITIVE_KINDS, IdentifierKind
from guanxi.record.customers.models import PRESENT, Customer
from guanxi.record.customers.permissions import FIELD_OF_KIND, reach_of, reads
from guanxi.record.customers.queries.rows import CustomerRow, customer_rows
from guanxi.record.customers.queries.whole import customers_with
from guanxi.record.customers.rules.words import MAX_NAME, sound_birthday
from guanxi.record.customers.search import candidates

MOST_ALIKE = 5
_MOST_NAMESAKES = 50
KINDS = {FIELD_OF_KIND[kind]: kind for kind in IdentifierKind if kind not in SENSITIVE_KINDS}


class Why(StrEnum):
    """Why somebody may be the same person, the strongest first."""

    REFERENCE = "reference"
    POLICY = "policy_number"
    MEMBER = "member"
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"
    NAME_AND_BIRTHDAY = "name_and_birthday"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Alike:
    """A customer whom the principal sees, and all that speaks for it."""

    row: CustomerRow
    why: tuple[Why, ...]

    @property
    def is_sure(self) -> bool:
        """Whether the rule of recognising (services.matching) would take both for one person, or nearly."""
        return Why.NAME not in self.why or len(self.why) > 1


def customers_alike(words: Mapping[str, str], principal: Principal) -> list[Alike]:
    """Return at most five customers whom the principal sees and who may be the person of these words (the fields of
    `NewCustomer`), the likeliest first; what he does not read in clear is not compared. Ten queries at most.
    """
    found: dict[int, tuple[Why, ...]] = {}
    reach, today = reach_of(principal), firm_day()
    if reach.nobody:
        return []
    for field, kind in KINDS.items():
        text = _plain(words.get(field, ""))
        if not text or not reads(principal, field):
            continue
        for hit in customers_with(text, [kind], today=today):
            if reach.covers(hit.owner_id, hit.team_id):
                found[hit.customer_id] = (*found.get(hit.customer_id, ()), Why(field))
    name = _plain(words.get("name", ""))[:MAX_NAME]
    if name and reads(principal, "name"):
        birthday = words.get("birthday", "") if reads(principal, "birthday") else ""
        for key, why in _namesakes(name, birthday, principal).items():
            found[key] = (*found.get(key, ()), why)
    order = list(Why)
    ids = sorted(found, key=lambda key: (-len(found[key]), min(order.index(why) for why in found[key]), key))
    return [Alike(row, found[row.id]) for row in customer_rows(ids[:MOST_ALIKE], principal)]


def _namesakes(name: str, birthday: str, principal: Principal) -> dict[int, Why]:
    """Those of the very name; the birthday tells them apart, where both are known."""
    form = name_form(name)
    grams = GramQuery(tuple(sorted(name_grams(name))))
    if not grams.all_of:
        return {}
    born = None
    try:
        born = sound_birthday(birthday, firm_day()) if birthday else None
    except Refused:
        born = None
    ids = candidates(grams, reach_of(principal), _MOST_NAMESAKES)
    rows = Customer.objects.filter(PRESENT, pk__in=ids).values_list("pk", "name", "birthday")
    found = {}
    for key, known, day in rows:
        if name_form(known) == form and (born is None or day is None or day == born):
            found[key] = Why.NAME_AND_BIRTHDAY if born is not None and day == born else Why.NAME
    return found


def _plain(text: str) -> str:
    try:
        return checked(text).strip()
    except Refused:
        return ""
