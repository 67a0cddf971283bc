"""What a customer thinks of us, as his page shows it beside his standing."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import may
from guanxi.record.customers.queries import Head
from guanxi.record.surveys.permissions import NOTE
from guanxi.record.surveys.queries import latest_survey
from guanxi.record.surveys.rules import BETWEEN, SCORED, Survey

# The questions as they are asked, in the order of the form.
QUESTIONS: dict[str, str | Promise] = {
    "value": gettext_lazy("Worth its price, 0 to 10"),
    "quality": gettext_lazy("Quality, 0 to 10"),
    "satisfaction": gettext_lazy("Satisfied with us, 0 to 10"),
    "recommend": gettext_lazy("Would recommend us, 0 to 10"),
    "rank": gettext_lazy("Our place among the firms used for this"),
    "among": gettext_lazy("… of how many firms"),
}
_SHORT: dict[str, str | Promise] = {
    "value": gettext_lazy("worth {score}"),
    "quality": gettext_lazy("quality {score}"),
    "satisfaction": gettext_lazy("satisfied {score}"),
    "recommend": gettext_lazy("recommends {score}"),
}


@dataclass(frozen=True)
class Thinking:
    """What was answered last ("" where nobody asked), the words below it and their tone; whether the reader notes surveys, and
    whether there is one to take back.
    """

    answers: str
    note: str
    tone: str
    may_note: bool
    today: str
    is_there: bool = False


def thinking_of(head: Head, look: Look) -> Thinking:
    """What the latest survey says; nothing of who may not see it."""
    found = latest_survey(head.id, principal=look.principal, on=look.today)
    may_note, today = may(look.principal, NOTE), look.today.isoformat()
    if found is None:
        return Thinking("", _("Never asked: what this customer thinks is not known."), "", may_note, today)
    asked = _("asked {day}").format(day=cells.day_words(found.said.asked_on, look.today))
    by = _("by {name}").format(name=found.asked_by) if found.asked_by else ""
    is_due = look.today - found.said.asked_on >= BETWEEN
    due = _("a year has passed: ask again") if is_due else ""
    return Thinking(
        answers_of(found.said), dotted((asked, by, due)), "watch" if is_due else "", may_note, today, is_there=True
    )


def answers_of(said: Survey) -> str:
    """What was answered, in words."""
    scores = [(name, getattr(said, name)) for name in SCORED]
    told = [str(_SHORT[name]).format(score=score) for name, score in scores if score is not None]
    if said.rank is not None:
        told.append(_("place {rank} of {among}").format(rank=said.rank, among=said.among))
    return dotted(told) or _("did not want to answer")
