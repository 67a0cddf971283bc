"""Named reads of losses. Every list is bounded; every one shown to people is of customers in sight."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum, Variance
from django.db.models.functions import TruncMonth, TruncQuarter

from guanxi.identity.principals import Principal
from guanxi.record.standing.rules import quarter_of
from guanxi.rescue.winback.choices import Arm, Excluded, LossCause, Reason
from guanxi.rescue.winback.models import Loss
from guanxi.rescue.winback.permissions import ranked_losses, seen_losses
from guanxi.rescue.winback.rules import WON_WITHIN, Agreement, Brought, Compared, increment


def declared_reasons() -> list[tuple[int, dt.date, int]]:
    """(customer id, day of the loss, type) of what lost customers named themselves, one a customer and day: two who were merged
    may have said something of the same one. For the refresh.
    """
    found = Loss.objects.exclude(declared=Reason.UNKNOWN).order_by("pk")
    rows = found.values_list("customer_id", "lost_on", "declared")
    return [(*place, declared) for place, declared in {row[:2]: row[2] for row in rows}.items()]


def tried_offers(on: dt.date) -> dict[str, dict[tuple[int, int], tuple[int, int]]]:
    """Of each offer by (type of reason, tier of the first life) how many were pursued with it 90 days ago or longer, and how many of
    them came back within these.
    """
    tried = Loss.objects.filter(_still_away(), arm=Arm.PURSUED, handed_on__lte=on - WON_WITHIN).exclude(handed_offer="")
    grouped = tried.order_by("handed_offer", "reason", "tier").values("handed_offer", "reason", "tier")
    found: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
    for row in grouped.annotate(tries=Count("pk"), wins=Count("pk", filter=_won())):
        found.setdefault(row["handed_offer"], {})[row["reason"], row["tier"]] = (row["tries"], row["wins"])
    return found


def second_lives_of_all() -> dict[str, Any]:
    """What the last refresh made of everybody who is lost: how many are pursued and their net value together (minor units), how many are
    left in peace by why, and how many came back (two queries); for figures of the house.
    """
    away = Loss.objects.filter(returned_on=None).exclude(excluded=Excluded.NOT_LOST).order_by()
    rows = away.values("excluded").annotate(customers=Count("pk"), worth=Sum("value"))
    counted = {row["excluded"]: (row["customers"], row["worth"]) for row in rows}
    pursued, value = counted.pop("", (0, 0))
    left = {why: customers for why, (customers, _worth) in sorted(counted.items())}
    regained = Loss.objects.exclude(returned_on=None).count()
    return {"pursued": pursued, "value": value, "left_in_peace": left, "regained": regained}


def regained_customers(on: dt.date) -> list[tuple[int, dt.date, dt.date, int, int, str]]:
    """(customer id, day of the loss, day of the return, type of reason, tier of the first life, offer he was pursued with) of everybody
    who came back by a day; for the refresh.
    """
    found = Loss.objects.filter(returned_on__lte=on).order_by("pk")
    rows = found.values_list(
        "customer_id", "lost_on", "returned_on", "reason", "tier", "handed_offer", "arm", "handed_on"
    )
    return [
        (customer, lost, back, reason, tier, offer if arm == Arm.PURSUED and handed and handed <= back else "")
        for customer, lost, back, reason, tier, offer, arm, handed in rows
        if back
    ]


def handed_losses(since: dt.date) -> list[tuple[str, int, dt.date]]:
    """(key, customer id, day) of everybody who was handed out or kept back from a day on. For the refresh."""
    found = Loss.objects.exclude(arm=Arm.NONE).filter(handed_on__gte=since).order_by("pk")
    return [(key, customer, on) for key, customer, on in found.values_list("key", "customer_id", "handed_on") if on]


def compared(principal: Principal, *, on: dt.date) -> Compared:
    """Who came back within 90 days, of those pursued and of those kept back, in sight, and what they contributed in these days
    (one query). Raises Denied.
    """
    counts = {
        f"{name}_{arm.name.lower()}": Count("pk", filter=Q(arm=arm) & also)
        for arm in (Arm.PURSUED, Arm.CONTROL)
        for name, also in (("all", Q()), ("won", _won()))
    }
    sums = {
        f"{name}_{arm.name.lower()}": made("brought", filter=Q(arm=arm))
        for arm in (Arm.PURSUED, Arm.CONTROL)
        for name, made in (("mean", Avg), ("spread", partial(Variance, sample=True)))
    }
    row = seen_losses(principal).filter(_still_away(), handed_on__lte=on - WON_WITHIN).aggregate(**counts, **sums)
    pursued, control = (
        Brought(row[f"all_{name}"], float(row[f"mean_{name}"] or 0), row[f"spread_{name}"])
        for name in ("pursued", "control")
    )
    return Compared(
        row["all_pursued"], row["won_pursued"], row["all_control"], row["won_control"], increment(pursued, control)
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list of the lost: days of the loss, a reason, a cause, a tier; None for any."""

    since: dt.date | None = None
    until: dt.date | None = None
    reason: int | None = None
    cause: str | None = None
    tier: int | None = None


def lost_customers(principal: Principal, asked: Asked, *, before: int = 0, limit: int = 50) -> list[Loss]:
    """Losses in sight, the latest first, those also who came back; `before`: the loss after which to go on. Raises Denied."""
    found = _filtered(principal, asked)
    last = found.filter(pk=before).values_list("lost_on", flat=True).first() if before else None
    if last is not None:
        found = found.filter(Q(lost_on__lt=last) | Q(lost_on=last, pk__lt=before))
    return list(found.select_related("customer", "product").order_by("-lost_on", "-pk")[:limit])


@dataclass(frozen=True, slots=True)
class Total:
    """So many losses, and what the first lives were worth (minor units)."""

    losses: int
    worth: int


def lost_in_all(principal: Principal, asked: Asked) -> Total:
    """How many losses the question finds, and their worth. Raises Denied."""
    row = _filtered(principal, asked).aggregate(losses=Count("pk"), worth=Sum("worth"))
    return Total(row["losses"], row["worth"] or 0)


def ranked_list(principal: Principal, *, on: dt.date, limit: int = 50) -> list[Loss]:
    """Whom to win back, the most valuable by unit of contact first. Raises Denied."""
    found = ranked_losses(principal, on=on).select_related("customer", "product")
    return list(found.order_by("-per_unit", "pk")[:limit])


def ranked_count(principal: Principal, *, on: dt.date) -> int:
    """How many may be pursued. Raises Denied."""
    return ranked_losses(principal, on=on).count()


def excluded_counts(principal: Principal) -> Mapping[str, int]:
    """Why the others are not pursued: reason → how many (one query). Raises Denied."""
    found = seen_losses(principal).filter(returned_on=None).exclude(excluded="")
    return dict(found.values_list("excluded").annotate(count=Count("pk")).order_by("-count", "excluded"))


def causes_since(principal: Principal, *, since: dt.date, until: dt.date) -> list[tuple[str, Total]]:
    """Losses of these days by cause, the most valuable first; "" where it is not known (WIN-07). Raises Denied."""
    found = _lost(principal).filter(lost_on__gte=since, lost_on__lte=until).values("cause")
    counted = found.annotate(losses=Count("pk"), lost_worth=Sum("worth")).order_by("-lost_worth", "cause")
    return [(row["cause"], Total(row["losses"], row["lost_worth"] or 0)) for row in counted]


def rivals_since(principal: Principal, *, since: dt.date, until: dt.date, limit: int = 20) -> list[tuple[str, Total]]:
    """Losses of these days by the competitor whom customers named, the most valuable first (one query). Raises Denied."""
    found = _lost(principal).filter(lost_on__gte=since, lost_on__lte=until).exclude(rival="").values("rival")
    counted = found.annotate(losses=Count("pk"), lost_worth=Sum("worth")).order_by("-lost_worth", "rival")
    return [(row["rival"], Total(row["losses"], row["lost_worth"] or 0)) for row in counted[:limit]]


def many_on_one_cause(
    principal: Principal, *, on: dt.date, least: int, limit: int = 8
) -> list[tuple[dt.date, str, int]]:
    """(first day of the quarter, cause, losses) of this and the last eight quarters with at least so many losses on one cause that is ours,
    the latest first (WIN-07; one query). Raises Denied.
    """
    since = quarter_of(on).replace(year=on.year - 2)
    found = _lost(principal).filter(lost_on__gte=since).exclude(cause__in=("", LossCause.EXOGENOUS))
    counted = found.annotate(quarter=TruncQuarter("lost_on")).values("quarter", "cause").annotate(losses=Count("pk"))
    rows = counted.filter(losses__gte=least).order_by("-quarter", "-losses", "cause")[:limit]
    return [(row["quarter"], row["cause"], row["losses"]) for row in rows]


def agreement(principal: Principal, *, since: dt.date) -> list[Agreement]:
    """By month in which customers in sight said why: what was found without that held against it, the latest first (one query).
    Raises Denied.
    """
    said = _lost(principal).filter(declared_on__gte=since).exclude(declared=Reason.UNKNOWN)
    known = ~Q(found=Reason.UNKNOWN)
    counted = said.annotate(month=TruncMonth("declared_on")).values("month").annotate(
        all_of=Count("pk"), known=Count("pk", filter=known), same=Count("pk", filter=known & Q(found=F("declared")))
    )  # fmt: skip
    return [Agreement(row["month"], row["all_of"], row["known"], row["same"]) for row in counted.order_by("-month")]


def losses_by_quarter(since: dt.date) -> list[tuple[dt.date, str, int, int]]:
    """(first day of the quarter, cause, losses, their worth) of everybody's losses on causes of ours, from a day. For the refresh."""
    found = _of_causes(since).annotate(quarter=TruncQuarter("lost_on")).values("quarter", "cause")
    counted = found.annotate(losses=Count("pk"), lost_worth=Sum("worth")).order_by("quarter", "cause")
    return [(row["quarter"], row["cause"], row["losses"], row["lost_worth"] or 0) for row in counted]


def losses_by_month(since: dt.date) -> dict[tuple[str, dt.date], int]:
    """(cause, first day of the month) → everybody's losses, from a day. For the refresh."""
    found = _of_causes(since).annotate(month=TruncMonth("lost_on")).values("month", "cause")
    return {(row["cause"], row["month"]): row["losses"] for row in found.annotate(losses=Count("pk")).order_by()}


def losses_of(customer_id: int, principal: Principal) -> Sequence[Loss]:
    """The losses of one customer in sight, the latest first. Raises Denied."""
    found = seen_losses(principal).filter(customer=customer_id).select_related("product", "declared_by")
    return list(found.order_by("-lost_on", "-pk")[:20])


def loss_of_code(code: str, principal: Principal) -> Loss | None:
    """One loss; None where there is none in sight. Raises Denied."""
    return seen_losses(principal).select_related("customer", "product", "declared_by").filter(code=code).first()


def _lost(principal: Principal) -> QuerySet[Loss]:
    """Losses in sight, without those that by what is known now were none."""
    return seen_losses(principal).exclude(excluded=Excluded.NOT_LOST)


def _of_causes(since: dt.date) -> QuerySet[Loss]:
    """Losses of everybody on causes of ours, without those that by what is known now were none."""
    found = Loss.objects.filter(lost_on__gte=since).exclude(excluded=Excluded.NOT_LOST)
    return found.exclude(cause__in=("", LossCause.EXOGENOUS))


def _still_away() -> Q:
    """Who was away when he was handed out; a purchase before that may become known only afterwards."""
    return Q(returned_on=None) | Q(returned_on__gte=F("handed_on"))


def _won() -> Q:
    return Q(returned_on__isnull=False, returned_on__lte=F("handed_on") + WON_WITHIN)


def _filtered(principal: Principal, asked: Asked) -> QuerySet[Loss]:
    given = {
        "lost_on__gte": asked.since, "lost_on__lte": asked.until, "reason": asked.reason, "cause": asked.cause, "tier": asked.tier,
    }  # fmt: skip
    return _lost(principal).filter(**{name: value for name, value in given.items() if value is not None})
