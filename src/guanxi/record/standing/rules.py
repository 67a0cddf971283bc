"""Pure rules of the whole: quarters, how long alarms wait (RET-11)."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from guanxi.record.customers.choices import CustomerKind, Tier
from guanxi.record.standing.choices import ServiceModel


@dataclass(frozen=True)
class Wait:
    """How long alarms of one tier waited for the first contact, in working days: the median and the ninth of ten of those
    met (None while there are none), how many nobody has met yet, and how many of all came too late or are too late by now.
    """

    met: int
    waiting: int
    late: int
    median: int | None
    ninth: int | None
    promised: int | None

    @classmethod
    def of(cls, met: Mapping[int, int], waiting: Mapping[int, int], *, promised: int | None) -> "Wait":
        """From how many waited how many days; `promised` is the last day that is no delay (RET-11), where there is one."""
        late = sum(n for days, n in (*met.items(), *waiting.items()) if promised is not None and days > promised)
        total = sum(met.values())
        return cls(
            total, sum(waiting.values()), late, _nth(met, (total + 1) // 2), _nth(met, -(-total * 9 // 10)), promised
        )


def service_model_of(kind: int, tier: int, potential: float | None, *, is_vip: bool = False) -> ServiceModel:
    """How a customer is served: the best of all (VIP), and organisations and tier A with potential, by an adviser, the others of A and B
    in one place, who is of tier C or of none by technology first (SEG-09). profile/sql/standing.sql says the same to offers.
    """
    if is_vip or ((kind == CustomerKind.ORGANISATION or tier == Tier.A) and (potential or 0) > 0):
        return ServiceModel.ADVISER
    return ServiceModel.ONE_STOP if tier in (Tier.A, Tier.B) else ServiceModel.TECHNOLOGY


def quarter_of(day: dt.date) -> dt.date:
    """The first day of the quarter of a day."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def end_of_quarter(day: dt.date) -> dt.date:
    """The last day of the quarter of a day."""
    return quarter_of(quarter_of(day) + dt.timedelta(days=95)) - dt.timedelta(days=1)


def _nth(counts: Mapping[int, int], place: int) -> int | None:
    """The `place`-th smallest (from 1) of values given with how often each occurs."""
    seen = 0
    for value, count in sorted(Counter(counts).items()):
        seen += count
        if place and seen >= place:
            return value
    return None
