"""Favourites and what was opened last, as lines of the sidebar. Who is no longer in sight is left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from guanxi.faces.shared.look import Look
from guanxi.record.bookmarks.queries import MOST_FAVOURITES, Mark, favourites_of, recents_of
from guanxi.record.customers.queries.naming import Named, customers_named

CUSTOMER = "customer"
_SHOWN_RECENTS = 6


@dataclass(frozen=True)
class Kept:
    """One line: a customer by name."""

    noun: str
    code: str
    label: str
    href: str
    tier: int


@dataclass(frozen=True)
class Marks:
    """What the sidebar shows."""

    favourites: list[Kept]
    recents: list[Kept]


def marks_of(look: Look) -> Marks:
    """The marks of a person (three queries)."""
    favourites, recents = favourites_of(look.principal), recents_of(look.principal, _SHOWN_RECENTS + MOST_FAVOURITES)
    codes = {mark.code for mark in (*favourites, *recents) if mark.noun == CUSTOMER}
    known = customers_named(codes, look.principal)
    starred = {(mark.noun, mark.code) for mark in favourites}
    others = [mark for mark in recents if (mark.noun, mark.code) not in starred]
    return Marks(_kept(favourites, known), _kept(others, known)[:_SHOWN_RECENTS])


def _kept(marks: Sequence[Mark], known: dict[str, Named]) -> list[Kept]:
    return [
        Kept(mark.noun, mark.code, known[mark.code].name, reverse("customer", args=[mark.code]), known[mark.code].tier)
        for mark in marks
        if mark.noun == CUSTOMER and mark.code in known
    ]
