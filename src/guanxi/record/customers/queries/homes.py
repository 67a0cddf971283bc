"""Where customers live and what they speak, as told; for steps of the house, which see every customer."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, Subquery

from guanxi.record.customers.models import Address, Customer

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Home:
    """The address that stands for a customer; one that names no city lies in his. `estate_id` where somebody named the estate."""

    customer_id: int
    text: str
    city: str
    district: str
    estate_id: int | None


def homes() -> Iterator[Home]:
    """Of everybody who has one (one query, read in steps)."""
    return _homes(Q(customer__deleted_at=None, customer__merged_into=None))


def home_of(customer_id: int) -> Home | None:
    """Of one customer (one query)."""
    return next(_homes(Q(customer=customer_id)), None)


def languages() -> list[tuple[int, str]]:
    """(customer, language as it was written) of whose language is known (one query)."""
    there = Customer.objects.filter(deleted_at=None, merged_into=None).exclude(language="")
    return list(there.order_by().values_list("pk", "language"))


def head_of(customer_id: int) -> tuple[str, str]:
    """City and language of one customer, "" where not known (one query)."""
    found = Customer.objects.filter(pk=customer_id).values_list("city__name", "language").first()
    return ("", "") if found is None else (found[0] or "", found[1])


def _homes(whose: Q) -> Iterator[Home]:
    last = Address.objects.filter(customer=OuterRef("customer"), valid_to=None).order_by("-pk").values("pk")[:1]
    found = Address.objects.filter(whose, valid_to=None, pk=Subquery(last)).annotate(home=F("customer__city__name"))
    rows = found.order_by().values_list("customer_id", "text", "city", "district", "estate_id", "home")
    for customer, text, city, district, estate, home in rows.iterator(chunk_size=_CHUNK):
        yield Home(customer, text, city or home or "", district, estate)
