"""Values of conditions as addresses carry them: checked per kind, and read back by whoever searches.

A value stays text until it meets a table: what "60 days ago" or "1,000" means depends on the day and on the currency.
"""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from guanxi.ground.ids import is_code
from guanxi.ground.money import to_minor
from guanxi.ground.sheets.kinds import Kind, Operator

MOST_DIGITS = 15  # of an amount asked for
MOST_TEXT = 100  # characters of one value
_MOST_DAYS = 36_525  # a century
_RELATIVE = re.compile(r"([+-])(\d{1,5})d")
_NUMBER = re.compile(rf"-?\d{{1,{MOST_DIGITS}}}(\.\d{{1,6}})?")


def checked(kind: Kind, operator: Operator, text: str) -> str:
    """Return a value in its canonical form: `-60d`, `today`, `2026-03-01`, `1000.5`, a code, a text. Raises ValueError."""
    text = text.strip()
    if not text or len(text) > MOST_TEXT or not text.isprintable():
        raise ValueError(text)
    if operator in (Operator.LAST, Operator.NOT_IN_LAST, Operator.COMING):
        return str(days_of(text))
    if kind in (Kind.DATE, Kind.MOMENT):
        day_of(text, date(2026, 1, 1))
        return text
    if kind in (Kind.MONEY, Kind.NUMBER):
        return format(number_of(text), "f")
    if kind == Kind.PERSON and not is_code(text):
        raise ValueError(text)
    return text


def days_of(text: str) -> int:
    """A number of days, 1 to a century. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_DAYS)) and 0 < int(text) <= _MOST_DAYS):
        raise ValueError(text)
    return int(text)


def day_of(text: str, today: date) -> date:
    """The day that `2026-03-01`, `today`, `-60d` or `+7d` means. Raises ValueError."""
    if text == "today":
        return today
    if relative := _RELATIVE.fullmatch(text):
        days = int(relative[2])
        if days > _MOST_DAYS:
            raise ValueError(text)
        return today + timedelta(days=days if relative[1] == "+" else -days)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, flags=re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def number_of(text: str) -> Decimal:
    """A plain decimal number. Raises ValueError."""
    if not (text.isascii() and _NUMBER.fullmatch(text)):
        raise ValueError(text)
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover - the pattern above lets nothing else through
        raise ValueError(text) from None


def minor_of(text: str, currency: str) -> int:
    """An amount of whole units as minor units of a currency. Raises ValueError."""
    return to_minor(number_of(text), currency)
