"""Named reads of the contact policy."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from guanxi.engage.offers.candidates import Candidate, candidates
from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.rules.given import NotTaken
from guanxi.engage.policy.models import Capacity, ContextWeight, Lever, PolicyLine, ServicePlan
from guanxi.engage.policy.permissions import require_rehearsing, require_sight
from guanxi.engage.policy.rules import DEFAULTS, Line
from guanxi.engage.policy.serving import DEFAULTS as SERVICE_DEFAULTS
from guanxi.engage.policy.serving import Plan
from guanxi.engage.policy.variation import ContactPolicy, Place, Variation, read_variation
from guanxi.ground.jobs.choices import FINISHED
from guanxi.ground.jobs.queries import JobLine, find_job, jobs_named
from guanxi.ground.refusals import Refused, excerpt, gettext_noop, kept_refusal
from guanxi.identity.principals import Principal
from guanxi.record.standing.choices import ServiceModel

REHEARSAL: Final = "rehearse"  # the name of the job
_NO_OFFERS = gettext_noop("No offer is published that is weighed in money: there is nothing to rehearse.")
_NO_OFFER = gettext_noop("There is no offer “{reference}”.")


@dataclass(frozen=True, slots=True)
class LeverRow:
    """A lever that counts: the offer's reference, hundredths added, why, whose, until when."""

    code: str
    offer: str
    value: int
    why: str
    owner: str
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A context weight that counts: for a signal ("" state: any) and an issue, or one offer by reference."""

    code: str
    signal: str
    state: str
    issue: int | None
    offer: str
    weight: int
    why: str
    owner: str
    ends_on: dt.date


def policy_now() -> dict[str, Line]:
    """Every line as it counts now, by name: the firm's own where it set one, else the default."""
    own = dict(PolicyLine.objects.values_list("name", "amount"))
    return {name: replace(line, amount=own[name]) if name in own else line for name, line in DEFAULTS.items()}


def service_plans() -> dict[ServiceModel, Plan]:
    """How each service model serves: the firm's own plan where it wrote one, else the default (one query)."""
    own = {
        ServiceModel(row.model): Plan(tuple(row.points.splitlines()), row.served_by, row.minutes)
        for row in ServicePlan.objects.all()
    }
    return dict(SERVICE_DEFAULTS) | own


def own_lines() -> set[str]:
    """Names of the lines that the firm has set itself."""
    return set(PolicyLine.objects.values_list("name", flat=True))


def capacities(day: dt.date) -> dict[Way, int | None]:
    """Units of each way on a day: 0 is none, None no limit. What was set for the day counts before every day's."""
    rows = Capacity.objects.filter(day__isnull=True).values_list("way", "units")
    found: dict[Way, int | None] = dict.fromkeys(Way) | {Way(way): units for way, units in rows}
    return found | {Way(way): units for way, units in Capacity.objects.filter(day=day).values_list("way", "units")}


def capacity_rows(*, principal: Principal, since: dt.date, limit: int = 200) -> list[tuple[int, dt.date | None, int]]:
    """(way, day or None, units) as they were set, every day's first, then the days to come. Raises Denied."""
    require_sight(principal)
    every = Capacity.objects.filter(day__isnull=True).order_by("way")
    days = Capacity.objects.filter(day__gte=since).order_by("day", "way")
    return [(one.way, one.day, one.units) for one in (*every, *days[:limit])]


def levers(on: dt.date, limit: int = 500) -> list[LeverRow]:
    """Levers that count on a day, by offer."""
    rows = Lever.objects.filter(set_on__lte=on, ends_on__gte=on).select_related("owner").order_by("offer")
    return [
        LeverRow(one.code, one.offer, one.value, one.why, one.owner.name if one.owner else "", one.ends_on)
        for one in rows[:limit]
    ]


def context_weights(on: dt.date, limit: int = 500) -> list[WeightRow]:
    """Context weights that count on a day, by signal, state and what they add to."""
    rows = ContextWeight.objects.filter(set_on__lte=on, ends_on__gte=on).select_related("owner")
    return [
        WeightRow(
            one.code, one.signal, one.state, one.issue, one.offer, one.weight, one.why,
            one.owner.name if one.owner else "", one.ends_on,
        )
        for one in rows.order_by("signal", "state", "issue", "offer")[:limit]
    ]  # fmt: skip


def lever_sums(on: dt.date) -> Mapping[str, int]:
    """Hundredths added to each offer by reference on a day."""
    return dict(Lever.objects.filter(set_on__lte=on, ends_on__gte=on).values_list("offer", "value"))


def contact_policy(day: dt.date) -> ContactPolicy:
    """Everything of the policy as it counts on a day."""
    weights = {Place(one.signal, one.state, one.issue or 0, one.offer): one.weight for one in context_weights(day)}
    return ContactPolicy(policy_now(), capacities(day), dict(lever_sums(day)), weights)


@dataclass(frozen=True, slots=True)
class RehearsalRow:
    """A rehearsal that was asked for: by whom (id of staff, None a program), of which variation, and how it stands.

    result: what it came to, None while it is under way or where it failed; refusal: why it came to nothing; trouble: what a
    program stumbled over.
    """

    code: str
    asked_by: int | None
    asked_at: dt.datetime
    on: dt.date
    variation: Variation
    is_finished: bool
    result: dict[str, Any] | None
    refusal: Refused | None
    trouble: str


def rehearsals(*, principal: Principal, limit: int = 10) -> list[RehearsalRow]:
    """What was rehearsed last, newest first. Raises Denied."""
    require_rehearsing(principal)
    return [_row(job) for job in jobs_named(REHEARSAL, limit)]


def rehearsal_of(code: str, *, principal: Principal) -> RehearsalRow | None:
    """One rehearsal; None where there is none, or no longer. Raises Denied."""
    require_rehearsing(principal)
    job = find_job(REHEARSAL, code)
    return _row(job) if job else None


def check_variation(variation: Variation, on: dt.date) -> list[Candidate]:
    """The offers that would be weighed with it on a day. Raises NotTaken where it names offers that are not there or not
    fit to be rehearsed, and Refused where none is left.
    """
    known = candidates(on)
    published = {one.reference: one for one in known if one.is_published}
    in_work = {one.reference: one for one in known if not one.is_published}
    for kind, names, there in (
        ("levers", variation.levers, published | in_work),
        ("offers_out", variation.offers_out, published),
        ("offers_in", variation.offers_in, in_work),
    ):
        for name in names:
            if name not in there:
                raise NotTaken(Refused("policy.no_offer", _NO_OFFER, reference=excerpt(name)), field=f"{kind}.{name}")
    for name in variation.offers_in:
        if refusal := in_work[name].refusal:
            raise NotTaken(refusal, field=f"offers_in.{name}")
    rest = {name: one for name, one in published.items() if name not in variation.offers_out}
    found = rest | {name: in_work[name] for name in variation.offers_in}
    if not found:
        raise Refused("rehearsal.no_offers", _NO_OFFERS)
    return [found[name] for name in sorted(found)]


def _row(job: JobLine) -> RehearsalRow:
    result = job.result or {}
    refused = result.get("refused")
    return RehearsalRow(
        code=job.key,
        asked_by=job.arguments["asked_by"],
        asked_at=job.created_at,
        on=dt.date.fromisoformat(job.arguments["day"]),
        variation=read_variation(job.arguments["variation"]),
        is_finished=job.status in FINISHED,
        result=None if refused else job.result,
        refusal=kept_refusal(refused["code"], refused["words"], refused["params"]) if refused else None,
        trouble=job.trouble,
    )
