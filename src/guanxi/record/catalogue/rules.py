"""What a row says about a product or an estate, read into cells. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from guanxi.ground.clock import parse_day
from guanxi.ground.money import parse_amount
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked, name_form, reference_form
from guanxi.record.catalogue.prohibited import UNOFFERED, blocked_subject

MAX_REFERENCE, MAX_NAME, MAX_FAMILY, MAX_ESTATE, MAX_CITY = 64, 200, 64, 120, 60
PPM = 1_000_000

_TOO_LONG = gettext_noop("This text has {length} characters; at most {most} are kept.")
_UNOFFERED = gettext_noop("“{text}” is nothing this house offers or draws conclusions from.")
_YES = frozenset("true yes y 1 x 是 高端 优质".split())
_NO = frozenset("false no n 0 否 普通".split())
_NOT_YES_OR_NO = gettext_noop("“{text}” is neither yes nor no.")
_NOT_A_RATE = gettext_noop("“{text}” is not a margin rate; write it like 0.35 or 35%.")
_NOT_A_PLACE = gettext_noop("“{text}” is not a degree between −{limit} and {limit}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """One product as given; only the reference must be there. `margin_rate` is a share of revenue: 0.35 or 35%;
    `premium`: yes or no.
    """

    reference: str
    name: str = ""
    family: str = ""
    margin_rate: str = ""
    premium: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEstate:
    """One housing estate as given, known by city and name. Aliases are separated by ; or 、."""

    name: str
    city: str
    aliases: str = ""
    district: str = ""
    latitude: str = ""
    longitude: str = ""
    handover_on: str | date = ""
    source: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken: the column and the refusal."""

    column: str
    refused: Refused


def product_cells(row: NewProduct) -> dict[str, Any] | Problem:
    """Cells of a product; None where the row says nothing. `family` is the family's reference."""
    return _read(
        row,
        {
            "reference": lambda text: short(reference_form(checked(text)), MAX_REFERENCE),
            "name": lambda text: short(checked(text).strip(), MAX_NAME),
            "family": family_reference,
            "margin_rate_ppm": margin_ppm,
            "is_premium": yes_or_no,
        },
        {"margin_rate_ppm": "margin_rate", "is_premium": "premium"},
        required=("reference",),
    )


def estate_cells(row: NewEstate) -> dict[str, Any] | Problem:
    """Cells of an estate; None where the row says nothing."""
    return _read(
        row,
        {
            "name": lambda text: short(checked(text).strip(), MAX_ESTATE),
            "city": lambda text: short(checked(text).strip(), MAX_CITY),
            "aliases": aliases_of,
            "district": lambda text: short(checked(text).strip(), MAX_CITY),
            "latitude": lambda text: degrees(text, 90),
            "longitude": lambda text: degrees(text, 180),
            "handover_on": parse_day,
            "source": lambda text: short(checked(text).strip(), MAX_ESTATE),
        },
        {},
        required=("name", "city"),
    )


def family_reference(text: str) -> str:
    """The reference of a family in normal form. Raises Refused, also for what is never offered (PTN-03, PTN-04)."""
    if blocked_subject(text, subjects=UNOFFERED):
        raise Refused("catalogue.unoffered", _UNOFFERED, text=excerpt(text))
    return short(reference_form(checked(text)), MAX_FAMILY)


def yes_or_no(text: str) -> bool:
    """True for yes, False for no. Raises Refused for any other word."""
    word = checked(text).strip().casefold()
    if word not in _YES | _NO:
        raise Refused("catalogue.not_yes_or_no", _NOT_YES_OR_NO, text=excerpt(text))
    return word in _YES


def margin_ppm(text: str) -> int:
    """A share in millionths, between −1 and 1. Raises Refused."""
    percent = text.strip().endswith(("%", "％"))
    rate = _number(text.strip().rstrip("%％"))
    if rate is not None and percent:
        rate /= 100
    if rate is None or not -1 <= rate <= 1:
        raise Refused("catalogue.not_a_rate", _NOT_A_RATE, text=excerpt(text))
    return int((rate * PPM).to_integral_value())


def aliases_of(text: str) -> list[str]:
    """Other names of an estate in the form by which names are compared, each once."""
    checked(text)
    parts = text.replace("；", ";").replace("、", ";").replace("|", ";").split(";")
    return list(dict.fromkeys(short(form, MAX_ESTATE) for part in parts if (form := name_form(part))))


def degrees(text: str, limit: int) -> Decimal:
    """Degrees with six decimals. Raises Refused."""
    value = _number(text)
    if value is None or abs(value) > limit:
        raise Refused("catalogue.not_a_place", _NOT_A_PLACE, text=excerpt(text), limit=limit)
    return value.quantize(Decimal("0.000001"))


def short(text: str, most: int) -> str:
    """The text, Refused when it is longer than the column."""
    if len(text) > most:
        raise Refused("catalogue.too_long", _TOO_LONG, length=len(text), most=most)
    return text


def _number(text: str) -> Decimal | None:
    """The number that a text is; None for none, of which the caller says what it should have been."""
    try:
        return parse_amount(text)
    except Refused:
        return None


def _read(
    row: Any, readers: Mapping[str, Any], columns: Mapping[str, str], *, required: tuple[str, ...]
) -> dict[str, Any] | Problem:
    cells: dict[str, Any] = {}
    for name, read in readers.items():
        column = columns.get(name, name)
        text = getattr(row, column)
        try:
            cells[name] = read(text) if text else None
        except Refused as refused:
            return Problem(column, refused)
        if name in required and not cells[name]:
            return Problem(column, Refused("catalogue.missing", gettext_noop("The cell must not be empty.")))
    return cells
