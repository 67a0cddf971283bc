"""Families among the many: couples who live together, some with a grown-up child, as they told it themselves (IDC-06)."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from guanxi.project.demonstration.cast.story import Circle, Story, Tie
from guanxi.record.customers.choices import RelationKind
from guanxi.record.customers.services import NewCustomer

_SHARE = 0.03  # couples by customer
_OLDEST_GAP, _GENERATION = 6, (23, 34)  # years


def families(random: np.random.Generator, rows: Sequence[NewCustomer]) -> tuple[list[NewCustomer], Story]:
    """The many with some of them at one address, and the ties and households that follow."""
    story, settled = Story(), list(rows)
    born = {number: _year(row) for number, row in enumerate(rows) if _is_plain(row)}
    men = [n for n in born if rows[n].gender == "male"]
    women = [n for n in born if rows[n].gender == "female"]
    taken: set[int] = set()
    for husband in random.permutation(men).tolist():
        if len(story.households) >= len(rows) * _SHARE:
            break
        if husband in taken or not 1945 <= born[husband] <= 1995:
            continue
        wife = _first(women, taken, partial(_may_marry, rows, born, husband))
        if wife is None:
            continue
        child = _first(list(born), taken | {husband, wife}, partial(_is_child, rows, born, husband))
        members = [husband, wife] if child is None else [husband, wife, child]
        taken |= set(members)
        home = rows[husband]
        for number in members[1:]:
            settled[number] = replace(settled[number], city=home.city, district=home.district, address=home.address)
        _tell(story, [rows[number] for number in members], int(random.integers(30, 700)))
    return settled, story


def _tell(story: Story, members: Sequence[NewCustomer], days_ago: int) -> None:
    husband, wife, *children = (row.reference for row in members)
    pairs = [(husband, wife, RelationKind.SPOUSE)]
    pairs += [(child, parent, RelationKind.PARENT) for child in children for parent in (husband, wife)]
    story.ties += [Tie(one, other, kind, days_ago) for one, other, kind in pairs]
    story.households.append(Circle(f"{members[0].name[0]}家", tuple(row.reference for row in members)))


def _first(numbers: Sequence[int], taken: set[int], fits: Callable[[int], bool]) -> int | None:
    return next((n for n in numbers if n not in taken and fits(n)), None)


def _is_plain(row: NewCustomer) -> bool:
    return not row.kind and not row.language and bool(row.birthday)


def _year(row: NewCustomer) -> int:
    return row.birthday.year if isinstance(row.birthday, dt.date) else int(str(row.birthday)[:4])


def _may_marry(rows: Sequence[NewCustomer], born: dict[int, int], husband: int, wife: int) -> bool:
    """Whether two are of an age, and looked after by the same person, who knows the family."""
    return abs(born[wife] - born[husband]) <= _OLDEST_GAP and rows[wife].owner == rows[husband].owner


def _is_child(rows: Sequence[NewCustomer], born: dict[int, int], father: int, child: int) -> bool:
    youngest, oldest = _GENERATION
    return youngest <= born[child] - born[father] <= oldest and rows[child].name[0] == rows[father].name[0]
