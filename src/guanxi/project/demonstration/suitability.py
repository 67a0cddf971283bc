"""Who of the demo was tested for how much risk he can bear: whoever holds a fund, on the day he bought it and yearly since; some
have let it lapse. Pure.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.project.demonstration.belongings import Held

_LEVELS = {"BANK-MONEY": 1, "BANK-BOND": 2, "BANK-PENSION": 2, "BANK-SIP": 3, "BANK-GOLD": 3, "BANK-INDEX": 4}
_YEAR, _LAPSED = 365, 4


@dataclass(frozen=True, slots=True)
class Tested:
    """One test: whose (reference), the level it found, and when."""

    customer: str
    level: int
    on: dt.date


def tests_of(held: Sequence[Held], today: dt.date) -> list[Tested]:
    """The latest test of each holder of a fund, a customer once; every fourth did not come again after the first year."""
    funds: dict[str, Held] = {}
    for one in held:
        if one.product in _LEVELS and not one.closed_on and one.opened_on < today:
            known = funds.setdefault(one.customer, one)
            if _LEVELS[one.product] > _LEVELS[known.product]:
                funds[one.customer] = one
    found = []
    for number, (customer, one) in enumerate(sorted(funds.items())):
        years = 0 if number % _LAPSED == 0 else (today - one.opened_on).days // _YEAR
        found.append(Tested(customer, _LEVELS[one.product], one.opened_on + dt.timedelta(days=_YEAR * years)))
    return found
