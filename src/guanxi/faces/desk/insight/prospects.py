"""Prospects by what they are worth to speak with: chance of becoming a customer by value of three years, less the contact (ACQ-03)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.engage.offers.choices import CHANNELS, COSTS, Way
from guanxi.faces.desk.insight.behind import BehindPage, Line, line_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import dotted, sentences
from guanxi.ground.money import minor_digits
from guanxi.record.consents.choices import Purpose
from guanxi.record.consents.queries import ConsentNow, consent_now, is_profiled
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.customers.queries import CustomerRow, customer_rows
from guanxi.record.customers.queries.prospects import Prospect, prospects_in_sight
from guanxi.record.standing.overview import prospects_told

_PAGE, _MOST = 100, 2_000
_YEAR = dt.timedelta(days=365)
_FEW = 10  # cells of fewer people are told by nobody's number
_WAYS = {int(CHANNELS[way]): way for way in (Way.VISIT, Way.CALL, Way.LETTER, Way.SMS, Way.APP, Way.EMAIL)}


@require_safe
def prospects(request: FaceRequest) -> HttpResponse:
    """Whom to speak with who is no customer yet, the most promising first."""
    asked(request)
    look = look_of(request)
    told = prospects_told(look.principal)
    found = prospects_in_sight(look.principal, limit=_MOST)
    return render(request, "insight/prospects.html", {"page": prospects_page(told, found, look)})


def prospects_page(told: Mapping[str, Any], found: Sequence[Prospect], look: Look) -> BehindPage:
    """The ranking of those who agreed to be spoken with, and how many were left out (two queries)."""
    fresh = [one for one in found if one.entered_on > look.today - _YEAR]  # later nobody counts as won by being entered
    said = consent_now({key for one in fresh for key in (one.id, one.referrer_id) if key}, on=look.today)
    profiled = [one for one in fresh if is_profiled(said.get(one.id, []))]
    agreed = [(one, way) for one in profiled if (way := _way(said.get(one.id, []))) is not None]
    lines = _ranked(told, agreed, said, look) if told.get("cells") else []
    left_out = dotted(_without(len(agreed), len(profiled), len(fresh), len(found)))
    cut = (
        _("Only the {count} entered last were looked at.").format(count=cells.number(_MOST))
        if len(found) == _MOST
        else ""
    )
    return BehindPage(
        _("Prospects"),
        sentences([_lift(told), _("Left out: {parts}.").format(parts=left_out) if left_out else "", cut]),
        cells.with_sign(_("To be expected"), look.currency),
        lines,
        [],
        when_head=_("Entered on"),
        none=_("Nobody who is no customer yet and agreed to be spoken with is worth the contact, as far as is known."),
    )


def _without(agreed: int, profiled: int, fresh: int, found: int) -> list[str]:
    """How many were left out, and why."""
    words = (
        (_("without a yes to our offers: {number}"), profiled - agreed),
        (_("wish no advice from own data: {number}"), fresh - profiled),
        (_("entered more than a year ago: {number}"), found - fresh),
    )
    return [text.format(number=cells.number(number)) for text, number in words if number]


def _ranked(
    told: Mapping[str, Any], agreed: Sequence[tuple[Prospect, Way]], said: Mapping[int, list[ConsentNow]], look: Look
) -> list[Line]:
    """Those who are worth more than the contact costs, best first, at most a hundred."""
    import numpy as np  # heavy, and only for this page

    from guanxi.insight.estimates.acquisition import rank_prospects  # heavy, and only for this page
    from guanxi.insight.estimates.prospects import Patterns, foretell, traits_of  # heavy, and only for this page

    names, entered, won, chances, values = zip(*told["cells"], strict=True)
    learned = Patterns(
        [tuple(one) for one in names], np.array(entered), np.array(won), np.array(chances), np.array(values)
    )
    traits = [
        traits_of(
            CustomerKind(one.kind).name.lower(), one.source, is_recommended=_by_word(one, said), is_employed=bool(one.employer)
        )
        for one, _way_ in agreed
    ]  # fmt: skip
    if not traits:
        return []
    chance, value = foretell(traits, learned)
    unit = 10 ** minor_digits(look.currency)
    cost = np.array([COSTS[way] * unit / 100 for _one, way in agreed])
    ranked = rank_prospects(chance, value, cost)
    counts = {tuple(name): (many, became) for name, many, became, *_rest in told["cells"]}
    first = [int(at) for at in ranked.order[:_PAGE]]
    people = {row.id: row for row in customer_rows([agreed[at][0].id for at in first], look.principal)}
    return [
        _line(people[agreed[at][0].id], agreed[at], traits[at], counts, float(chance[at]), float(ranked.worth[at]), look)
        for at in first
        if agreed[at][0].id in people
    ]  # fmt: skip


def _line(
    row: CustomerRow,
    agreed: tuple[Prospect, Way],
    traits: tuple[str, ...],
    counts: Mapping[tuple[str, ...], tuple[int, int]],
    chance: float,
    worth: float,
    look: Look,
) -> Line:
    one, way = agreed
    many, became = counts.get(traits, (0, 0))
    why = [
        one.source,
        _("works for {name}").format(name=one.employer) if one.employer else "",
        _("came by a customer’s word") if traits[1] == "recommended" else "",
        _("{won} of {all} such became customers within a year").format(won=cells.number(became), all=cells.number(many))
        if many >= _FEW
        else _("fewer than ten such so far: told by the others of this kind"),
        _("chance {share}").format(share=cells.percent(chance, 1)),
        str(way.label),
    ]
    line = line_of(row, look, what=dotted(why), on=one.entered_on)
    return Line(
        line.href,
        line.name,
        line.tier,
        line.what,
        line.when,
        cells.whole_amount(round(worth), look.currency),
        line.owner,
    )


def _way(said: Sequence[ConsentNow]) -> Way | None:
    """The cheapest way to which somebody said yes for our own offers."""
    yes = [
        _WAYS[one.channel]
        for one in said
        if one.is_granted and one.purpose == Purpose.MARKETING and one.channel in _WAYS
    ]
    return min(yes, key=lambda way: COSTS[way], default=None)


def _by_word(one: Prospect, said: Mapping[int, list[ConsentNow]]) -> bool:
    """Whether both agreed that it counts who recommended whom."""
    return one.referrer_id is not None and all(
        is_profiled(rows) and any(row.purpose == Purpose.PROFILING for row in rows)
        for rows in (said.get(one.id, []), said.get(one.referrer_id, []))
    )


def _lift(told: Mapping[str, Any]) -> str:
    """How far the ranking can be trusted."""
    lift = told.get("lift")
    if not told.get("cells") or lift is None:
        words = _(
            "{entered} prospects of more than a year ago are on record, {won} of them became customers: too few to rank by."
        )
        return words.format(entered=cells.number(told.get("entered", 0)), won=cells.number(told.get("won", 0)))
    words = _(
        "By chance times value of three years, less the contact; at most a hundred. Of {people} people whom the ranking had not "
        "seen {top} of its first tenth became customers, of all {all}: {times} times as often; it brought {worth} times as much each."
    )
    return words.format(
        people=cells.number(lift["people"]),
        top=cells.percent(lift["top"], 1),
        all=cells.percent(lift["all"], 1),
        times=cells.decimals(lift["top"] / lift["all"], 1),
        worth=cells.decimals(lift["worth"], 1),
    )
