"""Acts: a child's month of birth is noted with its guardian's consent, and goes when the consent does."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.services import forget_work
from guanxi.record.children.models import Child
from guanxi.record.children.permissions import NOTE
from guanxi.record.children.rules import checked_consent, checked_month, keys_of
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import seen_head

_NONE = gettext_noop("No child born in this month is on record.")


@transaction.atomic
def note_child(
    customer_id: int, *, born_in: date, by: Principal, consent_way: str = "", consented_on: date | None = None
) -> int:
    """Keep the month in which a customer's child was born, as its guardian allowed, and return its id. Of children of one month
    there is one row. The journal says that it was noted, and not what.

    Raises Denied, and Refused: customers.not_found, and as `rules.checked_consent` and `checked_month` do; then nothing is kept.
    """
    require(by, NOTE)
    hold_customers()
    customer, today = seen_head(customer_id, by=by), firm_day()
    consent = checked_consent(consent_way, consented_on, today=today)
    there = dict(Child.objects.filter(customer=customer.id).order_by("-pk").values_list("born_in", "pk"))
    if born_in.replace(day=1) in there:
        return there[born_in.replace(day=1)]
    added = Child.objects.create(
        customer_id=customer.id, born_in=checked_month(born_in, today=today, others=there), consent_way=consent.way,
        consented_on=consent.given_on, noted_by_id=by.staff_id, noted_on=today,
    )  # fmt: skip
    _kept("child.noted", customer.code, by)
    return added.pk


@transaction.atomic
def take_consent_back(customer_id: int, *, born_in: date, by: Principal) -> None:
    """A guardian takes his consent back: the row is deleted, work about it is withdrawn, and its words are emptied.

    Raises Denied, and Refused: customers.not_found, children.none.
    """
    require(by, NOTE)
    hold_customers()
    customer = seen_head(customer_id, by=by)
    rows = Child.objects.filter(customer=customer.id, born_in=born_in.replace(day=1))
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        raise Refused("children.none", _NONE)
    rows.delete()
    forget_work([key for child in ids for key in keys_of(child)])
    _kept("child.consent_taken_back", customer.code, by)


def erase_children(customer_ids: Sequence[int]) -> None:
    """Delete those of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    Child.objects.filter(customer__in=customer_ids).delete()


def _kept(kind: str, code: str, by: Principal) -> None:
    record_act(kind, by=by.actor, noun=Noun("customer", code), payload={}, subject=code)
