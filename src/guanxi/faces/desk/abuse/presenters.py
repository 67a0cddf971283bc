"""A review in words: what was counted, line by line; who said what; what may be done now, and by whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.desk.credit.presenters import NoticeLine, Step, history_of, notice_line
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.record.customers.queries import customer_rows
from guanxi.record.dealings.queries import DealingRow, evidence_rows
from guanxi.rescue.abuse.choices import ReviewKind, ReviewState
from guanxi.rescue.abuse.permissions import may_decide
from guanxi.rescue.abuse.queries import notices_of
from guanxi.rescue.abuse.rules import IN_FORCE
from guanxi.rescue.abuse.wording import reason
from guanxi.rescue.credit.rules import appeal_until

_MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """One line of the evidence: a purchase or a refund."""

    day: str
    order: str
    product: str
    amount: str
    is_refund: bool


@dataclass(frozen=True)
class Page:
    """A review. The flags say which form is shown."""

    code: str
    name: str
    customer: str
    claim: str
    state: str
    tone: str
    due: str
    is_overdue: bool
    lines: list[Line]
    is_more: bool
    facts: list[tuple[str, str]]
    notices: list[NoticeLine]
    history: list[Step]
    may_propose: bool
    may_confirm: bool
    may_give: bool
    may_appeal: bool
    may_judge: bool
    waits_for_another: bool


def page_of(review: Any, look: Look) -> Page:
    """The page of one review that was read in sight."""
    (customer,) = customer_rows([review.customer_id], look.principal)
    state, notices = ReviewState(review.state), notices_of(review)
    lines = _lines(review, look)
    second = state == ReviewState.PROPOSED and may_decide(look.principal, review.proposed_by_id)
    third = may_decide(look.principal, review.proposed_by_id, review.decided_by_id)
    is_appealed = state == ReviewState.APPEALED
    return Page(
        code=review.code,
        name=customer.name,
        customer=reverse("customer", args=[customer.code]),
        claim=reason(review) or _("What stood here was erased with the customer."),
        state=str(state.label),
        tone=tone_of(review, look.today),
        due=cells.day_words(review.due_on, look.today) if review.is_waiting else "",
        is_overdue=is_overdue(review, look.today),
        lines=[_line(one, look) for one in lines[:_MOST_LINES]],
        is_more=len(lines) > _MOST_LINES,
        facts=_facts(review, look),
        notices=[notice_line(one, look) for one in notices],
        history=history_of("abuse_review", review.code, look),
        may_propose=state == ReviewState.OPEN,
        may_confirm=second,
        may_give=bool(notices) and notices[0].given_on is None,
        may_appeal=state == ReviewState.CONFIRMED and review.told_on is not None,
        may_judge=is_appealed and third,
        waits_for_another=(state == ReviewState.PROPOSED and not second) or (is_appealed and not third),
    )


def is_overdue(review: Any, today: dt.date) -> bool:
    """Whether a person should have acted before today."""
    return review.is_waiting and review.due_on < today


def tone_of(review: Any, today: dt.date) -> str:
    """How the state of a review is marked."""
    if is_overdue(review, today):
        return "alarm"
    return "watch" if review.state in IN_FORCE else ""


def _lines(review: Any, look: Look) -> list[DealingRow]:
    """The very lines that were counted, newest first, as far as the reader sees dealings (one query)."""
    if review.kind != ReviewKind.CLAIMS or "from" not in review.evidence:
        return []
    first, last = (dt.date.fromisoformat(review.evidence[end]) for end in ("from", "to"))
    rows = evidence_rows(
        review.customer_id,
        principal=look.principal,
        first=first,
        last=last,
        currency=look.currency,
        limit=_MOST_LINES + 1,
    )
    return [row for row in reversed(rows) if not row.cancelled]


def _line(row: DealingRow, look: Look) -> Line:
    return Line(
        day=cells.day_words(row.occurred_on, look.today),
        order=row.order or cells.NOTHING,
        product=row.product or row.category or cells.NOTHING,
        amount=cells.money(row.amount, look.currency),
        is_refund=not row.is_purchase,
    )


def _facts(review: Any, look: Look) -> list[tuple[str, str]]:
    """What was counted, said and decided, by whom and when."""

    def who(person: Any, on: dt.date | None, words: str) -> str:
        name, day = person.name if person else "", cells.day_words(on, look.today) if on else ""
        return dotted((name, day, words))

    told: list[tuple[str, str]] = []
    if "figures" in review.evidence:
        told.append((_("Money given back"), cells.money(review.evidence["figures"]["returned"], look.currency)))
    if review.proposed_on:
        label = _("Noted") if review.kind == ReviewKind.FRAUD else _("Flag proposed")
        told.append((label, who(review.proposed_by, review.proposed_on, review.proposal)))
    if review.decided_on:
        label = _("Flag confirmed") if review.expires_on else _("Nothing in it")
        told.append((label, who(review.decided_by, review.decided_on, review.why)))
    if review.expires_on:
        told.append((_("Sales rest until"), cells.day_words(review.expires_on, look.today)))
    if review.told_on:
        until = cells.day_words(appeal_until(review.told_on), look.today)
        told.append((_("Appeal"), _("possible until {day}").format(day=until)))
    if review.appealed_on:
        told.append((_("Appealed"), dotted((cells.day_words(review.appealed_on, look.today), f"“{review.appeal}”"))))
    if review.appeal_decided_on:
        told.append((_("Appeal decided"), who(review.appeal_decided_by, review.appeal_decided_on, review.appeal_why)))
    return told


@dataclass(frozen=True)
class Row:
    """A review in the list."""

    href: str
    name: str
    kind: str
    counted: str
    state: str
    tone: str
    due: str
    is_overdue: bool


def rows_of(reviews: Sequence[Any], look: Look) -> list[Row]:
    """Reviews as the list shows them (one query for the names)."""
    names = {row.id: row.name for row in customer_rows([one.customer_id for one in reviews], look.principal)}
    return [
        Row(
            href=reverse("abuse_review", args=[one.code]),
            name=names.get(one.customer_id, ""),
            kind=str(ReviewKind(one.kind).label),
            counted=_counted(one),
            state=str(ReviewState(one.state).label),
            tone=tone_of(one, look.today),
            due=_day(one, look),
            is_overdue=is_overdue(one, look.today),
        )
        for one in reviews
    ]


def _counted(review: Any) -> str:
    if "figures" not in review.evidence:
        return ""
    figures = review.evidence["figures"]
    return _("{claims} of {orders} orders").format(claims=figures["claims"], orders=figures["orders"])


def _day(review: Any, look: Look) -> str:
    on = review.due_on if review.is_waiting else review.ended_on or review.expires_on
    return cells.day_words(on, look.today) if on else cells.NOTHING
