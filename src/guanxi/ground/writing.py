"""In which manner numbers, money and days are written for whoever reads: set for a request, the usual one outside of any."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Writing:
    """`mark` stands between thousands; `by_code`: money carries CNY instead of ¥; `in_myriads`: rounded money in 万 where
    Chinese is spoken; `iso_days`: days as 2026-07-09 in every language.
    """

    mark: str = ","
    by_code: bool = False
    in_myriads: bool = False
    iso_days: bool = False


_USUAL = Writing()
_writing: ContextVar[Writing] = ContextVar("writing", default=_USUAL)


def writing() -> Writing:
    """How to write now."""
    return _writing.get()


@contextmanager
def written_as(manner: Writing) -> Iterator[None]:
    """Write in a manner inside the block."""
    token = _writing.set(manner)
    try:
        yield
    finally:
        _writing.reset(token)
