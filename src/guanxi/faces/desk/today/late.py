"""Alarms that nobody of the team has answered by their day: they come up to whoever leads it (RET-11)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import due_words
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import near
from guanxi.record.actions.queries.team import late_alarms


@dataclass(frozen=True)
class LateAlarm:
    """One customer in alarm whom nobody has called in time; `href` opens the work, where it can be handed over."""

    name: str
    tier: int
    customer: str
    reason: str
    owner: str
    over: str
    stake: str
    href: str


@dataclass(frozen=True)
class Late:
    """The longest overdue first; `more` is the list of all of them, where there are more."""

    lines: list[LateAlarm]
    head: str
    more: str


def late_of(look: Look) -> Late | None:
    """What has come up to whoever looks; None where nothing has (one query)."""
    lines, is_more = late_alarms(look.principal, on=look.today)
    if not lines:
        return None
    return Late(
        lines=[
            LateAlarm(
                name=line.customer_name,
                tier=line.tier,
                customer=reverse("customer", args=[line.customer_code]),
                reason=near(line.reason_words, look.today),
                owner=line.owner_name,
                over=due_words(line, look)[0],
                stake=cells.whole_amount(line.value_at_stake or None, look.currency),
                href=reverse("action", args=[line.code]),
            )
            for line in lines
        ],
        head=cells.with_sign(_("At stake"), look.currency, _("/y")),
        more=f"{reverse('actions')}?where=due_on.before.today&where=status.in.open,handed_over" if is_more else "",
    )
