"""What a person says about a signal: the ways to explain it, or what was said, by whom and until when it holds."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import Permission, may
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.queries import SignalRow
from guanxi.record.signals.rules import OPEN_STATES

EXPLANATIONS = tuple(one for one in Judgement if one not in (Judgement.TRUE, Judgement.DENIED))


@dataclass(frozen=True)
class Typed:
    """What somebody had typed when a judgement was refused, and why it was."""

    problem: str = ""
    note: str = ""
    quiet_until: str = ""


@dataclass(frozen=True)
class Judged:
    """What was found out, in words; `told` by whom, when, and until when it holds."""

    words: str
    note: str
    told: str


@dataclass(frozen=True)
class Judging:
    """The part of an evidence page that asks for a judgement or shows it. `back`: the action one came from, or ""."""

    code: str
    back: str
    may_judge: bool
    may_explain: bool
    choices: list[tuple[str, str]]
    judged: Judged | None
    typed: Typed = field(default_factory=Typed)


def judging_of(signal: SignalRow | None, look: Look, *, back: str = "", typed: Typed | None = None) -> Judging | None:
    """The part about a signal; None without one, and where there is nothing to say and nothing to ask."""
    if signal is None:
        return None
    may_judge = may(look.principal, Permission.JUDGE_SIGNALS)
    judged = _judged(signal, signal.judgement, look) if signal.judgement else None
    is_open = signal.state in OPEN_STATES
    if judged is None and not (may_judge and is_open):
        return None
    return Judging(
        code=signal.code,
        back=back,
        may_judge=may_judge,
        may_explain=may_judge and is_open,
        choices=[(one.name.lower(), str(one.label)) for one in EXPLANATIONS],
        judged=judged,
        typed=typed or Typed(),
    )


def judgement_words(judgement: Judgement) -> str:
    """A judgement as a short sentence."""
    if judgement == Judgement.TRUE:
        return str(judgement.label)
    return _("Explained: {why}").format(why=judgement.label)


def _judged(signal: SignalRow, judgement: Judgement, look: Look) -> Judged:
    on = cells.day_words(signal.judged_on, look.today) if signal.judged_on else ""
    quiet = ""
    if signal.quiet_until:
        quiet = _("quiet until {day}").format(day=cells.short_date(signal.quiet_until, look.today))
    return Judged(judgement_words(judgement), signal.note, dotted((signal.judged_by, on, quiet)))
