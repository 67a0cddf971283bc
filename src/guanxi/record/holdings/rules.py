"""What a row says about a holding or a balance, read into cells. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from guanxi.ground.clock import parse_day
from guanxi.ground.money import to_minor
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked, reference_form
from guanxi.record.holdings.choices import HoldingStatus

MAX_REFERENCE, MAX_ATTRIBUTE, MAX_ATTRIBUTES = 64, 500, 100

_TOO_LONG = gettext_noop("This text has {length} characters; at most {most} are kept.")
_MISSING = gettext_noop("The cell must not be empty.")
_ENDS_BEFORE = gettext_noop("The holding ends on {end}, before it begins on {start}.")


# What the attribute `ended_by` of a closed holding may say, and the kind of end that it tells of.
ENDED_BY_US, LIFE_ENDED, PRODUCT_OVER, TRANSFERRED = "ended_by_us", "life_ended", "product_over", "transferred"
ENDED_BY = {
    **dict.fromkeys(("us", "firm", "bank", "我们", "我行", "本行", "公司"), ENDED_BY_US),
    **dict.fromkeys(("age", "closure", "年龄", "停业", "注销"), LIFE_ENDED),
    **dict.fromkeys(("product", "产品停售"), PRODUCT_OVER),
}


# A notice gives a customer at least so many days, whatever his contract says [j], and is no threat for years.
NOTICE_DAYS, MOST_DAYS, MOST_GROUND = 30, 1_095, 300

_NO_GROUND = gettext_noop("Name the ground that the contract gives, in at most {most} characters.")
_NOT_YET = gettext_noop("A notice counts from the day on which it was given: today or before.")
_TOO_SOON = gettext_noop("A notice gives at least {days} days: not before {day}.")
_TOO_LATE = gettext_noop("A notice ends within three years of the day on which it was given.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHolding:
    """One holding as given. `customer_id` and `product_id` are ids (None: the row does not say); the rest is text."""

    reference: str
    customer_id: int | None = None
    product_id: int | None = None
    status: HoldingStatus | None = None
    opened_on: str | date = ""
    closed_on: str | date = ""
    renewal_on: str | date = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBalance:
    """The balance of one holding at the end of one day, as given."""

    holding_id: int
    day: str | date
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken: the column and the refusal."""

    column: str
    refused: Refused


def holding_cells(row: NewHolding) -> dict[str, Any] | Problem:
    """Cells of a holding; None where the row says nothing. A closing day without a status closes it."""
    column = "reference"
    try:
        reference = reference_of(row.reference)
        days = {}
        for column in ("opened_on", "closed_on", "renewal_on"):
            days[column] = parse_day(getattr(row, column)) if getattr(row, column) else None
        column = "attributes"
        attributes = attributes_of(row.attributes)
    except Refused as refused:
        return Problem(column, refused)
    start, end = days["opened_on"], days["closed_on"]
    if start and end and end < start:
        return Problem("closed_on", Refused("holdings.ends_before", _ENDS_BEFORE, start=start, end=end))
    return {
        "reference": reference,
        "customer_id": row.customer_id,
        "product_id": row.product_id,
        "status": None if row.status is None and not end else int(row.status or HoldingStatus.CLOSED),
        **days,
        "attributes": attributes or None,
    }


def checked_ground(ground: str) -> str:
    """The ground of a notice. Raises Refused."""
    words = checked(ground).strip()
    if not words or len(words) > MOST_GROUND:
        raise Refused("ending.no_ground", _NO_GROUND, most=MOST_GROUND)
    return words


def check_notice(noticed_on: date, ends_on: date, *, today: date) -> None:
    """Whether a notice of these days leaves the customer his time. Raises Refused."""
    if noticed_on > today:
        raise Refused("ending.not_yet", _NOT_YET)
    least = max(noticed_on + timedelta(days=NOTICE_DAYS), today)
    if ends_on < least:
        raise Refused("ending.too_soon", _TOO_SOON, days=NOTICE_DAYS, day=least)
    if ends_on > noticed_on + timedelta(days=MOST_DAYS):
        raise Refused("ending.too_late", _TOO_LATE)


def may_be_withdrawn(ends_on: date, today: date) -> bool:
    """Whether a notice may still be taken back: on its last day at the latest, as a slip of that very day can be mended."""
    return today <= ends_on


def balance_cells(row: NewBalance) -> dict[str, Any] | Problem:
    """Cells of a balance: all must be said."""
    column = "day"
    try:
        day = _read(row.day, parse_day)
        column = "amount"
        amount = _read(row.amount, lambda text: to_minor(text, row.currency))
    except Refused as refused:
        return Problem(column, refused)
    return {"holding_id": row.holding_id, "day": day, "amount": amount, "currency": row.currency}


def reference_of(text: str) -> str:
    """A holding's own number in the form by which it is known. Raises Refused."""
    form = reference_form(checked(text))
    if len(form) > MAX_REFERENCE:
        raise Refused("holdings.too_long", _TOO_LONG, length=len(form), most=MAX_REFERENCE)
    return form


def attributes_of(given: Mapping[str, str]) -> dict[str, str]:
    """Free facts about a holding; empty ones say nothing. Raises Refused."""
    attributes = {name: checked(text).strip() for name, text in given.items() if text.strip()}
    for text in attributes.values():
        if len(text) > MAX_ATTRIBUTE:
            raise Refused("holdings.too_long", _TOO_LONG, length=len(text), most=MAX_ATTRIBUTE)
    return attributes


def _read(text: Any, read: Callable[[Any], Any]) -> Any:
    if not text:
        raise Refused("holdings.missing", _MISSING)
    return read(text)
