"""The conversation in which something was promised, in its own words."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.identity.permissions import Permission, may
from guanxi.record.conversations.queries import ConversationRow, timeline_rows

_LOOKED_AT = 5  # contacts of one day
_SHOWN = 120  # characters of a note


def talk_words(evidence: Mapping[str, Any], look: Look) -> list[str]:
    """What was noted on the day of an evidence of conversations, where a step for that day was agreed (one query)."""
    if evidence.get("table") != "conversations" or not may(look.principal, Permission.VIEW_CONVERSATIONS):
        return []
    day, due = dt.date.fromisoformat(evidence["to"]), evidence["figures"].get("due")
    rows = timeline_rows(
        evidence["customer_id"],
        principal=look.principal,
        before=(day + dt.timedelta(days=1), 0),
        limit=_LOOKED_AT,
    )
    return [
        _words(row, on, look)
        for on, _key, row in rows
        if on == day and row.follow_up_on is not None and row.follow_up_on.isoformat() == due
    ]


def _words(row: ConversationRow, on: dt.date, look: Look) -> str:
    day = cells.day_words(on, look.today)
    said = row.summary
    if len(said) > _SHOWN:
        said = said[: _SHOWN - 1] + "…"
    if not said:
        return _("{day}, {channel}: {outcome}").format(day=day, channel=row.channel.label, outcome=row.outcome.label)
    return _("{day}, {channel}: “{said}”").format(day=day, channel=row.channel.label, said=said)
