"""What an effort to win customers, and the size of a market, need to be one. Pure; time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guanxi.ground.money import to_minor
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.market.choices import STAGES, Spent

MOST_WORDS = 60
_MOST_COUNT = 1_000_000_000
_MONEY = (*(kind.value for kind in Spent if kind != Spent.LABOUR), "hourly_rate")

_ORDER = gettext_noop("The last day lies before the first.")
_FUTURE = gettext_noop("This day is in the future.")
_NEGATIVE = gettext_noop("An amount below zero has no meaning here.")
_COUNT = gettext_noop("Hours and people are counted in whole numbers from 0.")
_STAGES = gettext_noop(
    "No stage can be reached by more people than the one before: leads, applications, approved, new customers."
)
_OWN = gettext_noop(
    "A source has a kind of customer and at least one lead; without a source the cost is shared, and nobody is counted."
)
_NOTHING = gettext_noop("Nothing was spent.")
_WORDS = gettext_noop("At most {most} characters.")
_KIND = gettext_noop("This kind of customer is not known here.")
_NO_SIZE = gettext_noop("The size of a market is an amount above zero, and says where it was read.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEffort:
    """What was spent on winning customers of one kind by one source in some days, as it is written: money in the firm's currency.
    Without a source, or a kind, it is shared by all under it, and nobody is counted. Who came back is not a new customer.
    """

    since: date
    until: date
    kind: int = 0
    source: str = ""
    money: Mapping[str, str] = field(default_factory=dict)  # media lists incentives onboarding hourly_rate → amount
    hours: int = 0
    leads: int = 0
    applications: int = 0
    approved: int = 0
    customers: int = 0


def checked_effort(effort: NewEffort, *, currency: str, today: date) -> dict[str, object]:
    """The columns of the row that it makes, money in minor units. Raises Refused."""
    if effort.until < effort.since:
        raise Refused("market.order", _ORDER)
    if effort.until > today:
        raise Refused("market.in_future", _FUTURE)
    source = _words(effort.source)
    if effort.kind not in (0, *CustomerKind.values):
        raise Refused("market.kind", _KIND)
    counts = [getattr(effort, stage) for stage in STAGES]
    if not all(0 <= count < _MOST_COUNT for count in (effort.hours, *counts)):
        raise Refused("market.count", _COUNT)
    if sorted(counts, reverse=True) != counts:
        raise Refused("market.stages", _STAGES)
    if bool(counts[0]) != bool(source and effort.kind):
        raise Refused("market.own", _OWN)
    money = {name: _amount(effort.money.get(name, ""), currency) for name in _MONEY}
    if not any(money[name] for name in _MONEY[:-1]) and not money["hourly_rate"] * effort.hours:
        raise Refused("market.nothing", _NOTHING)
    days = {"since": effort.since, "until": effort.until}
    return {
        **days, **money, "kind": effort.kind, "source": source, "hours": effort.hours, "currency": currency,
        **dict(zip(STAGES, counts, strict=True)),
    }  # fmt: skip


def checked_size(on: date, amount: str, told_by: str, *, currency: str, today: date) -> tuple[int, str]:
    """(minor units, where it was read) of a year's sales in the market. Raises Refused."""
    if on > today:
        raise Refused("market.in_future", _FUTURE)
    size, source = _amount(amount, currency), _words(told_by)
    if not size or not source:
        raise Refused("market.no_size", _NO_SIZE)
    return size, source


def _amount(text: str, currency: str) -> int:
    minor = to_minor(text, currency) if text.strip() else 0
    if minor < 0:
        raise Refused("market.negative", _NEGATIVE)
    return minor


def _words(text: str) -> str:
    words = checked(text).strip()
    if len(words) > MOST_WORDS:
        raise Refused("market.words", _WORDS, most=MOST_WORDS)
    return words
