"""The form of a story: the people it needs, and everything that happened to them, dated back from today."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.ground.text.resident_ids import check_character
from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.staffing import STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind

PREMIUM, MID, VALUE = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Told:
    """One dealing: whose (reference), when, how much in main units, what; `price_tier` 0: not known."""

    customer: str
    day: dt.date
    amount: str
    product: str
    channel: Channel = Channel.BRANCH
    price_tier: int = 0
    category: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """One contact, so many days ago; `owed_in` days from today something is owed (negative: it is overdue).

    `colleague` noted it (reference), `minute` counts from midnight; `heard` is what it told of why they may leave, `rival` the
    competitor whom they named.
    """

    customer: str
    days_ago: int
    channel: Channel
    direction: Direction
    summary: str
    outcome: Outcome = Outcome.REACHED
    owed_in: int | None = None
    colleague: str = STORIES_OWNER
    minute: int = 615
    heard: Heard = Heard.NOTHING
    rival: str = ""


@dataclass(frozen=True, slots=True)
class Like:
    """One line of a preference card, as told so many days ago."""

    customer: str
    field: PreferenceField
    text: str
    days_ago: int
    source: str = "客户本人"


@dataclass(frozen=True, slots=True)
class Agreed:
    """One statement of consent."""

    customer: str
    purpose: Purpose
    channel: Channel
    status: ConsentStatus
    days_ago: int
    source: str = "网点"
    evidence: str = "签字表单"
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """`other` is the customer's `kind`, as told so many days ago."""

    customer: str
    other: str
    kind: RelationKind
    days_ago: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """A household, or a group (below `parent`), with its members by reference."""

    name: str
    members: tuple[str, ...]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """A relationship that ended so many days ago, and the cause as the stage keeps it."""

    customer: str
    days_ago: int
    cause: str


@dataclass(frozen=True, slots=True)
class Move:
    """A customer who told a new address so many days ago; `estate` names one of the register, in that city."""

    customer: str
    days_ago: int
    text: str
    city: str
    district: str
    estate: str


@dataclass(slots=True)
class Story:
    """Everything one story adds. `people` are fields of NewCustomer by name."""

    people: list[Mapping[str, Any]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    households: list[Circle] = field(default_factory=list)
    groups: list[Circle] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


def joined(stories: Sequence[Story]) -> Story:
    """All stories as one."""
    whole = Story()
    for story in stories:
        for name in Story.__slots__:
            getattr(whole, name).extend(getattr(story, name))
    return whole


def ago(today: dt.date, days: int) -> dt.date:
    """The day so many days before today."""
    return today - dt.timedelta(days=days)


def resident(first: str) -> str:
    """A resident ID of 17 digits with its check character."""
    return first + check_character(first)


def month_before(first: dt.date, months: int) -> dt.date:
    """First day of the month that lies `months` before the month starting on `first`."""
    number = first.year * 12 + first.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


def last_closed(today: dt.date) -> dt.date:
    """First day of the last month that is over."""
    return month_before(today.replace(day=1), 1)


def card_month(
    customer: str, month: dt.date, parts: Sequence[tuple[int, int, int]], product: str, until: dt.date | None = None
) -> list[Told]:
    """Card payments of one month: parts are (price tier, sum in minor units, payments), spread so that each part adds up
    exactly; those after `until` are left out.
    """
    count = sum(payments for _, _, payments in parts)
    days = calendar.monthrange(month.year, month.month)[1]
    told, place = [], 0
    for tier, total, payments in parts:
        for number, minor in enumerate(_uneven(total, payments)):
            # the parts alternate through the month instead of following each other
            turn = (place * 7) % count if count % 7 else place
            day = month + dt.timedelta(days=1 + (days - 3) * turn // count)
            day += dt.timedelta(days=day.weekday() == 5)  # no Saturdays, as everywhere in the demo
            place += 1
            if until is None or day <= until:
                amount = f"{minor // 100}.{minor % 100:02d}"
                told.append(Told(customer, day, amount, product, Channel.CARD, tier, _PLACES[tier][number % 3]))
    return told


def _uneven(total: int, count: int) -> list[int]:
    """A sum in so many different parts, none of them round."""
    weights = [100 + (number * 37 + count * 11) % 71 for number in range(count)]
    parts = [total * weight // sum(weights) for weight in weights]
    return [parts[0] + total - sum(parts), *parts[1:]]


def shares(total: int, weights: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """A month's total (minor units) by (price tier, per cent, payments); the last part takes what rounding leaves."""
    parts, left = [], total
    for tier, percent, payments in weights[:-1]:
        part = total * percent // 100
        parts.append((tier, part, payments))
        left -= part
    tier, _, payments = weights[-1]
    return [*parts, (tier, left, payments)]


_PLACES = {PREMIUM: ("餐饮", "住宿", "百货"), MID: ("餐饮", "加油", "百货"), VALUE: ("超市", "餐饮", "百货")}
