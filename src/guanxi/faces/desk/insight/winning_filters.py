"""Which losses a list is about: what may be chosen, and the question that an address asks."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.record.customers.choices import Tier
from guanxi.rescue.winback import queries
from guanxi.rescue.winback.choices import LossCause, Reason

YEAR, _QUARTER = dt.timedelta(365), dt.timedelta(91)


@dataclass(frozen=True)
class Choice:
    """A filter with what may be chosen."""

    name: str
    label: str
    options: list[tuple[str, str, bool]]


def filters_of(given: Mapping[str, str]) -> list[Choice]:
    """The filters of the list, with what is chosen of each."""
    anything = ("", _("all"))
    spans = [anything, ("quarter", _("the last quarter")), ("year", _("the last 12 months"))]
    reasons = [anything, *((one.name.lower(), str(one.label)) for one in Reason)]
    causes = [anything, *((one.value, str(one.label)) for one in LossCause)]
    tiers = [anything, *((letter.lower(), letter) for letter in ("A", "B", "C"))]
    named = (
        ("span", _("Lost in"), spans), ("reason", _("Why"), reasons), ("cause", _("Cause with us"), causes), ("tier", _("Tier"), tiers),
    )  # fmt: skip
    return [
        Choice(name, label, [(value, words, value == given.get(name, "")) for value, words in options])
        for name, label, options in named
    ]


def asked_of(given: Mapping[str, str], today: dt.date) -> queries.Asked | None:
    """The question that an address asks; None where it is none of ours."""
    spans = {"": None, "quarter": today - _QUARTER, "year": today - YEAR}
    reasons = {"": None} | {one.name.lower(): one.value for one in Reason}
    tiers = {"": None, "a": Tier.A.value, "b": Tier.B.value, "c": Tier.C.value}
    known = given["span"] in spans and given["reason"] in reasons and given["tier"] in tiers
    if not known or given["cause"] not in {"", *LossCause.values}:
        return None
    return queries.Asked(
        since=spans[given["span"]],
        reason=reasons[given["reason"]],
        cause=given["cause"] or None,
        tier=tiers[given["tier"]],
    )


def again(given: Mapping[str, str]) -> str:
    """What is chosen, as the beginning of the query of an address."""
    return "".join(f"{name}={value}&" for name, value in given.items() if value and name != "before")
