"""What weighs on an offer today: signals, what somebody said, and the way that he has just refused (decisioning.md 3.3)."""

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.queries import PublishedTreatment
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.engage.policy.queries import WeightRow
from guanxi.engage.policy.variation import Place
from guanxi.ground import clock
from guanxi.insight.decisions.offers.asked import alive_now
from guanxi.insight.decisions.offers.asking import avenue
from guanxi.insight.decisions.offers.contexts import contexts_of_one, weigh_contexts
from guanxi.insight.decisions.offers.facts_now import facts_now
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.models import OfferAnswer
from guanxi.record.actions.services import propose_actions
from guanxi.record.consents.choices import Purpose
from guanxi.record.conversations.choices import Heard, Outcome
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.choices import Channel
from tests.insight.decisions.people import offer
from tests.record.actions.rows import MONDAY, action_row
from tests.stories.scene import SYSTEM, build_scene

TODAY = dt.date(2026, 7, 6)
CALL, SMS = (avenue(Purpose.MARKETING, way) for way in (Way.CALL, Way.SMS))
CALLED = PublishedTreatment(Way.CALL, int(Channel.CALL), 1200, 400, 0, "中", "en")
WRITTEN = PublishedTreatment(Way.SMS, int(Channel.SMS), 5, 100, 0, "中", "en")
CARD = offer("card", 900, issue=Issue.GROWTH, treatments=(CALLED, WRITTEN))
STAY = offer("stay", 700, issue=Issue.RETENTION, treatments=(CALLED,))
WEIGHTS = {
    Place("new_home", issue=Issue.GROWTH): 100,
    Place("new_home", "confirmed", offer="card"): 150,
    Place("wants_to_leave", issue=Issue.RETENTION): 100,
    Place("way_refused", issue=Issue.GROWTH): -50,
}
ALIVE = pa.schema([(name, pa.string()) for name in ("customer_id", "kind", "state")]).set(
    0, pa.field("customer_id", pa.int64())
)


def weighed(*alive: tuple[int, str, str]):
    with Workbench() as bench:
        rows = [dict(zip(ALIVE.names, one, strict=True)) for one in alive]
        bench.register("alive", pa.Table.from_pylist(rows, schema=ALIVE))
        found = weigh_contexts(bench, [CARD, STAY], WEIGHTS)
    return [list(row.values()) for row in found.of_offers.to_pylist()], [
        list(row.values()) for row in found.of_ways.to_pylist()
    ]


def test_a_refused_way_weighs_on_that_way_alone_with_what_weighs_on_the_offer():
    of_offers, of_ways = weighed(
        (1, "new_home", "hypothesised"),
        (1, "way_refused", "call"), (1, "way_refused", "call"),
        (2, "way_refused", "sms"), (2, "wants_to_leave", ""),
        (3, "new_home", "confirmed"), (3, "way_refused", "call"),
        (4, "way_refused", "email"),
    )  # fmt: skip
    assert of_offers == [[1, "card", 1.0], [2, "stay", 1.0], [3, "card", 2.0]]  # 2.5 is more than there may be
    assert of_ways == [[1, "card", CALL, 0.5], [2, "card", SMS, -0.5], [3, "card", CALL, 2.0]]  # 2.5 - 0.5


def test_in_a_contact_no_way_weighs():
    rows = [
        WeightRow("w", p.signal, p.state, p.issue or None, p.offer, weight, "why", "who", TODAY)
        for p, weight in WEIGHTS.items()
    ]
    alive = [("wants_to_leave", "", None), ("way_refused", "call", None), ("new_home", "hypothesised", 0)]
    assert contexts_of_one([CARD, STAY], alive, rows) == {"card": 1.0, "stay": 1.0}


def test_rules_may_ask_for_what_was_said():
    assert vocabulary().signals["wants_to_leave"] == frozenset()
    assert {"call", "sms", "post", "visit"} <= vocabulary().signals["way_refused"]


@pytest.fixture
def scene(db):
    from guanxi.record.customers import search

    search.rebuild_search()
    with clock.frozen(MONDAY):
        yield build_scene()


def says(customer, heard: Heard, days_ago: int, **fields) -> None:
    at = clock.now() - dt.timedelta(days=days_ago)
    Conversation.objects.create(
        customer=customer, at=at, on=TODAY - dt.timedelta(days=days_ago), channel=Channel.CALL, heard=heard, **fields
    )


def answers(customer, outcome: Outcome, days_ago: int, channel: Channel) -> None:
    propose_actions([action_row(customer, offer="card")], by=SYSTEM, as_of=TODAY)
    at = clock.now() - dt.timedelta(days=days_ago)
    action = customer_action(customer)
    OfferAnswer.objects.create(
        action=action,
        offer="card",
        channel=channel,
        outcome=outcome,
        answered_at=at,
        answered_on=TODAY - dt.timedelta(days=days_ago),
    )


def customer_action(customer):
    from guanxi.record.actions.models import Action

    return Action.objects.get(customer=customer)


@pytest.mark.django_db(transaction=True)
def test_what_was_said_counts_for_its_days_in_the_night_and_in_a_contact(scene):
    """30 days of wanting to leave, 14 of a way that was refused; the day itself counts in a contact alone."""
    wang, li, he, zhou = (scene.customer(name) for name in ("王海峰", "李玲", "何嘉怡", "周文博"))
    says(wang, Heard.LEAVING, 30)
    says(li, Heard.LEAVING, 31)
    says(he, Heard.LEAVING, 3, deleted_at=clock.now())
    says(zhou, Heard.PRICE_MATCH, 3)
    answers(wang, Outcome.REFUSED, 14, Channel.CALL)
    answers(li, Outcome.REFUSED, 15, Channel.CALL)
    answers(he, Outcome.REFUSED, 2, Channel.POST)
    answers(zhou, Outcome.ACCEPTED, 2, Channel.SMS)

    def night(given=None) -> set[tuple[int, str, str]]:
        with open_record() as record:
            rows = alive_now(record, TODAY, given or {}).to_pylist()
        assert all(row["at_stake"] is None for row in rows)
        return {(row["customer_id"], row["kind"], row["state"]) for row in rows}

    def contact(customer) -> set[tuple[str, str]]:
        return {(kind, state) for kind, state, _stake in facts_now(customer.pk, TODAY).alive}

    leaves, refused = ("wants_to_leave", ""), ("way_refused", "call")
    assert night() == {(wang.pk, *leaves), (wang.pk, *refused), (he.pk, "way_refused", "post")}
    assert (contact(wang), contact(li), contact(zhou)) == ({leaves, refused}, set(), set())
    assert contact(he) == {("way_refused", "post")}
    assert night({"decisions.leaving_days": 31, "decisions.refused_days": 1}) == {(wang.pk, *leaves), (li.pk, *leaves)}
    says(zhou, Heard.LEAVING, 0)
    assert (contact(zhou), (zhou.pk, *leaves) in night()) == ({leaves}, False)


@pytest.mark.django_db
def test_who_wants_to_leave_puts_a_year_of_his_at_stake(scene):
    """3,000 bought in a year of which a fifth stays with us: 600 a year, or more where a signal says more."""
    facts = facts_now(scene.customer("王海峰").pk, TODAY)
    known = {"margin_rate": 0.2, "spend_365": 3_000.0, "at_stake_most": None}

    def stake(*alive) -> float | None:
        return replace(facts, alive=alive)._at_stake_year(known)

    leaving, fall = ("wants_to_leave", "", None), ("spend_drop", "alarm", 20_000)
    assert (stake(), stake(("way_refused", "call", None))) == (None, None)
    assert stake(leaving) == pytest.approx(600)
    assert stake(fall) == pytest.approx(480)  # 200 a month
    assert stake(fall, leaving) == pytest.approx(600)
    assert stake(("spend_drop", "alarm", 50_000), leaving) == pytest.approx(1_200)
