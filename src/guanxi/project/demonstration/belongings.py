"""What the many hold of the group: cards, policies with plates, loans and plans, service plans, deposits with balances.

A holding carries the number by which its customer is recognised too. Pure, by seed.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from guanxi.project.demonstration import papers
from guanxi.project.demonstration.assortment import ITEMS
from guanxi.project.demonstration.population import Many
from guanxi.record.customers.services import NewCustomer

_MOTOR = ("POLICY-MOTOR", "POLICY-COMP", "POLICY-THIRD")
_QUARTER = 91
_QUARTERS = 12


@dataclass(frozen=True, slots=True)
class Held:
    """One holding: whose (reference), what, its number, since when; `family` links the lines dealt by it."""

    customer: str
    product: str
    reference: str
    opened_on: dt.date
    closed_on: dt.date | None = None
    renewal_on: dt.date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    balances: tuple[tuple[dt.date, int], ...] = ()
    family: str = ""


def belongings(
    random: np.random.Generator,
    many: Many,
    kept: Mapping[str, np.ndarray],
    span: tuple[dt.date, dt.date],
    soon: Mapping[int, int],
) -> tuple[list[NewCustomer], list[Held]]:
    """The many with the numbers of what they hold, and the holdings.

    kept: as trade() answers; span: today and the first of the three years; soon: days until renewal, for some customers.
    """
    today, first = span
    rows, held = [], []
    lives, count = many.lives, len(many.rows)
    has_deposit = (random.random(count) < 0.42) & ~lives.is_organisation & ~lives.taxi
    has_plan = lives.car & (random.random(count) < 0.3)
    ends = [first + dt.timedelta(days=int(day)) for day in lives.end]
    for number, row in enumerate(many.rows):
        gone = ends[number] if ends[number] < today else None
        renewal = None if gone else _renewal(random, number, today, soon)
        holder = _Holder(number, row, row.created_on or today, gone, renewal, many.plates.get(number, ""))
        mine: list[Held] = []
        for family in ("CARD", "POLICY", "BANK", "CORP"):
            place = int(kept[family][number]) if number < len(kept[family]) else -1
            if place >= 0:
                mine.append(_contract(random, holder, ITEMS[family][place].reference, family))
        if has_plan[number]:
            mine.append(_plan(random, holder))
        if has_deposit[number]:
            mine += _deposits(random, holder, today)
        policies = tuple(one.reference for one in mine if one.family == "POLICY")
        accounts = tuple(one.reference for one in mine if one.product.startswith(("CARD", "DEPOSIT")))
        member = f"VIP{880_000 + number}" if lives.shop[number] else ()
        rows.append(replace(row, policy_number=policies, account=accounts, member=member))
        held += mine
    return rows, held


@dataclass(frozen=True, slots=True)
class _Holder:
    """One of the many: known since `opened`, `gone` on a day (None: still here), `renewal` of what is renewed."""

    number: int
    row: NewCustomer
    opened: dt.date
    gone: dt.date | None
    renewal: dt.date | None
    plate: str

    def holds(self, product: str, reference: str, **told: Any) -> Held:
        """A holding of his, since he is known and until he left."""
        return Held(self.row.reference, product, reference, **{"opened_on": self.opened, "closed_on": self.gone} | told)


def _contract(random: np.random.Generator, holder: _Holder, product: str, family: str) -> Held:
    number, opened = holder.number, holder.opened
    if family == "CARD":
        limit = str(int(random.integers(2, 21)) * 5_000)
        return holder.holds(product, papers.card_number(number), attributes={"limit": limit}, family=family)
    if family == "POLICY":
        is_motor = holder.plate and product in _MOTOR
        told = {"plate": holder.plate} if is_motor else {"insured": holder.row.name}
        reference = f"PL{opened:%Y}4401{number:06d}"
        return holder.holds(product, reference, renewal_on=holder.renewal, attributes=told, family=family)
    return holder.holds(product, f"BK{opened:%y%m}{number:06d}", family=family)


def _plan(random: np.random.Generator, holder: _Holder) -> Held:
    visits = {"visits_left": str(int(random.integers(0, 5)))}
    reference = f"GC-{holder.opened:%Y%m%d}-{holder.number}"
    return holder.holds("GARAGE-PLAN", reference, renewal_on=holder.renewal, attributes=visits)


def _deposits(random: np.random.Generator, holder: _Holder, today: dt.date) -> list[Held]:
    """A demand account with balances by quarter; one in three beside it a time deposit."""
    number, opened = holder.number, holder.opened
    level = float(np.exp(random.normal(np.log(26_000), 1.0)))
    amounts = (level * np.exp(np.cumsum(random.normal(0.01, 0.18, _QUARTERS)))).astype(np.int64).tolist()
    last = holder.gone or today
    days = [last - dt.timedelta(days=1 + _QUARTER * back) for back in reversed(range(_QUARTERS))]
    balances = tuple((day, amount) for day, amount in zip(days, amounts, strict=True) if day > opened)
    held = [holder.holds("DEPOSIT-DEMAND", f"62{2_020_000_000 + number * 37}", balances=balances)]
    if random.random() < 0.34 and not holder.gone:
        start = max(opened, today - dt.timedelta(days=int(random.integers(30, 700))))
        sum_ = int(random.integers(1, 31)) * 10_000
        told = {"opened_on": start, "renewal_on": start + dt.timedelta(days=1_095), "attributes": {"rate": "1.55%"}}
        reference = f"TD{2_030_000_000 + number * 41}"
        held.append(holder.holds("DEPOSIT-TERM", reference, balances=((start, sum_),), **told))
    return held


def _renewal(random: np.random.Generator, number: int, today: dt.date, soon: Mapping[int, int]) -> dt.date:
    ahead = 1 + int(random.integers(0, 365))
    return today + dt.timedelta(days=soon.get(number, ahead))
