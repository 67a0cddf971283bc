"""How the person who looks wants days, numbers and amounts written: the choices of the account, for each request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from guanxi.ground.writing import Writing, written_as
from guanxi.identity.choices import DateStyle, MoneyStyle, NumberStyle

_MARKS = {NumberStyle.COMMA: ",", NumberStyle.SPACE: "\N{NARROW NO-BREAK SPACE}"}


@contextmanager
def in_manner_of(account: Any) -> Iterator[None]:
    """Write as the owner of an account wants it, inside the block. `account` may be nobody's."""
    with written_as(_manner(account) if account.is_authenticated else Writing()):
        yield


def _manner(account: Any) -> Writing:
    return Writing(
        mark=_MARKS.get(account.numbers, ","),
        by_code=account.money == MoneyStyle.CODE,
        in_myriads=account.money == MoneyStyle.MYRIAD,
        iso_days=account.dates == DateStyle.ISO,
    )
