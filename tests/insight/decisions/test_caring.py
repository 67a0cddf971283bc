"""The class order of decisioning.md 3.3, step 0, in a run: what is owed, then care, then what is valued in money."""

import datetime as dt
import json
from dataclasses import replace

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, Way
from guanxi.engage.offers.queries import PublishedTreatment
from guanxi.engage.policy.rules import DEFAULTS
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers import kept
from guanxi.insight.decisions.offers.deciding import _PRELUDES, Decided, close_ways, decide, stakes_of
from guanxi.insight.decisions.offers.evidence import TRIALS, with_decisions
from guanxi.insight.decisions.offers.explaining import explain
from guanxi.insight.warehouse.places import Places
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.consents.choices import Purpose
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from tests.insight.decisions.people import _KNOWN, codes, offer, person
from tests.insight.decisions.test_choosing import TUESDAY, B, C, answer
from tests.insight.decisions.test_proposing import KEEP, Firm, aside, one, rule, words

pytestmark = pytest.mark.django_db
CALL = PublishedTreatment(Way.CALL, int(Channel.CALL), 1200, 400, 0, "十分钟的风险测评", "Ten minutes for a test")
LETTER = PublishedTreatment(Way.LETTER, int(Channel.POST), 300, 150, 0, "测评", "A test")
WEDNESDAY = dt.date(2026, 7, 1)


def unpriced(reference: str, *rules, issue: Issue = Issue.CARE, ways=(CALL,)):
    return offer(
        reference, 0, issue=issue, unit_value=None, purpose=Purpose.SERVICE, treatments=ways, rules=rules,
        regulatory_class=RegulatoryClass.NONE, words=words(reference.title(), "Savings grow"),
    )  # fmt: skip


NEEDS_NO_TEST = rule("has_test", "NOT has_risk_test")
HOME = rule("no_new_home", "list_contains(signals, 'new_home')")
TEST = unpriced("risk_test", HOME, NEEDS_NO_TEST)
NOTICE = unpriced("notice", HOME, issue=Issue.OBLIGATION)
GROW = offer("grow", 9_000)


@pytest.fixture(autouse=True)
def house():
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def test_care_is_proposed_before_anything_is_sold_and_has_no_worth():
    firm = Firm(TEST, GROW, grow=0.5)
    moved, other = firm.moves(), firm.lives()
    rows = {row["customer_id"]: row for row in firm.propose().to_pylist()}
    assert {who: (row["action_class"], row["offer"], row["score"]) for who, row in rows.items()} == {
        moved: (2, "risk_test", 0), other: (3, "grow", pytest.approx(4_487.7)),
    }  # fmt: skip
    told = one(firm.propose().filter(pa.array([True, False])))["told"]["offer"]
    assert (rows[moved]["value_at_stake"], told["value"], "score" in told, told["because"]) == (
        0,
        None,
        False,
        ["new_home"],
    )
    assert firm.reasons("grow") == {"care_first": 1, "chosen": 1}
    assert firm.reasons("risk_test") == {"no_new_home": 1, "chosen": 1}


def test_a_promised_call_comes_before_care_and_care_before_a_sale():
    firm = Firm(TEST, GROW, NOTICE, grow=0.5)
    promised, later, plain = firm.moves(), firm.moves(), firm.lives()
    firm.talk(promised, "2026-06-20", due="2026-06-29")
    firm.talk(later, "2026-06-20", due="2026-07-06")
    rows = {row["customer_id"]: row for row in firm.propose().to_pylist()}
    assert {who: (row["action_class"], row["origin"], row["offer"], row["due_on"]) for who, row in rows.items()} == {
        promised: (1, "follow_up", "", dt.date(2026, 6, 29)),
        later: (1, "offer", "notice", WEDNESDAY),  # what is owed sooner, whatever else is promised
        plain: (3, "offer", "grow", WEDNESDAY),
    }  # fmt: skip
    assert firm.reasons("risk_test") == {"care_first": 2, "no_new_home": 1}
    assert firm.reasons("notice") == {"care_first": 1, "chosen": 1, "no_new_home": 1}
    without = Firm(TEST, GROW, grow=0.5)
    without.moves()
    assert one(without.propose())["offer"] == "risk_test"


def test_who_is_held_out_of_sales_is_cared_for_and_nobody_is_a_control_of_care():
    firm = Firm(TEST, GROW, grow=0.5)
    held = firm.lives(code=firm.code(is_held_out=True))
    control = firm.lives(code=firm.code(control_of="risk_test"))
    firm.homes += [held, control]
    assert {row["customer_id"]: row["offer"] for row in firm.propose().to_pylist()} == dict.fromkeys(
        (held, control), "risk_test"
    )
    trials = with_decisions(firm.bench, TRIALS.empty_table(), firm.found.decisions, firm.stakes.offers, on=WEDNESDAY)
    assert trials.num_rows == 0


def test_room_for_calls_goes_to_care_first_and_what_it_leaves_to_sales():
    firm = Firm(TEST, GROW, grow=0.5)
    moved, others = [firm.moves() for _ in range(2)], [firm.lives() for _ in range(3)]
    rows = firm.propose(capacity={"way:call": 3}).to_pylist()
    assert sorted(row["offer"] for row in rows) == ["grow", "risk_test", "risk_test"]
    assert firm.reasons("grow") == {"care_first": 2, "chosen": 1, "no_capacity": 2}
    scarce = firm.propose(capacity={"way:call": 1}).to_pylist()
    assert [(row["offer"], row["customer_id"] in moved) for row in scarce] == [("risk_test", True)]
    assert firm.reasons("risk_test") == {"no_new_home": 3, "chosen": 1, "no_capacity": 1}
    assert firm.reasons("grow") == {"care_first": 2, "no_capacity": 3}  # who waits for care is sold nothing meanwhile
    firm.offers = (replace(TEST, treatments=(LETTER, CALL)), GROW)
    assert sorted(row["channel"] for row in firm.propose(capacity={"way:call": 1}).to_pylist()) == [
        int(Channel.CALL), int(Channel.POST),
    ]  # fmt: skip
    assert len(others) == 3


def test_of_several_that_care_the_order_of_issues_then_of_names_decides():
    fraud, talk = unpriced("card_blocked", HOME, issue=Issue.RISK), unpriced("a_talk", HOME)
    for offers, chosen, action_class in (
        ((TEST, talk, fraud, NOTICE), "notice", 1),
        ((TEST, talk, fraud), "card_blocked", 1),
        ((TEST, talk), "a_talk", 2),
    ):
        firm = Firm(*offers)
        firm.moves()
        row = one(firm.propose())
        assert (row["offer"], row["action_class"]) == (chosen, action_class)
        others = {offer.reference for offer in offers} - {chosen}
        assert [firm.reasons(other) for other in sorted(others)] == [{"care_first": 1}] * len(others)


def test_an_alarm_comes_before_care_for_another_cause_and_keeps_its_offer_to_stay():
    firm = Firm(TEST, KEEP, keep=0.18)
    wang = firm.falls()
    firm.homes.append(wang)
    row = one(firm.propose())
    assert (row["reason"], row["offer"], firm.reasons("risk_test")) == ("spend_drop_alarm", "keep", {"care_first": 1})
    talk = unpriced("a_talk", rule("no_fall", "list_contains(signals, 'spend_drop')"))
    firm.offers = (talk, KEEP)
    row = one(firm.propose())  # care that answers the alarm goes with it, and then nothing is given to stay
    assert (row["reason"], row["offer"], firm.reasons("keep")) == ("spend_drop_alarm", "a_talk", {"care_first": 1})


@pytest.mark.parametrize(
    "issue, reasons",
    [(Issue.CARE, {"at_peace": 1, "answered": 1, "chosen": 1}), (Issue.OBLIGATION, {"answered": 1, "chosen": 2})],
)
def test_care_leaves_in_peace_and_is_not_asked_twice_but_what_is_owed_does_not_wait(issue, reasons):
    firm = Firm(unpriced("talk", HOME, issue=issue))
    people = [firm.moves(loan=0) for _ in range(3)]
    first = {row["customer_id"]: row for row in firm.propose().to_pylist()}
    rested, asked, _other = (first[who] for who in people)
    given = [answer(rested | {"key": "another"}, is_settled=True, done_on=TUESDAY), answer(asked, is_settled=True)]
    firm.propose(answers=given)
    assert firm.reasons("talk") == reasons


def test_who_wants_no_advice_from_own_data_gets_none_and_a_complaint_closes_sales_only():
    complaint = unpriced("recovery", rule("no_complaint", "has_open_complaint"), issue=Issue.OBLIGATION)
    firm = Firm(complaint, TEST, GROW, grow=0.5)
    private = firm.moves()
    assert firm.propose(unprofiled=[private]).num_rows == 0
    assert firm.reasons("risk_test") == {"not_profiled": 1}
    notice = Firm(unpriced("notice", issue=Issue.OBLIGATION), GROW, grow=0.5)
    private = notice.moves()
    [row] = notice.propose(
        unprofiled=[private]
    ).to_pylist()  # goes by the product and the day alone (3.5): it is owed to everybody
    assert (row["customer_id"], row["offer"]) == (private, "notice")
    found, _stakes = decided(
        [person(code, has_open_complaint=code == "P00001") for code in ("P00001", "P00002")], complaint, GROW
    )
    assert [(row["code"], row["offer"]) for row in found] == [("P00001", "recovery"), ("P00002", "grow")]


LEVELS = tuple(
    offer(name, value, issue=Issue.GROWTH, regulatory_class=RegulatoryClass.INVESTMENT,
        rules=(rule("no_test", "has_risk_test", Layer.SUITABILITY), rule("risk_too_high", f"risk_level >= {level}", Layer.SUITABILITY)))
    for name, value, level in (("steady_fund", 8_000, 2), ("index_fund", 11_000, 4))
)  # fmt: skip


def decided(people, *offers):
    """What is decided for people written by hand, and the numbers."""
    schema = _KNOWN.append(pa.field("has_risk_test", pa.bool_())).append(pa.field("risk_level", pa.int32()))
    rows = [{"has_risk_test": False, "customer_id": number, **row} for number, row in enumerate(people, 1)]
    with Workbench() as bench:
        for prelude in _PRELUDES:
            bench.run(prelude)
        bench.register("given", pa.Table.from_pylist(rows, schema=schema))
        bench.register("alive", pa.table({"customer_id": pa.array([], pa.int64()), "kind": pa.array([], pa.string()), "state": pa.array([], pa.string())}))  # fmt: skip
        bench.run("CREATE TEMP TABLE known AS SELECT * FROM given")
        bench.run("CREATE TEMP TABLE closed (customer_id BIGINT, offer VARCHAR, reason VARCHAR)")
        close_ways(bench, offers, DEFAULTS, on=WEDNESDAY)
        stakes = stakes_of(bench, WEDNESDAY, offers)
        return decide(bench, stakes).decisions.to_pylist(), stakes


@pytest.mark.parametrize(
    "level, offered",
    [(None, "risk_test"), (1, None), (2, "steady_fund"), (3, "steady_fund"), (4, "index_fund"), (5, "index_fund")],
)
def test_without_a_test_the_only_thing_is_to_offer_it_and_then_no_fund_above_its_level(level, offered):
    saves = rule("no_savings", "list_contains(signals, 'savings_accumulating')")
    test = unpriced("risk_test", saves, NEEDS_NO_TEST)
    (code,) = codes(1, "steady_fund", "index_fund")
    saver = person(code, signals=["savings_accumulating"], has_risk_test=level is not None, risk_level=level)
    found, _stakes = decided([saver], test, *LEVELS)
    assert [row["offer"] for row in found] == ([offered] if offered else [])


def test_a_run_of_care_alone_is_kept_and_explains_itself(tmp_path, settings):
    settings.GUANXI_HOME = tmp_path
    firm = Firm(TEST, unpriced("a_talk", HOME, rule("too_young", "age >= 999")))
    moved, other = firm.moves(), firm.lives()
    firm.propose()
    where = Places(tmp_path / "warehouse")
    where.make()
    kept.keep_run(firm.bench, Decided(firm.stakes, firm.found), where, edition="e1", as_of=TUESDAY)
    where.edition("e1").touch()
    where.point_to("e1")
    told = explain(moved)
    assert (told.arm, [(one.offer, one.reason) for one in told.lines], told.unweighed) == (
        "chosen", [("risk_test", "chosen"), ("a_talk", "too_young")], {"risk_test", "a_talk"},
    )  # fmt: skip
    assert [(one.offer, one.reason) for one in explain(other).lines] == [
        ("a_talk", "no_new_home"), ("risk_test", "no_new_home"),
    ]  # fmt: skip
    assert kept.run_of(where, "e1").decided(moved)["value"] is None


def test_the_same_inputs_give_the_same_places_whoever_stands_in_line():
    firm = Firm(TEST, GROW, grow=0.5)
    for number in range(9):
        firm.moves() if number % 2 else firm.lives(tier=(B, C)[number % 4 == 0])
    one_run, other_run = (firm.propose(capacity={"way:call": 3}) for _ in range(2))
    assert one_run.equals(other_run, check_metadata=True)
    assert aside(one_run).get(("offer", "control")) is None


def test_a_matter_that_was_given_up_is_not_proposed_again_in_the_same_version():
    firm = Firm(TEST)
    tried, other = firm.moves(), firm.moves()
    row = next(row for row in firm.propose().to_pylist() if row["customer_id"] == tried)
    now = dt.datetime(2026, 6, 29, 2, tzinfo=dt.UTC)
    Customer.objects.create(pk=tried, code="TRIED0000001", name="T", created_on=now, created_at=now, updated_at=now)
    work = {"customer_id": tried, "action_class": 2, "origin": "offer", "reason": "offer_chosen", "offer": "risk_test"}
    work |= {"due_on": now, "proposed_on": now, "status": ActionStatus.NOT_NOW, "not_now": NotNow.NOT_REACHED}
    action = Action.objects.create(key=row["key"], **work)
    tries = ((number, now + dt.timedelta(minutes=number)) for number in range(3))
    for number, at in tries:
        assert (number, firm.propose().num_rows) == (number, 2)
        OfferAnswer.objects.create(
            action=action,
            offer="risk_test",
            channel=Channel.CALL,
            outcome=Outcome.NO_ANSWER,
            answered_at=at,
            answered_on=at,
        )
    assert {row["customer_id"] for row in firm.propose().to_pylist()} == {other}
    assert firm.reasons("risk_test") == {"unreached": 1, "chosen": 1}
    firm.offers = (replace(TEST, code="risk_test-2", version=2),)
    assert firm.propose().num_rows == 2


def test_care_answered_for_one_cause_does_not_stand_in_the_way_of_another_and_a_sale_does():
    """The test was offered for a new home. A second home a year later is another cause; the loan stays answered, as ever."""
    loan = offer("loan", 2_400, purpose=Purpose.SERVICE, treatments=(CALL,), rules=(HOME,), words=words("Loan", "Home"))

    def settled(row: dict) -> dict:
        told = one_told(row)
        return answer(row, is_settled=True, about=told["code"], causes=told.get("causes", []))

    for made, again in ((TEST, True), (loan, False)):
        firm = Firm(made, loan=0.5)
        who = firm.moves()
        first = one(firm.propose())
        done = settled(first)
        assert (firm.propose(answers=[done]).num_rows, firm.reasons(made.reference)) == (0, {"answered": 1})
        firm.causes = [(who, "a second", "new_home")]
        rows = firm.propose(answers=[done]).to_pylist()
        assert [row["offer"] for row in rows] == [made.reference] * again
        if again:
            assert rows[0]["key"] != first["key"]
            both = [done, settled(rows[0])]
            assert (firm.propose(answers=both).num_rows, firm.reasons("risk_test")) == (0, {"answered": 1})
        given = answer(rows[0], owner_id=9, team_id=90) if again else done
        firm.causes.append((who, "0 a third", "new_home"))
        assert [row["owner_id"] for row in firm.propose(answers=[done, given]).to_pylist()] == [9] * again
        firm.homes = []  # the first is over: the two others are as new as they were
        assert firm.propose(answers=[done]).num_rows == again


def one_told(row: dict) -> dict:
    return json.loads(row["reason_facts"])["offer"]


def test_causes_that_were_there_at_once_are_answered_at_once_and_one_told_by_an_alarm_is_too():
    firm = Firm(TEST)
    who = firm.moves()
    firm.causes = [(who, "a second", "new_home")]
    row = one(firm.propose())
    causes = one_told(row)["causes"]
    assert causes == sorted(["a second", f"h{who}"])
    done = answer(row, is_settled=True, about=TEST.code, causes=causes)
    assert (firm.propose(answers=[done]).num_rows, firm.reasons("risk_test")) == (0, {"answered": 1})
    taken = answer(
        {"key": "x", "customer_id": who}, is_settled=True, accepted=TEST.code, about=TEST.code, causes=[causes[0]]
    )
    assert one(firm.propose(answers=[taken]))["offer"] == "risk_test"
    unknown = taken | {"causes": []}  # agreed upon when nobody noted why: it holds for whatever there is
    assert firm.propose(answers=[unknown]).num_rows == 0
