"""Whether each visit adds to what is known: how many left a fact in a field, of the card or of the four points (IDC-02)."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.conversations.choices import Point
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.permissions import reach_of, visible_condition

AIM = 0.6  # of the visits leave at least one fact
MOST_VISITS = 10_000


@dataclass(frozen=True, slots=True)
class Learnt:
    """Visits looked at, the latest first, and how many of them left a fact."""

    visits: int
    taught: int

    @property
    def share(self) -> float:
        """The part that left a fact; 0 without a visit."""
        return self.taught / self.visits if self.visits else 0.0


def learnt_on_visits(principal: Principal, *, since: dt.date, on: dt.date) -> Learnt | None:
    """Return how many visits of some days with customers in reach left a fact: a line of the card told on that day, or one of
    the four points. None for whoever sees no conversations, and for whoever sees the whole firm, whose teams see their own.
    """
    reach = reach_of(principal)
    if not may(principal, Permission.VIEW_CONVERSATIONS) or reach.everyone or reach.nobody:
        return None
    condition, params = visible_condition(principal, "c")
    with connection.cursor() as cursor:
        cursor.execute(_LEARNT.format(condition=condition), [int(Channel.VISIT), since, on, *params])
        visits, taught = cursor.fetchone()
    return Learnt(int(visits), int(taught or 0))


_POINTS = " OR ".join(f"v.{point.value} <> ''" for point in Point)
_LEARNT = f"""SELECT count(*), sum(CASE WHEN {_POINTS} OR EXISTS (
        SELECT 1 FROM customers_preference p WHERE p.customer_id = v.customer_id AND p.told_on = v."on") THEN 1 ELSE 0 END)
    FROM (SELECT v.* FROM customers_customer c JOIN conversations_conversation v ON v.customer_id = c.id
        WHERE v.channel = %s AND v."on" BETWEEN %s AND %s AND v.deleted_at IS NULL AND c.gone = 0 AND {{condition}}
        ORDER BY v."on" DESC LIMIT {MOST_VISITS}) v"""  # noqa: S608 - our own names
