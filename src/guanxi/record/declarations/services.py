"""Acts: what a customer declares of himself is noted; what no longer holds is ended."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.rules.words import sound_text
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import seen_head
from guanxi.record.declarations.models import Declaration
from guanxi.record.declarations.permissions import NOTE
from guanxi.record.declarations.queries import version_of
from guanxi.record.declarations.rules import checked_facts, checked_source

_CONFLICT = gettext_noop("Somebody else changed this meanwhile. Look at what is noted now, and save again.")


@transaction.atomic
def declare_facts(
    customer_id: int,
    *,
    stated: Mapping[int, int],
    source: str,
    version: int,
    by: Principal,
    told_on: date | None = None,
) -> int:
    """Let exactly these facts (fact → amount) hold of a customer, as `source` told them, and return how many are new: what stood
    so already keeps its source and day, what is not among them ends today. version: what was looked at (`queries.version_of`).

    Raises Denied, and Refused: customers.not_found, declarations.conflict where another stands by now, and as
    `rules.checked_facts` and `rules.checked_source` do.
    """
    require(by, NOTE)
    hold_customers()
    customer, today = seen_head(customer_id, by=by), firm_day()
    # before all else: a page that is shown again with what was typed has the present version
    if version_of(customer.id) != version:
        raise Refused("declarations.conflict", _CONFLICT)
    facts = checked_facts(stated, kind=customer.kind)
    told = told_on or today
    source = checked_source(sound_text(source, 60), told, today=today)
    there = Declaration.objects.select_for_update().filter(customer=customer.id, ended_on=None).order_by("pk")
    standing = {row.pk: (row.fact, row.amount) for row in there}
    over = [pk for pk, one in standing.items() if one not in facts.items()]
    added = [one for one in facts.items() if one not in standing.values()]
    Declaration.objects.filter(pk__in=over).update(ended_on=today)
    Declaration.objects.bulk_create(
        Declaration(
            customer_id=customer.id, fact=fact, amount=amount, source=source, told_on=told, noted_by_id=by.staff_id
        )
        for fact, amount in added
    )
    if over or added:
        payload = {"count": len(added), "ended": len(over), "source": source}
        record_act(
            "declaration.noted",
            by=by.actor,
            noun=Noun("customer", customer.code),
            payload=payload,
            subject=customer.code,
        )
    return len(added)


def erase_declarations(customer_ids: Sequence[int]) -> None:
    """Delete those of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    Declaration.objects.filter(customer__in=customer_ids).delete()
