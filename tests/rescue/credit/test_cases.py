"""The life of a credit case (RSK-02 to RSK-05): opened by the night, decided by a person, told, appealed, looked at again."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import PrincipalKind, delegated
from guanxi.identity.queries import principal_of_staff
from guanxi.identity.services import NewStaff, take_on_staff
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import answer_action
from guanxi.record.customers.models import Share
from guanxi.record.holdings.models import Holding
from guanxi.record.signals.models import Signal
from guanxi.rescue.credit import queries
from guanxi.rescue.credit.choices import CaseState, Decision, Way
from guanxi.rescue.credit.models import CreditCase, Notice
from guanxi.rescue.credit.services import (
    decide_appeal,
    decide_case,
    decide_recheck,
    erase_cases,
    give_notice,
    keep_help,
    record_appeal,
    review_cases,
)
from tests.rescue.credit.cases import (
    FEB_ENDS,
    MONDAY,
    TUESDAY,
    bought,
    carry,
    decided,
    fallen,
    on,
    opened,
    ruling,
    told,
)
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.django_db


def night(as_of: dt.date = FEB_ENDS) -> dict[str, int]:
    with on(as_of + dt.timedelta(days=1)):
        return review_cases(by=SYSTEM, as_of=as_of)


def refusal(act, *args, **given) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **given)
    return caught.value.code


def test_mas_case_proposes_8000_of_50000_within_one_business_day(scene):
    case = opened(scene)
    assert (case.limit, case.proposed, case.highest, case.owed, case.pending) == (5_000_000, 800_000, 400_000, 0, None)
    assert (case.state, case.is_sure, case.due_on) == (CaseState.OPEN, True, MONDAY)  # 28 February is a Saturday
    assert Act.objects.filter(kind="credit_case.opened", noun_code=case.code).count() == 1


@pytest.mark.parametrize(
    "told_of, card, proposed",
    [
        ({"highest": 3_500}, {}, 700_000),
        ({"highest": 3_501}, {}, 800_000),
        ({}, {"owed": 31_400}, 3_140_000),  # never below the balance
        ({}, {"owed": 31_400, "pending": "1200.50"}, 3_260_050),  # and what is pending
        ({"highest": 30_000}, {}, None),  # nothing lower comes out
        ({"state": "watch"}, {}, None),  # not sure
        ({"is_sure": False}, {}, None),
    ],
)
def test_the_proposal(scene, told_of, card, proposed):
    customer = fallen(scene, **told_of)
    carry(customer, **card)
    night()
    assert CreditCase.objects.get().proposed == proposed


@pytest.mark.parametrize(
    "currency, limit, owed",
    [
        ("CNY", 7_000_000, 1_500_000 + 300_000 + 20_000),
        ("USD", 5_000_000, 1_500_000),
    ],  # a card in dollars is none of these
)
def test_several_cards_count_together_in_one_currency(scene, currency, limit, owed):
    customer = fallen(scene)
    carry(customer, owed=15_000, pending="-90")  # less than nothing is not pending
    attributes = {"limit": "20000", "pending": "200"}
    second = Holding.objects.create(customer=customer, reference="CARD-2", attributes=attributes)
    second.balances.create(day=dt.date(2026, 2, 19), amount=900_000, currency="CNY")
    second.balances.create(day=dt.date(2026, 2, 20), amount=300_000, currency=currency)
    night()
    case = CreditCase.objects.get()
    assert (case.limit, case.owed) == (limit, owed)


def test_the_risk_reviewer_decides_for_the_whole_firm_and_answers_no_other_work(scene):
    person = NewStaff(name="冼若兰", role="reviewer", team=scene.teams["south"])
    reviewer = principal_of_staff(take_on_staff(by=SYSTEM, person=person))
    case = opened(scene)
    work = Action.objects.create(
        key="w", customer=case.customer, owner=scene.staff["lin"], team=scene.teams["oak"], action_class=ActionClass.CARE,
        origin="credit_downshift", reason="credit_downshift_alarm", due_on=MONDAY, proposed_on=MONDAY,
        signal_key=case.signal_key,
    )  # fmt: skip
    with on(MONDAY):
        decide_case(case.code, ruling(), by=reviewer)
        with pytest.raises(Denied):
            answer_action(work.code, by=reviewer, answer="done")
    case.refresh_from_db()
    work.refresh_from_db()
    assert (case.state, case.decided_by.name, work.status) == (CaseState.DECIDED, "冼若兰", ActionStatus.DONE)
    assert case.customer.name in case.notices.get().body


def test_a_pure_fall_of_spending_opens_no_case(scene):  # Wang, RSK-05
    wang = scene.customer("王海峰")
    carry(wang)
    Signal.objects.create(
        key="wang",
        customer=wang,
        kind="spend_drop",
        state="alarm",
        occurred_on=FEB_ENDS,
        detected_on=FEB_ENDS,
        changed_on=FEB_ENDS,
    )
    assert night() == {"opened": 0, "changed": 0, "withdrawn": 0, "recheck": 0}
    assert CreditCase.objects.count() == 0


def test_the_same_night_again_writes_nothing_and_another_episode_waits(scene):
    case = opened(scene)
    acts = Act.objects.count()
    Signal.objects.create(
        key="another", customer_id=case.customer_id, kind="credit_downshift", state="alarm", occurred_on=FEB_ENDS,
        detected_on=FEB_ENDS, changed_on=FEB_ENDS, evidence=case.evidence,
    )  # fmt: skip
    assert night() == {"opened": 0, "changed": 0, "withdrawn": 0, "recheck": 0}
    assert (CreditCase.objects.count(), Act.objects.count()) == (1, acts)


def test_many_cases_cost_no_more_questions_than_one(scene):
    counted = []
    for number in range(3):
        for place in range(1 + number):
            carry(fallen(scene, f"{number}-{place}"))
        with CaptureQueriesContext(connection) as captured:
            night()
        counted.append([query["sql"][:60] for query in captured])
    assert CreditCase.objects.count() == 6
    assert len(counted[1]) == len(counted[2]), counted


def test_an_undecided_case_follows_its_signal(scene):
    case = opened(scene)
    signal = Signal.objects.get(key=case.signal_key)
    signal.evidence["given"]["highest"] = 600_000
    signal.save()
    assert night()["changed"] == 1
    case.refresh_from_db()
    assert case.proposed == 1_200_000
    Signal.objects.filter(pk=signal.pk).update(state="refuted")
    assert night()["withdrawn"] == 1
    case.refresh_from_db()
    assert case.state == CaseState.WITHDRAWN
    Signal.objects.filter(pk=signal.pk).update(state="alarm")  # the explanation was taken back
    assert night()["opened"] == 1
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_a_person_decides_and_the_notice_is_written_at_once(scene):
    case = decided(scene)
    assert (case.state, case.limit_decided, case.decided_by.name) == (CaseState.DECIDED, 800_000, "gao")
    assert [(one.number, one.given_on) for one in case.notices.all()] == [(1, None)]
    assert Holding.objects.get().attributes == {"limit": "50000"}  # the card system is somebody else's
    assert night()["changed"] == 0  # a decided case stays as it was decided


def test_decided_anew_until_somebody_was_told(scene):
    case = decided(scene)
    with on(MONDAY):
        decide_case(case.code, ruling(Decision.HARDSHIP, None), by=scene.person("gao"))
    case.refresh_from_db()
    assert (case.limit_decided, case.notices.count()) == (None, 2)
    with on(TUESDAY):
        give_notice(case.code, way=Way.LETTER, on=TUESDAY, by=scene.person("bai"))
        assert refusal(decide_case, case.code, ruling(), by=scene.person("gao")) == "credit.not_now"


def test_what_is_owed_is_read_again_when_a_person_decides(scene):
    case = opened(scene)
    card = Holding.objects.get()
    card.balances.create(day=MONDAY, amount=900_000, currency="CNY")
    with on(MONDAY):
        assert refusal(decide_case, case.code, ruling(limit=8_999), by=scene.person("gao")) == "credit.below_owed"
        decide_case(case.code, ruling(limit=9_000), by=scene.person("gao"))
    assert CreditCase.objects.get().limit_decided == 900_000


def test_a_limit_below_what_is_owed_by_now_is_not_put_in_force(scene):
    case = decided(scene)
    Holding.objects.get().balances.create(day=MONDAY, amount=800_001, currency="CNY")
    given = {"way": Way.HAND, "on": TUESDAY, "by": scene.person("gao")}
    with on(TUESDAY):
        assert refusal(give_notice, case.code, **given) == "credit.owed_since"
        decide_case(case.code, ruling(limit=9_000), by=scene.person("gao"))
        give_notice(case.code, **given)
    assert CreditCase.objects.get().state == CaseState.NOTIFIED


def test_a_limit_that_is_kept_closes_the_case_without_a_notice(scene):
    case = decided(scene, ruling(Decision.KEEP, None))
    assert (case.state, case.ended_on, Notice.objects.count()) == (CaseState.CLOSED, MONDAY, 0)
    assert (queries.reviewed_customers(), queries.decided_keys()) == ([], [case.signal_key])
    assert night()["opened"] == 0  # nor does the same episode open again


def test_deciding_settles_the_work_that_the_signal_had_caused(scene):
    case = opened(scene)
    action = Action.objects.create(
        key="a", customer_id=case.customer_id, owner=scene.staff["lin"], team=scene.teams["oak"], action_class=1,
        origin="credit_downshift", reason="credit_downshift_alarm", signal_key=case.signal_key, due_on=MONDAY, proposed_on=FEB_ENDS,
    )  # fmt: skip
    with on(MONDAY):
        decide_case(case.code, ruling(), by=scene.person("gao"))
    action.refresh_from_db()
    assert (action.status, action.answered_by.name) == (ActionStatus.DONE, "gao")


def test_a_running_case_blocks_incentives_until_it_is_over(scene):  # RSK-05
    case = told(scene)
    assert queries.reviewed_customers() == [case.customer_id]
    with on(TUESDAY):
        record_appeal(case.code, words="I pay by another card.", on=TUESDAY, by=scene.person("gao"))
        assert queries.reviewed_customers() == [case.customer_id]
        decide_appeal(case.code, is_upheld=True, why="So it is.", by=scene.person("bai"))
        assert queries.reviewed_customers() == [case.customer_id]  # the lower limit stands
    CreditCase.objects.update(state=CaseState.OVERTURNED)
    assert queries.reviewed_customers() == []


@pytest.mark.parametrize("pending, promised", [(None, False), ("120", True)])
def test_a_notice_promises_of_what_is_pending_only_what_is_known(scene, pending, promised):
    case = opened(scene)
    Holding.objects.update(attributes={"limit": "50000"} | ({"pending": pending} if pending else {}))
    with on(MONDAY):
        decide_case(case.code, ruling(), by=scene.person("gao"))
    body = Notice.objects.get().body
    assert "does not lie below what you owe" in body
    assert "counts all of them" in body  # the sums of the months are not of some categories alone
    assert ("pending" in body) is promised


def test_who_was_shared_a_customer_reads_nothing_of_his_limits(scene):
    case = opened(scene)
    Share.objects.create(customer_id=case.customer_id, staff=scene.staff["xu"], until=dt.date(2027, 1, 1), cause="call")
    assert queries.case_of_code(case.code, principal=scene.person("xu")) is None


def test_nobody_decides_the_appeal_against_himself(scene):
    case = told(scene)
    with on(TUESDAY):
        record_appeal(case.code, words="I pay by another card.", on=TUESDAY, by=scene.person("gao"))
        given = {"is_upheld": True, "why": "Nothing new.", "by": scene.person("gao")}
        assert refusal(decide_appeal, case.code, **given) == "credit.second_person"
        decide_appeal(case.code, **given | {"by": scene.person("bai")})
        # whoever appealed is still to be told, and it stands on the list until then
        (waiting,) = queries.waiting_cases(principal=scene.person("gao"))
        assert (waiting.code, waiting.due_on) == (case.code, TUESDAY + dt.timedelta(days=1))
        give_notice(case.code, way=Way.LETTER, on=TUESDAY, by=scene.person("bai"))
        assert queries.waits(principal=scene.person("gao"), on=TUESDAY) == queries.Waits(0, 0)
    case.refresh_from_db()
    assert (case.state, case.appeal_decided_by.name) == (CaseState.UPHELD, "bai")
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so too
        CreditCase.objects.update(appeal_decided_by=case.decided_by)


def test_an_appeal_comes_in_time_and_in_words(scene):
    case = told(scene)
    by = scene.person("gao")
    with on(dt.date(2026, 4, 10)):
        assert refusal(record_appeal, case.code, words="Late.", on=dt.date(2026, 4, 3), by=by) == "credit.too_late"
        assert refusal(record_appeal, case.code, words="?", on=dt.date(2026, 4, 11), by=by) == "credit.appeal_day"
        assert refusal(record_appeal, case.code, words="?", on=MONDAY, by=by) == "credit.appeal_day"
        assert refusal(record_appeal, case.code, words=" ", on=dt.date(2026, 4, 2), by=by) == "credit.no_why"
        record_appeal(case.code, words="By letter of 2 April.", on=dt.date(2026, 4, 2), by=by)
    case.refresh_from_db()
    assert (case.state, case.due_on) == (CaseState.APPEALED, dt.date(2026, 4, 17))


def test_what_begins_before_it_is_told_is_decided_anew(scene):
    case = decided(scene)
    by = scene.person("gao")
    with on(dt.date(2026, 3, 20)):
        assert refusal(give_notice, case.code, way=Way.HAND, on=dt.date(2026, 3, 16), by=by) == "credit.late_notice"
        assert refusal(give_notice, case.code, way=Way.HAND, on=dt.date(2026, 3, 21), by=by) == "credit.notice_day"
        assert refusal(give_notice, case.code, way=Way.HAND, on=FEB_ENDS, by=by) == "credit.notice_day"
        give_notice(case.code, way=Way.HAND, on=dt.date(2026, 3, 15), by=by)
        assert refusal(give_notice, case.code, way=Way.HAND, on=dt.date(2026, 3, 15), by=by) == "credit.no_notice"


def test_a_notice_of_a_decision_that_was_taken_anew_is_owed_to_nobody(scene):
    case, gao, bai = decided(scene), scene.person("gao"), scene.person("bai")
    with on(MONDAY):
        decide_case(case.code, ruling(), by=gao)  # nobody was told of the first, and nobody will be
        give_notice(case.code, way=Way.HAND, on=MONDAY, by=gao)
    with on(TUESDAY):
        record_appeal(case.code, words="I pay by another card.", on=TUESDAY, by=gao)
        decide_appeal(case.code, is_upheld=True, why="Nothing new.", by=bai)
        assert queries.waits(principal=gao, on=TUESDAY) == queries.Waits(1, 0)
        give_notice(case.code, way=Way.LETTER, on=TUESDAY, by=bai)
        assert queries.waits(principal=gao, on=TUESDAY) == queries.Waits(0, 0)
    assert [one.given_on for one in case.notices.order_by("number")] == [None, MONDAY, TUESDAY]


def test_after_three_good_months_the_limit_is_put_forward_and_a_person_gives_it_back(scene):
    case = told(scene)
    for month, yuan in (("2026-04", 6_400), ("2026-05", 7_000), ("2026-06", 6_399)):
        bought(case.customer_id, month, yuan)
    assert night(dt.date(2026, 6, 30))["recheck"] == 0
    bought(case.customer_id, "2026-06", 1)
    assert night(dt.date(2026, 6, 29))["recheck"] == 0  # June runs
    assert night(dt.date(2026, 6, 30))["recheck"] == 1
    assert night(dt.date(2026, 6, 30))["recheck"] == 0
    case.refresh_from_db()
    assert (case.state, case.due_on) == (CaseState.RECHECK, dt.date(2026, 7, 1))
    with on(dt.date(2026, 7, 1)):
        decide_recheck(case.code, is_restored=True, why="Three good months.", by=scene.person("bai"))
    case.refresh_from_db()
    assert (case.state, case.ended_by.name) == (CaseState.RESTORED, "bai")
    assert "is ¥50,000 again" in case.notices.get(number=2).body
    with on(dt.date(2026, 7, 2)):
        assert queries.waits(principal=scene.person("bai"), on=dt.date(2026, 7, 3)) == queries.Waits(1, 1)  # to be told
        give_notice(case.code, way=Way.LETTER, on=dt.date(2026, 7, 2), by=scene.person("bai"))
        assert queries.waiting_cases(principal=scene.person("bai")) == []


def test_a_temporary_limit_is_looked_at_when_its_time_is_over(scene):
    case = told(scene, ruling(Decision.TEMPORARY, ends_on=dt.date(2026, 4, 30)))
    assert night(dt.date(2026, 4, 29))["recheck"] == 0
    assert night(dt.date(2026, 4, 30))["recheck"] == 1
    with on(dt.date(2026, 5, 4)):
        decide_recheck(case.code, is_restored=False, why="Still low.", by=scene.person("gao"))
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED


def test_the_thirty_days_hold_for_a_lower_limit_of_two_weeks_too(scene):
    case = told(scene, ruling(Decision.TEMPORARY, ends_on=dt.date(2026, 3, 29)))
    assert night(dt.date(2026, 3, 29))["recheck"] == 1
    given = {"words": "I pay by another card.", "on": dt.date(2026, 4, 1), "by": scene.person("gao")}
    with on(dt.date(2026, 4, 1)):
        record_appeal(case.code, **given)
        decide_appeal(case.code, is_upheld=True, why="Nothing new.", by=scene.person("bai"))
        assert night(dt.date(2026, 4, 1))["recheck"] == 1
        assert refusal(record_appeal, case.code, **given) == "credit.appealed_before"


def test_help_in_hardship_is_kept_or_ended_in_words_and_never_with_a_limit_that_was_not_lowered(scene):
    case, gao = told(scene, ruling(Decision.HARDSHIP, None)), scene.person("gao")
    for month in ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"):
        bought(case.customer_id, month, 30_000)
    assert night(dt.date(2026, 6, 30))["recheck"] == 1
    with on(dt.date(2026, 7, 1)):
        assert refusal(decide_recheck, case.code, is_restored=True, why="Good.", by=gao) == "credit.nothing_lowered"
        assert refusal(keep_help, case.code, why=" ", by=gao) == "credit.no_why"
        keep_help(case.code, why="Two instalments are open.", by=gao)
        assert refusal(keep_help, case.code, why="Again.", by=gao) == "credit.not_now"
    case.refresh_from_db()
    assert (case.state, queries.reviewed_customers()) == (CaseState.NOTIFIED, [case.customer_id])
    assert night(dt.date(2026, 9, 29))["recheck"] == 0
    assert night(dt.date(2026, 10, 31))["recheck"] == 0  # October brought nothing
    bought(case.customer_id, "2026-10", 30_000)
    assert night(dt.date(2026, 10, 31))["recheck"] == 1  # August, September, October
    with on(dt.date(2026, 11, 2)):
        decide_recheck(case.code, is_restored=False, why="Says it is over.", by=gao)
    case.refresh_from_db()
    assert (case.state, case.end_why) == (CaseState.CLOSED, "Says it is over.")


def test_what_was_not_to_be_looked_at_again_is_not_closed_by_it(scene):
    for case in (opened(scene), decided(scene, name="李四")):
        for is_restored in (True, False):
            assert (
                refusal(decide_recheck, case.code, is_restored=is_restored, why="No.", by=scene.person("gao"))
                == "credit.not_now"
            )
        assert refusal(keep_help, case.code, why="No.", by=scene.person("gao")) in ("credit.no_help", "credit.not_now")


def test_what_waits_is_paged_and_counted(scene):
    codes = [opened(scene, name=name).code for name in ("甲", "乙", "丙")]
    gao = scene.person("gao")
    assert queries.waits(principal=gao, on=MONDAY) == queries.Waits(3, 0)
    assert queries.waits(principal=gao, on=TUESDAY) == queries.Waits(3, 3)  # one business day is over
    assert [one.code for one in queries.waiting_cases(principal=gao, limit=2)] == codes[:2]
    assert [one.code for one in queries.waiting_cases(principal=gao, after=codes[1])] == codes[2:]


ACTS = {
    "decide": lambda case, by: decide_case(case.code, ruling(), by=by),
    "notice": lambda case, by: give_notice(case.code, way=Way.HAND, on=MONDAY, by=by),
    "appeal": lambda case, by: record_appeal(case.code, words="No.", on=MONDAY, by=by),
    "appeal decided": lambda case, by: decide_appeal(case.code, is_upheld=True, why="No.", by=by),
    "kept": lambda case, by: keep_help(case.code, why="No.", by=by),
    "looked at": lambda case, by: decide_recheck(case.code, is_restored=True, why="No.", by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_who_may_not_changes_nothing(scene, act):
    case = opened(scene)
    before, acts = CreditCase.objects.values().get(), Act.objects.count()
    leader = scene.person("gao")
    machine = delegated(leader, kind=PrincipalKind.AGENT, code="a1", permissions=leader.permissions)
    with on(MONDAY):
        for by in (*(scene.person(name) for name in ("lin", "du", "fei", "mei")), machine, SYSTEM):
            with pytest.raises(Denied):
                ACTS[act](case, by)
        assert refusal(ACTS[act], case, scene.person("xu")) == "credit.unknown"  # a leader elsewhere
    assert (CreditCase.objects.values().get(), Act.objects.count(), Notice.objects.count()) == (before, acts, 0)


def test_cases_are_read_by_whoever_reviews_what_he_sees(scene):
    case = opened(scene)
    seen = {
        name: queries.case_of_code(case.code, principal=scene.person(name)) is not None for name in ("gao", "an", "xu")
    }
    assert seen == {"gao": True, "an": True, "xu": False}
    for name in ("lin", "mei"):
        with pytest.raises(Denied):
            queries.waiting_cases(principal=scene.person(name))


def test_cells_of_fewer_than_ten_are_hidden(scene):
    for number in range(12):
        customer = fallen(scene, f"客户{number}")
        customer.gender, customer.birthday = (1, dt.date(1980, 5, 5)) if number < 10 else (2, None)
        customer.save()
        carry(customer)
    night()
    with on(MONDAY):
        for number, case in enumerate(CreditCase.objects.order_by("customer_id")):
            terms = ruling() if number < 7 else ruling(Decision.KEEP, None)
            decide_case(case.code, terms, by=scene.person("gao"))
    seen = queries.watch(principal=scene.person("gao"), on=MONDAY)
    assert [(cell.group, cell.decided, cell.kept) for cell in seen.by_gender] == [("1", 10, 3), ("2", None, None)]
    assert [(cell.group, cell.decided, cell.kept) for cell in seen.by_age] == [("", None, None), ("45-59", 10, 3)]
    assert (seen.lowered, seen.overturned, seen.is_too_sharp) == (0, 0, False)  # nobody was told yet


def test_of_an_erased_person_no_word_stays(scene):
    case = told(scene)
    erase_cases([case.customer_id])
    case.refresh_from_db()
    assert (case.evidence, case.why, case.contact, Notice.objects.count()) == ({}, "", "", 0)
    assert (case.limit, case.owed, case.highest, case.proposed, case.limit_decided) == (None, 0, 0, None, None)
    assert case.decision == Decision.REDUCE
