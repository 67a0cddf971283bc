"""Which pieces of work an act on many is about: codes that somebody ticked, or all that a question finds."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import Selection, Skip
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import may_answer, reached_actions
from guanxi.record.actions.queries.listing import that_fit
from guanxi.record.actions.rules import waits

MOST_SELECTED = 1_000

_TOO_MANY = gettext_noop("At most {most} pieces of work can be changed at once: add a condition.")
_NO_CODES = gettext_noop("Nothing is selected.")


@dataclass(frozen=True, slots=True)
class Selected:
    """The actions that wait and that the principal may answer, ascending by key, and how many others there were, by why."""

    ids: list[int]
    skipped: Mapping[Skip, int] = field(default_factory=dict)


def selected_actions(selection: Selection, by: Principal, *, on: dt.date) -> Selected:
    """Return which actions of a selection (at most 1,000) a principal may act on, on the firm's day.

    Raises Denied, and Refused: actions.too_many_selected, actions.nothing_selected, and what a question may raise.
    """
    require(by, Permission.ANSWER_ACTIONS)
    asked, sent = _asked(selection, by)
    rows = list(
        asked.order_by("pk").values_list("pk", "status", "again_on", "owner_id", "team_id")[: MOST_SELECTED + 1]
    )
    if len(rows) > MOST_SELECTED:
        raise Refused("actions.too_many_selected", _TOO_MANY, most=f"{MOST_SELECTED:,}")
    mine = [row for row in rows if may_answer(by, owner_id=row[3], team_id=row[4])]
    ids = [row[0] for row in mine if waits(ActionStatus(row[1]), row[2], on)]
    unseen = sent - len(rows) if sent else 0
    skipped = {Skip.UNSEEN: unseen + len(rows) - len(mine), Skip.SETTLED: len(mine) - len(ids)}
    return Selected(ids, {reason: count for reason, count in skipped.items() if count})


def _asked(selection: Selection, by: Principal) -> tuple[QuerySet[Action], int]:
    """What is meant as far as it is in sight, and how many codes were sent (0 for a question)."""
    if selection.question is not None:
        return that_fit(selection.question, by), 0
    codes = list(dict.fromkeys(selection.codes))
    if not codes:
        raise Refused("actions.nothing_selected", _NO_CODES)
    if len(codes) > MOST_SELECTED:
        raise Refused("actions.too_many_selected", _TOO_MANY, most=f"{MOST_SELECTED:,}")
    return reached_actions(by)[0].filter(code__in=[code for code in codes if is_code(code)]), len(codes)
