"""What this app adds to the timeline of a customer: taken in, stage changed."""

from django.db.models import Q

from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Customer, StageChange
from guanxi.record.customers.permissions import visible_to
from guanxi.record.customers.timeline import Before, TimelineRow


def timeline_rows(customer_id: int, principal: Principal, before: Before, limit: int) -> list[TimelineRow]:
    """Return stage changes of a customer whom the principal sees and, as id 0, the day on which he was taken in; newest
    first, two queries; nothing of others.
    """
    changes = StageChange.objects.filter(visible_to(principal, prefix="customer__"), customer=customer_id)
    if before is not None:
        day, key = before
        changes = changes.filter(Q(on__lt=day) | Q(on=day, pk__lt=key))
    rows = [
        TimelineRow(
            row.on,
            row.pk,
            "stage.changed",
            {"from": row.from_stage, "to": row.to_stage, "cause": row.cause},
            row.at,
        )
        for row in changes.order_by("-on", "-pk")[:limit]
    ]
    head = (
        Customer.objects.filter(visible_to(principal), pk=customer_id)
        .values_list("created_on", "created_at", "source")
        .first()
    )
    if head is not None and (before is None or (head[0], 0) < before):
        rows.append(TimelineRow(head[0], 0, "customer.taken_in", {"source": head[2]}, head[1]))
    return sorted(rows, key=lambda row: (row.on, row.id), reverse=True)[:limit]
