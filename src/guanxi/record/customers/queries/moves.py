"""Moves: an address that ended another one. A customer's first address is none."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, Min, OuterRef, QuerySet, Subquery

from guanxi.record.customers.models import Address

_STEP = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """A place; `estate_id` where somebody named the estate."""

    text: str
    city: str
    district: str
    estate_id: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """A customer's change from one place to another on a day. `address_id` is the row of the new place; `again`: the
    customer had come to the old place by a move as well, so that correcting its words is still about that move.
    """

    customer_id: int
    code: str
    kind: int
    owner_id: int | None
    team_id: int | None
    address_id: int
    on: date
    old: Settled
    new: Settled
    again: bool


def moves_to(address_ids: Collection[int]) -> list[Move]:
    """The moves that these addresses are; for services of the record, which have asked for the right."""
    wanted = sorted(address_ids)
    found: list[Move] = []
    for start in range(0, len(wanted), _STEP):
        found += _moves(Address.objects.filter(pk__in=wanted[start : start + _STEP], valid_to=None))
    return found


def moves_to_other_cities(on: date) -> list[tuple[int, date]]:
    """(customer id, day) of the last move of everybody whose place, as of a day, is in another city than the one it ended; for
    the refresh, which sees everybody. The forms of cities' names are not compared: what is written alike is one city.
    """
    moved = Address.objects.filter(valid_to=None, valid_from__lte=on).exclude(city="")
    before = Address.objects.filter(customer=OuterRef("customer"), valid_to__isnull=False).exclude(city="")
    last = before.order_by("-valid_to", "-pk").values("city")[:1]
    found = moved.annotate(old=Subquery(last)).filter(old__isnull=False).exclude(old=F("city"))
    return list(found.values_list("customer_id").annotate(day=Max("valid_from")).order_by("customer_id"))


def places_left(address_ids: Collection[int]) -> set[int]:
    """Those of these addresses that are there no more: their import was taken back, or the customer is erased."""
    wanted, there = sorted(address_ids), set()
    for start in range(0, len(wanted), _STEP):
        there |= set(Address.objects.filter(pk__in=wanted[start : start + _STEP]).values_list("pk", flat=True))
    return set(wanted) - there


def moves_between(first: date, last: date) -> Iterator[list[Move]]:
    """The moves of these days whose place is still the current one, in steps; nobody is left out for want of sight."""
    recent = Address.objects.filter(valid_from__range=(first, last), valid_to=None, customer__deleted_at=None)
    recent = recent.filter(customer__merged_into=None).annotate(before=_before()).exclude(before=None)
    ids = list(recent.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _STEP):
        yield moves_to(ids[start : start + _STEP])


def _before() -> Subquery:
    earlier = Address.objects.filter(customer=OuterRef("customer"), pk__lt=OuterRef("pk"))
    return Subquery(earlier.order_by("-pk").values("pk")[:1])


def _moves(found: QuerySet[Address]) -> list[Move]:
    here = found.annotate(
        before=_before(),
        code=F("customer__code"),
        kind=F("customer__kind"),
        owner_id=F("customer__owner"),
        team_id=F("customer__team"),
        home=F("customer__city__name"),
    )
    rows = list(here.exclude(before=None).order_by("pk"))
    old = Address.objects.in_bulk([row.before for row in rows])
    known = Address.objects.filter(customer__in=[row.customer_id for row in rows]).order_by()
    firsts = set(known.values("customer").annotate(first=Min("pk")).values_list("first", flat=True))
    return [
        Move(
            row.customer_id, row.code, row.kind, row.owner_id, row.team_id, row.pk, row.valid_from,
            _settled(old[row.before], ""), _settled(row, row.home or ""), row.before not in firsts,
        )
        for row in rows
        if row.valid_from
    ]  # fmt: skip


def _settled(row: Address, home: str) -> Settled:
    """An address that names no city lies in the customer's."""
    return Settled(row.text, row.city or home, row.district, row.estate_id)
