"""How the person who looks wants days and amounts written; set for each request, read by the cells."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from guanxi.identity.choices import DateStyle, MoneyStyle, NumberStyle


@dataclass(frozen=True, slots=True)
class Manner:
    """The choices of one person; "" is as the language does."""

    dates: str = DateStyle.LANGUAGE
    numbers: str = NumberStyle.COMMA
    money: str = MoneyStyle.SIGN


_USUAL = Manner()
_manner: ContextVar[Manner] = ContextVar("manner", default=_USUAL)


def manner() -> Manner:
    """The manner of this request; the usual one outside of any."""
    return _manner.get()


@contextmanager
def in_manner_of(account: Any) -> Iterator[None]:
    """Write as the owner of an account wants it, inside the block. `account` may be nobody's."""
    own = _USUAL
    if account.is_authenticated:
        own = Manner(account.dates, account.numbers, account.money)
    token = _manner.set(own)
    try:
        yield
    finally:
        _manner.reset(token)
