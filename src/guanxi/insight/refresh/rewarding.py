"""What the firm is told each night of word of mouth and of what it gives so that customers stay (LOY-05, LOY-03)."""

import datetime as dt
from collections import Counter
from typing import Any

from guanxi.engage.offers.choices import CHANNELS, COSTS, Issue, Way
from guanxi.engage.offers.queries import incentives_of
from guanxi.ground.money import minor_digits
from guanxi.insight.appraisal.acquisition import count_contacts
from guanxi.insight.appraisal.tenure import tell_tenure
from guanxi.insight.appraisal.word_of_mouth import tell_word_of_mouth
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.queries.said import accepted_versions
from guanxi.record.consents.queries import agreeing_ids
from guanxi.record.standing.rules import quarter_of

_YEAR = dt.timedelta(days=365 - 1)  # first and last day both count


def tell_rewards(bench: Workbench, *, as_of: dt.date, currency: str) -> dict[str, Any]:
    """`word_of_mouth` as told there; `rewards`: what accepted offers to stay, on request or not, cost in the quarter so far, by the
    tier that customers have now: tier → times and spent in minor units of `currency`.
    """
    since, costs = quarter_of(as_of), incentives_of(Issue.RETENTION, currency=currency)
    times: Counter[int] = Counter()
    spent: Counter[int] = Counter()
    for tier, version in accepted_versions(costs, since=since, until=as_of):
        times[tier] += 1
        spent[tier] += costs[version]
    told = {str(tier): {"times": times[tier], "spent": spent[tier]} for tier in sorted(times)}
    word = tell_word_of_mouth(bench, as_of=as_of, agreeing=lambda ids: agreeing_ids(ids, on=as_of))
    return {
        "word_of_mouth": word,
        "rewards": {"since": since.isoformat(), "tiers": told},
        "tenure": tell_tenure(bench, as_of=as_of, costs=_contact_costs(currency)),
        "keeping": _tell_keeping(bench, as_of=as_of, currency=currency),
    }


def _contact_costs(currency: str) -> dict[int, float]:
    """What a contact costs by channel, in minor units of a currency."""
    unit = 10 ** minor_digits(currency)
    return {int(CHANNELS[way]): unit * cost / 100 for way, cost in COSTS.items() if way != Way.INSERT}


def _tell_keeping(bench: Workbench, *, as_of: dt.date, currency: str) -> dict[str, int]:
    """What keeping customers cost in twelve months, in minor units: contacts with who had bought before, at the costs of their ways,
    and what accepted offers to stay cost us (ACQ-06).
    """
    each = _contact_costs(currency)
    contacts = count_contacts(bench, as_of=as_of)
    costs = incentives_of(Issue.RETENTION, currency=currency)
    given = accepted_versions(costs, since=as_of - _YEAR, until=as_of)
    return {
        "contacts": round(sum(each.get(channel, 0) * count for channel, count in contacts.items())),
        "incentives": sum(costs[version] for _tier, version in given),
    }
