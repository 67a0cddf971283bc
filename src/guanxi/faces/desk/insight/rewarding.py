"""What word of mouth brings, and what the firm gives so that customers stay, in lines (LOY-05, LOY-03)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import sentences

AIM = 0.5  # the part that tier A is to have of what is given (LOY-03)

_BY = {"loyal": gettext_lazy("loyal customers"), "others": gettext_lazy("other customers")}
_TIERS = {"1": "A", "2": "B", "3": "C", "0": gettext_lazy("of no tier yet")}


@dataclass(frozen=True)
class Rewarded:
    """`word`: came, buy, share and interval by who recommended; `spent`: times, money and share by tier; `aim`: what of it is A's."""

    word: list[Line]
    word_words: str
    spent: list[Line]
    spent_head: str
    aim: str
    tone: str
    source: str


def rewarded(facts: Mapping[str, Any], as_of: date, look: Look) -> Rewarded | None:
    """None for a part of the firm, and where the edition is older than these figures."""
    if "word_of_mouth" not in facts:
        return None
    word, tiers = facts["word_of_mouth"], facts["rewards"]["tiers"]
    whole = sum(row["spent"] for row in tiers.values())
    share = tiers.get("1", {"spent": 0})["spent"] / whole if whole else None
    source = _(
        "Accepted offers to stay and benefits given on request, {since} to {until}, at what an acceptance costs us, by today’s tier."
    ).format(
        since=cells.short_date(date.fromisoformat(facts["rewards"]["since"]), look.today),
        until=cells.short_date(as_of, look.today),
    )
    return Rewarded(
        word=[_word(str(label), word[name]) for name, label in _BY.items()],
        word_words=_word_words(word),
        spent=[_spent(str(label), tiers[tier], whole, look) for tier, label in _TIERS.items() if tier in tiers],
        spent_head=cells.with_sign(_("Spent"), look.currency),
        aim=_aim(share),
        tone="" if share is None else "good" if share >= AIM else "watch",
        source=source,
    )


def _word(name: str, cell: Mapping[str, Any] | None) -> Line:
    if cell is None:
        return Line(name, (*([cells.NOTHING] * 3), pgettext("figure", "not known")))
    counts = (cells.number(cell["customers"]), cells.number(cell["bought"]), cells.percent(cell["rate"], 1))
    span = _("{low} to {high}").format(low=cells.percent(cell["low"], 1), high=cells.percent(cell["high"], 1))
    return Line(name, (*counts, span))


def _word_words(word: Mapping[str, Any]) -> str:
    words = [
        _("Recommendations of two years to which both agreed by allowing advice from their own data."),
        _("Rows of fewer than ten are not shown."),
    ]
    if word["left_out"]:
        left = ngettext(
            "{count} more was recommended without the yes of both and is not looked at.",
            "{count} more were recommended without the yes of both and are not looked at.",
            word["left_out"],
        )
        words.append(left.format(count=cells.number(word["left_out"])))
    return sentences(words)


def _spent(name: str, row: Mapping[str, int], whole: int, look: Look) -> Line:
    share = cells.percent(row["spent"] / whole) if whole else cells.NOTHING
    return Line(name, (cells.number(row["times"]), cells.whole_amount(row["spent"], look.currency), share))


def _aim(share: float | None) -> str:
    if share is None:
        return _("Not known what part tier A has: nothing that cost us was given in this quarter.")
    return _("Tier A has {share} of it; at least {aim} is aimed at.").format(
        share=cells.percent(share), aim=cells.percent(AIM)
    )
