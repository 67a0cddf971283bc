"""A story's words as rows of the services: days ago become days, references become ids. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from guanxi.ground import clock
from guanxi.project.demonstration.cast.story import Circle, Story, ago
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent
from guanxi.record.customers.services.filling import NewCircle, NewPreference, NewTie

_TEN = dt.timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class Rows:
    """What was told, ready to be written."""

    cards: list[NewPreference]
    consents: list[NewConsent]
    ties: list[NewTie]
    households: list[NewCircle]
    groups: list[NewCircle]


def told_rows(story: Story, ids: Mapping[str, int], today: dt.date, zone: str) -> Rows:
    """Rows of all that a story tells of its customers, whose ids are known by reference."""
    return Rows(
        cards=[
            NewPreference(ids[like.customer], like.field, like.text, like.source, ago(today, like.days_ago))
            for like in story.likes
        ],
        consents=[
            NewConsent(
                ids[said.customer],
                Statement(
                    said.purpose, said.channel, said.status, at=clock.start_of_day(ago(today, said.days_ago), zone) + _TEN,
                    source=said.source, evidence=said.evidence, partner=said.partner,
                ),
            )
            for said in story.agreed
        ],
        ties=[
            NewTie(ids[tie.customer], ids[tie.other], tie.kind, "客户本人", ago(today, tie.days_ago), tie.note)
            for tie in story.ties
        ],
        households=[_circle(circle, ids) for circle in story.households],
        groups=[_circle(circle, ids) for circle in story.groups],
    )  # fmt: skip


def _circle(circle: Circle, ids: Mapping[str, int]) -> NewCircle:
    return NewCircle(circle.name, tuple(ids[reference] for reference in circle.members), circle.parent)
