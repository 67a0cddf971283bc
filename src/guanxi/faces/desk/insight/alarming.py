"""Alarms as a whole: how many are open, how old, how long until somebody spoke to the customer (RET-11)."""

from collections import defaultdict
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import listed
from guanxi.identity.queries import firm
from guanxi.insight.thresholds import THRESHOLDS
from guanxi.record.signals.choices import label_of
from guanxi.record.standing.overview import Alarms, waits_of

_LETTERS = {1: "a", 2: "b", 3: "c"}
_DUE = {1: "decisions.due_days_a", 2: "decisions.due_days_b"}


@dataclass(frozen=True)
class AlarmRow:
    """The alarms of one tier: how many, age of the oldest, days until the first contact."""

    tier: int
    signals: str
    href: str
    oldest: str
    median: str
    ninth: str
    waiting: str
    late: str
    is_late: bool


@dataclass(frozen=True)
class KindRow:
    label: str
    signals: str
    href: str
    at_stake: str
    share: float


def alarm_rows(alarms: list[Alarms], look: Look) -> list[AlarmRow]:
    """The alarms by tier."""
    waits = waits_of(alarms, on=look.today, promised=_promised())
    rows = []
    for tier in sorted(waits):
        some, wait = [row for row in alarms if row.tier == tier and row.is_open], waits[tier]
        begun = min((row.alarmed_on for row in some), default=None)
        letter = _LETTERS.get(tier)
        where = f"where=tier.in.{letter}&" if letter else ""
        rows.append(
            AlarmRow(
                tier=tier,
                signals=cells.number(sum(row.signals for row in some)),
                href=f"{reverse('customers')}?{where}where=state.in.alarm,lapsed&sort=last_contact",
                oldest=_days((look.today - begun).days) if begun else cells.NOTHING,
                median=cells.NOTHING if wait.median is None else _days(wait.median),
                ninth=cells.NOTHING if wait.ninth is None else _days(wait.ninth),
                waiting=cells.number(wait.waiting),
                late=cells.number(wait.late) if wait.promised is not None else cells.NOTHING,
                is_late=wait.late > 0,
            )
        )
    return rows


def promises() -> str:
    """Within how many business days somebody speaks to a customer in alarm."""
    said = [
        _("tier {letter} within {days}").format(letter=_LETTERS[tier].upper(), days=_days(days))
        for tier, days in _promised().items()
    ]
    return _(
        "Promised, in working days: {promises}. Counted from the day of the alarm to the first contact, with alarms that ended in"
        " the last 90 days."
    ).format(promises=listed(said))


def _promised() -> dict[int, int]:
    """Business days by tier, as the firm has set when such work is due (RET-11); C has no promise."""
    own = firm().thresholds
    return {tier: int(own.get(name, THRESHOLDS[name].default)) for tier, name in _DUE.items()}


def kind_rows(alarms: list[Alarms], look: Look) -> list[KindRow]:
    """The alarms by kind, the most at stake first."""
    signals: dict[str, int] = defaultdict(int)
    at_stake: dict[str, int] = defaultdict(int)
    for row in alarms:
        if not row.is_open:
            continue
        signals[row.kind] += row.signals
        at_stake[row.kind] += row.at_stake
    most = max(at_stake.values(), default=0)
    return [
        KindRow(
            label=label_of(kind),
            signals=cells.number(signals[kind]),
            href=f"{reverse('standing_alarms')}?kind={kind}",
            at_stake=cells.whole_amount(at_stake[kind], look.currency),
            share=round(100 * at_stake[kind] / most, 1) if most > 0 else 0.0,
        )
        for kind in sorted(signals, key=lambda kind: (-at_stake[kind], kind))
    ]


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=cells.number(count))
