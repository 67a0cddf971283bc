"""Lost and winning back: who is worth pursuing with which offer, who is left in peace, what lies behind the losses, and one
loss with what the customer said (WIN-01 … WIN-07, DSS-05).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanxi.engage.offers.queries import names_of_offers
from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.desk.insight.losing import (
    agreed_line,
    agreed_words,
    cause_words,
    conversion_words,
    incidence_words,
    known_rates,
    month_lines,
    quarter_words,
    rate_lines,
)
from guanxi.faces.desk.insight.winning_filters import YEAR, Choice, again, filters_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, labelled, sentences
from guanxi.identity.permissions import Permission, may
from guanxi.record.customers.queries import CustomerRow, customer_rows
from guanxi.rescue.improvement.queries import sees_cases
from guanxi.rescue.winback import queries
from guanxi.rescue.winback.choices import Evidence, Excluded, LossCause, Reason
from guanxi.rescue.winback.rules import MANY_LOSSES, MOST_HANDED_OUT

LISTED, _RANKED = 50, 30


@dataclass(frozen=True)
class LostRow:
    """One loss of a list."""

    href: str
    loss: str
    name: str
    tier: int
    product: str
    when: str
    tenure: str
    worth: str
    reason: str
    offer: str
    value: str
    owner: str
    back: str = ""


@dataclass(frozen=True)
class WinBackPage:
    sentence: str
    money_head: str
    second_head: str
    ranked: list[LostRow]
    ranked_words: str
    may_hand_out: bool
    first: int
    most: int
    left_in_peace: list[Line]
    compared: str
    conversion: str
    causes: list[Line]
    causes_words: list[str]
    sees_improvements: bool
    agreed: list[Line]
    agreed_words: str
    rates: list[Line]
    incidence: str
    months: list[Line]
    filters: list[Choice]
    lost: list[LostRow]
    lost_words: str
    more: str = ""


@dataclass(frozen=True)
class LossPage:
    """One loss, with the others of the customer; `reasons` are what may be noted, () for who may not."""

    code: str
    name: str
    href: str
    facts: list[tuple[str, str]]
    evidence: list[str]
    said: str
    reasons: Sequence[tuple[int, str]]
    others: list[LostRow] = field(default_factory=list)


def win_back_page(look: Look, asked: queries.Asked, given: Mapping[str, str], *, before: int) -> WinBackPage:
    """The page from the losses in sight: a query a panel."""
    principal, today = look.principal, look.today
    ranked = queries.ranked_list(principal, on=today, limit=_RANKED)
    lost = queries.lost_customers(principal, asked, before=before, limit=LISTED + 1)
    people = _people([*ranked, *lost], look)
    offers = names_of_offers({loss.offer for loss in ranked})
    total, waiting = queries.lost_in_all(principal, asked), queries.ranked_count(principal, on=today)
    more = f"{reverse('winback')}?{again(given)}before={lost[LISTED - 1].pk}#lost" if len(lost) > LISTED else ""
    rates, agreed = known_rates(look), queries.agreement(principal, since=today - YEAR)
    return WinBackPage(
        sentence=_("Lost and winning back"),
        money_head=cells.with_sign(pgettext("lost", "Worth"), look.currency),
        second_head=cells.with_sign(_("Second life"), look.currency),
        ranked=_rows(ranked, people, look, offers),
        ranked_words=_ranked_words(waiting, len(ranked)),
        may_hand_out=bool(ranked) and may(principal, Permission.HAND_OVER_ACTIONS),
        first=len(ranked),
        most=min(waiting, MOST_HANDED_OUT),
        left_in_peace=[
            Line(str(Excluded(why).label), (cells.number(count),))
            for why, count in queries.excluded_counts(principal).items()
        ],
        compared=_compared_words(look),
        conversion=conversion_words(rates.get("conversion", {})),
        causes=_causes(look),
        causes_words=_many(look),
        sees_improvements=sees_cases(principal),
        agreed=[agreed_line(one, today) for one in agreed],
        agreed_words=agreed_words(agreed),
        rates=rate_lines(rates.get("cells", ()), rates.get("causes", ())),
        incidence=incidence_words(rates.get("incidence", ())),
        months=month_lines(rates.get("months", ()), today),
        filters=filters_of(given),
        lost=_rows(lost[:LISTED], people, look, {}),
        lost_words=ngettext(
            "{count} loss, whose first life was worth {worth}.",
            "{count} losses, whose first lives were worth {worth}.",
            total.losses,
        ).format(count=cells.number(total.losses), worth=cells.money(total.worth, look.currency)),
        more=more,
    )


def loss_page(loss: Any, look: Look) -> LossPage:
    """One loss that was read in sight."""
    people = _people([loss], look)
    there = people.get(loss.customer_id)
    others = [one for one in queries.losses_of(loss.customer_id, look.principal) if one.pk != loss.pk]
    facts = [
        (_("Last here"), cells.day_words(loss.lost_on, look.today)),
        (_("Customer for"), _tenure(loss)),
        (_("Last product"), loss.product.name if loss.product else cells.NOTHING),
        (_("First life"), cells.money(loss.worth, look.currency)),
        (_("Why, as far as it is known"), _reason(loss)),
        (
            _("Cause with us"),
            str(LossCause(loss.cause).label) if loss.cause else pgettext("reason of loss", "not known"),
        ),
    ]
    if loss.rival:
        facts.append((_("Competitor"), loss.rival))
    if loss.returned_on:
        facts.append((_("Came back"), cells.day_words(loss.returned_on, look.today)))
    elif loss.excluded:
        facts.append((_("Not pursued"), str(Excluded(loss.excluded).label)))
    return LossPage(
        code=loss.code,
        name=there.name if there else "",
        href=reverse("customer", args=[there.code]) if there else "",
        facts=facts,
        evidence=[str(Evidence(name).label) for name in loss.evidence.split(",") if name],
        said=_said(loss),
        reasons=[(one.value, str(one.label)) for one in Reason if one]
        if may(look.principal, Permission.LOG_CONVERSATIONS)
        else (),
        others=_rows(others, people, look, {}),
    )


def _people(losses: Sequence[Any], look: Look) -> dict[int, CustomerRow]:
    ids = list(dict.fromkeys(loss.customer_id for loss in losses))
    return {row.id: row for row in customer_rows(ids, look.principal)}


def _rows(
    losses: Sequence[Any], people: Mapping[int, CustomerRow], look: Look, offers: Mapping[str, str]
) -> list[LostRow]:
    return [_row(loss, people[loss.customer_id], look, offers) for loss in losses if loss.customer_id in people]


def _row(loss: Any, customer: CustomerRow, look: Look, offers: Mapping[str, str]) -> LostRow:
    return LostRow(
        href=reverse("customer", args=[customer.code]),
        loss=reverse("loss", args=[loss.code]),
        name=customer.name,
        tier=loss.tier,
        product=loss.product.name if loss.product else cells.NOTHING,
        when=cells.short_date(loss.lost_on, look.today),
        tenure=_tenure(loss),
        worth=cells.whole_amount(loss.worth, look.currency),
        reason=_reason(loss),
        offer=offers.get(loss.offer, loss.offer),
        value=cells.whole_amount(loss.value, look.currency),
        owner=customer.owner_name,
        back=_("came back on {day}").format(day=cells.short_date(loss.returned_on, look.today))
        if loss.returned_on
        else "",
    )


def _reason(loss: Any) -> str:
    if loss.declared:
        return dotted([str(Reason(loss.declared).label), str(Evidence.SAID.label)])
    if not loss.reason:
        return str(Reason.UNKNOWN.label)
    return _("{reason}, {share} sure").format(reason=Reason(loss.reason).label, share=cells.percent(loss.confidence))


def _said(loss: Any) -> str:
    """What the customer named himself, with his words."""
    if not loss.declared:
        return ""
    named = str(Reason(loss.declared).label)
    return labelled(named, loss.words) if loss.words else named


def _tenure(loss: Any) -> str:
    months = max((loss.lost_on - loss.first_on).days * 12 // 365, 1)
    if months >= 24:
        return ngettext("{count} year", "{count} years", months // 12).format(count=cells.number(months // 12))
    return ngettext("{count} month", "{count} months", months).format(count=cells.number(months))


def _ranked_words(waiting: int, shown: int) -> str:
    if not waiting:
        return _("Nobody is to be pursued now: it needs a published win-back offer, and somebody it is worth it for.")
    first = _("The first {shown} are shown.").format(shown=cells.number(shown)) if shown < waiting else ""
    counted = ngettext("{count} customer may be pursued.", "{count} customers may be pursued.", waiting)
    explained = _(
        "The value is that of three years of a second life, by the chance to win, after incentive and contact; first whoever brings "
        "most by unit of contact. One of ten is kept back by lot to compare."
    )
    return sentences([counted.format(count=cells.number(waiting)), first, explained])


def _compared_words(look: Look) -> str:
    found = queries.compared(look.principal, on=look.today)
    if found.gain is None:
        return _("Nothing can be compared yet: it takes 90 days after a list was handed out.")
    gain, low, high = (cells.decimals(100 * share) for share in found.gain)
    came = _(
        "Within 90 days {won} of {pursued} pursued came back, and {came} of {control} kept back: a difference of {gain} percentage "
        "points (between {low} and {high})."
    ).format(
        won=cells.number(found.won), pursued=cells.number(found.pursued), came=cells.number(found.came),
        control=cells.number(found.control), gain=gain, low=low, high=high,
    )  # fmt: skip
    if found.increment is None:
        return came
    more, least, most = (cells.money(round(amount), look.currency) for amount in found.increment)
    brought = _(
        "In these days pursuing them brought {more} more (between {least} and {most}), before incentives and contacts."
    )
    return sentences([came, brought.format(more=more, least=least, most=most)])


def _causes(look: Look) -> list[Line]:
    """By lost value, of a year (WIN-07)."""
    found = queries.causes_since(look.principal, since=look.today - YEAR, until=look.today)
    return [
        Line(
            cause_words(cause),
            (cells.number(total.losses), cells.whole_amount(total.worth, look.currency)),
            f"{reverse('winback')}?span=year&cause={cause}#lost" if cause else "",
        )
        for cause, total in found
    ]


def _many(look: Look) -> list[str]:
    """Causes that are worth work of their own: many losses in a quarter on one cause of ours (WIN-07)."""
    found = queries.many_on_one_cause(look.principal, on=look.today, least=MANY_LOSSES)
    return [
        _(
            "{count} losses of the quarter {quarter} have one cause: {cause}. Work on the cause, not on those who left."
        ).format(count=cells.number(count), quarter=quarter_words(first), cause=cause_words(cause))
        for first, cause, count in found
    ]
