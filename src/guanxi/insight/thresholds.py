"""The thresholds that a firm may set: what each does, its unit, bounds and default; set through one act.

A page for people: the web shows it without loading the engines. The defaults are those of appraisal.worth,
appraisal.tiering, detectors.thresholds, decisions.running, record.declarations.rules and record.signals.rules.moving, which a test
compares.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.ground.money import MINUS, parse_amount
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.services import set_threshold


class Unit(StrEnum):
    """In what a threshold is counted."""

    COUNT = "count"
    DAYS = "days"
    SHARE = "share"  # of one, shown in percent
    MONEY = "money"  # whole units of the firm's currency
    SPREAD = "spread"  # multiples of the customer's own spread
    CHOICE = "choice"  # one of the threshold's choices, numbered from `low`


@dataclass(frozen=True)
class Threshold:
    """One number that may be set between `low` and `high`. Shares are of one. What comes of it: insight.meanings."""

    name: str
    label: str | Promise
    unit: Unit
    low: float
    high: float
    default: float
    choices: tuple[str | Promise, ...] = ()


_T, _U = Threshold, Unit
_MONTHS: tuple[str | Promise, ...] = (_("All the year"), *MONTHS.values())
TIERS = (
    _T(
        "tiers.share_a",
        _("Tier A: the best of 100 customers by value"),
        _U.SHARE,
        0.01,
        0.45,
        0.20,
    ),
    _T(
        "tiers.share_c",
        _("Tier C: the last of 100 customers by value"),
        _U.SHARE,
        0.01,
        0.45,
        0.20,
    ),
    _T(
        "tiers.share_vip",
        _("VIP: the very best of 100, inside A"),
        _U.SHARE,
        0,
        0.45,
        0.04,
    ),
    _T(
        "tiers.further",
        _("To leave A or C, stand beyond its line by"),
        _U.SHARE,
        0,
        0.05,
        0.02,
    ),
    _T(
        "tiers.runs",
        _("… and so many months in a row"),
        _U.COUNT,
        1,
        12,
        2,
    ),
    _T(
        "tiers.newcomer_days",
        _("A newcomer is never C, for"),
        _U.DAYS,
        0,
        730,
        183,
    ),
)
VALUE = (
    _T(
        "value.basis",
        _("Customers rank by"),
        _U.CHOICE,
        1,
        3,
        1,
        (_("contribution (bank)"), _("margin (shop, service)"), _("premiums less claims (insurer)")),
    ),
    _T("value.on_balances", _("Of a balance we earn in a year"), _U.SHARE, 0, 0.2, 0),
    _T("value.contact", _("A contact of ours costs"), _U.MONEY, 0, 10_000, 0),
)
GROUPS: tuple[tuple[str | Promise, tuple[Threshold, ...]], ...] = (
    (_("Tiers"), TIERS),
    (_("What a customer is worth"), VALUE),
    (
        _("Grades of organisations"),
        (
            _T("grade.employees_middle", _("Scale 2: employees from"), _U.COUNT, 1, 1_000_000, 300),
            _T("grade.employees_high", _("Scale 3: employees from"), _U.COUNT, 1, 1_000_000, 1_000),
            _T("grade.turnover_middle", _("Scale 2: turnover from"), _U.MONEY, 1, 1_000_000_000, 20_000_000),
            _T("grade.turnover_high", _("Scale 3: turnover from"), _U.MONEY, 1, 1_000_000_000, 400_000_000),
            _T("grade.volume_middle", _("Volume 2: with us in a year from"), _U.MONEY, 1, 1_000_000_000, 100_000),
            _T("grade.volume_high", _("Volume 3: with us in a year from"), _U.MONEY, 1, 1_000_000_000, 1_000_000),
        ),
    ),
    (
        _("Spending falls"),
        (
            _T("spend_drop.min_cycles", _("Months of history before anything is said"), _U.COUNT, 3, 12, 6),
            _T(
                "spend_drop.min_usual",
                _("Least usual spending in a month to look at a customer"),
                _U.MONEY,
                0,
                1_000_000,
                1_000,
            ),
            _T("spend_drop.watch_drop", _("Watch: the month lies below the usual by"), _U.SHARE, 0.05, 0.95, 0.40),
            _T(
                "spend_drop.watch_z",
                _("Watch: below the usual swing of the customer by"),
                _U.SPREAD,
                -10,
                -0.5,
                -2.0,
            ),
            _T("spend_drop.alarm_drop", _("Alarm: the month lies below the usual by"), _U.SHARE, 0.05, 0.99, 0.50),
            _T("spend_drop.alarm_z", _("Alarm: below the usual swing of the customer by"), _U.SPREAD, -20, -0.5, -3.0),
            _T("spend_drop.alarm_stake", _("Alarm: least money missing in the month"), _U.MONEY, 0, 1_000_000, 500),
            _T("spend_drop.clear_z", _("All is well again above"), _U.SPREAD, -5, 1, -1.0),
            _T(
                "spend_drop.within_drop",
                _("Tier A within the month: 30 days lie below the usual by"),
                _U.SHARE,
                0.30,
                0.99,
                0.70,
            ),
            _T(
                "spend_drop.within_z",
                _("Tier A within the month: below the usual swing of the customer by"),
                _U.SPREAD,
                -20,
                -0.5,
                -4.0,
            ),
            _T("spend_drop.within_days", _("Tier A within the month: held for"), _U.DAYS, 1, 25, 5),
            _T(
                "spend_drop.incident_shift",
                _("All customers move together by: one incident, no alarms"),
                _U.SHARE,
                0.05,
                2,
                0.30,
            ),
        ),
    ),
    (
        _("A customer stays away"),
        (
            _T("inactivity.gaps", _("Visits looked back to know the rhythm"), _U.COUNT, 4, 100, 24),
            _T("inactivity.own_gaps", _("Visits from which the customer’s own rhythm counts"), _U.COUNT, 2, 24, 4),
            _T("inactivity.budget", _("False alarms allowed for a customer and year"), _U.SHARE, 0.001, 1, 0.05),
            _T(
                "inactivity.alarm_cap",
                _("Alarm: chance that the absence is usual, at most"),
                _U.SHARE,
                0.001,
                0.5,
                0.05,
            ),
            _T("inactivity.lapse_days", _("Lapsed: away for at least"), _U.DAYS, 14, 3_650, 180),
            _T("inactivity.lapse_gaps", _("Lapsed: away for so many usual gaps"), _U.COUNT, 2, 50, 6),
            _T("inactivity.lapse_unknown", _("Lapsed without a known rhythm: away for"), _U.DAYS, 30, 3_650, 365),
            _T("inactivity.returned_days", _("A return is told for"), _U.DAYS, 1, 730, 120),
            _T("inactivity.season_first", _("Open from the month"), _U.CHOICE, 0, 12, 0, _MONTHS),
            _T("inactivity.season_last", _("Open until the month"), _U.CHOICE, 0, 12, 0, _MONTHS),
        ),
    ),
    (
        _("Trouble with our service"),
        (
            _T("promise_broken.days", _("Broken promises count together for"), _U.DAYS, 7, 365, 90),
            _T("promise_broken.alarm", _("Alarm: broken promises in that time"), _U.COUNT, 1, 10, 2),
            _T("service_friction.days", _("Troubles are counted over"), _U.DAYS, 7, 180, 30),
            _T("service_friction.long_days", _("… and over a longer time of"), _U.DAYS, 14, 365, 90),
            _T("service_friction.watch", _("Watch: troubles in the shorter time"), _U.COUNT, 1, 20, 2),
            _T("service_friction.alarm", _("Alarm: troubles in the shorter time"), _U.COUNT, 1, 20, 3),
            _T("service_friction.long_alarm", _("Alarm: troubles in the longer time"), _U.COUNT, 1, 40, 4),
            _T("service_friction.again_days", _("Asking again counts within"), _U.DAYS, 1, 60, 7),
        ),
    ),
    (
        _("A customer moves"),
        (
            _T("new_home.months", _("New home: handed over at most so many months before"), _U.COUNT, 1, 36, 6),
            _T("new_home.chance", _("New home: how likely it is then"), _U.SHARE, 0.01, 1, 0.80),
            _T("car_need.kilometres", _("Car: kilometres from the centre of the city, at least"), _U.COUNT, 1, 200, 20),
            _T("car_need.chance", _("Car: how likely the need is then"), _U.SHARE, 0.01, 1, 0.30),
        ),
    ),
    (
        _("Spending goes to cheaper places"),
        (
            _T("credit_downshift.drop", _("The month lies below the usual by"), _U.SHARE, 0.3, 0.99, 0.50),
            _T("credit_downshift.z", _("… and below the usual swing of the customer by"), _U.SPREAD, -20, -1, -3.0),
            _T("credit_downshift.purchases", _("Purchases needed before and since"), _U.COUNT, 8, 100, 8),
            _T("credit_downshift.chance", _("Chance alone would do it in at most"), _U.SHARE, 0.001, 0.05, 0.01),
        ),
    ),
    (
        _("A higher limit"),
        (
            _T(
                "decisions.raise_least",
                _("Bought for at least, in every month of two years"),
                _U.MONEY,
                100,
                1_000_000,
                30_000,
            ),
        ),
    ),
    (
        _("Refund claims"),
        (
            _T("abuse_review.days", _("Claims and orders are counted over"), _U.DAYS, 14, 365, 60),
            _T("abuse_review.claims", _("A person looks: claims in that time, at least"), _U.COUNT, 3, 100, 6),
            _T("abuse_review.share", _("… and of the orders in that time"), _U.SHARE, 0.3, 1, 0.80),
        ),
    ),
    (
        _("Savings and income"),
        (
            _T("savings.months", _("Savings have grown for at least (months)"), _U.COUNT, 6, 60, 24),
            _T("savings.growth", _("… by at least"), _U.MONEY, 1_000, 1_000_000, 100_000),
            _T("savings.outflow", _("… and every month less than this flowed out"), _U.MONEY, 100, 1_000_000, 20_000),
            _T("balance_runoff.drop", _("Deposits lie below the usual by"), _U.SHARE, 0.2, 0.99, 0.50),
            _T("balance_runoff.least", _("… and by at least"), _U.MONEY, 100, 1_000_000, 20_000),
            _T("first_income.months", _("Income in so many months in a row"), _U.COUNT, 3, 12, 3),
            _T("first_income.told", _("A first income is told for (months)"), _U.COUNT, 3, 24, 12),
        ),
    ),
    (
        _("The list of the day"),
        (
            _T("decisions.capacity", _("Lines for a person and day"), _U.COUNT, 1, 200, 20),
            _T("decisions.capacity_pool", _("Lines of a team’s pool"), _U.COUNT, 1, 5_000, 200),
            _T("decisions.due_days_a", _("Tier A is due within (business days)"), _U.DAYS, 0, 60, 1),
            _T("decisions.due_days_b", _("Tier B is due within (business days)"), _U.DAYS, 0, 60, 5),
            _T("decisions.due_days_c", _("Other customers are due within (business days)"), _U.DAYS, 0, 60, 10),
            _T("decisions.rest_days", _("Peace after a contact"), _U.DAYS, 0, 365, 14),
            _T("decisions.lapsed_days", _("Who lapsed longer ago is not proposed"), _U.DAYS, 7, 3_650, 90),
            _T("decisions.owed_ahead_days", _("Promises are shown ahead of their day"), _U.DAYS, 0, 60, 7),
            _T("decisions.renewal_days", _("Renewals are proposed ahead"), _U.DAYS, 1, 365, 30),
            _T("decisions.renewal_chance", _("Chance that a renewal is lost without a word"), _U.SHARE, 0, 1, 0.15),
            _T("decisions.leaving_days", _("It counts that somebody wants to leave, for"), _U.DAYS, 1, 365, 30),
            _T("decisions.refused_days", _("It counts that somebody refused a way, for"), _U.DAYS, 1, 365, 14),
            _T(
                "decisions.touch_share",
                _("Lines of a day for tier B’s touch of the quarter, at most"),
                _U.SHARE,
                0,
                1,
                0.35,
            ),
        ),
    ),
)
THRESHOLDS: Mapping[str, Threshold] = {one.name: one for _label, group in GROUPS for one in group}

_UNKNOWN = gettext_noop("There is no threshold “{name}”.")
_BEYOND = gettext_noop("Between {low} and {high}, please.")


def change_threshold(name: str, text: str, *, by: Principal) -> None:
    """Set a threshold as a person wrote it, shares in percent; "" lets the default count again. From the next refresh on.

    Raises Denied, and Refused (insight.unknown_threshold, insight.beyond_bounds, and as parse_amount does).
    """
    require(by, Permission.ADMINISTER)
    threshold = THRESHOLDS.get(name)
    if threshold is None:
        raise Refused("insight.unknown_threshold", _UNKNOWN, name=name[:60])
    set_threshold(name, _value(threshold, text) if text.strip() else None, by=by)


def in_words(threshold: Threshold, value: float) -> str:
    """A value as a person reads and writes it: shares in percent; of a choice its number."""
    shown = value * 100 if threshold.unit == Unit.SHARE else value
    return f"{shown:,.13g}".replace("-", MINUS)


def _value(threshold: Threshold, text: str) -> float | None:
    given = float(parse_amount(text.strip().rstrip("%％")))
    value = round(given / 100, 12) if threshold.unit == Unit.SHARE else given
    is_whole = threshold.unit not in (Unit.COUNT, Unit.DAYS, Unit.CHOICE) or value == math.floor(value)
    if not (threshold.low <= value <= threshold.high and is_whole):
        low, high = (in_words(threshold, bound) for bound in (threshold.low, threshold.high))
        raise Refused("insight.beyond_bounds", _BEYOND, low=low, high=high)
    return None if value == threshold.default else value
