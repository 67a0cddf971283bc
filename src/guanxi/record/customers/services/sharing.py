"""Sharing one customer with one colleague for as long as a piece of work is theirs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers.models import Share

_STEP = 500


@dataclass(frozen=True, slots=True)
class NewShare:
    """`staff_id` may see `customer_id` up to and with `until`; `cause` is what it hangs on, one share each."""

    customer_id: int
    staff_id: int
    until: date
    cause: str


def settle_shares(causes: Collection[str], wanted: Sequence[NewShare], *, actor: Actor) -> int:
    """Let exactly `wanted` stand of the shares that hang on `causes`, in the caller's transaction; returns how many
    began or ended. The caller has asked the right to what the share hangs on.
    """
    there: dict[str, Share] = {}
    names = list(causes)
    for start in range(0, len(names), _STEP):
        found = Share.objects.filter(cause__in=names[start : start + _STEP]).select_related("customer", "staff")
        there |= {share.cause: share for share in found}
    stay = {row.cause for row in wanted if row.cause in there and _is(there[row.cause], row)}
    ended = [share for cause, share in there.items() if cause not in stay]
    begun = [row for row in wanted if row.cause not in stay]
    Share.objects.filter(pk__in=[share.pk for share in ended]).delete()
    Share.objects.bulk_create(
        [Share(customer_id=row.customer_id, staff_id=row.staff_id, until=row.until, cause=row.cause) for row in begun],
        batch_size=_STEP,
    )
    made = list(Share.objects.filter(cause__in=[row.cause for row in begun]).select_related("customer", "staff"))
    for act, shares in (("customer.unshared", ended), ("customer.shared", made)):
        entries = [
            Entry(
                Noun("customer", share.customer.code),
                payload={"with": share.staff.code, "until": share.until.isoformat(), "cause": share.cause},
                subject=share.customer.code,
            )
            for share in shares
        ]
        if entries:
            record_acts(act, entries, by=actor)
    return len(ended) + len(begun)


def _is(share: Share, row: NewShare) -> bool:
    return (share.customer_id, share.staff_id, share.until) == (row.customer_id, row.staff_id, row.until)
