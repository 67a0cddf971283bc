"""Improvement cases of the night: opened where many left for one cause, and the loss rate before and after what was done."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from guanxi.identity.principals import Principal
from guanxi.insight.estimates.loss_rates import is_preliminary, loss_rate
from guanxi.rescue.improvement import services
from guanxi.rescue.improvement.queries import cases_to_measure
from guanxi.rescue.improvement.rules import at_risk


def bring_improvements_up_to_date(months_at_risk: Mapping[dt.date, float], *, by: Principal, as_of: dt.date) -> int:
    """Open cases from the losses in the record and measure all of them; returns how many are new.

    months_at_risk: of each first day of a month the customer-months at risk of everybody.
    """
    opened = services.open_improvements(by=by, on=as_of + dt.timedelta(1))
    rates = {
        case.code: {
            "before": _rate(case.before, case.losses_before, months_at_risk, as_of),
            "after": _rate(case.after, case.losses_after, months_at_risk, as_of),
        }
        for case in cases_to_measure(as_of)
    }
    services.keep_rates(rates, by=by)
    return opened


def _rate(
    months: Sequence[dt.date], losses: int, known: Mapping[dt.date, float], as_of: dt.date
) -> dict[str, Any] | None:
    """Losses a customer-month with the limits of 95 % (decisioning.md 4.13); None where the months are not known."""
    exposure = at_risk(months, known)
    if not exposure:
        return None
    found = loss_rate(losses, exposure)
    return {
        **vars(found),
        "first": months[0].isoformat(),
        "last": months[-1].isoformat(),
        "preliminary": is_preliminary(months[-1], as_of),
    }
