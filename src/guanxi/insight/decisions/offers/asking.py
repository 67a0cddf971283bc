"""A published offer in the terms of arbitration: conditions in the order of the gates, value in whole units, ways with cost.

Avenues: a way for a purpose (decisioning.md 3.4 and 3.5). Service needs no consent and is not counted as pressure; everything
else needs the customer's yes on the channel. Each avenue has its own reason why it is closed, `why_<number>` of `deciding`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from guanxi.engage.offers.choices import CHANNELS, PAPER, PRESSURES, UNPRICED, Issue, RegulatoryClass, ValueModel, Way
from guanxi.engage.offers.queries import PublishedOffer, PublishedTreatment
from guanxi.engage.policy.rules import Line
from guanxi.ground.money import minor_digits
from guanxi.insight.decisions.arbitration import Chance, Condition, OfferTerms, Treatment
from guanxi.insight.decisions.learning import Way as LearningWay
from guanxi.insight.estimates.response import CAUSED
from guanxi.insight.estimates.value import sum_of_years
from guanxi.insight.warehouse.workbench import quoted
from guanxi.record.actions.choices import ActionClass
from guanxi.record.consents.choices import Purpose

# Reasons of closed avenues, in the order of their numbers in `why_<avenue>` (deciding.sql).
CLOSED: Final = ("no_consent", "pressure", "called_lately", "no_calls_to_c")
# What closes an offer to one customer (sql/closures.sql and what helpers of the record add), in the order in which it is told.
CLOSING: Final = (
    "complaint_rest", "abuse_review", "spared",
    "refused_twice", "refused", "refused_family", "unanswered_family", "sibling_rest", "unreached", "answered", "at_peace",
    "under_notice", "credit_review_open", "not_sure_yet", "care_first", "another_first", "out_of_stock",
)  # fmt: skip
SOLD_OUT: Final = "out_of_stock"
NOT_AGREED: Final = "no_partner_consent"
# Offers to win somebody back are weighed in one place, by the value of a second life (decisions/winning_back.py), and drawn once
# for the comparison when the list is handed out: arbitration gives them to nobody, and says so.
WIN_BACK_LIST: Final = "win_back_list"
LOST: Final = "lost"
# What is not weighed in money, in its order (decisioning.md 3.3, step 0).
FIRST: Final = (Issue.OBLIGATION, Issue.RISK, Issue.CARE)
# P(yes) before anything was learned, by issue, of a call; and what other ways reach of it [j].
_PARENT: Final = {Issue.RETENTION: 0.06, Issue.GROWTH: 0.02, Issue.PARTNER: 0.01, Issue.WIN_BACK: 0.03}
_REACH: Final = {
    Way.VISIT: 1.5, Way.CALL: 1.0, Way.LETTER: 0.5, Way.SMS: 0.3, Way.APP: 0.2, Way.EMAIL: 0.2, Way.INSERT: 0.1,
}  # fmt: skip
_RETENTION: Final = 0.85  # of the worked example of 4.2: 1.831 of a year's contribution in three years


def avenue(purpose: int, way: int) -> int:
    """The number of a way for a purpose."""
    return 10 * int(purpose) + int(way)


def resource_of(way: Way) -> str:
    """What a contact uses up of what people and channels can do in a day."""
    return f"way:{way.name.lower()}"


def stock_of(reference: str) -> str:
    """What an acceptance of an offer uses up, where there is only so much of it."""
    return f"stock:{reference}"


def is_priced(offer: PublishedOffer) -> bool:
    """Whether an offer is weighed in money; obligations, care and risk are not."""
    return Issue(offer.issue) not in UNPRICED


def class_of(offer: PublishedOffer) -> ActionClass:
    """Its place in the class order: obligations and repair (risk is one), care, what is valued in money."""
    if is_priced(offer):
        return ActionClass.VALUE
    return ActionClass.CARE if offer.issue == Issue.CARE else ActionClass.OBLIGATION


def gates_of(offer: PublishedOffer, *, closing: Sequence[str] = ()) -> OfferTerms:
    """One offer that is not weighed in money: it only has to be lawful, allowed and sensible. Nobody is held out of it or kept as
    a control (3.6), and it is no sale: a complaint, a card of which more would lose, or a rest of sales does not close it. No
    stock of it is counted. Who wants no advice from his own data gets what goes by product and day alone (3.5): an offer whose rules
    ask nothing of him.
    """
    minor, counted = 10 ** minor_digits(offer.currency), [reason for reason in closing if reason != SOLD_OUT]
    rules = [Condition(rule.reason_code, rule.predicate.sql(dialect="duckdb")) for rule in offer.rules]
    return OfferTerms(
        code=offer.reference,
        value="0.0",
        treatments=tuple(
            _treatment(replace(offer, stock=None), one, minor, has_statement=True) for one in offer.treatments
        ),
        conditions=(
            *([Condition("not_profiled", "NOT is_unprofiled")] if rules else []),
            *rules,
            *openings(offer, counted),
        ),
    )


def terms_of(
    offer: PublishedOffer,
    *,
    controls: float,
    lever: float = 0.0,
    closing: Sequence[str] = (),
    is_sold_out: bool = False,
    has_statement: bool = True,
    least: Mapping[int, int] = MappingProxyType({}),
) -> OfferTerms:
    """One offer that is weighed in money, as arbitration sees it. Each way is a resource of its own, and so is stock.

    closing: reasons that stand in the column `closed` of somebody; is_sold_out: only for whom it is reserved is one left;
    has_statement: whether a statement goes out soon, with which a leaflet may go; least: of least_pressures.
    """
    minor = 10 ** minor_digits(offer.currency)
    reserved = f"list_contains(reserved, {quoted(offer.reference)})"
    return OfferTerms(
        code=offer.reference,
        value=_value(offer, minor),
        treatments=tuple(
            _treatment(offer, one, minor, has_statement=has_statement, least=least) for one in offer.treatments
        ),
        conditions=(
            *_conditions(offer),
            *openings(offer, closing),
            *([Condition(SOLD_OUT, reserved)] if is_sold_out else []),
            Condition("value_unknown", f"({_value(offer, minor)}) IS NOT NULL"),
        ),
        lever=lever,
        control=controls,
        is_explored=offer.regulatory_class == RegulatoryClass.NONE,
        stock="" if offer.stock is None else stock_of(offer.reference),
        reserved="FALSE" if offer.stock is None else reserved,
    )


def learning_ways(offers: Sequence[PublishedOffer]) -> list[LearningWay]:
    """Each way of each offer with the chance that it begins with."""
    return [
        LearningWay(
            offer.reference,
            avenue(offer.purpose, one.way),
            _PARENT[Issue(offer.issue)] * _REACH[one.way],
            CAUSED[_caused_on(offer, one.way)],
        )
        for offer in offers
        for one in offer.treatments
    ]


def _caused_on(offer: PublishedOffer, way: Way) -> str:
    """What is known of how much of a yes a contact brings about (decisioning.md 3.3): the code of a partner's coupon stands on the
    leaflet that brings it and nowhere else.
    """
    if offer.issue == Issue.PARTNER and way in PAPER:
        return "only_by_contact"
    return "retention" if offer.issue == Issue.RETENTION else "growth"


def begun_with(ways: Sequence[LearningWay], cells: Sequence[int]) -> Mapping[tuple[str, int, int], Chance]:
    """What is reckoned with before an answer came: the part of the first guess that a contact brings about, in every cell."""
    return {
        (way.offer, way.channel, cell): Chance(way.parent, way.caused * way.parent) for way in ways for cell in cells
    }


def named_features(offers: Sequence[PublishedOffer]) -> dict[str, list[str]]:
    """Which columns the rules name, each with the references of the offers that do."""
    found: dict[str, list[str]] = {}
    for offer in offers:
        for name in dict.fromkeys(name for rule in offer.rules for name in rule.features):
            found.setdefault(name, []).append(offer.reference)
    return found


def _conditions(offer: PublishedOffer) -> list[Condition]:
    elsewhere = [Condition(WIN_BACK_LIST, "FALSE")] if offer.issue == Issue.WIN_BACK else []
    lawful = [
        Condition("not_profiled", "NOT is_unprofiled"),
        *_agreed(offer, offer.treatments),
        Condition("held_out", "NOT is_held_out"),
    ]
    allowed = [Condition(rule.reason_code, rule.predicate.sql(dialect="duckdb")) for rule in offer.rules]
    # who is lost is weighed for a second life, and sold nothing beside (WIN-04)
    if offer.issue in {Issue.GROWTH, Issue.PARTNER}:
        allowed.append(Condition(LOST, "state IS DISTINCT FROM 'lapsed' OR coalesce(families, 0) > 0"))
    if offer.issue == Issue.GROWTH:  # whatever its own rules say (XUP-03)
        allowed.append(Condition("no_cross_sell", "NOT no_cross_sell"))
        if offer.product:  # 4.10: what somebody has is not sold to him again
            allowed.append(Condition("has_it", f"NOT coalesce(list_contains(owned, {quoted(offer.product)}), FALSE)"))
    if offer.issue == Issue.RETENTION:  # as well: loyalty that buys on promotion alone is not paid for (SEG-05)
        allowed.append(Condition("deal_driven", "NOT is_deal_driven"))
    sensible = [Condition("complaint_open", "NOT has_open_complaint")] if is_priced(offer) else []
    if offer.issue == Issue.RETENTION or offer.regulatory_class == RegulatoryClass.LIMIT:
        sensible.append(Condition("credit_review_open", "NOT in_credit_review"))
    return [*elsewhere, *lawful, *allowed, *sensible]


def _agreed(offer: PublishedOffer, ways: Sequence[PublishedTreatment]) -> list[Condition]:
    """That the customer agreed to offers of this very partner by one of some ways (PTN-02): before any rule is looked at."""
    if offer.issue != Issue.PARTNER:
        return []
    known = [f"list_contains(partners, {quoted(f'{int(one.channel)}|{offer.partner}')})" for one in ways]
    return [Condition(NOT_AGREED, f"({' OR '.join(known) or 'FALSE'})")]


def openings(offer: PublishedOffer, closing: Sequence[str]) -> list[Condition]:
    """What must not close an offer: `closed` of deciding.sql, texts of reason and scope, which is every offer, a class, an
    issue, or this one.
    closing: the reasons that stand there.
    """
    known = [reason for reason in CLOSING if reason in closing]
    scopes = ("", f"class:{int(class_of(offer))}", f"issue:{int(offer.issue)}", offer.reference)
    return [
        Condition(
            reason,
            f"NOT list_has_any(closed, [{', '.join(quoted(f'{reason}|{scope}') for scope in scopes)}])",
            is_closing=True,
        )
        for reason in [*known, *sorted(set(closing) - set(known))]
    ]


def _value(offer: PublishedOffer, minor: int) -> str:
    incentive = offer.incentive_cost / minor
    if offer.value_model == ValueModel.UNIT and offer.unit_value is not None:
        return repr(offer.unit_value / minor - incentive)
    if offer.value_model == ValueModel.AT_STAKE:
        return f"at_stake_year * {float(sum_of_years(_RETENTION, years=offer.horizon_months / 12)):.6f} - {incentive!r}"
    return "CAST(NULL AS DOUBLE)"


def _treatment(
    offer: PublishedOffer,
    one: PublishedTreatment,
    minor: int,
    *,
    has_statement: bool,
    least: Mapping[int, int] = MappingProxyType({}),
) -> Treatment:
    number, opens = avenue(offer.purpose, one.way), _opens(offer, one, has_statement=has_statement)
    if offer.purpose != Purpose.SERVICE and one.pressure > least.get(number, PRESSURES[one.way]):
        opens = (*opens, Condition("pressure", f"coalesce(pressure_left >= {one.pressure / 100}, TRUE)"))
    uses = {resource_of(one.way): 1.0}
    if offer.stock is not None:
        uses[stock_of(offer.reference)] = 1.0
    return Treatment(number, one.cost / minor, uses, opens)


def _opens(offer: PublishedOffer, one: PublishedTreatment, *, has_statement: bool) -> tuple[Condition, ...]:
    """What must hold for one way alone: a second step comes after the first, the first not twice, a leaflet with a statement."""
    agreed = tuple(_agreed(offer, [one]))
    if one.after:
        return (
            *agreed,
            Condition("paper_first", f"list_contains(ripe, {quoted(f'{offer.reference}|{int(one.way)}')})"),
        )
    conditions = [*agreed]
    if any(other.after for other in offer.treatments):
        conditions.append(Condition("gone_out", f"NOT list_contains(gone_out, {quoted(offer.reference)})"))
    if one.way == Way.INSERT and not has_statement:
        conditions.append(Condition("no_statement", "FALSE"))
    return tuple(conditions)


def least_pressures(offers: Iterable[PublishedOffer]) -> dict[int, int]:
    """How much pressure (hundredths of a unit) a way brings at least, by avenue: treatments may set their own (3.2, 3.4)."""
    found = {avenue(purpose, way): PRESSURES[way] for purpose in Purpose for way in Way}
    for offer in offers:
        for one in offer.treatments:
            number = avenue(offer.purpose, one.way)
            found[number] = min(found[number], one.pressure)
    return found


def closed_sql(lines: Mapping[str, Line], least: Mapping[int, int] = MappingProxyType({})) -> dict[int, str]:
    """why_<avenue> of every avenue, as SQL over the counters of deciding.sql. lines: the contact policy by name; least: of
    least_pressures. A treatment that presses harder asks for pressure_left besides.
    """
    return {
        avenue(purpose, way): _closed(purpose, way, lines, least.get(avenue(purpose, way), PRESSURES[way]))
        for purpose in Purpose
        for way in Way
    }


def room_sql(lines: Mapping[str, Line]) -> str:
    """How many units of pressure a customer has left in his 30 days, as SQL; NULL where there is no rule."""
    a, others = (
        "NULL" if lines[name].amount is None else f"{(lines[name].amount or 0) / 100} - units_30"
        for name in ("pressure_a", "pressure")
    )
    return f"CAST(CASE WHEN tier = 'A' THEN {a} ELSE {others} END AS DOUBLE)"


def _closed(purpose: Purpose, way: Way, lines: Mapping[str, Line], pressure: int) -> str:
    """What one more contact would come to, against each line; a line without an amount is no rule."""
    if purpose == Purpose.SERVICE:
        return "0"
    most = {name: line.amount for name, line in lines.items()}
    allowed = f"coalesce(list_contains(allowed, {100 * purpose + CHANNELS[way]}), FALSE)"
    pressed = [
        f"({tier} AND units_30 + {pressure / 100} > {amount / 100})"
        for tier, amount in (("tier = 'A'", most["pressure_a"]), ("coalesce(tier, '') <> 'A'", most["pressure"]))
        if amount is not None
    ]
    counted = (("touches_7", "touches_week"), ("touches_1", "touches_day"))
    pressed += [f"{count} + 1 > {most[name]}" for count, name in counted if most[name] is not None]
    whens = [f"WHEN NOT {allowed} THEN 1", *([f"WHEN {' OR '.join(pressed)} THEN 2"] if pressed else [])]
    if way in {Way.CALL, Way.VISIT}:
        if most["calls_c"] is not None:
            whens.append(f"WHEN tier = 'C' AND calls_30 + 1 > {most['calls_c']} THEN 4")
        if most["calls"] is not None:
            whens.append(f"WHEN calls_30 + 1 > {most['calls']} THEN 3")
    return f"CASE {' '.join(whens)} ELSE 0 END"
