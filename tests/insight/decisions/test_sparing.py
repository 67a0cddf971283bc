"""Sales rest over a complaint, a suspicion and for who is vulnerable: in a run, in a contact, and what stands on Today instead."""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Issue
from guanxi.engage.offers.reasons import Gate, reason_of
from guanxi.engage.policy.services import set_line
from guanxi.ground import clock
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight import decisions, detectors
from guanxi.insight.appraisal.loyalty import appraise_loyalty
from guanxi.insight.decisions.sparing import closed_now, spared_now, spared_on
from guanxi.insight.refresh.looking_back import standing_rows
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import answer_action, propose_actions
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import NewCustomer, register_customers
from guanxi.record.suppressions.queries import suppressions_of
from guanxi.record.suppressions.services import end_suppression, suppress
from tests.insight.decisions.people import offer
from tests.insight.decisions.test_choosing import TUESDAY, WEEK
from tests.insight.decisions.test_in_contact import LOAN, decide, now, reasons
from tests.insight.decisions.test_proposing import KEEP, Firm, aside, at_the_counter, one, words

pytestmark = pytest.mark.django_db
ONE = dt.timedelta(days=1)
NEXT = TUESDAY + ONE  # the day that is decided for
LOAN_AT_DESK = at_the_counter("loan", 2400)
PARTNERS = at_the_counter("miles", 1500, issue=Issue.PARTNER, partner="air")


@pytest.fixture(autouse=True)
def house():
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4), dt.UTC)


def customer(firm: Firm) -> int:
    """Somebody of the record who is in the run, too."""
    (answer,) = register_customers(
        [NewCustomer(name=f"王芳{len(firm.edition.customers)}")], by=system_principal(), source="form"
    )
    firm.lives(customer_id=answer.id)
    return answer.id


def rest(who: int, cause: str, *, since: dt.date, solved: dt.date | None = None) -> None:
    with clock.frozen(noon(since)):
        made = suppress(who, cause=cause, why="卡一直没寄到", by=system_principal())
    if solved is not None:
        with clock.frozen(noon(solved)):
            end_suppression(made, why="补寄了", by=system_principal())


@pytest.mark.parametrize(
    ("days", "line", "first"),
    [
        (13, None, "complaint_rest"),
        (14, None, ""),
        (29, "30", "complaint_rest"),
        (30, "30", ""),
        (0, "0", ""),
        (0, "", ""),
    ],
)
def test_a_solved_complaint_rests_for_the_days_of_the_policy_in_a_run_and_in_a_contact(days, line, first):
    if line is not None:
        set_line("rest_complaint", line, by=system_principal())
    firm = Firm(LOAN_AT_DESK, loan=0.1)
    who = customer(firm)
    rest(who, "complaint", since=NEXT - (days + 9) * ONE, solved=NEXT - days * ONE)
    rows = firm.propose()
    assert firm.reasons("loan").get("complaint_rest", 0) == (1 if first else 0)
    assert [row["origin"] for row in rows.to_pylist()] == ([] if first else ["offer"])
    found = decide(now(spared=spared_now(who, NEXT)), [LOAN])
    assert (found.first is None, reasons(found)) == (bool(first), {"decoration_loan": first} if first else {})


def test_nothing_is_sold_over_an_open_complaint_and_it_is_the_first_work_of_the_owner():
    firm = Firm(LOAN_AT_DESK, replace(KEEP, rules=()), loan=0.1, keep=0.18)
    who = customer(firm)
    other = firm.lives()
    rest(who, "complaint", since=NEXT)
    rows = {row["customer_id"]: row for row in firm.propose().to_pylist()}
    assert rows[who]["reason"] == "complaint_open"
    assert (rows[who]["action_class"], rows[who]["owner_id"]) == (1, 7)
    assert rows[who]["due_on"] == NEXT + 0 * ONE
    assert rows[other]["origin"] == "offer"
    assert firm.reasons("loan")["complaint_open"] == 1
    assert firm.reasons("keep")["complaint_open"] == 1
    found = decide(now(spared=spared_now(who, NEXT)), [LOAN])
    assert (found.first, reasons(found)) == (None, {"decoration_loan": "complaint_open"})


def nights(firm: Firm):
    """Two acts: a night that proposes and returns the codes that stand open, and an answer of a day."""
    bench = firm.edition.fill()
    detectors.run(bench, as_of=TUESDAY)

    def night(day: dt.date) -> list[str]:
        given = {"spared": spared_on(day + ONE), "silenced": (), "unprofiled": (), "calendar": WEEK}
        rows = decisions.run(bench, as_of=day, **given).to_pylist()
        people = {"owner_id": None, "team_id": None}
        propose_actions([row | people for row in rows], by=system_principal(), as_of=day)
        return list(Action.objects.filter(status=ActionStatus.OPEN).values_list("code", flat=True))

    def answer(code: str, day: dt.date, said: str, **why: object) -> None:
        with clock.frozen(noon(day)):
            answer_action(code, answer=said, by=system_principal(), **why)

    return night, answer


def test_a_complaint_is_owed_until_it_is_solved_however_often_its_work_is_done():
    """Statement: work marked done comes back while the complaint is open; put off to a day it comes on that day; solved it is gone."""
    firm = Firm()
    who = customer(firm)
    rest(who, "complaint", since=TUESDAY - 2 * ONE)
    night, answer = nights(firm)
    seen = []
    for day, said, why in (
        (TUESDAY, "done", {}),
        (TUESDAY, "done", {}),  # the same day again
        (TUESDAY + ONE, "not_now", {"reason": NotNow.NOT_RELEVANT}),
        (TUESDAY + 2 * ONE, "not_now", {"reason": NotNow.BUSY, "again_on": TUESDAY + 5 * ONE}),
    ):
        (code,) = night(day)
        assert code not in seen
        seen.append(code)
        answer(code, day, said, **why)
    assert night(TUESDAY + 4 * ONE) == []
    assert night(TUESDAY + 5 * ONE) == [seen[-1]]
    with clock.frozen(noon(TUESDAY + 5 * ONE)):
        (there,) = suppressions_of(who, principal=system_principal())
        end_suppression(there.id, why="补寄了", by=system_principal())
    assert night(TUESDAY + 6 * ONE) == []


def test_of_two_complaints_of_one_day_each_has_its_own_work():
    """One is put off; the other done and put off as well: until that day neither comes back in the name of the other."""
    firm = Firm()
    who = customer(firm)
    for _ in range(2):
        rest(who, "complaint", since=TUESDAY - 2 * ONE)
    night, answer = nights(firm)
    later = {"reason": NotNow.BUSY, "again_on": TUESDAY + 5 * ONE}
    (first,) = night(TUESDAY)
    answer(first, TUESDAY, "not_now", **later)
    (second,) = night(TUESDAY)
    answer(second, TUESDAY, "done")
    (again,) = night(TUESDAY)
    answer(again, TUESDAY, "not_now", **later)
    assert len({first, second, again}) == 3
    assert night(TUESDAY + ONE) == []
    (back,) = night(TUESDAY + 5 * ONE)
    assert back in {first, again}


def test_a_complaint_of_who_shows_another_sign_of_leaving_is_a_case_of_recovery():
    firm = Firm(KEEP, keep=0.18)
    who = customer(firm)
    firm.edition.spends(who, [4_000] * 12 + [400], until="2026-06")
    rest(who, "complaint", since=NEXT - 3 * ONE)
    row = one(firm.propose())
    assert (row["reason"], row["action_class"], row["offer"]) == ("complaint_recovery", 1, "")
    assert row["told"]["also"][0]["reason"] == "spend_drop_alarm"  # the alarm is told beside, and no offer goes with it


def test_consent_taken_back_beside_a_complaint_is_a_case_of_recovery_too():
    firm = Firm(KEEP, keep=0.18)
    who = customer(firm)
    rest(who, "complaint", since=NEXT - 3 * ONE)
    assert one(firm.propose())["reason"] == "complaint_open"
    assert one(firm.propose(opted_out=[who]))["reason"] == "complaint_recovery"


def test_a_renewal_waits_for_the_complaint_and_goes_on_for_who_is_vulnerable():
    firm = Firm(KEEP, keep=0.18)
    complains, suspected, hard = (customer(firm) for _ in range(3))
    for who in (complains, suspected, hard):
        firm.renews(who, "2026-07-20", f"H{who}")
    rest(complains, "complaint", since=NEXT - 40 * ONE, solved=NEXT - 2 * ONE)
    rest(suspected, "fraud", since=NEXT)
    rest(hard, "hardship", since=NEXT)
    rows = firm.propose()
    assert [(row["customer_id"], row["origin"]) for row in rows.to_pylist()] == [(hard, "renewal")]
    assert aside(rows)["renewal", "complaint_rest"] == aside(rows)["renewal", "abuse_review"] == 1


def test_who_is_vulnerable_is_spared_growth_and_partners_whatever_the_rules_say_and_is_cared_for():
    firm = Firm(LOAN_AT_DESK, PARTNERS, KEEP, loan=0.1, miles=0.1, keep=0.18)
    for cause in ("hardship", "bereavement", "cognition", "own_wish", "gambling"):
        rest(customer(firm), cause, since=NEXT - 5 * ONE)
    rest(customer(firm), "gambling", since=NEXT - 5 * ONE, solved=NEXT)  # ended: again a customer like others
    firm.propose()
    assert firm.reasons("loan")["spared"] == firm.reasons("miles")["spared"] == 5
    assert "spared" not in firm.reasons("keep")
    care = offer("card", 0, issue=Issue.CARE, words=words("Instalments", "Less a month"))
    spared = now(spared=frozenset({"vulnerable"}))
    found = decide(spared, [LOAN, care])
    assert [one.offer.reference for one in found.proposals] == ["card"]
    assert reasons(found) == {"decoration_loan": "spared"}


def test_a_suspicion_closes_every_sale_and_no_care():
    assert closed_now({"suspected"}) == {f"abuse_review|issue:{issue}" for issue in (4, 5, 6, 7)}
    care = offer("app", 0, issue=Issue.CARE, words=words("Repair", "Put it right"))
    for why in ("suspected", "complaint", "solved"):
        found = decide(now(spared=frozenset({why})), [LOAN, care])
        assert [one.offer.reference for one in found.proposals] == ["app"]


def test_the_firm_is_asked_at_once(django_assert_num_queries):
    firm = Firm(KEEP, keep=0.1)
    for _ in range(3):
        rest(customer(firm), "hardship", since=NEXT)
    with django_assert_num_queries(2):  # the policy, and everybody
        assert spared_on(NEXT).num_rows == 3
    with django_assert_num_queries(1):  # for whom nothing rests the policy is not asked
        assert spared_now(99_999, NEXT) == frozenset()


def test_the_reasons_have_words_of_their_own():
    for code in ("complaint_open", "complaint_rest", "abuse_review", "spared"):
        assert reason_of(code).gate == Gate.SENSIBLE
        assert not str(reason_of(code).words).startswith("By a rule")


def test_a_complaint_that_is_not_solved_is_a_sign_of_leaving():
    firm = Firm(KEEP, keep=0.18)
    open_, solved, alone = (customer(firm) for _ in range(3))
    for who in (open_, solved):
        firm.edition.spends(who, [4_000] * 12 + [400], until="2026-06")
    rest(open_, "complaint", since=TUESDAY)
    rest(alone, "complaint", since=TUESDAY)
    rest(solved, "complaint", since=TUESDAY - 9 * ONE, solved=TUESDAY)
    firm.propose()
    firm.bench.register("loyalty", appraise_loyalty(firm.bench, as_of=TUESDAY, ever=True).rows)
    rows = {row["customer_id"]: row["is_in_danger"] for row in standing_rows(firm.bench, as_of=TUESDAY).to_pylist()}
    assert rows == {open_: True, solved: False, alone: False}


def test_who_withdraws_his_consent_to_marketing_shows_one_sign_more_for_ninety_days():
    firm = Firm(KEEP, keep=0.18)
    withdrew, long_ago, back, alone = (customer(firm) for _ in range(4))
    for who in (withdrew, long_ago, back):
        firm.edition.spends(who, [4_000] * 12 + [400], until="2026-06")
    for who, days, status in (
        (withdrew, 89, ConsentStatus.WITHDRAWN),
        (long_ago, 90, ConsentStatus.WITHDRAWN),
        (back, 30, ConsentStatus.WITHDRAWN),
        (back, 10, ConsentStatus.GRANTED),
        (alone, 10, ConsentStatus.WITHDRAWN),
    ):
        at = dt.datetime.combine(TUESDAY - days * ONE, dt.time(4), dt.UTC)
        Consent.objects.create(
            customer_id=who, purpose=Purpose.MARKETING, channel=Channel.CALL, status=status, at=at, source="desk"
        )
    firm.propose()
    firm.bench.register("loyalty", appraise_loyalty(firm.bench, as_of=TUESDAY, ever=True).rows)
    rows = {row["customer_id"]: row["is_in_danger"] for row in standing_rows(firm.bench, as_of=TUESDAY).to_pylist()}
    assert rows == {withdrew: True, long_ago: False, back: False, alone: False}
