"""Rules of winning back: who may be pursued when, who is kept back to compare, and what the comparison says. Pure."""

import datetime as dt
import math
from dataclasses import dataclass

from guanxi.ground.ids import stable_bucket
from guanxi.ground.shares import difference

FIRST_AFTER = dt.timedelta(
    days=14
)  # nobody is pursued sooner after a loss, and by then he is asked why (decisioning.md 4.9, WIN-01)
CONTROL_SHARE = 0.10  # of a list that is handed out (WIN-05)
WON_WITHIN = dt.timedelta(days=90)
MOST_HANDED_OUT = 2_000
MANY_LOSSES = 20  # a quarter, on one cause: work on the cause (WIN-07)
_BUCKETS = 10_000
_SALT = "winback|"
_Z = 1.959963984540054


def is_control(code: str) -> bool:
    """Whether a customer is kept back to compare: drawn from his code with a salt of its own, the same for ever."""
    return stable_bucket(_SALT, code) < CONTROL_SHARE * _BUCKETS


@dataclass(frozen=True, slots=True)
class Compared:
    """Shares that came back within 90 days, of the pursued and of those kept back; `gain` is the difference with its 95 %
    interval, None where one side is empty. `increment`: what pursuing all of them brought more (minor units), lower and upper
    limit; None where a side has too few to tell.
    """

    pursued: int
    won: int
    control: int
    came: int
    increment: tuple[float, float, float] | None = None

    @property
    def gain(self) -> tuple[float, float, float] | None:
        """Difference of the shares, lower and upper limit."""
        if not self.pursued or not self.control:
            return None
        return difference(self.won, self.pursued, self.came, self.control)


@dataclass(frozen=True, slots=True)
class Brought:
    """What those of one side contributed: how many, the mean (minor units) and its sample variance, None of fewer than two."""

    count: int
    mean: float
    variance: float | None


def increment(pursued: Brought, control: Brought) -> tuple[float, float, float] | None:
    """Difference of the means times those pursued, with the 95 % limits of a difference of two means (Welch, normal). Everybody
    stays on the side on which he was drawn, whatever became of the work. None where a side has fewer than two, or all of it the same:
    of nobody who came back the variance is 0, and the limits would tell of a certainty that few do not give.
    """
    if pursued.count < 2 or control.count < 2 or not pursued.variance or not control.variance:
        return None
    gain = pursued.mean - control.mean
    swing = _Z * math.sqrt(pursued.variance / pursued.count + control.variance / control.count)
    low, high = gain - swing, gain + swing
    return (pursued.count * gain, pursued.count * low, pursued.count * high)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the losses of which customers said why in a month: how many, of how many a reason was found without that, and of how
    many of these it was the same (decisioning.md 4.8: monthly, target 70 %).
    """

    month: dt.date
    declared: int
    found: int
    same: int

    @property
    def share(self) -> float | None:
        """The share that agrees; None where nothing was found to hold against."""
        return self.same / self.found if self.found else None


AGREEMENT_TARGET = 0.70
