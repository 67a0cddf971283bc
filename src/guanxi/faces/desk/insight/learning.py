"""What visits taught, in one sentence with its door (IDC-02)."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.record.conversations.learning import AIM, learnt_on_visits

_DAYS = 90


@dataclass(frozen=True)
class Learning:
    """How many visits left a fact; `tone` says whether it is fewer than they should be."""

    words: str
    share: str
    href: str
    tone: str


def learning_of(look: Look) -> Learning | None:
    """The sentence; None where there was no visit to speak of, and for who sees none."""
    learnt = learnt_on_visits(look.principal, since=look.today - dt.timedelta(days=_DAYS), on=look.today)
    if learnt is None or not learnt.visits:
        return None
    return Learning(
        words=_("{taught} of {visits} visits in {days} days left a fact; at least {aim} should.").format(
            taught=cells.number(learnt.taught), visits=cells.number(learnt.visits), days=_DAYS, aim=cells.percent(AIM)
        ),
        share=cells.percent(learnt.share),
        href=f"{reverse('conversations')}?where=channel.in.visit&where=on.last.{_DAYS}",
        tone="watch" if learnt.share < AIM else "",
    )
