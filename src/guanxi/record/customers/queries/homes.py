"""Where customers live and what they speak, as told; for steps of the house, which see every customer."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

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


def homes() -> Iterable[tuple[int, str, str, str, int | None]]:
    """The fields of Home of everybody who has one (one query, read in steps): plain rows, to be taken as columns."""
    return _homes(Q(customer__deleted_at=None, customer__merged_into=None)).iterator(chunk_size=_CHUNK)


def home_of(customer_id: int) -> Home | None:
    """Of one customer (one query)."""
    return next((Home(*row) for row in _homes(Q(customer=customer_id))), None)


def languages() -> list[tuple[int, str]]:
    """(customer, language as it was written) of whose language is known (one query)."""
    there = Customer.objects.filter(deleted_at=None, merged_into=None).exclude(language="")
    return list(there.order_by().values_list("pk", "language"))


def head_of(customer_id: int) -> tuple[str, str]:
    """City and language of one customer, "" where not known (one query)."""
    found = Customer.objects.filter(pk=customer_id).values_list("city__name", "language").first()
    return ("", "") if found is None else (found[0] or "", found[1])


def _homes(whose: Q) -> QuerySet[Address, tuple[int, str, str, str, int | None]]:
    last = Address.objects.filter(customer=OuterRef("customer"), valid_to=None).order_by("-pk").values("pk")[:1]
    home = Coalesce(NullIf(F("city"), Value("")), F("customer__city__name"), Value(""), output_field=CharField())
    found = Address.objects.filter(whose, valid_to=None, pk=Subquery(last)).annotate(lies_in=home)
    return found.order_by().values_list("customer_id", "text", "lies_in", "district", "estate_id")
