"""Setting the contact policy: each act of one line, journaled with what stood before; and asking what another would come to."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.needing import asked_for
from guanxi.engage.offers.queries import is_offered, published_offers
from guanxi.engage.policy.models import Capacity, ContextWeight, Lever, PolicyLine, ServicePlan
from guanxi.engage.policy.permissions import require_rehearsing, require_setting, require_staffing
from guanxi.engage.policy.queries import REHEARSAL, check_variation, contact_policy, context_weights
from guanxi.engage.policy.rules import (
    LEVER_DAYS,
    WEIGHT_DAYS,
    line_of,
    read_end,
    read_lever,
    read_units,
    read_weight,
    read_why,
    set_to,
    written,
)
from guanxi.engage.policy.serving import DEFAULTS as SERVICE_DEFAULTS
from guanxi.engage.policy.serving import checked_plan
from guanxi.engage.policy.variation import read_variation
from guanxi.ground.ids import new_code
from guanxi.ground.jobs.choices import FINISHED
from guanxi.ground.jobs.queries import jobs_named
from guanxi.ground.jobs.services import enqueue, forget_jobs
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.transactions import hold_alone
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import record_act
from guanxi.record.signals.choices import Sign, SignalKind, is_named
from guanxi.record.standing.choices import ServiceModel

KEPT: Final = 6  # rehearsals of one person
_MOST_ASKED: Final = 500
_PAST = gettext_noop("This day has passed.")
_NO_OFFER = gettext_noop("There is no offer “{reference}”.")
_MANY = gettext_noop("{most} rehearsals of yours are still under way: wait until one of them is done.")
_NO_SIGNAL = gettext_noop("There is no such signal in such a state.")
_ONE = gettext_noop("A weight belongs to one kind of offers or to one offer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenWeight:
    """A context weight as written: for which signal and state ("" any), on an issue or on one offer."""

    signal: str
    state: str = ""
    issue: int | None = None
    offer: str = ""
    weight: str
    why: str
    ends_on: dt.date | None = None


@transaction.atomic
def set_line(name: str, amount: str | None, *, by: Principal) -> None:
    """Set a line of the policy ("" means no rule), or let its default count again (None).

    Raises Denied, Refused (policy.no_line, policy.no_amount).
    """
    require_setting(by)
    line = line_of(name)
    if amount is None:
        if not PolicyLine.objects.filter(name=name).delete()[0]:
            return
    else:
        line = set_to(line, amount)
        PolicyLine.objects.update_or_create(name=name, defaults={"amount": line.amount})
    _note("policy.line_set", by.actor, name, name=name, amount=written(line) or "–")


@transaction.atomic
def set_capacity(way: Way, units: str, *, day: dt.date | None = None, by: Principal) -> None:
    """Say how much of a way there is, on a day or on every day: 0 none, nothing no limit. Raises Denied, Refused."""
    require_setting(by)
    number = read_units(units)
    if day is not None and day < firm_day():
        raise Refused("policy.past", _PAST)
    hold_alone("capacities")  # two who set one anew at once would both find none
    rows = Capacity.objects.filter(way=way, day=day)
    if number is None:
        rows.delete()
    elif not rows.update(units=number):
        Capacity.objects.create(way=way, day=day, units=number)
    told = {"way": way.name.lower(), "units": "–" if number is None else number, "day": day.isoformat() if day else "–"}
    _note("policy.capacity_set", by.actor, way.name.lower(), **told)


@transaction.atomic
def set_service(model: ServiceModel, *, points: str, served_by: str, minutes: int, by: Principal) -> None:
    """Say what a contact of a service model covers (a point a line), who serves, and how many minutes it takes.

    Raises Denied, Refused (policy.no_points, policy.no_who, policy.no_minutes).
    """
    require_staffing(by)
    plan = checked_plan(points, served_by, minutes)
    cells = {"points": "\n".join(map(str, plan.points)), "served_by": plan.served_by, "minutes": plan.minutes}
    ServicePlan.objects.update_or_create(model=model, defaults=cells)
    _note("policy.service_set", by.actor, model.value, model=model.value, minutes=plan.minutes)


@transaction.atomic
def reset_service(model: ServiceModel, *, by: Principal) -> None:
    """Let the usual plan of a service model count again. Raises Denied."""
    require_staffing(by)
    if ServicePlan.objects.filter(model=model).delete()[0]:
        _note("policy.service_set", by.actor, model.value, model=model.value, minutes=SERVICE_DEFAULTS[model].minutes)


@transaction.atomic
def set_lever(offer: str, value: str, *, why: str, ends_on: dt.date | None = None, by: Principal) -> None:
    """Add −0.3 … +0.3 to an offer for at most 30 days, in one's own name; 0 ends it.

    Raises Denied, Refused (policy.no_lever, policy.no_offer, policy.far, policy.no_why).
    """
    require_setting(by)
    number, today = read_lever(value), firm_day()
    if not is_offered(offer):
        raise Refused("policy.no_offer", _NO_OFFER, reference=excerpt(offer))
    end, reason = read_end(ends_on, today, most=LEVER_DAYS), read_why(why)
    if number:
        cells = {"value": number, "why": reason, "owner_id": by.staff_id, "set_on": today, "ends_on": end}
        Lever.objects.update_or_create(offer=offer, defaults=cells)
    else:
        Lever.objects.filter(offer=offer).delete()
    _note("policy.lever_set", by.actor, offer, offer=offer, value=number / 100, why=reason, until=end.isoformat())


@transaction.atomic
def set_weight(given: GivenWeight, *, by: Principal) -> None:
    """Add a weight where a signal stands, for at most 90 days, in one's own name; 0 ends it.

    Raises Denied, Refused (policy.no_weight, policy.no_signal, policy.no_offer, policy.one, policy.far, policy.no_why).
    """
    require_setting(by)
    number, today = read_weight(given.weight), firm_day()
    if not is_named(given.signal, given.state):
        raise Refused("policy.no_signal", _NO_SIGNAL)
    if (given.issue is None) == (not given.offer) or given.issue not in {None, *Issue.values}:
        raise Refused("policy.one", _ONE)
    if given.offer and not is_offered(given.offer):
        raise Refused("policy.no_offer", _NO_OFFER, reference=excerpt(given.offer))
    end, reason = read_end(given.ends_on, today, most=WEIGHT_DAYS), read_why(given.why)
    place: dict[str, Any] = {"signal": given.signal, "state": given.state, "issue": given.issue, "offer": given.offer}
    if number:
        cells = {"weight": number, "why": reason, "owner_id": by.staff_id, "set_on": today, "ends_on": end}
        ContextWeight.objects.update_or_create(**place, defaults=cells)
    else:
        ContextWeight.objects.filter(**place).delete()
    told = {"signal": given.signal, "value": number / 100, "why": reason, "until": end.isoformat()}
    _note("policy.weight_set", by.actor, given.signal, **told)


@transaction.atomic
def begin_weights(*, by: Principal) -> int:
    """Set for 90 days, in one's own name, the weights of decisioning.md 3.3 that nobody has set yet, and return how many: +1 for
    offers of growth whose rules ask for a new home, and for every offer that keeps somebody who wants to leave; −0.5 on a way that
    was just refused. Raises Denied.
    """
    require_setting(by)
    moved = [
        one.reference
        for one in published_offers(firm_day())
        if one.issue == Issue.GROWTH and SignalKind.NEW_HOME in asked_for(one)
    ]
    begun = [
        *(GivenWeight(signal=SignalKind.NEW_HOME, offer=one, weight="1", why=_("Needed now")) for one in moved),
        GivenWeight(
            signal=Sign.WANTS_TO_LEAVE, issue=Issue.RETENTION, weight="1", why=_("What keeps them comes first")
        ),
        *(
            GivenWeight(signal=Sign.WAY_REFUSED, issue=issue, weight="-0.5", why=_("They have just said no this way"))
            for issue in (Issue.GROWTH, Issue.PARTNER)
        ),
    ]
    there = {(one.signal, one.state, one.issue, one.offer) for one in context_weights(firm_day())}
    missing = [one for one in begun if (one.signal, one.state, one.issue, one.offer) not in there]
    for one in missing:
        set_weight(one, by=by)
    return len(missing)


@transaction.atomic
def ask_rehearsal(given: Mapping[str, Any], *, by: Principal) -> str:
    """Have a worker rehearse, as things stand today, what the firm's policy and this variation of it would come to; returns the
    code of the rehearsal. Asked twice while it is under way it is the same. The last few of a person are kept,
    and no more are under way.

    given: as `variation` says; what does not differ from the firm's policy is left out. Raises Denied, NotTaken, Refused (also
    policy.many_rehearsals).
    """
    require_rehearsing(by)
    on = firm_day()
    variation = read_variation(given).beside(contact_policy(on))
    check_variation(variation, on)
    asked: dict[str, Any] = {"day": on.isoformat(), "variation": variation.as_json(), "asked_by": by.staff_id}
    mine = [job for job in jobs_named(REHEARSAL, _MOST_ASKED) if job.arguments["asked_by"] == by.staff_id]
    for job in mine:
        if job.status not in FINISHED and job.arguments == asked:
            return job.key
    if sum(job.status not in FINISHED for job in mine) >= KEPT:
        raise Refused("policy.many_rehearsals", _MANY, most=KEPT)
    forget_jobs([job.id for job in mine[KEPT - 1 :]])
    code = new_code()
    enqueue(REHEARSAL, key=code, **asked)
    _note("policy.rehearsed", by.actor, code, day=on.isoformat(), variation=asked["variation"])
    return code


def _note(kind: str, actor: Actor, code: str, **payload: Any) -> None:
    record_act(kind, by=actor, noun=Noun("policy", code), payload=payload)
