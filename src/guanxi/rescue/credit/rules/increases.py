"""A higher limit (RSK-01): what is proposed, and what must be known before a person may raise it. Pure; money in minor units."""

import datetime as dt
from dataclasses import dataclass, replace

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.rescue.credit.rules.cases import read_words

# Every one of 24 months high (the firm's threshold decisions.raise_least); up to 1.25 times the highest, in steps of 10,000.
STEADY_MONTHS = 24
RAISE_SHARE, RAISE_STEP = (5, 4), 10_000  # [j] so that 30,000 to 40,000 a month comes to 50,000
INCOME_MONTHS = 3  # [j] a limit of at most three monthly incomes can be afforded

_NOT_HIGHER = gettext_noop("The new limit must lie above the present one and not above the proposed one.")
_NOT_ON_TIME = gettext_noop(
    "Whether payments came on time the record does not know: look it up in the card system first."
)
_NOT_AGREED = gettext_noop("A limit is raised only after the customer agreed: note the day, today or earlier.")
_NO_INCOME = gettext_noop("Without a declared income nobody can say that the customer can afford it.")
_TOO_DEAR = gettext_noop("Three monthly incomes do not reach this limit: the customer could not afford it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raising:
    """What a person decides about a higher limit. `limit` None leaves it; `income` a month, declared (None: not known)."""

    why: str
    limit: int | None = None
    agreed_on: dt.date | None = None
    is_on_time: bool = False
    income: int | None = None


def limit_up(limit: int, *, highest: int, minor: int) -> int | None:
    """The higher limit to propose: 1.25 times the highest month, rounded up to 10,000; None where that is none (RSK-01)."""
    parts, of = RAISE_SHARE
    step = RAISE_STEP * minor
    new = -(-highest * parts // (of * step)) * step
    return new if new > limit else None


def read_raising(raising: Raising, *, limit: int, proposed: int, today: dt.date) -> Raising:
    """A decision about a higher limit as it is kept. Raises Refused.

    It is raised only where a person saw that payments came on time, the customer agreed, and the declared income bears it:
    what is not known does not pass.
    """
    why = read_words(raising.why)
    if raising.limit is None:
        return Raising(why=why)
    if not limit < raising.limit <= proposed:
        raise Refused("credit.not_higher", _NOT_HIGHER)
    if not raising.is_on_time:
        raise Refused("credit.not_on_time", _NOT_ON_TIME)
    if raising.agreed_on is None or raising.agreed_on > today:
        raise Refused("credit.not_agreed", _NOT_AGREED)
    if raising.income is None:
        raise Refused("credit.no_income", _NO_INCOME)
    if raising.limit > INCOME_MONTHS * raising.income:
        raise Refused("credit.too_dear", _TOO_DEAR)
    return replace(raising, why=why)
