"""The page of standing as a whole, in words: each figure with a door to its customers."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanxi.faces.desk.insight.alarming import AlarmRow, KindRow, alarm_rows, kind_rows, promises
from guanxi.faces.desk.insight.detecting import on_trial_words
from guanxi.faces.desk.insight.portfolio import Holder, portfolio
from guanxi.faces.desk.insight.saying import sentence_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, sentences
from guanxi.record.customers.choices import State
from guanxi.record.standing.choices import Cause
from guanxi.record.standing.overview import NO_TIER, Alarms, Moved, Part
from guanxi.record.standing.queries import EditionLine

LETTERS = {1: "A", 2: "B", 3: "C"}
_TROUBLED = (State.ALARM, State.LAPSED)
_SHOWN_MOVES = 12


@dataclass(frozen=True)
class Whole:
    """What the page is made from; `values` are those of the customers in sight, None where the firm's own curve holds,
    or there are too many.
    """

    edition: EditionLine
    since: dt.date
    is_firm: bool
    parts: Sequence[Part]
    moves: Sequence[Moved]
    crossed: tuple[int, int]
    alarms: list[Alarms]
    values: list[int] | None


@dataclass(frozen=True)
class Door:
    """A figure and where its records are."""

    value: str
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class TierRow:
    tier: int
    letter: str
    customers: Door
    share: str
    newcomers: str
    value: str
    each: str
    troubled: Door


@dataclass(frozen=True)
class MoveRow:
    """A movement: from, to, why, how many, and what they are worth."""

    old: int
    new: int
    cause: str
    customers: Door
    value: str
    is_fall: bool


@dataclass(frozen=True)
class Curve:
    """How value is spread: points for the drawing as JSON, and the same as a table; `missing` says why there is none."""

    chart: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    sentence: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Page:
    title: str
    sentence: str | SafeString
    under: str
    empty: str = ""
    value_head: str = ""
    each_head: str = ""
    stake_head: str = ""
    potential_head: str = ""
    tiers: list[TierRow] = field(default_factory=list)
    total: TierRow | None = None
    curve: Curve = field(default_factory=Curve)
    moves: list[MoveRow] = field(default_factory=list)
    flow: str = ""
    moves_missing: str = ""
    crossed: list[tuple[str, Door]] = field(default_factory=list)
    alarms: list[AlarmRow] = field(default_factory=list)
    kinds: list[KindRow] = field(default_factory=list)
    alarms_missing: str = ""
    on_trial: str = ""
    promises: str = ""
    portfolio: list[Holder] = field(default_factory=list)
    grade: str = ""
    grade_reason: str = ""
    lacking: list[str] = field(default_factory=list)


def nothing_yet() -> Page:
    """Before the first refresh."""
    why = _("Nothing has been computed yet. After dealings are imported, the nightly refresh fills this page.")
    return Page(title=_("Insight"), sentence=_("Insight"), under="", empty=why)


def page_of(whole: Whole, look: Look) -> Page:
    """The page, from counted parts."""
    tiers, total = _tiers(whole.parts, look)
    if total is None:
        why = _("No customer in sight has bought anything yet; there is nothing to divide into tiers.")
        return Page(title=_("Insight"), sentence=_("Insight"), under=_under(whole, look), empty=why)
    curve = _curve(whole)
    moves = [_move(row, look) for row in whole.moves[:_SHOWN_MOVES]]
    return Page(
        title=_("Insight"),
        sentence=_sentence(whole, curve),
        under=_under(whole, look),
        value_head=cells.with_sign(_("Value"), look.currency),
        each_head=cells.with_sign(_("Each"), look.currency),
        potential_head=cells.with_sign(_("Potential"), look.currency),
        stake_head=cells.with_sign(_("At stake"), look.currency, _(" a month")),
        tiers=tiers,
        total=total,
        curve=curve,
        moves=moves,
        flow=_flow(whole.moves),
        moves_missing="" if moves else _no_moves(whole),
        crossed=_crossed(whole.crossed),
        alarms=alarm_rows(whole.alarms, look),
        kinds=kind_rows(whole.alarms, look),
        promises=promises(),
        portfolio=portfolio(look),
        on_trial=on_trial_words(whole.edition),
        alarms_missing="" if whole.alarms else _("No alarm is open. The detectors looked at everybody last night."),
        **_estimates(whole.edition),
    )


def list_href(*conditions: str, sort: str = "-value") -> str:
    """The list of customers under these conditions (grammar of ground.sheets)."""
    return f"{reverse('customers')}?{'&'.join(f'where={one}' for one in conditions)}&sort={sort}"


def _tiers(parts: Sequence[Part], look: Look) -> tuple[list[TierRow], TierRow | None]:
    placed = [part for part in parts if part.tier != NO_TIER]
    everybody = sum(part.customers for part in placed)
    if not everybody:
        return [], None
    rows = []
    for tier in sorted({part.tier for part in placed}):
        some = [part for part in placed if part.tier == tier]
        rows.append(_tier_row(tier, some, everybody, look))
    return rows, _tier_row(0, placed, everybody, look)


def _tier_row(tier: int, parts: Sequence[Part], everybody: int, look: Look) -> TierRow:
    customers, value = sum(part.customers for part in parts), sum(part.value for part in parts)
    troubled = sum(part.customers for part in parts if part.state in _TROUBLED)
    letter = LETTERS.get(tier, "")
    mine = [f"tier.in.{letter.lower()}"] if letter else []
    return TierRow(
        tier=tier,
        letter=letter,
        customers=Door(cells.number(customers), list_href(*mine) if mine else ""),
        share=cells.percent(customers / everybody),
        newcomers=cells.number(sum(part.newcomers for part in parts)),
        value=cells.whole_amount(value, look.currency),
        each=cells.whole_amount(round(value / customers), look.currency),
        troubled=Door(
            cells.number(troubled),
            list_href(*mine, "state.in.alarm,lapsed") if troubled else "",
            "alarm" if troubled else "",
        ),
    )


def _move(row: Moved, look: Look) -> MoveRow:
    names = (LETTERS.get(row.old, "").lower(), LETTERS.get(row.new, "").lower())
    cause = Cause(row.cause)
    href = f"{reverse('standing_moves')}?from={names[0]}&to={names[1]}&cause={cause.name.lower()}" if all(names) else ""
    value = cells.whole_amount(row.value, look.currency)
    return MoveRow(
        row.old, row.new, str(cause.label), Door(cells.number(row.customers), href), value, row.new > row.old
    )


def _crossed(times: tuple[int, int]) -> list[tuple[str, Door]]:
    """How many rose to A in a year, and how many fell from it, each with a door to them (SEG-04)."""
    rose, fell = times
    here = f"{reverse('standing_moves')}?in=year"
    return [
        (_("From B to A in 365 days"), Door(cells.number(rose), f"{here}&from=b&to=a" if rose else "")),
        (_("From A to B in 365 days"), Door(cells.number(fell), f"{here}&from=a&to=b" if fell else "", "watch")),
    ]


def _flow(moves: Sequence[Moved]) -> str:
    """Who went where, for the drawing."""
    counted: Counter[tuple[int, int]] = Counter()
    for row in moves:
        counted[row.old, row.new] += row.customers
    links = [
        {"from": LETTERS[old], "to": LETTERS[new], "count": count, "falls": new > old}
        for (old, new), count in sorted(counted.items())
        if old in LETTERS and new in LETTERS
    ]
    words = {letter: _("Tier %s") % letter for letter in LETTERS.values()}
    title = _("Who went from which tier to which")
    return json.dumps({"kind": "flow", "links": links, "words": words, "title": title}) if len(links) > 1 else ""


def _curve(whole: Whole) -> Curve:
    if whole.is_firm:
        found = whole.edition.facts.get("concentration") or {}
    elif whole.values is None:
        many = _(
            "There are too many customers here for a curve of their own; the curve of the whole firm is shown to whoever sees it."
        )
        return Curve(missing=many)
    else:
        found = _concentrated(whole.values)
    if found.get("top_20") is None:
        return Curve(
            missing=_("Not enough data: shares of the value mean something once customers bring more than they cost.")
        )
    marks = [(4, found["top_4"]), (20, found["top_20"]), (80, found["top_80"])]
    labels = [
        {
            "x": percent / 100,
            "y": share,
            "label": _("first {percent}% → {share}").format(percent=percent, share=cells.percent(share)),
        }
        for percent, share in marks
    ]
    chart = {
        "kind": "curve",
        "points": found["curve"],
        "marks": labels,
        "equal": _("if all were alike"),
        "best": _("most valuable customers"),
        "least": _("least valuable"),
        "title": _("Share of the value by share of the customers"),
    }
    rows = [(f"{percent}%", cells.percent(share)) for percent, share in marks] + [("100%", "100%")]
    last = _("The last 20% bring {share}.").format(share=cells.percent(found["bottom_20"]))
    few = _("{share} of the customers bring 80% of the value.").format(
        share=cells.percent(found["share_of_customers_for_80"])
    )
    return Curve(json.dumps(chart), rows, sentences([few, last, *_loss_making(whole)]))


def _loss_making(whole: Whole) -> list[str]:
    """How many of C lose money with no prospect, of the whole firm (decisioning.md 4.1)."""
    count = whole.edition.facts.get("loss_making") if whole.is_firm else None
    if count is None:
        return []
    if not count:
        return [_("Nobody in C is loss-making: they are of low value.")]
    return [
        ngettext(
            "{count} customer in C is loss-making: he cost more than he brought in a year, with less potential than B.",
            "{count} customers in C are loss-making: they cost more than they brought in a year, with less potential than B.",
            count,
        ).format(count=cells.number(count))
    ]


def _concentrated(values: list[int]) -> dict[str, Any]:
    """The curve of some customers. Loads numpy, which the web does without until somebody asks for this."""
    from guanxi.insight.appraisal.concentration import tell_concentration  # heavy: see above

    return tell_concentration(values)


def _sentence(whole: Whole, curve: Curve) -> SafeString:
    """What matters most, its figures doors."""
    parts = []
    if len(curve.rows) > 1:
        words = _("20% of the customers bring {share} of the value")
        parts.append(format_html(words, share=_door(curve.rows[1][1], list_href())))
    if fell := sum(row.customers for row in whole.moves if row.old == 1 and row.new > 1):
        words = ngettext("{count} fell from A this quarter", "{count} fell from A this quarter", fell)
        parts.append(format_html(words, count=_door(cells.number(fell), "#moves", "alarm")))
    if not parts:
        count = sum(part.customers for part in whole.parts if part.tier != NO_TIER)
        words = ngettext("{count} customer stands in a tier", "{count} customers stand in tiers", count)
        parts.append(format_html(words, count=_door(cells.number(count), list_href())))
    between, end = pgettext("joins parts of a heading", "; "), pgettext("ends a heading", ".")
    return SafeString(between.join(parts) + end)


def _door(figure: str, href: str, tone: str = "") -> SafeString:
    """A figure of the heading that opens what stands behind it."""
    toned = format_html(' data-tone="{}"', tone) if tone else ""
    return format_html('<a class="door"{} href="{}">{}</a>', toned, href, figure)


def _under(whole: Whole, look: Look) -> str:
    published = whole.edition.published_at.astimezone(look.now.tzinfo)
    whose = _("the whole firm") if whole.is_firm else _("the customers you see")
    return dotted(
        [
            whose,
            _("data up to {day}").format(day=cells.short_date(whole.edition.as_of, look.today)),
            _("computed {day} {time}").format(
                day=cells.day_words(published.date(), look.today), time=f"{published:%H:%M}"
            ),
            _("compared since {day}").format(day=cells.short_date(whole.since, look.today)),
        ]
    )


def _no_moves(whole: Whole) -> str:
    if whole.edition.facts.get("why_whole") == "first":
        return _("Not enough data: this is the first edition. Movements are known from the second on.")
    return _("Nobody has changed the tier since the quarter began.")


def _estimates(edition: EditionLine) -> dict[str, Any]:
    facts = edition.facts
    said = [*facts.get("missing", ()), *facts.get("waits", ())]
    reason = facts.get("grade_reason") or {}
    lacking = list(dict.fromkeys(sentence_words(one["words"], one["params"]) for one in said))
    return {
        "grade": facts.get("grade", ""),
        "grade_reason": sentence_words(reason["words"], reason["params"]) if reason.get("words") else "",
        "lacking": lacking,
    }
