"""What waits for a reviewer: cases about limits, and reviews of claims; nobody else learns that there are any."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.rescue.abuse.queries import waits as reviews_waiting
from guanxi.rescue.credit.permissions import may_review
from guanxi.rescue.credit.queries import waits as cases_waiting


@dataclass(frozen=True)
class Waiting:
    """One kind of what waits; `overdue` is "" where nothing is."""

    label: str
    href: str
    words: str
    overdue: str


def reviewing_of(look: Look) -> list[Waiting]:
    """What waits for whoever looks; nothing for whoever does not review (two queries for who does)."""
    if not may_review(look.principal):
        return []
    cases = cases_waiting(principal=look.principal, on=look.today)
    reviews = reviews_waiting(principal=look.principal, on=look.today)
    kinds = (
        (_("Credit cases"), "credit_cases", cases.count, cases.overdue),
        (_("Claims and fraud hits"), "abuse_reviews", reviews.count, reviews.overdue),
    )
    return [
        Waiting(
            label=label,
            href=reverse(place),
            words=ngettext("{count} waits", "{count} wait", count).format(count=cells.number(count)),
            overdue=ngettext("{count} overdue", "{count} overdue", late).format(count=cells.number(late))
            if late
            else "",
        )
        for label, place, count, late in kinds
        if count
    ]
