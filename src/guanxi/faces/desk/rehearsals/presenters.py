"""The page of a rehearsal: both sides in figures, offer by offer with the reasons why not, winners and losers by segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.engage.offers.candidates import Candidate, names_of
from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.reasons import GATES, in_order, reason_of, reason_words
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.engage.policy.queries import RehearsalRow
from guanxi.faces.desk.rehearsals.segments import SegmentRow, segment_rows
from guanxi.faces.desk.rehearsals.wording import change_words, when_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import listed, refusal_words
from guanxi.ground.money import MINUS, minor_digits

_FULL = 100


@dataclass(frozen=True)
class Figure:
    """One row of both sides: its name, the firm's, the other, the difference; widths of the bars of a hundred."""

    name: str
    own: str
    other: str
    change: str
    own_width: int = 0
    other_width: int = 0
    href: str = ""


@dataclass(frozen=True)
class Why:
    """Why others do not get an offer: gate, reason, how many on each side."""

    gate: str
    words: str
    own: str
    other: str


@dataclass(frozen=True)
class OfferFigures:
    """One offer of both sides."""

    name: str
    href: str
    contacts: Figure
    explored: Figure
    controls: Figure
    worth: Figure
    pushed: Figure
    reasons: list[Why]


@dataclass(frozen=True)
class ResultPage:
    """All of a rehearsal. With `has_other` there are two sides, else the firm's alone."""

    code: str
    title: str
    sentence: str
    when: str
    is_under_way: bool
    problem: str
    changes: list[str]
    has_other: bool = False
    figures: list[Figure] = field(default_factory=list)
    levers: str = ""
    offers: list[OfferFigures] = field(default_factory=list)
    segments: list[SegmentRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def result_page(row: RehearsalRow, offers: Sequence[Candidate], look: Look) -> ResultPage:
    """What a rehearsal came to, or how far it is."""
    own = (row.result or {}).get("own")
    other = (row.result or {}).get("other")
    names = names_of(_named(row, own, other))
    changes = change_words(row.variation, names)
    if own is None:
        return ResultPage(
            row.code,
            _("Rehearsal"),
            "",
            when_words(row, look),
            not row.is_finished,
            _problem(row) if row.is_finished else "",
            changes,
        )
    result = row.result or {}
    second, scale = other or own, 10 ** minor_digits(look.currency)
    codes = {one.reference: one.code for one in offers}
    return ResultPage(
        row.code,
        _("Rehearsal"),
        _sentence(own, other, scale, look),
        when_words(row, look),
        is_under_way=False,
        problem="",
        changes=changes,
        has_other=other is not None,
        figures=_figures(own, second, scale, look),
        levers=_lever_words(own, other, scale, look),
        offers=_offers(own["offers"], second["offers"], (names, codes), (scale, look)),
        segments=segment_rows(result["segments"], scale, look),
        notes=_notes(own, second, names),
    )


def _named(row: RehearsalRow, *sides: Mapping[str, Any] | None) -> set[str]:
    """References of all offers that a rehearsal speaks of."""
    variation = row.variation
    found = {*variation.levers, *variation.offers_in, *variation.offers_out}
    for side in sides:
        if side is not None:
            found |= {*side["not_weighed"], *(line["offer"] for line in side["offers"])}
    return found


def _problem(row: RehearsalRow) -> str:
    if row.refusal is not None:
        return refusal_words(row.refusal)
    return _("It came to nothing: a program stumbled. Your administrator sees under Jobs what over; try it again.")


def _sentence(own: Mapping[str, Any], other: Mapping[str, Any] | None, scale: int, look: Look) -> str:
    if other is None:
        words = _("{contacted} of {customers} customers would be contacted; that is reckoned to bring {worth}.")
        facts = {"contacted": cells.number(own["contacted"]), "customers": cells.number(own["customers"])}
        return words.format(**facts, worth=cells.money(round(own["worth_plain"] * scale), look.currency))
    more = other["contacted"] - own["contacted"]
    worth = round((other["worth_plain"] - own["worth_plain"]) * scale)
    if more == 0 and worth == 0:
        return _("Set otherwise, nothing changes.")
    return _("Set otherwise, {people} would be contacted, and {money} would come in.").format(
        people=_people(more), money=_money_more(worth, look)
    )


def _people(more: int) -> str:
    if more == 0:
        return _("as many customers as now")
    if more > 0:
        return ngettext("{number} customer more", "{number} customers more", more).format(number=cells.number(more))
    return ngettext("{number} customer fewer", "{number} customers fewer", -more).format(number=cells.number(-more))


def _money_more(worth: int, look: Look) -> str:
    told = cells.money(abs(worth), look.currency)
    return (_("{money} more") if worth >= 0 else _("{money} less")).format(money=told)


def _figures(own: Mapping[str, Any], other: Mapping[str, Any], scale: int, look: Look) -> list[Figure]:
    rows = [
        _counted(_("Customers contacted"), own["contacted"], other["contacted"]),
        _paid(_("Reckoned to bring"), (own["worth_plain"], other["worth_plain"]), scale, look),
    ]
    for way in Way:
        name = way.name.lower()
        if name in own["ways"] or name in other["ways"]:
            rows.append(_counted(str(way.label), own["ways"].get(name, 0), other["ways"].get(name, 0)))
    for way in Way:
        name = f"way:{way.name.lower()}"
        prices = own["prices"].get(name, 0.0), other["prices"].get(name, 0.0)
        if any(prices):
            rows.append(
                _paid(_("One more of “{way}” would bring").format(way=way.label), prices, scale, look, is_small=True)
            )
    return rows


def _lever_words(own: Mapping[str, Any], other: Mapping[str, Any] | None, scale: int, look: Look) -> str:
    """What levers and weights add to the reckoning, which is nobody's money."""
    added = [round((side["worth"] - side["worth_plain"]) * scale) for side in (own, other) if side]
    if not any(added):
        return _("No lever and no weight counts for anybody who would be contacted.")
    words = _(
        "Levers and weights make these contacts look worth {amounts} more than they are reckoned to bring: "
        "that moves the choice, it brings no money."
    )
    return words.format(amounts=" → ".join(cells.money(one, look.currency) for one in added))


def _offers(
    own: Sequence[Mapping[str, Any]],
    other: Sequence[Mapping[str, Any]],
    named: tuple[Mapping[str, str], Mapping[str, str]],
    shown: tuple[int, Look],
) -> list[OfferFigures]:
    (names, codes), (scale, look) = named, shown
    first, second = ({line["offer"]: line for line in side} for side in (own, other))
    most = max([1, *(line["chosen"] + line["explored"] for line in (*own, *other))])
    found = []
    for reference in sorted(first | second):
        sides = first.get(reference, _NOBODY), second.get(reference, _NOBODY)
        contacts = [side["chosen"] + side["explored"] for side in sides]
        found.append(
            OfferFigures(
                names.get(reference, reference),
                reverse("offer", args=[codes[reference]]) if reference in codes else "",
                contacts=_counted("", *contacts, most=most),
                explored=_counted("", *(side["explored"] for side in sides)),
                controls=_counted("", *(side["controls"] for side in sides)),
                worth=_paid("", (sides[0]["worth_plain"], sides[1]["worth_plain"]), scale, look),
                pushed=_paid("", (_added(sides[0]), _added(sides[1])), scale, look),
                reasons=_reasons(sides[0]["reasons"], sides[1]["reasons"]),
            )
        )
    return sorted(found, key=lambda one: -max(one.contacts.own_width, one.contacts.other_width))


_NOBODY: Mapping[str, Any] = {
    "chosen": 0,
    "explored": 0,
    "controls": 0,
    "worth": 0.0,
    "worth_plain": 0.0,
    "reasons": {},
}


def _added(line: Mapping[str, Any]) -> float:
    return float(line["worth"] - line["worth_plain"])


def _reasons(own: Mapping[str, int], other: Mapping[str, int]) -> list[Why]:
    return [
        Why(
            str(GATES[reason_of(code).gate]),
            reason_words(code),
            cells.number(own.get(code, 0)),
            cells.number(other.get(code, 0)),
        )
        for code in in_order(list(dict.fromkeys([*own, *other])))
    ]


def _notes(own: Mapping[str, Any], other: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    notes = []
    if own["not_weighed"]:
        notes.append(
            _("Not weighed in money: {offers} come before what is sold.").format(
                offers=listed(names.get(one, one) for one in own["not_weighed"])
            )
        )
    unknown: dict[str, list[str]] = {**own["unknown"], **other["unknown"]}
    labels = {name: feature.label for name, feature in vocabulary().features.items()}
    for column, offers in sorted(unknown.items()):
        told = listed(names.get(one, one) for one in offers)
        words = _("“{column}” is not known of anybody: rules that name it let nobody through ({offers}).")
        notes.append(words.format(column=labels.get(column, column), offers=told))
    return notes


def _counted(name: str, own: int, other: int, *, most: int = 0) -> Figure:
    change = other - own
    sign = "" if change == 0 else "+" if change > 0 else MINUS
    told = f"{sign}{cells.number(abs(change))}" if change else "="
    return Figure(name, cells.number(own), cells.number(other), told, *_widths(own, other, most))


def _paid(name: str, sides: tuple[float, float], scale: int, look: Look, *, is_small: bool = False) -> Figure:
    """Money of both sides; small amounts with their cents."""
    tell = _in_cents if is_small else cells.money
    own, other = (round(side * scale) for side in sides)
    change = other - own if is_small or tell(abs(other - own), look.currency) != tell(0, look.currency) else 0
    sign = "" if change == 0 else "+" if change > 0 else MINUS
    told = f"{sign}{tell(abs(change), look.currency)}" if change else "="
    return Figure(name, tell(own, look.currency), tell(other, look.currency), told, *_widths(own, other, 0))


def _in_cents(minor: int, currency: str) -> str:
    return f"{cells.sign_of(currency)}{cells.amount(minor, currency)}"


def _widths(own: float, other: float, most: float) -> tuple[int, int]:
    top = most or max(own, other, 1)
    return round(_FULL * max(own, 0) / top), round(_FULL * max(other, 0) / top)
