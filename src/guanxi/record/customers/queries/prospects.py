"""Who is no customer yet, and who once was not: what both were entered with (ACQ-03)."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import OuterRef, Subquery

from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import CustomerKind, RelationKind, Stage
from guanxi.record.customers.models import PRESENT, Customer, Relation
from guanxi.record.customers.permissions import visible_to

NOT_YET = (Stage.PROSPECT, Stage.TARGET)
_IS = (Stage.CUSTOMER, Stage.REGAINED)

_ENTERED = f"""
    SELECT c.id, c.code, c.kind, c.source, c.created_on, won."on",
        (SELECT min(r.other_id) FROM customers_relation r
         WHERE r.customer_id = c.id AND r.kind = {RelationKind.REFERRER.value} AND r.ended_on IS NULL),
        CASE WHEN EXISTS (SELECT 1 FROM customers_relation r JOIN customers_customer o ON o.id = r.other_id
            WHERE r.customer_id = c.id AND r.kind = {RelationKind.EMPLOYER.value} AND r.ended_on IS NULL
                AND o.kind = {CustomerKind.ORGANISATION.value} AND o.stage IN ({_IS[0].value}, {_IS[1].value})) THEN 1 ELSE 0 END
    FROM customers_customer c
    LEFT JOIN (
        SELECT customer_id, min("on") AS "on" FROM customers_stagechange
        WHERE from_stage IN ({NOT_YET[0].value}, {NOT_YET[1].value}) AND to_stage = {Stage.CUSTOMER.value} GROUP BY customer_id
    ) won ON won.customer_id = c.id
    WHERE c.gone = 0 AND c.created_on <= %s AND c.created_on > %s
        AND (won.customer_id IS NOT NULL OR c.stage IN ({NOT_YET[0].value}, {NOT_YET[1].value}))
    ORDER BY c.id
"""  # noqa: S608 - our own numbers


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who was entered before he was a customer. won_on: when he became one; referrer_id: who recommended him; `is_employed`:
    he works for an organisation that is a customer.
    """

    id: int
    code: str
    kind: int
    source: str
    entered_on: dt.date
    won_on: dt.date | None
    referrer_id: int | None
    is_employed: bool


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who is no customer yet; employer: the organisation that is a customer and for which he works, "" for none."""

    id: int
    kind: int
    source: str
    entered_on: dt.date
    referrer_id: int | None
    employer: str


def entered_before(until: dt.date, *, since: dt.date) -> list[Entered]:
    """Everybody who was entered as a prospect in these days, whatever became of him (one query); for steps of the house."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTERED, [until, since])
        rows = cursor.fetchall()
    return [
        Entered(key, code, kind, source, _day(entered), won and _day(won), referrer, bool(employed))
        for key, code, kind, source, entered, won, referrer, employed in rows
    ]


def prospects_in_sight(principal: Principal, *, limit: int) -> list[Prospect]:
    """Who is no customer yet, of those in sight, the latest entered first (one query)."""
    ties = Relation.objects.filter(customer=OuterRef("pk"), ended_on=None).order_by("pk")
    works = ties.filter(kind=RelationKind.EMPLOYER, other__kind=CustomerKind.ORGANISATION, other__stage__in=_IS)
    found = Customer.objects.filter(PRESENT, visible_to(principal), stage__in=NOT_YET)
    rows = found.annotate(
        referrer=Subquery(ties.filter(kind=RelationKind.REFERRER).values("other")[:1]),
        employer=Subquery(works.values("other__name")[:1]),
    ).order_by("-created_on", "-pk")
    cells = rows.values_list("pk", "kind", "source", "created_on", "referrer", "employer")[:limit]
    return [Prospect(*row[:5], row[5] or "") for row in cells]


def _day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
