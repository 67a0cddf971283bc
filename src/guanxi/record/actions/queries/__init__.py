"""Named reads of actions."""

from guanxi.record.actions.queries.answers import EXPORT_COLUMNS, answers, export_rows, kept_steps, planned_promises
from guanxi.record.actions.queries.lines import (
    LINES,
    ActionLine,
    Today,
    actions_of,
    done_today,
    get_action,
    place_in_order,
    pool,
    timeline_rows,
    today,
    tomorrow,
)
from guanxi.record.actions.queries.next import customers_at_work, next_actions, next_step
from guanxi.record.actions.queries.takers import Taker, possible_takers, takers_of
from guanxi.record.actions.queries.team import PersonLoad, answered_by, lines_of_colleague, team_load

__all__ = [
    "EXPORT_COLUMNS",
    "LINES",
    "ActionLine",
    "PersonLoad",
    "Taker",
    "Today",
    "actions_of",
    "answered_by",
    "answers",
    "customers_at_work",
    "done_today",
    "export_rows",
    "get_action",
    "kept_steps",
    "lines_of_colleague",
    "next_actions",
    "next_step",
    "place_in_order",
    "planned_promises",
    "pool",
    "possible_takers",
    "takers_of",
    "team_load",
    "timeline_rows",
    "today",
    "tomorrow",
]
