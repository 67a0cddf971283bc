"""Five questions about one customer on one page: who, how they buy, what they bring, what they cost, what they prefer
(RET-09). Each answer has its number and its day; what is not recorded is said to be not recorded.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.customers import panels, person
from guanxi.faces.desk.evidence.charts import bars_chart
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import listed, since_words
from guanxi.identity.permissions import Permission, may
from guanxi.record.consents import queries as consents
from guanxi.record.conversations import queries as conversations
from guanxi.record.customers.queries.card import Card, customer_card
from guanxi.record.customers.queries.page import Head
from guanxi.record.dealings import queries as dealings
from guanxi.record.dealings.queries import MonthSum
from guanxi.record.standing.queries import OnPage, standing_on_page

_MONTHS = 13  # the month under way and the twelve before it


@dataclass(frozen=True)
class Block:
    """One question with its answers; `drawing` beside them, `note` below."""

    heading: str
    day: str
    figures: list[panels.Figure]
    drawing: str = ""
    note: str = ""


@dataclass(frozen=True)
class Page:
    """The page."""

    head: Head
    blocks: list[Block]


def five_page(code: str, look: Look) -> Page:
    """The five answers about a customer in sight. Raises Refused (customers.not_found)."""
    card = customer_card(code, look.principal)
    key, who = card.head.id, look.principal
    found = standing_on_page(key, who) if may(who, Permission.VIEW_STANDING) else None
    is_aside = not consents.is_profiled(consents.profiling_now(key, on=look.today))
    months = _months(look.today)
    sums = (
        dealings.sums_by_month(key, principal=who, since=months[0], currency=look.currency)
        if may(who, Permission.VIEW_DEALINGS)
        else []
    )
    year = [row for row in sums if row.month > months[0]]  # the month under way and the eleven before it
    doors = {
        name: f"{reverse('customer_thread', args=[card.head.code])}?only={name}"
        for name in ("dealings", "contacts", "changes")
    }
    return Page(
        card.head,
        [
            _who(card, found, look, doors["changes"]),
            _buys(found, (sums, year), months, look, doors["dealings"]),
            _brings(found, year, look, doors, is_aside=is_aside),
            _costs(card, year, months[1:], look, doors),
            _prefers(card, look),
        ],
    )


def _who(card: Card, found: OnPage | None, look: Look, door: str) -> Block:
    head = card.head
    since = since_words(found.standing.first_on, look.today, entered_on=head.created_on) if found else ""
    figures = [
        panels.Figure(
            _("Customer"), since or _("since {day}").format(day=cells.short_date(head.created_on, look.today))
        ),
        panels.Figure(_("Manager"), head.owner_name or _("nobody yet")),
        panels.Figure(_("Last contact"), cells.day_words(head.last_contact_on, look.today), door),
        panels.Figure(
            _("Family and friends"), f"{len(card.relations)}", f"{reverse('customer', args=[head.code])}#ties"
        ),
    ]
    return Block(_("Who is it?"), cells.short_date(look.today, look.today), figures)


def _buys(
    found: OnPage | None,
    known: tuple[Sequence[MonthSum], Sequence[MonthSum]],
    months: Sequence[dt.date],
    look: Look,
    door: str,
) -> Block:
    """known: the months that are drawn, and those of them that make the year."""
    sums, year = known
    by_month = {row.month: max(0, row.bought) for row in sums}
    amounts = [(cells.month_words(month, month, short=True), by_month.get(month, 0)) for month in months]
    total = sum(row.lines for row in year)
    figures = [panels.Figure(_("Purchases in a year"), cells.number(total), door)]
    if found and found.standing.last_on:
        figures.append(panels.Figure(_("Last bought"), cells.day_words(found.standing.last_on, look.today), door))
    if found and found.standing.monetary is not None:
        figures.append(
            panels.Figure(_("Each time about"), cells.money(round(found.standing.monetary), look.currency), door)
        )
    title = _("Purchases by month")
    drawing = bars_chart(amounts, title, cells.money(amounts[-1][1], look.currency)) if sums else ""
    return Block(_("How do they buy?"), cells.short_date(look.today, look.today), figures, drawing)


def _brings(
    found: OnPage | None, sums: Sequence[MonthSum], look: Look, doors: dict[str, str], *, is_aside: bool
) -> Block:
    """What was computed; where nothing may be or has been, what was bought, and why no more is said."""
    if found is None:
        bought = cells.money(sum(row.bought for row in sums), look.currency)
        note = person.aside_words() if is_aside else _("Not computed yet: it comes with the next refresh.")
        figures = [panels.Figure(_("Bought in a year"), bought, doors["dealings"])]
        return Block(_("What do they bring us?"), cells.short_date(look.today, look.today), figures, note=note)
    row = found.standing
    figures = [panels.Figure(_("Value a year"), cells.money(round(row.value), look.currency), doors["dealings"])]
    if row.potential is not None:
        figures.append(
            panels.Figure(_("Potential a year"), cells.money(round(row.potential), look.currency), doors["dealings"])
        )
    if row.lifetime_value is not None:
        figures.append(
            panels.Figure(
                _("Value from now on"), cells.money(round(row.lifetime_value), look.currency), doors["dealings"]
            )
        )
    figures += panels.moves_of(found, look, doors["changes"])
    return Block(_("What do they bring us?"), cells.short_date(found.as_of, look.today), figures)


def _costs(card: Card, sums: Sequence[MonthSum], months: Sequence[dt.date], look: Look, doors: dict[str, str]) -> Block:
    """Contacts, by the way they went, and refunds are what is recorded of it; the price of an hour or a favour is not."""
    figures = []
    if may(look.principal, Permission.VIEW_CONVERSATIONS):
        ways = conversations.ways_since(card.head.id, principal=look.principal, since=months[0])
        count = sum(ways.values())
        words = ngettext("{count} contact", "{count} contacts", count).format(count=count)
        by_way = listed(f"{way.label} {number}" for way, number in ways.items())
        figures.append(panels.Figure(_("Contacts in a year"), words, doors["contacts"], by_way))
    back = -sum(row.returned for row in sums)
    figures.append(panels.Figure(_("Given back in a year"), cells.money(back, look.currency), doors["dealings"]))
    return Block(
        _("What do they cost us?"),
        cells.short_date(look.today, look.today),
        figures,
        note=_("Hours, gifts and discounts are not recorded yet; they are not guessed."),
    )


def _prefers(card: Card, look: Look) -> Block:
    lines = person.preferences_of(card.preferences, look)
    latest = max((row.told_on for row in card.preferences), default=look.today)
    told = panels.Figure(_("Told us"), f"{len(lines)}", f"{reverse('customer', args=[card.head.code])}#card")
    figures = [told, *(panels.Figure(line.text, "", "", line.told) for line in lines)]
    return Block(_("What do they prefer?"), cells.short_date(latest, look.today), figures)


def _months(today: dt.date) -> list[dt.date]:
    last = today.year * 12 + today.month - 1
    return [dt.date(month // 12, month % 12 + 1, 1) for month in range(last - _MONTHS + 1, last + 1)]
