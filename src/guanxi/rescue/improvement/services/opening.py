"""The night's part: causes with many losses in a quarter open a case, and the loss rates of all cases are brought up to date."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from guanxi.identity.naming import first_leader
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.rescue.improvement.choices import CaseState
from guanxi.rescue.improvement.models import ImprovementCase
from guanxi.rescue.improvement.rules import DUE_DAYS, Found, cases_to_open, first_quarter
from guanxi.rescue.winback.queries import losses_by_quarter
from guanxi.rescue.winback.rules import MANY_LOSSES


@transaction.atomic
def open_improvements(*, by: Principal, on: dt.date) -> int:
    """Open a case for each cause of ours with twenty losses in a quarter, once a cause and quarter; a case that nobody has taken
    and whose losses turned out to be fewer goes. Again, it writes nothing. Returns how many are new. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    cases = list(ImprovementCase.objects.order_by("quarter_on", "pk"))
    since = min([first_quarter(on), *(case.quarter_on for case in cases)])
    found = [Found(*row) for row in losses_by_quarter(since)]
    counted = {(one.cause, one.quarter_on): one for one in found}
    gone, changed = [], []
    for case in cases:
        now = counted.get((case.cause, case.quarter_on), Found(case.quarter_on, case.cause, 0, 0))
        if case.state == CaseState.PROPOSED and now.losses < MANY_LOSSES:
            gone.append(case)
        elif (case.losses, case.worth) != (now.losses, now.worth):
            case.losses, case.worth = now.losses, now.worth
            changed.append(case)
    ImprovementCase.objects.bulk_update(changed, ["losses", "worth"])
    record_acts("improvement.groundless", [_entry(case) for case in gone], by=by.actor)
    ImprovementCase.objects.filter(pk__in=[case.pk for case in gone]).delete()
    latest = {case.cause: case.quarter_on for case in cases if case not in gone}
    wanted = cases_to_open([one for one in found if one.quarter_on >= first_quarter(on)], latest)
    return _open(wanted, by, on) if wanted else 0


@transaction.atomic
def keep_rates(rates: Mapping[str, dict[str, Any]], *, by: Principal) -> int:
    """Bring the loss rates of cases (code → what insight found) up to date; returns how many changed. Raises Denied."""
    require(by, Permission.RUN_REFRESH)
    changed = []
    for case in ImprovementCase.objects.filter(code__in=list(rates)):
        if case.rates != rates[case.code]:
            case.rates = rates[case.code]
            changed.append(case)
    return ImprovementCase.objects.bulk_update(changed, ["rates"]) if changed else 0


def _open(wanted: list[Found], by: Principal, on: dt.date) -> int:
    leader = first_leader()
    cases = [
        ImprovementCase(
            cause=one.cause, quarter_on=one.quarter_on, opened_on=on, due_on=on + dt.timedelta(DUE_DAYS), losses=one.losses,
            worth=one.worth, owner_id=leader,
        )
        for one in wanted
    ]  # fmt: skip
    ImprovementCase.objects.bulk_create(cases)
    record_acts("improvement.opened", [_entry(case) for case in cases], by=by.actor)
    return len(cases)


def _entry(case: ImprovementCase) -> Entry:
    payload = {"cause": case.cause, "losses": case.losses, "quarter": case.quarter_on.isoformat()}
    return Entry(Noun("improvement", case.code), payload, "")
