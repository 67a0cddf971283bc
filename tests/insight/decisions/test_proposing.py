"""Offers in a run: the figures of the statements through the whole path, who gets none and why, one action a customer."""

import datetime as dt
import json
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from django.utils import translation

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, Way
from guanxi.engage.offers.queries import PublishedOffer, PublishedRule, PublishedTreatment
from guanxi.ground.workdays import WEEK
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight import decisions, detectors
from guanxi.insight.decisions.arbitration import Chance
from guanxi.insight.decisions.arbitration.arms import bucket
from guanxi.insight.decisions.limits import Reviews
from guanxi.insight.decisions.offers import kept
from guanxi.insight.decisions.offers.asked import alive_with
from guanxi.insight.decisions.offers.asking import avenue
from guanxi.insight.decisions.offers.contexts import CONTEXTS, Contexts
from guanxi.insight.decisions.offers.deciding import HELD_OUT, SALT, Asked, Decided
from guanxi.insight.decisions.offers.facts_now import FactsNow
from guanxi.insight.decisions.offers.proposing import add_candidates, lay_out, tell_offers
from guanxi.insight.warehouse.places import Places
from guanxi.record.actions.wording import reason_in_words, what_to_say
from guanxi.record.consents.choices import Purpose
from guanxi.record.customers.choices import Channel
from tests.insight.decisions.people import offer
from tests.insight.decisions.test_choosing import CALL, MESSAGE, TUESDAY, A, B, C, Day, answer

pytestmark = pytest.mark.django_db
ALIVE = pa.schema(
    [(name, pa.string()) for name in ("key", "kind", "state")]
    + [("customer_id", pa.int64()), ("at_stake", pa.int64()), ("is_judged", pa.bool_())]
)
AGREED = pa.schema(
    [("customer_id", pa.int64()), ("purpose", pa.int16()), ("channel", pa.int16()), ("partner", pa.string())]
)
COUNTER = PublishedTreatment(Way.VISIT, int(Channel.VISIT), 0, 500, 0, "您搬了新家？", "You have a new home?")
FATIGUE = 0.002 * 150  # of one more contact, to whoever heard nothing for a month


@pytest.fixture(autouse=True)
def house():
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def words(name: str, need: str) -> dict[str, dict[str, str]]:
    return {"name": {"zh": name, "en": name}, "need": {"zh": need, "en": need}}


def rule(reason: str, sql: str, layer: Layer = Layer.APPLICABILITY) -> PublishedRule:
    return PublishedRule(layer, 0, reason, sql, sqlglot.parse_one(sql, dialect="duckdb"))


def at_the_counter(reference: str, value: int, *rules: PublishedRule, **fields: object) -> PublishedOffer:
    """An offer spoken of where he stands: it costs no contact and needs no leave."""
    said = words(reference.title(), "A home is to be fitted out")
    return offer(reference, value, purpose=Purpose.SERVICE, treatments=(COUNTER,), rules=rules, words=said, **fields)


KEEP = offer(
    "keep", 1055, issue=Issue.RETENTION, incentive_cost=35_000, words=words("Keep", "The card costs too much"),
    rules=(rule("no_alarm", "list_contains(signals, 'spend_drop')"),),
)  # fmt: skip
NEW_HOME = rule("no_new_home", "list_contains(signals, 'new_home')")
HOME = (
    at_the_counter("loan", 2400, NEW_HOME),
    at_the_counter("car", 1800),
    at_the_counter("contents", 300, NEW_HOME),
    at_the_counter("fund", 1100, rule("no_test", "has_risk_test", Layer.SUITABILITY)),
)


class Firm(Day):
    """A day on which offers are decided over as well. `chances`: P(yes because of the contact) by offer; `contexts`: sums of
    weights by customer and offer.
    """

    def __init__(self, *offers: PublishedOffer, **chances: float) -> None:
        super().__init__()
        self.offers, self.chances = offers, chances
        self.contexts: list[tuple[int, str, float]] = []
        self.homes: list[int] = []
        self.causes: list[tuple[int, str, str]] = []

    def code(self, *, control_of: str = "", is_held_out: bool = False) -> str:
        """A code that is in these arms and in no other."""
        for number in range(100_000):
            code = f"W{number:05d}"
            held = bucket("2026|holdout|", code) < HELD_OUT * 10_000
            controls = {one.reference for one in self.offers if bucket(f"{SALT}control|{one.reference}|", code) < 1_000}
            taken = any(code == row["code"] for row in self.edition.customers)
            if not taken and held == is_held_out and controls == ({control_of} - {""}):
                return code
        raise AssertionError

    def lives(self, **fields: object) -> int:
        return self.edition.add(**{"code": self.code(), "tier": A, "owner_id": 7, "team_id": 70} | fields)

    def falls(self, *args, **fields: object) -> int:
        return super().falls(*args, **{"code": self.code()} | fields)

    def moves(self, **contexts: float) -> int:
        who = self.lives()
        self.homes.append(who)
        self.contexts += [(who, reference, context) for reference, context in contexts.items()]
        return who

    def propose(self, *, capacity: dict[str, float] | None = None, deaf: tuple[int, ...] = (), **given):
        """The rows of actions; `found` is the arbitration."""
        bench = self.edition.fill()
        for table, columns, rows in (
            ("conversations", "customer_id, day, channel, direction, outcome, follow_up_on", self.talks),
            ("holdings", "holding_id, customer_id, status, renewal_on, reference", self.holdings),
        ):
            bench.run(f"DELETE FROM {table}")
            if rows:
                bench.run(f"INSERT INTO {table} ({columns}) VALUES {', '.join(rows)}")
        detectors.run(bench, as_of=TUESDAY, thresholds={"detectors.segment_customers": 1_000})
        told = {"calendar": WEEK, "answers": (), "silenced": (), "unprofiled": ()} | given
        sought = decisions.seek_candidates(bench, as_of=TUESDAY, **told)
        homes = [
            {"key": f"h{who}", "kind": "new_home", "state": "hypothesised", "customer_id": who, "at_stake": 0, "is_judged": False}
            for who in self.homes
        ]  # fmt: skip
        homes += [
            {**dict.fromkeys(ALIVE.names), "key": key, "kind": kind, "state": "hypothesised", "customer_id": who, "at_stake": 0, "is_judged": False}
            for who, key, kind in self.causes
        ]  # fmt: skip
        agreed = [
            {"customer_id": row["customer_id"], "purpose": Purpose.MARKETING, "channel": channel}
            for row in self.edition.customers
            for channel in (Channel.CALL, Channel.SMS)
            if row["customer_id"] not in deaf
        ]
        agreed += [
            {
                "customer_id": row["customer_id"],
                "purpose": Purpose.PARTNER,
                "channel": one.channel,
                "partner": offer.partner,
            }
            for row in self.edition.customers
            for offer in self.offers
            for one in offer.treatments
            if offer.partner
        ]
        alive = alive_with(bench, pa.Table.from_pylist(homes, schema=ALIVE))
        asked = Asked(pa.Table.from_pylist(agreed, schema=AGREED), alive, told["unprofiled"], spared=sought.spared)
        stakes = lay_out(bench, sought, self.offers, asked)
        chances = {place: Chance(self.chances[place[0]], self.chances[place[0]]) for place in stakes.chances}
        contexts = [dict(zip(CONTEXTS.names, one, strict=True)) for one in self.contexts]
        self.stakes = replace(
            stakes,
            chances=chances,
            contexts=Contexts(pa.Table.from_pylist(contexts, schema=CONTEXTS)),
            policy=replace(stakes.policy, capacity=capacity or {}),
        )
        self.found = add_candidates(bench, sought, self.stakes)
        self.bench = bench
        return decisions.choose(bench, sought, tell=partial(tell_offers, bench, self.stakes))

    def reasons(self, reference: str) -> dict[str, int]:
        return {row["reason"]: row["customers"] for row in self.found.rejects if row["offer"] == reference}


def one(table: pa.Table) -> dict:
    (row,) = table.to_pylist()
    return row | {"told": json.loads(row["reason_facts"])}


def aside(table: pa.Table) -> dict[tuple[str, str], int]:
    return {(row["origin"], row["why_not"]): row["customers"] for row in decisions.rejects_of(table)}


@pytest.mark.parametrize(
    "tau, contexts, scores",
    [
        # decisioning.md 3.3: 0.06 x 2,400 x 2.0 = 288; 0.012 x 1,800 x 1.2 = 26; 0.03 x 300 x 1.5 = 14; the fund needs a test
        ((0.06, 0.012, 0.03), (1.0, 0.2, 0.5), {"loan": 288.0, "car": 25.92, "contents": 13.5}),
        ((0.01, 0.05, 0.2), (0.0, 0.5, 1.0), {"car": 135.0, "contents": 120.0, "loan": 24.0}),
    ],
)
def test_present_need_outranks_the_push_of_the_month_to_the_yuan(tau, contexts, scores):
    firm = Firm(*HOME, **dict(zip(("loan", "car", "contents"), tau, strict=True)), fund=0.5)
    who = firm.moves(**dict(zip(("loan", "car", "contents"), contexts, strict=True)))
    row = one(firm.propose())
    first, *others = scores
    told = row["told"]["offer"]
    assert (row["customer_id"], row["offer"], row["origin"], row["action_class"]) == (who, first, "offer", 3)
    assert row["score"] == pytest.approx(scores[first] - FATIGUE, abs=0.005)
    assert told["gain"] * (1 + told["context"]) == pytest.approx(scores[first], abs=0.005)
    assert told["score_plain"] == pytest.approx(told["gain"] - FATIGUE, abs=0.005)
    assert [(lost["reference"], lost["reason"], lost["score"]) for lost in told["lost"]] == [
        (name, "another_first", pytest.approx(scores[name] - FATIGUE, abs=0.005)) for name in others
    ]
    assert firm.reasons("fund") == {"no_test": 1}
    assert row["value_at_stake"] == 100 * {"loan": 2400, "car": 1800}[first]
    assert (row["channel"], row["due_on"]) == (int(Channel.VISIT), dt.date(2026, 7, 1))


def test_who_is_a_control_of_what_came_second_is_told_so_that_nobody_mentions_it():
    firm = Firm(*HOME, loan=0.06, car=0.012, contents=0.03, fund=0.5)
    firm.homes.append(firm.lives(code=firm.code(control_of="car")))
    told = one(firm.propose())["told"]["offer"]
    assert told["reference"] == "loan"
    assert {lost["reference"]: lost["reason"] for lost in told["lost"]} == {
        "car": "control",
        "contents": "another_first",
    }


def test_its_words_are_the_need_and_what_it_was_noticed_by():
    firm = Firm(*HOME, loan=0.06, car=0.01, contents=0.03, fund=0.5)
    firm.moves()
    row = one(firm.propose())
    assert row["told"]["offer"]["because"] == ["new_home"]
    with translation.override("en"):
        words = reason_in_words(row["reason"], row["told"], currency="CNY")
        assert words == "Loan: A home is to be fitted out (May have moved into a new home)."
        assert what_to_say(row["reason"], row["told"]) == "You have a new home?"
    with translation.override("zh-hans"):
        assert what_to_say(row["reason"], row["told"]) == "您搬了新家？"


@pytest.mark.parametrize("tau, context, score, plain", [(0.18, 0.8, 216, 114.6), (0.10, 0.3, 79.35, 58.2)])
def test_the_alarm_carries_the_offer_to_stay_and_there_is_one_action(tau, context, score, plain):
    firm = Firm(KEEP, offer("grow", 9_000), keep=tau, grow=0.5)
    wang = firm.falls()
    firm.contexts = [(wang, "keep", context)]
    row = one(firm.propose())
    told = row["told"]["offer"]
    assert (row["reason"], row["offer"], row["channel"]) == ("spend_drop_alarm", "keep", CALL)
    assert (told["value"], told["tau"], told["cost"]) == (705, tau, 12)
    assert (told["score"], told["score_plain"]) == (pytest.approx(score, abs=0.5), pytest.approx(plain, abs=0.05))
    assert firm.reasons("grow") == {"another_first": 1}  # while there is an alarm nothing is sold


@pytest.mark.parametrize(
    "tier, months, offered, reasons",
    [
        (A, 1, "keep", {"chosen": 1}),
        (B, 1, "", {"not_sure_yet": 1}),  # a soft touch first, an incentive once it is sure (decisioning.md 1.5)
        (B, 2, "keep", {"chosen": 1}),
        (C, 1, None, {"not_sure_yet": 1}),
    ],
)
def test_an_incentive_waits_until_the_alarm_is_sure_but_for_the_best(tier, months, offered, reasons):
    firm = Firm(KEEP, keep=0.18)
    firm.falls(tier=tier, months=months)
    rows = firm.propose().to_pylist()
    assert [row["offer"] for row in rows] == ([] if offered is None else [offered])
    assert firm.reasons("keep") == reasons


def test_a_case_in_credit_review_gets_no_incentive_to_stay_and_nothing_is_sold_to_it():
    firm = Firm(KEEP, offer("grow", 9_000), keep=0.18, grow=0.5)
    ma = firm.falls()
    table = firm.propose(reviews=Reviews(running=[ma]))
    assert table.num_rows == 0
    assert (firm.reasons("keep"), firm.reasons("grow")) == ({"credit_review_open": 1}, {"credit_review_open": 1})
    assert aside(table) == {("spend_drop", "credit_review_open"): 1}


def test_controls_and_the_holdout_get_none_and_are_counted():
    grow = offer("grow", 9_000)
    firm = Firm(grow, KEEP, grow=0.01, keep=0.18)
    sold = firm.lives()
    firm.lives(code=firm.code(control_of="grow"))
    firm.lives(code=firm.code(is_held_out=True))
    alarmed = firm.falls(code=firm.code(control_of="keep"))
    table = firm.propose()
    rows = {row["customer_id"]: row for row in table.to_pylist()}
    assert {who: (row["origin"], row["offer"]) for who, row in rows.items()} == {
        sold: ("offer", "grow"), alarmed: ("spend_drop", ""),
    }  # fmt: skip
    assert aside(table) == {("offer", "control"): 2, ("offer", "held_out"): 1}


def test_nobody_is_sold_to_who_is_owed_something_at_peace_unprofiled_or_has_answered():
    grow = offer("grow", 9_000)
    firm = Firm(grow, grow=0.01)
    owed, rested, private, answered, deaf, sold = (firm.lives() for _ in range(6))
    firm.talk(owed, "2026-05-20", due="2026-06-29")
    first = {row["customer_id"]: row for row in firm.propose(unprofiled=[private], deaf=(deaf,)).to_pylist()}
    assert {who: row["origin"] for who, row in first.items()} == {
        owed: "follow_up", rested: "offer", answered: "offer", sold: "offer",
    }  # fmt: skip
    given = [
        answer(first[answered], is_settled=True),
        answer(first[rested] | {"key": "another"}, is_settled=True, done_on=TUESDAY),
    ]
    table = firm.propose(unprofiled=[private], deaf=(deaf,), answers=given)
    assert {row["customer_id"]: row["origin"] for row in table.to_pylist()} == {owed: "follow_up", sold: "offer"}
    assert firm.reasons("grow") == {
        "not_profiled": 1, "answered": 1, "at_peace": 1, "another_first": 1, "no_consent": 1, "chosen": 1,
    }  # fmt: skip


def test_what_is_at_stake_today_is_reckoned_as_the_night_reckons_it():
    firm = Firm(KEEP, keep=0.18)
    firm.falls()
    firm.propose()
    row = firm.bench.arrow("SELECT * FROM deciding")
    (stake,) = firm.bench.arrow("SELECT at_stake FROM alive")["at_stake"].to_pylist()
    night = row["at_stake_year"][0].as_py()
    assert night > 0
    for factor in (1, 2):
        alive = [("spend_drop", "alarm", factor * stake)]
        facts = FactsNow(TUESDAY, alive, frozenset(), frozenset(), allowed=())
        assert facts.laid_over(row)["at_stake_year"][0].as_py() == factor * night


def test_work_handed_over_lifts_no_peace_but_for_what_was_handed_over():
    firm = Firm(offer("grow", 9_000), offer("more", 8_000), KEEP, grow=0.01, more=0.01, keep=0.18)
    kept_on, elsewhere = firm.lives(), firm.lives()
    alarmed = firm.falls()
    first = {row["customer_id"]: row for row in firm.propose().to_pylist()}
    given = [
        answer(first[kept_on], owner_id=8, team_id=80),
        answer(first[elsewhere] | {"key": "a renewal"}, owner_id=8, team_id=80),
        answer(first[alarmed], owner_id=8, team_id=80),
    ]
    talked = [
        answer({"key": f"t{who}", "customer_id": who}, is_settled=True, done_on=TUESDAY)
        for who in (kept_on, elsewhere, alarmed)
    ]
    rows = {row["customer_id"]: row["offer"] for row in firm.propose(answers=[*given, *talked]).to_pylist()}
    assert rows == {kept_on: "grow", alarmed: "keep"}
    assert firm.reasons("more") == {"at_peace": 3}


def test_what_was_accepted_with_an_alarm_is_not_offered_once_more_in_the_same_version():
    firm = Firm(KEEP, keep=0.18)
    wang = firm.falls()
    row = one(firm.propose())
    said = [answer(row, is_settled=True, done_on=TUESDAY - dt.timedelta(days=60))]
    assert one(firm.propose(answers=said))["offer"] == "keep"
    yes = [one_said | {"accepted": row["told"]["offer"]["code"]} for one_said in said]
    assert firm.propose(answers=yes).num_rows == 0
    assert firm.reasons("keep") == {"answered": 1}
    assert wang == row["customer_id"]


@pytest.mark.parametrize("capacity, contacted, reasons", [({}, 3, {"chosen": 3}), ({"way:call": 0}, 0, {"no_capacity": 3}), ({"way:call": 2}, 2, {"chosen": 2, "no_capacity": 1})])  # fmt: skip
def test_capacity_zero_is_none_and_an_empty_one_no_limit(capacity, contacted, reasons):
    firm = Firm(offer("grow", 9_000), grow=0.01)
    for _ in range(3):
        firm.lives()
    assert firm.propose(capacity=capacity).num_rows == contacted
    assert firm.reasons("grow") == reasons


def test_the_same_inputs_give_the_same_rows_bit_for_bit_and_keys_stand_while_the_version_does():
    firm = Firm(*HOME, KEEP, loan=0.06, car=0.012, contents=0.03, fund=0.5, keep=0.18)
    for number in range(20):
        firm.moves(loan=number / 20)
    firm.falls()
    one_run, other_run = firm.propose(), firm.propose()
    assert one_run.equals(other_run, check_metadata=True)
    later = Firm(replace(HOME[0], code="loan-2", version=2), loan=0.06)
    later.moves()
    known = {row["key"] for row in one_run.to_pylist()}
    assert one(later.propose())["key"] not in known


def test_a_renewal_and_an_offer_stand_in_one_line_by_what_they_bring():
    firm = Firm(offer("grow", 9_000), grow=0.01)
    firm.offers = (replace(firm.offers[0], regulatory_class=RegulatoryClass.CREDIT),)
    who = firm.lives()
    firm.renews(who, "2026-07-20", "P-1")
    row = one(firm.propose())
    assert row["origin"] == "offer"  # 0.01 x 9,000 - 12.30; the renewal of somebody of no value yet brings nothing
    (also,) = row["told"]["also"]
    assert also["reason"] == "renewal_due"


def test_without_a_customer_who_passes_nothing_changes():
    firm = Firm(HOME[0], loan=0.06)
    plain = Day()
    for day in (firm, plain):
        day.falls(code="W1")
        day.talk(1, "2026-06-20", due="2026-06-30")
    assert firm.propose().equals(plain.decide())


def test_a_run_is_kept_with_all_that_one_decision_rests_on(tmp_path):
    firm = Firm(*HOME, KEEP, loan=0.06, car=0.012, contents=0.03, fund=0.5, keep=0.18)
    people = [firm.moves(loan=number / 20) for number in range(9)]
    private = firm.lives()
    firm.propose(unprofiled=[private])
    where = Places(tmp_path / "warehouse")
    where.make()
    kept.keep_run(firm.bench, Decided(firm.stakes, firm.found), where, edition="e1", as_of=TUESDAY)
    assert kept.run_of(where, "e0") is None
    run = kept.run_of(where, "e1")
    assert (run.edition, run.as_of, [one.reference for one in run.offers]) == (
        "e1", TUESDAY, [one.reference for one in firm.offers],
    )  # fmt: skip
    assert (tuple(run.terms.offers), dict(run.terms.chances)) == (firm.stakes.terms, dict(firm.stakes.chances))
    assert (run.terms.policy, run.terms.prices) == (firm.stakes.policy, firm.found.prices)
    by_id = {row["customer_id"]: row for row in firm.found.decisions.to_pylist()}
    assert {who: run.decided(who) for who in people} == {who: by_id[who] for who in people}
    assert kept.contexts_of(run.row(people[3])) == ({"loan": 0.15}, {})
    assert run.row(people[3])["signals"][0].as_py() == ["new_home", "new_home:hypothesised"]
    assert [run.row(who).num_rows for who in (*people, private, 999, 0)] == [1] * 9 + [0, 0, 0]
    assert run.decided(private) is None
    assert run.closed().num_rows == 0
    assert not list(where.runs.glob("*.building"))
    where.runs.joinpath("e1").rename(where.runs / "e2")
    file = where.runs / "e2" / "run.json"
    file.write_text(file.read_text().replace(f'"format": {kept.FORMAT},', '"format": 0,'))
    assert kept.run_of(where, "e2") is None  # what an older program kept


def test_of_a_run_that_decided_nothing_nothing_is_read_whichever_engine_wrote_it(tmp_path):
    file = tmp_path / "decided.parquet"
    pq.write_table(pa.table({"customer_id": pa.array([], pa.int64())}), file)  # as Spark's workbench does
    assert kept._Sorted(file).row(7).num_rows == 0


def test_what_a_run_closed_to_somebody_is_read_back(tmp_path):
    firm = Firm(offer("grow", 9_000), KEEP, grow=0.01, keep=0.18)
    alarmed, owed = firm.falls(tier=B), firm.lives()
    firm.talk(owed, "2026-06-20", due="2026-06-29")
    firm.propose()
    where = Places(tmp_path / "warehouse")
    where.make()
    kept.keep_run(firm.bench, Decided(firm.stakes, firm.found), where, edition="e1", as_of=TUESDAY)
    closed = kept.run_of(where, "e1").closed()
    assert {tuple(row.values()) for row in closed.to_pylist()} == {
        (alarmed, f"issue:{int(Issue.GROWTH)}", "another_first"), (alarmed, f"issue:{int(Issue.RETENTION)}", "not_sure_yet"),
        (owed, "class:3", "another_first"), (owed, "class:2", "care_first"), (owed, "class:1", "care_first"),
    }  # fmt: skip


def test_a_message_goes_to_people_as_an_act_of_theirs():
    sms = PublishedTreatment(Way.SMS, int(Channel.SMS), 5, 100, 0, "", "")
    firm = Firm(offer("text", 900, treatments=(sms,)), text=0.01)
    firm.lives(tier=C)
    row = one(firm.propose())
    assert (row["channel"], row["due_on"], row["told"]["offer"]["way"]) == (MESSAGE, dt.date(2026, 7, 14), Way.SMS)
    assert avenue(Purpose.MARKETING, Way.SMS) == firm.found.decisions["channel"][0].as_py()
