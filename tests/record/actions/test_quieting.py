"""Sales leave the lists in the moment in which somebody says that he wants none (decisioning.md 3.4, 3.5; PIPL 15)."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import propose_actions
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import set_profiling, state_consent
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from guanxi.record.suppressions.services import suppress
from tests.record.actions.rows import JUNE, action_row
from tests.stories.scene import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
CALL, POST = Channel.CALL, Channel.POST
SALES, ALL = {"call", "letter"}, {"call", "letter", "care", "alarm", "taken", "other"}


@pytest.fixture
def work(scene) -> dict[str, str]:
    """Of Wang two sales on two ways, care, an alarm with an offer and what he asked for himself; of Ma a sale."""
    wang, ma = scene.customer("王海峰"), scene.customer("马建国")
    rows = {
        "call": action_row(wang, cause="1", origin="offer", action_class=3, offer="loan", channel=CALL),
        "letter": action_row(wang, cause="2", origin="offer", action_class=3, offer="fund", channel=POST),
        "care": action_row(wang, cause="3", origin="offer", action_class=2, offer="test", channel=CALL),
        "alarm": action_row(wang, cause="4", origin="spend_drop", offer="stay", channel=CALL),
        "taken": action_row(wang, cause="5", origin="planned", action_class=3, offer="card", channel=CALL),
        "other": action_row(ma, cause="6", origin="offer", action_class=3, offer="loan", channel=CALL),
    }
    propose_actions(list(rows.values()), by=SYSTEM, as_of=JUNE)
    return {row["key"]: name for name, row in rows.items()}


def wang() -> int:
    return Customer.objects.get(name="王海峰").pk


def live(work) -> set[str]:
    rows = Action.objects.filter(status=ActionStatus.OPEN).values_list("key", flat=True)
    return {work[key] for key in rows}


def says(scene, purpose: Purpose, channel: Channel, status: ConsentStatus) -> None:
    statement = Statement(purpose, channel, status, at=clock.now() - dt.timedelta(1), source="branch", evidence="7")
    state_consent(wang(), statement, by=scene.person("lin"))


@pytest.mark.parametrize(
    ("purpose", "channel", "status", "gone"),
    [
        (Purpose.MARKETING, CALL, ConsentStatus.WITHDRAWN, {"call"}),
        (Purpose.MARKETING, POST, ConsentStatus.DENIED, {"letter"}),
        (Purpose.MARKETING, Channel.UNKNOWN, ConsentStatus.WITHDRAWN, SALES),
        (Purpose.PROFILING, Channel.UNKNOWN, ConsentStatus.WITHDRAWN, SALES),
        (Purpose.MARKETING, CALL, ConsentStatus.GRANTED, set()),
        (Purpose.SURVEY, CALL, ConsentStatus.WITHDRAWN, set()),
    ],
)
def test_a_no_takes_off_at_once_what_it_is_about_and_nothing_else(scene, work, purpose, channel, status, gone):
    says(scene, purpose, channel, status)
    assert live(work) == ALL - gone
    acts = Act.objects.filter(kind="action.unwanted", by_code=scene.staff["lin"].code)
    assert sum(act.count or 1 for act in acts) == len(gone)


def test_who_allows_no_advice_any_more_keeps_no_sale_on_a_list(scene, work):
    set_profiling(wang(), allowed=False, source="branch", evidence="7", by=scene.person("lin"))
    assert live(work) == ALL - SALES


@pytest.mark.parametrize(("since", "gone"), [(0, SALES), (-3, SALES)])
def test_while_sales_rest_none_stands_on_a_list(scene, work, since, gone):
    day = dt.date(2026, 7, 6) + dt.timedelta(since)
    suppress(wang(), cause="complaint", why="账单有误", since=day, by=scene.person("lin"))
    assert live(work) == ALL - gone
