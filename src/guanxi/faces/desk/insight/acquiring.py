"""What winning customers costs, by kind and source, and why one costs more than another (ACQ-06, ACQ-07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, sentences
from guanxi.ground.money import minor_digits
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.market.queries import EffortLine, Size, Spending

_MONTH = 365.25 / 12
_SMALL = 10  # under it a figure without its cents says too little
_KINDS = {"person": gettext_lazy("people"), "organisation": gettext_lazy("organisations")}
_STEPS = (
    gettext_lazy("from lead to application"),
    gettext_lazy("from application to approval"),
    gettext_lazy("from approval to customer"),
)


@dataclass(frozen=True)
class Entered:
    """One effort as it was entered."""

    code: str
    name: str
    days: str
    spent: str
    parts: str
    people: str


@dataclass(frozen=True)
class AcquisitionPage:
    sentence: str
    under: str
    why: list[str] = field(default_factory=list)
    costs: list[Line] = field(default_factory=list)
    heads: Mapping[str, str] = field(default_factory=dict)
    keeping: str = ""
    definitions: list[tuple[str, str]] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)
    market: str = ""
    sources: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What the page is made of: efforts with what they come to, the facts of growth of the firm ({} before a refresh), the size of
    the market.
    """

    efforts: Sequence[EffortLine]
    spendings: Sequence[Spending]
    facts: Mapping[str, Any]
    size: Size | None


def acquisition_page(known: Known, look: Look) -> AcquisitionPage:
    """The page from what was entered and what the last refresh told."""
    from guanxi.insight.appraisal.acquisition import tell_costs  # heavy: numpy and Arrow, and only for this page

    arrivals = known.facts.get("arrivals") or {}
    costs = tell_costs(known.spendings, currency=look.currency)
    won = sum(row["reached"][-1] for row in costs if row["reached"])
    each = sum(row["spent"] for row in costs) / won if won else None
    keeping = _keeping(known.facts, look)
    return AcquisitionPage(
        sentence=_sentence(costs, each, look),
        under=dotted([_("the whole firm"), _("what ended in the 365 days to {day}").format(day=cells.short_date(look.today, look.today))]),
        why=_why(costs, look),
        costs=[
            _line(row, _months(arrivals.get("places") or (), row["cell"], costs), are_more=len(costs) > 1) for row in costs
        ],
        heads={
            name: cells.with_sign(label, look.currency)
            for name, label in (
                ("spent", _("Spent")),
                ("lead", _("Per lead")),
                ("each", pgettext("cost", "Each")),
                ("brings", _("Brings a year")),
            )
        },
        keeping=_ratio(each, keeping, arrivals, look),
        definitions=_definitions(known.facts, look) if costs else [],
        entered=[_entered(row, look) for row in known.efforts],
        market=_market(known.size, look),
        sources=sorted({place[1] for place in arrivals.get("places") or () if place[1]}),
    )  # fmt: skip


def _money(amount: float) -> str:
    """Units of the currency under a head that names it; small amounts with their cents."""
    return cells.decimals(amount, _digits(amount))


def _signed(amount: float, look: Look) -> str:
    """The same in a sentence, where the currency has to be said."""
    minor = _minor(amount, look)
    return cells.exact_money(minor, look.currency) if _digits(amount) else cells.money(minor, look.currency)


def _digits(amount: float) -> int:
    return 0 if amount >= _SMALL else 2


def _sentence(costs: Sequence[Mapping[str, Any]], each: float | None, look: Look) -> str:
    if not costs:
        return _("What a new customer costs is not known: nothing was entered")
    if each is None:
        return _("What was spent has brought no new customer yet")
    return _("A new customer costs {money}").format(money=cells.money(_minor(each, look), look.currency))


def _minor(amount: float, look: Look) -> int:
    return round(amount * 10 ** minor_digits(look.currency))


def _why(costs: Sequence[Mapping[str, Any]], look: Look) -> list[str]:
    """Highest and lowest, and which part of the ratio is the lead's cost and each stage."""
    priced = [row for row in costs if row["lead"] is not None]
    if len(priced) < 2:
        return []
    from guanxi.insight.estimates.acquisition import Funnel, compare_costs  # heavy: numpy, and only for this page

    dear, cheap = priced[0], priced[-1]
    found = compare_costs(*(Funnel(row["lead"], tuple(row["rates"])) for row in (dear, cheap)))
    words = _("Dearest: {dear}, {high} each. Cheapest: {cheap}, {low} each. {ratio} times.").format(
        dear=_name(dear["cell"], are_more=True),
        high=_signed(dear["each"], look),
        cheap=_name(cheap["cell"], are_more=True),
        low=_signed(cheap["each"], look),
        ratio=cells.decimals(found.ratio, 1),
    )
    if found.lead is None or found.stages is None:
        return [words]
    parts = [_("{share} the cost per lead").format(share=cells.percent(found.lead, 1))]
    parts += [
        pgettext("cause of a cost", "{share} {step}").format(share=cells.percent(share, 1), step=step)
        for share, step in zip(found.stages, _STEPS, strict=True)
    ]
    return [
        words,
        _("What makes the difference, together 100%: {parts}.").format(
            parts=pgettext("joins parts of a heading", "; ").join(parts)
        ),
    ]


def _line(row: Mapping[str, Any], months: tuple[float, float] | None, *, are_more: bool) -> Line:
    """Spent, cost per lead, people by stage with their rates, cost of each, what one brings in a year, months to earn it back."""
    from guanxi.insight.estimates.acquisition import payback_months  # heavy: numpy, and only for this page

    reached = row["reached"] or [0, 0, 0, 0]
    rates = row["rates"] or [None] * 3
    people = [cells.number(reached[0])] + [
        cells.number(count) if rate is None else f"{cells.number(count)} ({cells.percent(rate)})"
        for count, rate in zip(reached[1:], rates, strict=True)
    ]
    each = cells.NOTHING if row["each"] is None else _money(row["each"])
    brought, back = pgettext("figure", "not known"), pgettext("figure", "not known")
    if months is not None:
        worth, lived = months
        monthly = worth / lived
        brought = cells.decimals(12 * monthly, 0)
        paid = None if row["each"] is None else payback_months(row["each"], monthly)
        back = pgettext("payback", "never") if paid is None else cells.decimals(paid, 1)
    lead = cells.NOTHING if row["lead"] is None else _money(row["lead"])
    return Line(
        _name(row["cell"], are_more=are_more), (cells.decimals(row["spent"], 0), lead, *people, each, brought, back)
    )


def _name(cell: Sequence[str], *, are_more: bool) -> str:
    """The cell in words; the one above all others is what was too small to stand alone, where others stand beside it."""
    if not cell:
        return _("the small ones together") if are_more else _("all kinds and sources together")
    kind = str(_KINDS.get(cell[0], cell[0]))
    return _("{kind}, {source}").format(kind=kind, source=cell[1] if len(cell) > 1 else _("smaller sources together"))


def _months(
    places: Sequence[Sequence[Any]], cell: Sequence[str], costs: Sequence[Mapping[str, Any]]
) -> tuple[float, float] | None:
    """(brought, months lived through) of the new customers on record who belong to a cell and to none below it; None without any."""
    shown = {tuple(row["cell"]) for row in costs}
    worth = lived = 0.0
    for kind, source, _count, brought, days in places:
        own = next((one for one in ((kind, source), (kind,), ()) if one in shown), None)
        if own == tuple(cell):
            worth, lived = worth + brought, lived + days / _MONTH
    return (worth, lived) if lived else None


def _keeping(facts: Mapping[str, Any], look: Look) -> float | None:
    """What keeping one customer cost in twelve months, in whole units; None before it is known."""
    known, stayed = facts.get("keeping"), (facts.get("arrivals") or {}).get("existing")
    if not known or not stayed:
        return None
    return float((known["contacts"] + known["incentives"]) / 10 ** minor_digits(look.currency) / stayed)


def _ratio(each: float | None, keeping: float | None, arrivals: Mapping[str, Any], look: Look) -> str:
    from guanxi.insight.estimates.acquisition import cost_ratio  # heavy: numpy, and only for this page

    words = []
    times = None if each is None or keeping is None else cost_ratio(each, keeping)
    if times is not None and each is not None and keeping is not None:
        words.append(
            _("A new customer costs {new}, keeping one {kept} a year: {times} times.").format(
                new=_signed(each, look), kept=_signed(keeping, look), times=cells.decimals(times, 1)
            )
        )
    elif each is not None:
        words.append(_("What keeping a customer costs is not known: no contact or benefit of the year is on record."))
    if arrivals.get("new"):
        words.append(
            _("{word} of {new} new customers on record came by somebody’s word: {share}.").format(
                word=cells.number(arrivals["recommended"]),
                new=cells.number(arrivals["new"]),
                share=cells.percent(arrivals["share_recommended"]),
            )
        )
    return sentences(words)


def _definitions(facts: Mapping[str, Any], look: Look) -> list[tuple[str, str]]:
    known = facts.get("keeping") or {"contacts": 0, "incentives": 0}
    kept = _(
        "Contacts of twelve months with customers who had bought before them, at the cost of each way ({contacts}), and what accepted "
        "offers to stay cost us ({incentives}), by the {customers} of them who bought in these months."
    ).format(
        contacts=cells.money(known["contacts"], look.currency),
        incentives=cells.money(known["incentives"], look.currency),
        customers=cells.number((facts.get("arrivals") or {}).get("existing", 0)),
    )
    return [
        (
            _("Cost of a new customer"),
            _(
                "Media, lists, incentives, hours at their rate, checks and entry, with what leads cost that never became customers, by "
                "new customers; who came back is not one of them. What several sources share is theirs by their leads."
            ),
        ),
        (_("Cost of keeping a customer"), kept),
        (
            _("Small cells"),
            _("Fewer than 30 new customers of a source are counted with the other small ones of their kind."),
        ),
        (
            _("What makes the difference"),
            _(
                "The cost of a new customer is the cost per lead, divided by the share who go on at each stage. The shares say how much "
                "each of these adds to the ratio between the dearest and the cheapest (by their logarithms)."
            ),
        ),
        (
            _("Brings a year"),
            _("What the new customers on record have brought since they came, by month, times twelve."),
        ),
    ]


def _entered(row: EffortLine, look: Look) -> Entered:
    kind = str(_KINDS[CustomerKind(row.kind).name.lower()]) if row.kind else _("people and organisations")
    spent = [f"{kind_.label} {cells.money(amount, row.currency)}" for kind_, amount in row.spent.items() if amount]
    people = " → ".join(map(cells.number, row.reached)) if row.reached else _("shared by all under it")
    return Entered(
        row.code,
        _("{kind}, {source}").format(kind=kind, source=row.source or _("several sources")),
        f"{cells.short_date(row.since, look.today)} – {cells.short_date(row.until, look.today)}",
        cells.money(sum(row.spent.values()), row.currency),
        dotted(spent),
        people,
    )


def _market(size: Size | None, look: Look) -> str:
    if size is None:
        return _("The size of the market is not known: nobody entered it.")
    return _("{size} a year, as of {day}: {source}").format(
        size=cells.money(size.amount, look.currency), day=cells.short_date(size.on, look.today), source=size.told_by
    )
