"""Who looks after whom: each of the many goes to a manager of the house that he uses most, none to more than his share."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from guanxi.project.demonstration.population import Lives
from guanxi.project.demonstration.staffing import (
    BANK,
    CORPORATE_OWNER,
    DRIVERS,
    ENGLISH_WRITERS,
    GARAGE,
    INSURER,
    MANAGERS,
    POSTS,
    SHOP,
    STORIES_OWNER,
)
from guanxi.record.customers.services import NewCustomer

_POOL = 0.04
_OF_THE_STORIES = 46  # of the many, beside the told ones

_TEAMS = {
    place: [post.reference for post in POSTS if post.role == "manager" and (post.house, post.team) == place]
    for place in {(post.house, post.team) for post in POSTS if post.role == "manager"}
}


def share_out(random: np.random.Generator, lives: Lives, needy: Collection[int]) -> list[str]:
    """The reference of each customer's manager, "" for the few whom nobody looks after yet.

    Who is quiet and banks with us goes first to the manager whose customers live the stories: his day is told by them
    and by the `needy`, who are his too.
    """
    count = len(lives.start)
    firms = _TEAMS[BANK, 3] + _TEAMS[SHOP, 2]
    special = dict.fromkeys(firms, count // 35) | {
        CORPORATE_OWNER: count // 100,
        STORIES_OWNER: min(_OF_THE_STORIES, count // 8),
    }
    left = int(count * (1 - _POOL)) - int(lives.taxi.sum()) - sum(special.values())
    others = len(MANAGERS) - len(DRIVERS) - len(special)
    room = Counter(dict.fromkeys(MANAGERS, -(-left // others)) | dict.fromkeys(DRIVERS, count) | special)
    quiet = lives.is_quiet & (lives.start == 0)
    owners = []
    for number, chance in enumerate(random.random(count).tolist()):
        if number in needy:
            owner = STORIES_OWNER
        else:
            is_pooled = chance < _POOL and not lives.taxi[number]
            owner = "" if is_pooled else _with_room(room, _wanted(lives, number), is_quiet=bool(quiet[number]))
        room[owner] -= 1
        owners.append(owner)
    return owners


def to_who_speaks_english(rows: Sequence[NewCustomer]) -> list[NewCustomer]:
    """Foreigners and firms with an English name go to a colleague who writes English: of the bank, or of shop and garage.
    Regulars keep their driver, the manager of the stories keeps whoever needs him.
    """
    houses = {post.reference: post.house for post in POSTS}
    by_house = {houses[one] in (BANK, INSURER): one for one in ENGLISH_WRITERS}
    keep = {"", STORIES_OWNER, *DRIVERS, *ENGLISH_WRITERS}
    return [
        replace(row, owner=by_house[houses[row.owner] in (BANK, INSURER)])
        if row.language == "en" and row.owner not in keep
        else row
        for row in rows
    ]


def _wanted(lives: Lives, number: int) -> list[list[str]]:
    """Teams in the order in which a customer would choose them."""
    if lives.taxi[number]:
        return [list(DRIVERS)]
    if lives.is_organisation[number]:
        return [_TEAMS[BANK, 3] + _TEAMS[SHOP, 2]]
    bank = _TEAMS[BANK, 1] + _TEAMS[BANK, 2]
    insurer = _TEAMS[INSURER, 1] + _TEAMS[INSURER, 2]
    uses = (
        (lives.card[number] or lives.bank[number], bank),
        (lives.car[number], _TEAMS[GARAGE, 1]),
        (lives.policy[number], insurer),
        (lives.shop[number], _TEAMS[SHOP, 1]),
    )
    return [names for uses, names in uses if uses] + [
        bank,
        insurer,
        _TEAMS[SHOP, 1],
        _TEAMS[BANK, 3] + _TEAMS[SHOP, 2],
        _TEAMS[GARAGE, 1],
    ]


def _with_room(room: Counter[str], wanted: list[list[str]], *, is_quiet: bool) -> str:
    """The freest manager of the first team with room; of the last one when all are full."""
    if is_quiet and STORIES_OWNER in wanted[0] and room[STORIES_OWNER] > 0:
        return STORIES_OWNER
    freest = STORIES_OWNER
    for team in wanted:
        freest = max((name for name in team if name != STORIES_OWNER), key=lambda name: room[name])
        if room[freest] > 0:
            break
    return freest
