"""What goes together, what comes next and when, and who buys one without the other: what pairs, paths and sets tell (XUP-01, XUP-02,
ACQ-05).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.desk.insight.saying import sentence_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import dotted, listed
from guanxi.record.catalogue.queries import family_names, named_products
from guanxi.record.standing.overview import together_told

_SEGMENTS = {"person": gettext_lazy("persons"), "organisation": gettext_lazy("organisations")}
_Name = Callable[[str], str]


@dataclass(frozen=True)
class TogetherPage:
    """Tables of lines; `grade` and `next_grade` say how far pairs, and what is owned, are to be trusted."""

    sentence: str
    grade: str = ""
    next_grade: str = ""
    value_head: str = ""
    pairs: list[Line] = field(default_factory=list)
    nexts: list[Line] = field(default_factory=list)
    order: list[Line] = field(default_factory=list)
    paths: list[Line] = field(default_factory=list)
    segments: list[Line] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is no table to show."""
        return not (self.pairs or self.nexts or self.order or self.paths or self.segments)


@require_safe
def together(request: FaceRequest) -> HttpResponse:
    """Of the whole firm; no customer stands there."""
    asked(request)
    look = look_of(request)
    return render(request, "insight/together.html", {"page": together_page(together_told(look.principal), look)})


def together_page(told: Mapping[str, Any], look: Look) -> TogetherPage:
    """The page from what an edition tells (two queries)."""
    if not told:
        return TogetherPage(_("Nothing has been computed yet."))
    product, family = _namers(told)
    until = cells.short_date(date.fromisoformat(told["as_of"]), look.today) if told.get("as_of") else cells.NOTHING
    return TogetherPage(
        sentence=_("By what {count} customers took out or bought up to {day}.").format(
            count=cells.number(told["customers"]), day=until
        ),
        grade=_words(told.get("grade_reason")) if told["pairs"] else "",
        next_grade=_words(told.get("next_reason")),
        value_head=cells.with_sign(_("Their value"), look.currency),
        pairs=[_pair(row, product) for row in told["pairs"]],
        nexts=[_next(row, family) for row in told["transitions"]],
        order=[_order(row, family) for row in told["order"]],
        paths=[_path(row, product) for row in told["paths"]],
        segments=[_segment(row, family) for row in told["segments"]],
        lacking=[words for one in told["missing"] if (words := _words(one))],
    )


def _namers(told: Mapping[str, Any]) -> tuple[_Name, _Name]:
    products = {row[name] for row in told["pairs"] for name in ("antecedent", "consequent")}
    products |= {row[name] for row in told["paths"] for name in ("item", "next")}
    families = {
        name for row in told["transitions"] for name in (*row["owned"], *(one["family"] for one in row["next"]))
    }
    families |= {row[name] for row in told["order"] for name in ("first", "then")}
    families |= {row[name] for row in told["segments"] for name in ("item", "companion")}
    of_products, of_families = named_products(sorted(products)), family_names(sorted(families))
    return lambda one: of_products.get(one, one), lambda one: of_families.get(one, one)


def _pair(row: Mapping[str, Any], name: _Name) -> Line:
    lift = _("{lift} times (at least {low})").format(
        lift=cells.decimals(row["lift"]), low=cells.decimals(row["lift_lower"])
    )
    return Line(
        _("{one} → {other}").format(one=name(row["antecedent"]), other=name(row["consequent"])),
        (cells.number(row["joint"]), cells.percent(row["confidence"]), lift),
    )


def _next(row: Mapping[str, Any], name: _Name) -> Line:
    likely = [
        _("{family} {chance}").format(family=name(one["family"]), chance=cells.percent(one["chance"]))
        for one in row["next"]
    ]
    who = str(_SEGMENTS.get(row["cell"], row["cell"]))
    return Line(
        listed(map(name, row["owned"])),
        (cells.number(row["customers"]), dotted(likely) or _("nothing more")),
        under=who,
    )


def _order(row: Mapping[str, Any], name: _Name) -> Line:
    share = _("{share} (at least {low})").format(share=cells.percent(row["share"]), low=cells.percent(row["low"]))
    words = _("{one} → {other}").format(one=name(row["first"]), other=name(row["then"]))
    return Line(words, (cells.number(row["both"]), share))


def _path(row: Mapping[str, Any], name: _Name) -> Line:
    waits = _("{median} days ({low} to {high})").format(
        median=cells.number(round(row["median_days"])),
        low=cells.number(round(row["lower_days"])),
        high=cells.number(round(row["upper_days"])),
    )
    words = _("{one} → {other}").format(one=name(row["item"]), other=name(row["next"]))
    return Line(words, (cells.number(row["customers"]), cells.percent(row["share"]), waits))


def _segment(row: Mapping[str, Any], name: _Name) -> Line:
    words = _("{item} without {companion}").format(item=name(row["item"]), companion=name(row["companion"]))
    return Line(words, (cells.number(row["customers"]), cells.percent(row["share"]), cells.number(round(row["value"]))))


def _words(said: Mapping[str, Any] | None) -> str:
    """A sentence of an estimate in the reader's language."""
    return sentence_words(said["words"], said["params"]) if said else ""
