"""What today says of one customer is read from the record as it stands: signals, holdings, consents, what comes first."""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.engage.offers.compiled import compiled_offers
from guanxi.engage.offers.resting import RestTerms
from guanxi.ground import clock
from guanxi.insight.decisions.offers import resting
from guanxi.insight.decisions.offers.facts_now import facts_now
from guanxi.insight.decisions.offers.noticed import closed_by_notice
from guanxi.record.actions.choices import NotNow
from guanxi.record.actions.queries.first import First, what_comes_first
from guanxi.record.actions.services import Taking, answer_action, propose_actions, take_up_offer, undo_answer
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products, products_by_reference
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.customers.choices import Channel
from guanxi.record.holdings.models import Holding
from guanxi.record.holdings.owning import names_ending
from guanxi.record.holdings.queries import standing_notices
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import give_notice, record_holdings, withdraw_notice
from guanxi.record.signals.services import raise_signals
from tests.insight.decisions.people import offer
from tests.insight.decisions.test_proposing import rule
from tests.record.actions.rows import MONDAY, action_row, promise_row
from tests.record.signals.rows import signal_row
from tests.stories.scene import SYSTEM, build_scene

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 7, 6)


@pytest.fixture
def scene(db):
    from guanxi.record.customers import search

    search.rebuild_search()
    with clock.frozen(MONDAY):
        yield build_scene()


def say(customer, status: ConsentStatus, *, purpose=Purpose.MARKETING, channel=Channel.CALL, **fields) -> None:
    said = Statement(
        purpose=purpose, channel=channel, status=status, at=clock.now(), source="branch", evidence="1", **fields
    )
    record_consents([NewConsent(customer.pk, said)], by=SYSTEM)


def test_each_thing_counts_as_it_stands_now(scene):
    wang, li = scene.customer("王海峰"), scene.customer("李玲")
    create_products([NewProduct(reference="P-2", name="loan", family="loan")], by=SYSTEM)
    product = products_by_reference(["P-2"]).ids["P-2"]
    rows = [
        NewHolding(reference=f"H-{n}", customer_id=wang.pk, product_id=product, closed_on=closed)
        for n, closed in enumerate(["", "2026-07-07", "2026-07-06"])
    ]
    record_holdings(rows, by=SYSTEM)
    found = [signal_row(wang.pk), signal_row(wang.pk, kind="inactivity", state="cleared"), signal_row(li.pk)]
    raise_signals(found, by=SYSTEM, as_of=TODAY)
    say(wang, ConsentStatus.GRANTED)
    say(wang, ConsentStatus.GRANTED, channel=Channel.SMS)
    say(wang, ConsentStatus.WITHDRAWN, channel=Channel.SMS)
    say(li, ConsentStatus.DENIED, purpose=Purpose.PROFILING, channel=Channel.UNKNOWN)
    facts = facts_now(wang.pk, TODAY)
    assert (list(facts.alive), facts.products, facts.families) == (
        [("spend_drop", "alarm", 378_500)],
        {"P-2"},
        {"loan"},
    )
    assert (list(facts.allowed), facts.is_profiled, facts.first, facts.closed) == ([202], True, First.NOTHING, set())
    assert not facts_now(li.pk, TODAY).is_profiled


def test_what_he_holds_by_contracts_under_notice_alone_closes_the_offers_upon_it(scene):
    """Two loans and a card: one notice closes nothing, the second closes what is upon the loan, and only for him."""
    wang, li, gao = scene.customer("王海峰"), scene.customer("李玲"), scene.person("gao")
    create_products([NewProduct(reference=f"P-{what}", name=what, family=what) for what in ("loan", "card")], by=SYSTEM)
    ids = products_by_reference(["P-loan", "P-card"]).ids
    held = [("H-1", wang, "P-loan"), ("H-2", wang, "P-loan"), ("H-3", wang, "P-card"), ("H-4", li, "P-loan")]
    rows = [NewHolding(reference=number, customer_id=who.pk, product_id=ids[name]) for number, who, name in held]
    record_holdings(rows, by=SYSTEM)
    codes = {one.reference: one.code for one in Holding.objects.all()}
    upon = [
        offer("renew", 10, product="P-loan", family="loan"),
        offer("serve", 10, product="P-other", rules=(replace(rule("none", "TRUE"), needed=("loan",)),)),
        offer("other", 10, product="P-card", rules=(replace(rule("none", "TRUE"), references=("loan",)),)),
    ]

    def closed(customer) -> set[str]:
        now = {text for text in facts_now(customer.pk, TODAY, upon).closed if text.startswith("under_notice")}
        rows = closed_by_notice(names_ending(TODAY), upon).to_pylist()
        night = {f"{row['reason']}|{row['offer']}" for row in rows if row["customer_id"] == customer.pk}
        assert now == night
        return now

    for number, gone in (("H-1", set()), ("H-2", {"under_notice|renew", "under_notice|serve"})):
        ends = TODAY + dt.timedelta(60)
        row = give_notice(wang.pk, holding=codes[number], ground="clause 9", ends_on=ends, by=gao)
        assert (closed(wang), closed(li)) == (gone, set())
    assert [(one.id, one.words, one.ends_on) for one in standing_notices(TODAY)][-1] == (row, "H-2", ends)
    withdraw_notice(wang.pk, ending=row, by=gao)
    assert (closed(wang), len(standing_notices(TODAY))) == (set(), 1)


def test_what_is_owed_comes_before_any_offer_and_an_alarm_before_all_but_an_offer_to_stay(scene):
    wang, li, he, zhou = (scene.customer(name) for name in ("王海峰", "李玲", "何嘉怡", "周文博"))
    rows = [
        action_row(wang),
        promise_row(li, TODAY),
        action_row(li),
        promise_row(he, TODAY + dt.timedelta(days=1)),
        action_row(zhou, origin="balance_runoff", reason="balance_runoff_alarm"),
    ]
    propose_actions(rows, by=SYSTEM, as_of=TODAY)
    assert [what_comes_first(one.pk, TODAY) for one in (wang, li, he, zhou)] == [
        First.ALARM, First.OWED, First.NOTHING, First.OWED,
    ]  # fmt: skip
    assert what_comes_first(he.pk, TODAY + dt.timedelta(days=1)) == First.OWED
    wu = scene.customer("吴静怡")  # the touch of the quarter is this very conversation
    touch = action_row(
        wu, origin="touch", reason="quarterly_touch", reason_facts='{"quarter": "2026-07-01", "last": null}'
    )
    propose_actions([*rows, touch], by=SYSTEM, as_of=TODAY)
    assert what_comes_first(wu.pk, TODAY) == First.NOTHING
    closed = facts_now(wang.pk, TODAY).closed
    assert "another_first|issue:5" in closed  # growth
    assert "another_first|issue:4" not in closed  # to stay


def test_offers_are_compiled_once_a_process_until_something_about_them_changes(scene, django_assert_num_queries):
    compiled_offers(TODAY)
    with django_assert_num_queries(1):
        assert compiled_offers(TODAY) is compiled_offers.__globals__["_kept"][0]
    assert compiled_offers(TODAY + dt.timedelta(days=1)).key != compiled_offers(TODAY).key


def test_what_he_took_this_morning_rests_all_other_sales_and_what_he_refused_rests_itself(scene, monkeypatch):
    """LEV-05, NBA-02: the loan is accepted, and home insurance waits, whoever speaks with him next."""
    terms = [
        RestTerms("home_contents", "insurance", is_sale=True, is_rested_after=True, rest_days=0),
        RestTerms("decoration_loan", "loan", is_sale=True, is_rested_after=True, rest_days=30),
    ]
    monkeypatch.setattr(resting, "rest_terms", lambda: terms)
    wang, lin = scene.customer("王海峰"), scene.person("lin")
    facts = {"reference": "decoration_loan", "name": {}, "need": {}, "because": [], "say": {"zh": "", "en": ""}}
    taken = [
        take_up_offer(wang.pk, Taking(facts=facts | {"code": code}, need="厨房", channel=Channel.CALL), by=lin)
        for code in ("VERSION00001", "VERSION00002")
    ]

    def rests(days: int = 0) -> dict[str, str]:
        return {
            f"{one.reason}|{one.offer}": one.cause
            for one in facts_now(wang.pk, TODAY + dt.timedelta(days)).rests.values()
        }

    assert rests() == {}
    answer_action(taken[0], by=lin, answer="not_now", reason=NotNow.DECLINED)
    assert set(rests()) == {"refused|decoration_loan", "refused_family|decoration_loan"}
    answer_action(taken[1], by=lin, answer="accepted")
    assert rests()["sibling_rest|home_contents"] == "decoration_loan"  # both are named
    assert "sibling_rest|home_contents" in rests(29)
    assert "sibling_rest|home_contents" not in rests(30)
    undo_answer(taken[1], by=lin)
    assert "sibling_rest|home_contents" not in rests()
