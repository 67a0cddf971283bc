"""By what a house ranks its customers: a bank by contribution, a shop by margin, an insurer by premiums less claims (SEG-06)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi.insight.appraisal.purchases import Floats, Integers, Purchases
from guanxi.insight.estimates.value import value_of_contract
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction

_SQL = Path(__file__).parent / "sql"
LEAST_KEPT = 30  # who kept a balance a year ago, before a share of them is a rate [j]


class Basis(IntEnum):
    """What of a customer's year counts."""

    CONTRIBUTION = 1  # the margin of dealings and what balances earn, less what our contacts cost (decisioning.md 4.2)
    MARGIN = 2  # the margin of dealings alone
    PREMIUMS = 3  # money in, less money out: of an insurer claims are paid in full, whatever the margin rate


# By the names of the page of thresholds (insight.thresholds); `contact` is in whole units of the firm's currency.
DEFAULTS: dict[str, float] = {"value.basis": Basis.CONTRIBUTION, "value.on_balances": 0.0, "value.contact": 0.0}


@dataclass(frozen=True)
class Worth:
    """The firm's rule: the basis, the share of a balance that it earns in a year, and what a contact of ours costs."""

    basis: Basis = Basis.CONTRIBUTION
    on_balances: float = DEFAULTS["value.on_balances"]
    contact: float = DEFAULTS["value.contact"]

    @property
    def earns_on_balances(self) -> bool:
        """Whether keeping money with the house brings it something."""
        return self.basis is Basis.CONTRIBUTION and self.on_balances > 0

    def as_json(self) -> dict[str, Any]:
        """What an edition keeps of it; nothing of the usual rule."""
        if self == Worth():
            return {}
        return {"basis": int(self.basis), "on_balances": self.on_balances, "contact": self.contact}


USUAL = Worth()  # of a house that set none of its own


def worth_rule(thresholds: Mapping[str, float]) -> Worth:
    """The firm's rule: the defaults with its overrides; names of other rooms are left out."""
    given = DEFAULTS | {name: float(value) for name, value in thresholds.items() if name in DEFAULTS}
    return Worth(Basis(int(given["value.basis"])), given["value.on_balances"], given["value.contact"])


def know_earned(bench: Workbench, rule: Worth) -> None:
    """Make the view `earned`: what each day of dealings, and where the house earns of it each month of a balance, brought it in minor
    units: customer_id, day, counted_on (of a balance the first day of its month), is_purchase (of a balance: there is one), worth, net.

    A balance brings a twelfth of its share a month, what he owes us as what we keep for him (decisioning.md 4.2).
    """
    column = "net" if rule.basis is Basis.PREMIUMS else "margin"
    days = f"customer_id, day, day AS counted_on, is_purchase, CAST({column} AS DOUBLE) AS worth, net FROM days"
    monthly = f"floor(abs(amount) * {float(rule.on_balances)!r} / 12 + 0.5)"
    kept = f"UNION ALL SELECT customer_id, day, month, amount <> 0, {monthly}, 0 FROM balances"  # noqa: S608 - our own number
    kept = kept if rule.earns_on_balances else ""
    bench.run(f"CREATE OR REPLACE TEMP VIEW earned AS SELECT {days} {kept}")


def counted_by(known: Purchases, rule: Worth) -> Purchases:
    """The histories with the year's margin as the basis counts it; everything that is reckoned from margins follows."""
    return replace(known, year_margin=known.year_net) if rule.basis is Basis.PREMIUMS else known


@dataclass(frozen=True)
class Beside:
    """Beside the dealings of each customer (ids ascending) of a year: the mean of his balances in minor units, how often we contacted
    him, and whether he kept a balance a year ago (`kept_then`) and keeps one now.
    """

    customer_id: Integers
    balance: Floats
    contacts: Floats
    kept_then: NDArray[np.bool_]
    keeps_now: NDArray[np.bool_]


def read_beside(bench: Workbench, rule: Worth, *, as_of: date) -> Beside:
    """An entry a customer who dealt by `as_of`; where the house earns on balances, also one who only keeps one."""
    found = bench.arrow(_SQL / "beside.sql", as_of=as_of, outward=int(Direction.OUT), earns=rule.earns_on_balances)
    numbers = (found[name].to_numpy().astype(np.float64) for name in ("balance", "contacts"))
    flags = (found[name].to_numpy(zero_copy_only=False).astype(bool) for name in ("kept_then", "keeps_now"))
    return Beside(found["customer_id"].to_numpy().astype(np.int64), *numbers, *flags)


def lifetime_beside(beside: Beside, rule: Worth) -> Floats:
    """What the balances of who still keeps one bring in three years, in minor units: of twelve months, drawn in to the 1st and 99th
    percentile, times the factor of retention, which is the share of those who kept one a year ago and still do (decisioning.md
    4.2, 4.13). NaN for everybody else, where the house earns nothing on balances, and where fewer than LEAST_KEPT kept one then.
    """
    found, then = np.full(len(beside.balance), np.nan), beside.kept_then
    keeps = beside.keeps_now & (beside.balance > 0)
    if rule.earns_on_balances and then.sum() >= LEAST_KEPT:
        retention = np.full(int(keeps.sum()), beside.keeps_now[then].mean())
        found[keeps] = value_of_contract(beside.balance[keeps] * rule.on_balances, retention)
    return found


def earned_beside(beside: Beside, rule: Worth, *, minor: int) -> Floats:
    """What each brought beside his dealings, in minor units: nothing but where contribution counts."""
    if rule.basis is not Basis.CONTRIBUTION:
        return np.zeros(len(beside.balance))
    return beside.balance * rule.on_balances - beside.contacts * (rule.contact * minor)
