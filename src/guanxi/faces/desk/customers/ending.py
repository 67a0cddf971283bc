"""Contracts that we end, as the page of the customer shows them: each notice with its ground, and what may be done with it today."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.faces.desk.customers.panels import holdings_of as named
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import Permission, may
from guanxi.record.customers.queries import Head
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.queries import EndingRow, endings_of, holdings_of
from guanxi.record.holdings.rules import NOTICE_DAYS, may_be_withdrawn


@dataclass(frozen=True)
class Notice:
    """One notice: of what, on which ground, since when, until when and by whom; whether it may be taken back or carried out."""

    id: int
    what: str
    ground: str
    note: str
    may_withdraw: bool
    may_close: bool


@dataclass(frozen=True)
class Ending:
    """All notices of a customer; the contracts in force of which none stands, (code, words); the earliest day for a new one."""

    notices: list[Notice]
    open: list[tuple[str, str]]
    may_end: bool
    today: str
    earliest: str


def ending_of(head: Head, look: Look) -> Ending:
    """What the reader may see of it (at most five queries)."""
    rows = holdings_of(head.id, principal=look.principal)
    words = {row.code: dotted((line.name, line.reference)) for row, line in zip(rows, named(rows, look), strict=True)}
    found = endings_of(head.id, principal=look.principal)
    may_end = may(look.principal, Permission.END_HOLDINGS)
    standing = {row.holding for row in found if _stands(row)}
    return Ending(
        notices=[_notice(row, words.get(row.holding, ""), look, may_end=may_end) for row in found],
        open=[
            (row.code, words[row.code]) for row in rows if row.status == HoldingStatus.OPEN and row.code not in standing
        ],
        may_end=may_end,
        today=look.today.isoformat(),
        earliest=(look.today + dt.timedelta(days=NOTICE_DAYS)).isoformat(),
    )


def _notice(row: EndingRow, what: str, look: Look, *, may_end: bool) -> Notice:
    stands = _stands(row)
    return Notice(
        id=row.id,
        what=what,
        ground=row.ground,
        note=dotted((_became(row, look), row.given_by if stands else row.settled_by)),
        may_withdraw=may_end and stands and may_be_withdrawn(row.ends_on, look.today),
        may_close=may_end and stands and row.ends_on <= look.today,
    )


def _became(row: EndingRow, look: Look) -> str:
    given = cells.short_date(row.noticed_on, look.today)
    if row.closed_on is not None:
        closed = cells.short_date(row.closed_on, look.today)
        return _("notice given {given}, closed by us {closed}").format(given=given, closed=closed)
    if row.withdrawn_on is not None:
        back = cells.short_date(row.withdrawn_on, look.today)
        return _("notice given {given}, taken back {back}").format(given=given, back=back)
    return _("notice given {given}, ends {day}").format(given=given, day=cells.short_date(row.ends_on, look.today))


def _stands(row: EndingRow) -> bool:
    return row.withdrawn_on is None and row.closed_on is None
