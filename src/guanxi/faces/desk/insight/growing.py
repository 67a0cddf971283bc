"""The page of growth: customers as an asset, what came in and what was lost, what keeping more would bring (SEG-10, XUP-04,
RET-10, SEG-04, SEG-08).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from guanxi.faces.desk.insight.bringing import Brought, brought
from guanxi.faces.desk.insight.coming import arrivals_lines, arrivals_words, causes_lines, causes_words, families_lines
from guanxi.faces.desk.insight.likeness import Shared, kept_rows, kept_words, shared_rows
from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.desk.insight.needing import Need, needs_lines
from guanxi.faces.desk.insight.rewarding import Rewarded, rewarded
from guanxi.faces.desk.insight.saying import sentence_words
from guanxi.faces.desk.insight.staying import tenure_head, tenure_lines
from guanxi.faces.desk.insight.trying import Tried, Trying, hours_words, plan_words, retention_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, sentences
from guanxi.record.market.queries import Size, size_of_market
from guanxi.record.standing.choices import Loyalty
from guanxi.record.standing.overview import GrowthPart
from guanxi.record.standing.queries import EditionLine

_BRIDGE = {
    "opening": gettext_lazy("At the beginning"),
    "new": gettext_lazy("New customers"),
    "regained": gettext_lazy("Came back"),
    "grown": gettext_lazy("Brought more"),
    "shrunk": gettext_lazy("Brought less"),
    "lost": gettext_lazy("Left"),
    "closing": gettext_lazy("At the end"),
}
_PARTS = {
    "more": gettext_lazy("More: customers"),
    "longer": gettext_lazy("Longer: months as a customer, the median"),
    "cross_sell": gettext_lazy("Deeper: families held by a customer"),
    "up_sell": gettext_lazy("Deeper: contribution by family and month"),
}
_FACTORS = {"more": "customers", "longer": "months", "cross_sell": "families", "up_sell": "contribution"}
_SCORES = {
    "active": gettext_lazy("Customers of today"),
    "best": gettext_lazy("of them in tier A"),
    "loyal": gettext_lazy("of them truly loyal"),
}


@dataclass(frozen=True)
class GrowthPage:
    sentence: str
    under: str
    empty: str = ""
    money_head: str = ""
    each_head: str = ""
    bridge: list[Line] = field(default_factory=list)
    parts: list[Line] = field(default_factory=list)
    sources: str = ""
    loyalty: list[Line] = field(default_factory=list)
    loyalty_words: str = ""
    tenure: list[Line] = field(default_factory=list)
    tenure_head: tuple[str, str] = ("", "")
    shared: list[Shared] = field(default_factory=list)
    kept: list[Shared] = field(default_factory=list)
    kept_words: str = ""
    families: list[Line] = field(default_factory=list)
    arrivals: list[Line] = field(default_factory=list)
    arrivals_words: str = ""
    causes: list[Line] = field(default_factory=list)
    causes_words: str = ""
    score: list[Line] = field(default_factory=list)
    score_words: str = ""
    ends: list[Line] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    rewarded: Rewarded | None = None
    brought: Brought | None = None
    needs: list[Need] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def no_page(why: str) -> GrowthPage:
    """The page without figures, and why."""
    return GrowthPage(sentence=_("Growth"), under="", empty=why)


def growth_page(edition: EditionLine, part: GrowthPart, look: Look, trying: Trying) -> GrowthPage:
    """The page from what an edition tells of the customers in sight."""
    facts = part.facts
    if not facts.get("loyalty"):
        return no_page(
            pgettext("joins parts of a heading", "; ").join(
                sentence_words(one["words"], one["params"]) for one in facts.get("missing", ())
            )
            or _("Compute the figures anew to fill this page.")
        )
    since = date.fromisoformat(facts["since"])
    return GrowthPage(
        sentence=_sentence(facts, look),
        under=_under(edition, part, since, look),
        money_head=cells.with_sign(_("Contribution"), look.currency),
        each_head=cells.with_sign(_("Each"), look.currency),
        bridge=_bridge(facts.get("equity"), look),
        parts=_parts(facts.get("volume"), look),
        sources=_sources(facts.get("volume"), look),
        loyalty=_loyalty(facts["loyalty"]),
        loyalty_words=_loyalty_words(facts["loyalty"]),
        tenure=tenure_lines(facts.get("tenure") or (), look),
        tenure_head=tenure_head(look),
        shared=shared_rows(facts.get("likeness") or ()),
        kept=kept_rows(facts.get("kept_best")),
        kept_words=kept_words(facts.get("kept_best"), look),
        families=families_lines(facts.get("by_families") or ()),
        arrivals=arrivals_lines(facts["arrivals"]),
        arrivals_words=arrivals_words(facts["arrivals"]),
        causes=causes_lines(facts["lost"]),
        causes_words=causes_words(facts["lost"]),
        score=_score(facts["score"]),
        score_words=_("Built, kept or rescued since {day}, when this quarter began.").format(
            day=cells.short_date(date.fromisoformat(facts["quarter"]), look.today)
        )
        if facts.get("quarter")
        else "",
        ends=_ends(
            facts,
            look,
            size_of_market(edition.as_of, currency=look.currency) if part.is_firm else None,
            is_firm=part.is_firm,
        ),
        tried=[retention_words(facts, trying, look), plan_words(trying), hours_words(facts, trying)],
        needs=needs_lines(facts.get("needs") or (), look),
        rewarded=rewarded(facts, edition.as_of, look),
        brought=brought(facts, look),
        lacking=_lacking(facts),
    )


def _sentence(facts: Mapping[str, Any], look: Look) -> str:
    bridge = facts.get("equity")
    if not bridge:
        return _("Growth: the dealings do not reach back far enough to compare yet")
    change = bridge["closing"] - bridge["opening"]
    words = (
        _("Customers bring {money} more a year than before")
        if change >= 0
        else _("Customers bring {money} less a year than before")
    )
    return words.format(money=cells.money(round(abs(change)), look.currency))


def _under(edition: EditionLine, part: GrowthPart, since: date, look: Look) -> str:
    return dotted(
        [
            _("the whole firm") if part.is_firm else _("your teams and those below"),
            _("data up to {day}").format(day=cells.short_date(edition.as_of, look.today)),
            _("compared with {day}").format(day=cells.short_date(since, look.today)),
            _("contribution of the 365 days before each"),
        ]
    )


def _bridge(found: Mapping[str, Any] | None, look: Look) -> list[Line]:
    if not found:
        return []
    return [
        Line(
            str(label),
            (cells.number(found["customers"][name]), cells.whole_amount(round(found[name]), look.currency)),
            href=_doors().get(name, "") if found["customers"][name] else "",
            tone="watch" if name in ("lost", "shrunk") and found[name] < 0 else "",
            is_sum=name in ("opening", "closing"),
        )
        for name, label in _BRIDGE.items()
    ]


def _doors() -> dict[str, str]:
    here = reverse("standing_loyal")
    return {"new": f"{here}?kind=came", "lost": f"{here}?kind=left"}


def _parts(volume: Mapping[str, Any] | None, look: Look) -> list[Line]:
    if not volume:
        return []
    rows = []
    for name, label in _PARTS.items():
        figures = tuple(_factor(volume[when][_FACTORS[name]], name, look) for when in ("before", "now"))
        part = volume["parts"][name] if volume["parts"] else None
        effect = cells.NOTHING if part is None else cells.whole_amount(round(part), look.currency)
        rows.append(Line(str(label), (*figures, effect), tone="watch" if part and part < 0 else ""))
    totals = tuple(cells.whole_amount(round(_volume(volume[when])), look.currency) for when in ("before", "now"))
    change = round(_volume(volume["now"])) - round(_volume(volume["before"]))
    rows.append(
        Line(_("Together, over such a lifetime"), (*totals, cells.whole_amount(change, look.currency)), is_sum=True)
    )
    return rows


def _volume(factors: Mapping[str, float]) -> float:
    return factors["customers"] * factors["months"] * factors["families"] * factors["contribution"]


def _factor(value: float, name: str, look: Look) -> str:
    if name == "more":
        return cells.number(round(value))
    return (
        cells.amount(round(value), look.currency)
        if name == "up_sell"
        else cells.decimals(value, 1 if name == "longer" else 2)
    )


def _sources(volume: Mapping[str, Any] | None, look: Look) -> str:
    if not volume or not volume.get("sources"):
        return ""
    money = {name: cells.money(round(value), look.currency) for name, value in volume["sources"].items()}
    return _("Of “more”: new customers {new}, customers who came back {regained}, customers who left {lost}.").format(
        **money
    )


def _loyalty(found: Mapping[str, Any]) -> list[Line]:
    rows, here = [], reverse("standing_loyal")
    for kind in Loyalty:
        tiers = found["classes"].get(kind.value)
        if tiers:
            counts = (*(tiers[tier] for tier in ("1", "2", "3")), sum(tiers.values()))
            rows.append(Line(str(kind.label), tuple(map(cells.number, counts)), f"{here}?kind={kind.value}"))
    return rows


def _loyalty_words(found: Mapping[str, Any]) -> str:
    words = [
        _("{shown} of {customers} customers are known well enough; of the others less than half was observed.").format(
            shown=cells.number(found["shown"]), customers=cells.number(found["customers"])
        )
    ]
    if found["median"] is not None:
        words.append(_("The median of loyalty is {score} of 100.").format(score=cells.decimals(found["median"], 0)))
    return sentences([*words, _spends(found.get("spends"))])


def _spends(found: Mapping[str, Any] | None) -> str:
    """Whether the loyal spend more: verified, not assumed (LOY-04)."""
    if not found:
        return _("What the loyal spend against others cannot be told yet: too few of either are known.")
    words = (
        _(
            "Who is truly loyal spends {times} times ({low} to {high}) what those spend who are not (medians of twelve months)."
        )
        if found["is_asked"]
        else _(
            "Who is loyal by what he does spends {times} times ({low} to {high}) what the others spend (medians of twelve months)."
        )
    )
    times, low, high = (cells.decimals(found[name]) for name in ("ratio", "low", "high"))
    return words.format(times=times, low=low, high=high)


def _score(found: Mapping[str, Mapping[str, int]]) -> list[Line]:
    rows = []
    for name, label in _SCORES.items():
        counts = (*(found[name][way] for way in ("built", "kept", "rescued")), sum(found[name].values()))
        rows.append(Line(str(label), tuple(map(cells.number, counts))))
    return rows


def _ends(facts: Mapping[str, Any], look: Look, size: Size | None, *, is_firm: bool) -> list[Line]:
    """Satisfaction, loyalty, revenue, market share, profitability: one period, and "not known" where it is not (XUP-07). size: of the
    market, in the firm's currency; a part of the firm has no share of it.
    """
    ends, loyal = facts["ends"], facts["loyalty"]
    unknown = pgettext("figure", "not known")
    score = unknown if loyal["median"] is None else _("{score} of 100").format(score=cells.decimals(loyal["median"], 0))
    profit = cells.percent(ends["contribution"] / ends["revenue"]) if ends["revenue"] > 0 else unknown
    share = unknown, _("told of the whole firm alone")
    if is_firm:
        share = _market_share(ends["revenue"], size, look, unknown)
    return [
        Line(_("Satisfaction"), _satisfaction(ends, unknown)),
        Line(_("Loyalty"), (score, _("the median of those known well enough"))),
        Line(_("Revenue"), (cells.money(round(ends["revenue"]), look.currency), _("all dealings, less refunds"))),
        Line(_("Market share"), share),
        Line(_("Profitability"), (profit, _("contribution by revenue"))),
    ]


def _satisfaction(ends: Mapping[str, Any], unknown: str) -> tuple[str, str]:
    asked = ends.get("asked", 0)
    if ends.get("satisfaction") is None:
        return unknown, _("fewer than ten customers were asked in these twelve months")
    words = _("the mean of {asked} customers, each asked last in these twelve months").format(asked=cells.number(asked))
    return _("{score} of 10").format(score=cells.decimals(ends["satisfaction"], 1)), words


def _market_share(revenue: float, size: Size | None, look: Look, unknown: str) -> tuple[str, str]:
    if size is None:
        return unknown, _("no size of the market is entered")
    words = _("of {size} a year, as of {day}: {source}")
    is_share = 0 <= revenue <= size.amount
    if revenue > size.amount:
        words = _("the size entered is smaller than our own revenue: {size} a year, as of {day}: {source}")
    told = {"size": cells.money(size.amount, look.currency), "day": cells.short_date(size.on, look.today)}
    return cells.percent(revenue / size.amount, 1) if is_share else unknown, words.format(**told, source=size.told_by)


def _lacking(facts: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(sentence_words(one["words"], one["params"]) for one in facts["missing"]))
