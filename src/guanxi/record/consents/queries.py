"""Reads of consents: what stands now, and the history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from guanxi.ground import clock
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.rules import stands
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.permissions import in_sight
from guanxi.record.customers.timeline import Before, TimelineRow

_DAY = timedelta(days=1)
_SAME_DAY = 200  # statements of one day may have been written in another order than they were said


@dataclass(frozen=True, slots=True)
class ConsentNow:
    """The latest statement on a purpose, channel and partner. `is_granted` says whether it allows anything today."""

    customer_id: int
    purpose: Purpose
    channel: Channel
    partner: str
    status: ConsentStatus
    at: datetime
    expires_on: date | None
    is_granted: bool
    source: str = ""


def consent_now(customer_ids: Iterable[int], *, on: date | None = None) -> dict[int, list[ConsentNow]]:
    """Return what stands for each of some customers (one query): the latest statement per purpose, channel and partner.
    Whoever is absent, and whatever is absent, is a no. An expired grant is told, and is a no.
    """
    day = on or firm_day()
    latest = Window(
        RowNumber(),
        partition_by=[F("customer_id"), F("purpose"), F("channel"), F("partner")],
        order_by=[F("at").desc(), F("pk").desc()],
    )
    rows = Consent.objects.filter(customer__in=list(customer_ids)).annotate(place=latest).filter(place=1)
    found: dict[int, list[ConsentNow]] = {}
    for row in rows.order_by("customer_id", "purpose", "channel", "partner"):
        found.setdefault(row.customer_id, []).append(
            ConsentNow(
                row.customer_id,
                Purpose(row.purpose),
                Channel(row.channel),
                row.partner,
                ConsentStatus(row.status),
                row.at,
                row.expires_on,
                stands(row.status, row.expires_on, day),
                row.source,
            )
        )
    return found


def has_consent(
    customer_id: int, *, purpose: Purpose, channel: Channel, partner: str = "", on: date | None = None
) -> bool:
    """Whether a customer allows a purpose on a channel today (or on a day), of a partner where it is partners' offers."""
    return any(
        consent.is_granted
        for consent in consent_now([customer_id], on=on).get(customer_id, [])
        if (consent.purpose, consent.channel, consent.partner) == (purpose, channel, partner)
    )


def profiling_now(customer_id: int, *, on: date | None = None) -> list[ConsentNow]:
    """What stands about advice from own data, by channel; empty where nothing was ever said."""
    return [row for row in consent_now([customer_id], on=on).get(customer_id, []) if row.purpose == Purpose.PROFILING]


def is_profiled(rows: Iterable[ConsentNow]) -> bool:
    """Whether advice may be drawn from somebody's own data, by what stands: unless any statement refuses it."""
    return all(row.is_granted for row in rows if row.purpose == Purpose.PROFILING)


def agreeing_ids(customer_ids: Iterable[int], *, on: date) -> set[int]:
    """Which of some customers said that advice may be drawn from their own data, and it stands (one query a thousand); silence
    is no yes here.
    """
    found, wanted = set(), sorted(customer_ids)
    for start in range(0, len(wanted), 1000):
        for customer_id, rows in consent_now(wanted[start : start + 1000], on=on).items():
            if is_profiled(rows) and any(row.purpose == Purpose.PROFILING for row in rows):
                found.add(customer_id)
    return found


def unprofiled_ids(on: date) -> list[int]:
    """Customers who do not allow advice from their own data on a day: refused, withdrawn or expired on any channel, in
    the order of their keys (one query). Whoever never said anything is not among them.
    """
    return refusing(Purpose.PROFILING, on)


def withdrawals(purpose: Purpose, *, since: date, until: date) -> list[tuple[int, date]]:
    """(customer, day) of each time that somebody took a consent to a purpose back, after `since` and by `until` (one query); for steps
    of the house, which see every customer.
    """
    zone = firm().zone
    first, last = (clock.start_of_day(day + _DAY, zone) for day in (since, until))
    said = Consent.objects.filter(purpose=purpose, status=ConsentStatus.WITHDRAWN, at__gte=first, at__lt=last)
    rows = said.order_by("pk").values_list("customer_id", "at")
    return [(customer, clock.local_day(at, zone)) for customer, at in rows]


def refusing(purpose: Purpose, on: date) -> list[int]:
    """The same of any purpose."""
    latest = Window(
        RowNumber(),
        partition_by=[F("customer_id"), F("channel"), F("partner")],
        order_by=[F("at").desc(), F("pk").desc()],
    )
    rows = Consent.objects.filter(purpose=purpose).annotate(place=latest).filter(place=1)
    found = {
        customer_id
        for customer_id, status, expires_on in rows.values_list("customer_id", "status", "expires_on")
        if not stands(status, expires_on, on)
    }
    return sorted(found)


def opted_out(since: date, until: date) -> list[int]:
    """Customers who withdrew their consent to marketing, on any channel, on a day from one to another (local days, both included) and
    did not give it back there, in the order of their keys (one query).
    """
    zone = firm().zone
    begin, end = clock.start_of_day(since, zone), clock.start_of_day(until + _DAY, zone)
    said = Consent.objects.filter(purpose=Purpose.MARKETING, at__lt=end)
    withdrew = said.filter(status=ConsentStatus.WITHDRAWN, at__gte=begin)
    latest = Window(
        RowNumber(), partition_by=[F("customer_id"), F("channel")], order_by=[F("at").desc(), F("pk").desc()]
    )
    rows = said.filter(customer__in=withdrew.values("customer")).annotate(place=latest).filter(place=1)
    # what a row says is looked at afterwards: as a condition beside the window it would choose what is numbered
    stated = rows.values_list("customer_id", "at", "status")
    return sorted({customer for customer, at, status in stated if status == ConsentStatus.WITHDRAWN and at >= begin})


def timeline_rows(customer_id: int, principal: Principal, before: Before, limit: int) -> list[TimelineRow]:
    """The statements of a customer whom the principal sees as rows of the timeline, newest first; none of others."""
    zone = firm().zone
    rows = Consent.objects.filter(in_sight(principal, customer_id), customer=customer_id)
    if before is not None:
        day, key = before
        start, end = clock.start_of_day(day, zone), clock.start_of_day(day + _DAY, zone)
        rows = rows.filter(Q(at__lt=start) | Q(at__lt=end, pk__lt=key))
    found = [
        TimelineRow(
            on=clock.local_day(row.at, zone),
            id=row.pk,
            kind="consent.recorded",
            at=row.at,
            facts={
                "purpose": row.purpose,
                "channel": row.channel,
                "partner": row.partner,
                "status": row.status,
                "expires_on": row.expires_on,
            },
        )
        for row in rows.order_by("-at", "-pk")[: limit + _SAME_DAY]
    ]
    return sorted(found, key=lambda row: (row.on, row.id), reverse=True)[:limit]
