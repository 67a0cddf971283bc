"""How much risk a customer can bear, as his page shows it beside what he holds."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import may
from guanxi.record.customers.queries import Head
from guanxi.record.suitability.choices import RiskLevel
from guanxi.record.suitability.permissions import NOTE
from guanxi.record.suitability.queries import Tested, latest_test


@dataclass(frozen=True)
class Bearing:
    """The level that the latest test found ("" without one), the words below it and their tone; the levels there are, whether
    the reader notes tests, today's day, and whether this one holds.
    """

    level: str
    note: str
    tone: str
    levels: list[tuple[int, str]]
    may_note: bool
    today: str
    is_valid: bool = False


def bearing_of(head: Head, look: Look) -> Bearing:
    """What the latest test says; nothing of who may not see it."""
    found = latest_test(head.id, principal=look.principal, on=look.today)
    levels = [(level.value, str(level.label)) for level in RiskLevel]
    may_note, today = may(look.principal, NOTE), look.today.isoformat()
    if found is None:
        return Bearing("", _("No test on record: no funds are offered."), "watch", levels, may_note, today)
    done = _("tested {day}").format(day=cells.day_words(found.test.tested_on, look.today))
    before = _("before {name}").format(name=found.tested_by) if found.tested_by else ""
    note, tone = dotted((done, before, _until(found, look))), "" if found.is_valid else "watch"
    return Bearing(str(found.test.level.label), note, tone, levels, may_note, today, found.is_valid)


def _until(found: Tested, look: Look) -> str:
    if found.test.ended_on is not None:
        return _("ended {day}: no funds are offered").format(day=cells.short_date(found.test.ended_on, look.today))
    words = _("holds until {day}") if found.is_valid else _("over since {day}: no funds are offered")
    return words.format(day=cells.short_date(found.test.valid_until, look.today))
