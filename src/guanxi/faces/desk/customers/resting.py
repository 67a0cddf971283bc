"""Why sales rest for a customer, as his page and the page of it show it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.engage.policy.queries import policy_now
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import may
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.permissions import reads_why, right_to_set
from guanxi.record.suppressions.queries import SuppressionRow
from guanxi.record.suppressions.rules import rests


@dataclass(frozen=True)
class Rest:
    """One rest of sales: `note` says since when, until when and who; what the reader may do with it today."""

    id: int
    cause: str
    note: str
    why: str
    is_standing: bool
    is_complaint: bool
    may_end: bool
    may_return: bool
    may_remove: bool


def rests_of(rows: Sequence[SuppressionRow], look: Look) -> list[Rest]:
    """All of a customer, those that stand first."""
    after = days_after_complaint(rows)
    found = [_rest(row, look, after) for row in rows]
    return sorted(found, key=lambda one: not one.is_standing)


def standing_words(rows: Sequence[SuppressionRow], look: Look) -> list[str]:
    """What stands, a line each, for the page of the customer."""
    after = days_after_complaint(rows)
    return [
        dotted((cause_words(row, look), _until(row, look, after)))
        for row in rows
        if rests(row.rest, look.today, after_complaint=after)
    ]


def cause_words(row: SuppressionRow, look: Look) -> str:
    """Why sales rest, as far as the reader learns it: of a suspicion whoever does not review learns no more than that they do."""
    return str(row.cause.label) if reads_why(look.principal, row.cause) else _("Something is looked into")


def causes_for(look: Look) -> list[tuple[str, str]]:
    """(value, words) of the causes for which the reader may let sales rest here; a suspicion has a page of its own."""
    mine = (one for one in Cause if one != Cause.FRAUD and may(look.principal, right_to_set(one)))
    return [(one.value, str(one.label)) for one in mine]


def days_after_complaint(rows: Iterable[SuppressionRow]) -> int:
    """For how many days sales rest on once a complaint was solved; the policy is read only where one was."""
    if not any(row.cause == Cause.COMPLAINT and row.rest.ended_on for row in rows):
        return 0
    return policy_now()["rest_complaint"].amount or 0


def _rest(row: SuppressionRow, look: Look, after: int) -> Rest:
    today = look.today
    own = row.cause != Cause.FRAUD and may(look.principal, right_to_set(row.cause))
    is_open = row.rest.ended_on is None
    by = row.set_by if is_open else row.ended_by
    return Rest(
        id=row.id,
        cause=cause_words(row, look),
        note=dotted((_since(row, look), _until(row, look, after), by)),
        why=dotted((row.why, row.end_why)),
        is_standing=rests(row.rest, today, after_complaint=after),
        is_complaint=row.cause == Cause.COMPLAINT,
        may_end=own and is_open and rests(row.rest, today),
        may_return=own and row.rest.ended_on == today,
        may_remove=own and is_open and row.recorded_on == today,
    )


def _since(row: SuppressionRow, look: Look) -> str:
    return _("since {day}").format(day=cells.short_date(row.rest.since_on, look.today))


def _until(row: SuppressionRow, look: Look, after: int) -> str:
    ended, until = row.rest.ended_on, row.rest.until
    if ended is not None:
        day = cells.short_date(ended, look.today)
        if row.cause != Cause.COMPLAINT:
            return _("ended {day}").format(day=day)
        again = ended + dt.timedelta(days=after)
        solved = _("solved {day}").format(day=day)
        if again <= look.today:
            return solved
        return dotted((solved, _("sales again from {day}").format(day=cells.short_date(again, look.today))))
    if until is not None:
        return _("sales again from {day}").format(day=cells.short_date(until, look.today))
    return _("not solved yet") if row.cause == Cause.COMPLAINT else _("until somebody ends it")
