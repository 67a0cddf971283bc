"""What a guardian allowed us to keep of a customer's children, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.record.children.queries import ChildRow, children_of
from guanxi.record.customers.queries import Head


@dataclass(frozen=True)
class ChildLine:
    """One child: its month as it is sent, in words, and the consent below it."""

    month: str
    words: str
    consent: str


def child_lines(head: Head, look: Look) -> list[ChildLine]:
    """Eldest first; nothing to who may not see them."""
    rows = children_of(head.id, principal=look.principal, on=look.today)
    return [ChildLine(f"{row.born_in:%Y-%m}", words_of(row, look), _consent(row, look)) for row in rows]


def words_of(row: ChildRow, look: Look) -> str:
    """The month of birth, and the stage that it means today."""
    stage = _("stage {stage}").format(stage=row.stage) if row.stage else _("no reminders any more")
    return dotted((_("born {month}").format(month=cells.month_words(row.born_in, look.today)), stage))


def _consent(row: ChildRow, look: Look) -> str:
    day = cells.day_words(row.consented_on, look.today)
    given = _("guardian’s consent {way}, {day}").format(way=row.consent_way.label, day=day)
    return dotted((given, _("by {name}").format(name=row.noted_by) if row.noted_by else ""))
