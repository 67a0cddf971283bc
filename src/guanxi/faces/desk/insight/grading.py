"""How good each estimate is on the firm's own data, as it was last asked, and what it lacks."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.faces.desk.insight.saying import sentence_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.insight.appraisal.grades import Graded, grades_kept
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.places import places

NAMES: dict[str, str | Promise] = {
    "lifetime": _("Purchases to come"),
    "spending": _("What a purchase brings"),
    "concentration": _("How value is shared out"),
    "rfm": _("Recency, frequency, amount"),
    "tiers": _("Tiers"),
    "value": _("Customer value"),
    "inactivity": _("Absence"),
    "loss": _("Who will be lost"),
    "survival": _("How long they stay"),
    "affinity": _("What goes together"),
    "uplift": _("What offers bring about"),
    "loyalty": _("Loyalty"),
    "reasons": _("Why they leave"),
    "second_lifetime": _("Second lives"),
    "acquisition": _("What a new customer costs"),
    "claims": _("Claims"),
}


@dataclass(frozen=True)
class GradeRow:
    """One estimate: its name, letter ("" for what is counted and not estimated), why, what it lacks, and the day it is of."""

    name: str
    grade: str
    reason: str
    lacking: list[str]
    on: str


def grade_rows(look: Look) -> list[GradeRow]:
    """The estimates that somebody asked (`guanxi estimate NAME`), in the order of the book."""
    kept = {one.name: one for one in grades_kept(places())}
    return [_row(str(label), kept[name], look) for name, label in NAMES.items() if name in kept]


def _row(label: str, one: Graded, look: Look) -> GradeRow:
    reason = _words(one.reason) if one.reason else ""
    lacking = [words for words in map(_words, one.missing) if words != reason]
    return GradeRow(label, one.grade, reason, lacking, cells.short_date(one.as_of, look.today) if one.as_of else "")


def _words(sentence: Sentence) -> str:
    return sentence_words(sentence.words, sentence.params)
