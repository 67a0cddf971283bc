"""Offers of the record reach people (NBA-01, RET-02, RSK-05): Wang's alarm carries the waiver, Ma gets none, a need is answered;
the run is kept beside the edition while it holds.
"""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, Told, ValueModel, Way
from guanxi.engage.offers.services import GivenTreatment, withdraw_offer
from guanxi.ground.clock import start_of_day
from guanxi.insight.decisions.arbitration.arms import bucket
from guanxi.insight.decisions.offers import rehearse
from guanxi.insight.decisions.offers.deciding import EXPLORED, HELD_OUT, SALT
from guanxi.insight.decisions.offers.kept import current_run
from guanxi.insight.warehouse.places import places
from guanxi.project.registrations import register_offer_words
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.queries import actions_of
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from guanxi.record.standing.models import Edition
from tests.engage.offers.sample import LOAN, published
from tests.stories import test_ma, test_wang
from tests.stories.scene import SYSTEM
from tests.stories.telling import Telling

JUNE_ENDS = dt.date(2026, 6, 30)
TERMS = ("同等级客户均可申请", "Every customer of the tier gets it on request")
KEEP = replace(
    LOAN, reference="keep_card", issue=str(Issue.RETENTION.value), product="P-1", family="card", stock="", list_rate="", campaign_rate="",
    regulatory_class=str(RegulatoryClass.NONE.value), value_model=str(ValueModel.AT_STAKE.value), unit_value="", incentive_cost="0",
    words=LOAN.words | dict(zip(((Told.TERMS.value, "zh"), (Told.TERMS.value, "en")), TERMS, strict=True)),
    rules={Layer.APPLICABILITY: "no_alarm: has_signal(spend_drop)"},
    treatments={Way.CALL: GivenTreatment(wording_zh="今年免年费。", wording_en="No annual fee this year.")},
)  # fmt: skip
# decisioning.md 3.3: whoever is asked without a need; worth so much that a guess of a hundredth is worth a call
GROW = replace(KEEP, reference="grow", issue=str(Issue.GROWTH.value), product="P-2", family="loan", value_model="0", unit_value="9000",
    regulatory_class=str(RegulatoryClass.CREDIT.value), rules={})  # fmt: skip
COSTS = replace(KEEP, treatments={Way.CALL: replace(KEEP.treatments[Way.CALL], cost="0.01")})


def in_no_arm(telling: Telling, *references: str) -> dict[str, int]:
    """Give these customers codes that are in no control, not held out and do not explore, and what they agree to be called for; ids."""
    codes = (f"S{number:05d}" for number in range(100_000))
    free = (
        code
        for code in codes
        if bucket("2026|holdout|", code) >= HELD_OUT * 10_000
        and bucket(f"{SALT}{JUNE_ENDS}|explore|", code) >= EXPLORED * 10_000
        and min(bucket(f"{SALT}control|{offer}|", code) for offer in ("keep_card", "grow")) >= 1_000
    )
    for reference in references:
        Customer.objects.filter(reference=reference).update(code=next(free))
    found = dict(Customer.objects.filter(reference__in=references).values_list("reference", "pk"))
    at = start_of_day(dt.date(2026, 1, 1), "Asia/Shanghai")
    said = Statement(Purpose.MARKETING, Channel.CALL, ConsentStatus.GRANTED, at=at, evidence="form", source="branch")
    answers = record_consents([NewConsent(pk, said) for pk in found.values()], by=SYSTEM)
    assert all(answer.is_new for answer in answers)
    return found


@pytest.fixture(autouse=True)
def offered(telling):
    register_offer_words()
    create_products(
        [
            NewProduct(reference="P-1", name="P-1", family="card"),
            NewProduct(reference="P-2", name="P-2", family="loan"),
        ],
        by=SYSTEM,
    )


def test_wangs_alarm_carries_the_waiver_and_a_person_without_alarm_is_asked_about_something_else(telling):
    test_wang.tell(telling, 400)
    wang, other = in_no_arm(telling, "WANG", "客户3").values()
    code = published(telling.scene, COSTS)
    published(telling.scene, GROW)
    telling.refresh(JUNE_ENDS)
    everybody = {line.customer_id: line for line in telling.today(JUNE_ENDS).lines}
    lines = {one: line for one, line in everybody.items() if line.reason != "benefit_due"}
    assert set(lines) == {wang, other}
    # RET-04: whose anniversary is near is due for the waiver as well, without an alarm
    assert [(line.offered["code"], line.offered["arm"]) for one, line in everybody.items() if one not in lines] == [
        (code, "anniversary")
    ]
    alarm, sale = lines[wang], lines[other]
    assert (alarm.reason, alarm.action_class, alarm.channel) == ("spend_drop_alarm", ActionClass.CARE, Channel.CALL)
    assert (sale.reason, sale.action_class, sale.due_on) == ("offer_chosen", ActionClass.VALUE, dt.date(2026, 7, 7))
    assert sale.reason_words == "Decoration loan: A new home is to be fitted out."
    assert (sale.say, sale.value_at_stake) == ("No annual fee this year.", 900_000)
    told = alarm.offered
    # 3,785 a month under the habit x 12 x 1.2 % x three years at 85 % (4.2), of which a call brings 0.3 x 6 %
    assert (told["code"], told["arm"], told["tau"]) == (code, "chosen", 0.018)
    assert told["value"] == pytest.approx(3_785 * 12 * 0.012 * 1.831236, abs=0.1)
    assert told["score"] == pytest.approx(told["value"] * 0.018 - 0.01 - 0.30, abs=0.01)
    assert sale.offered["score"] == pytest.approx(0.01 * 9_000 - 12 - 0.3)
    run = current_run()
    assert (run.as_of, {one.reference for one in run.offers}) == (JUNE_ENDS, {"keep_card", "grow"})
    assert (run.decided(wang)["offer"], run.decided(other)["offer"]) == ("keep_card", "grow")
    told_of = Edition.objects.latest("pk").facts["offers"]["reasons"]
    assert {"offer": "grow", "channel": None, "reason": "another_first", "customers": 1} in told_of
    found = rehearse(JUNE_ENDS)  # what the night closed is closed here too
    assert {line.offer: (line.chosen, line.reasons.get("another_first", 0)) for line in found.offers} == {
        "grow": (1, 1), "keep_card": (1, 0),
    }  # fmt: skip


def test_what_was_proposed_ends_with_its_offer_and_the_run_with_its_edition(telling):
    test_wang.tell(telling, 4_100)
    (other,) = in_no_arm(telling, "客户3").values()
    code = published(telling.scene, GROW)
    telling.refresh(JUNE_ENDS)
    [first] = telling.today(JUNE_ENDS).lines
    before = current_run()
    telling.refresh(JUNE_ENDS)
    [again] = telling.today(JUNE_ENDS).lines
    assert (again.code, again.version) == (first.code, first.version)
    assert not before.folder.exists()
    assert [folder.name for folder in places().runs.iterdir()] == [current_run().edition]
    withdraw_offer(code, why="ended", by=telling.person("mei"))
    telling.refresh(JUNE_ENDS)
    [ended] = actions_of(other, principal=telling.person("lin"), on=JUNE_ENDS)
    assert (ended.code, ended.status) == (first.code, ActionStatus.WITHDRAWN)
    assert (telling.today(JUNE_ENDS).lines, current_run(), list(places().runs.iterdir())) == ([], None, [])


def test_ma_in_credit_review_gets_no_waiver(telling):
    ma = test_ma.tell(telling, 35_000 / 10)
    in_no_arm(telling, "MA")
    published(telling.scene, COSTS)
    telling.refresh(test_ma.FEB_ENDS)
    [review] = actions_of(ma, principal=telling.person("lin"), on=test_ma.FEB_ENDS)
    assert (review.customer_id, review.reason.split("_")[0], review.offer) == (ma, "credit", "")
    reasons = {row["reason"] for row in current_run().rejects if row["offer"] == "keep_card"}
    assert "credit_review_open" in reasons
    assert current_run().decided(ma) is None
