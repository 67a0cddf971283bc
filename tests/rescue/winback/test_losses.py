"""Losses in the record: kept for good, asked about without selling, handed out with a tenth kept back."""

import datetime as dt
from contextlib import contextmanager
from dataclasses import replace

import pyarrow as pa
import pytest
from django.utils import translation

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.wording import reason_in_words, what_to_say
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.services import set_profiling
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer
from guanxi.record.customers.services.erasing import erase_customer
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.services import end_suppression, suppress
from guanxi.rescue.winback import queries
from guanxi.rescue.winback.choices import Arm, Reason
from guanxi.rescue.winback.models import Loss
from guanxi.rescue.winback.rules import Agreement, Brought, Compared, increment, is_control
from guanxi.rescue.winback.services import (
    ask_why,
    declare_reason,
    end_pursuits,
    hand_out_best,
    keep_brought,
    keep_losses,
)
from tests.stories.scene import SYSTEM

DAY = dt.date(2026, 7, 1)


@contextmanager
def on(day: dt.date):
    with clock.frozen(clock.start_of_day(day, "Asia/Shanghai") + dt.timedelta(hours=9)):
        yield


def row(customer, **fields) -> dict:
    """What insight states of somebody who was last here half a year ago."""
    last = DAY - dt.timedelta(183)
    usual = {
        "key": f"loss-{customer.pk}", "customer_id": customer.pk, "lost_on": last, "known_on": last + dt.timedelta(180),
        "first_on": dt.date(2022, 3, 1), "tier": 1, "product_id": None, "worth": 2_400_000, "reason": 0, "confidence": 0.4, "found": 0,
        "evidence": "", "cause": "", "rival": "", "offer": "upgrade", "way": 2, "value": 32_000, "per_unit": 8_000, "excluded": "",
    }  # fmt: skip
    return usual | fields


def keep(*rows, returned=(), day=DAY) -> dict[str, int]:
    return keep_losses(
        pa.Table.from_pylist(list(rows)) if rows else pa.table({}), by=SYSTEM, as_of=day, returned=returned
    )


def test_a_loss_stays_with_its_days_and_ends_with_the_next_purchase(scene):
    one, other, third = (scene.customer(name) for name in ("甲", "乙", "丙"))
    assert keep(row(one), row(other), row(third)) == {"new": 3, "changed": 0, "returned": 0, "gone": 0}
    assert keep(row(one), row(other), row(third)) == {"new": 0, "changed": 0, "returned": 0, "gone": 0}
    # better known by now; when it was known first, stays
    better = row(one, reason=2, confidence=0.8712, evidence="unsolved", cause="service", known_on=DAY)
    assert keep(better, row(third), returned=[(f"loss-{other.pk}", DAY)]) == {
        "new": 0, "changed": 1, "returned": 1, "gone": 0,
    }  # fmt: skip
    loss = Loss.objects.get(customer=one)
    assert (loss.reason, loss.evidence, loss.cause) == (2, "unsolved", "service")
    assert loss.known_on == DAY - dt.timedelta(3)
    assert Loss.objects.get(customer=other).returned_on == DAY
    # a threshold was changed and the third was none after all; that the second bought was a mistake and is taken back
    assert keep(better, row(other)) == {"new": 1, "changed": 0, "returned": 0, "gone": 1}
    assert list(Loss.objects.order_by("customer").values_list("customer", "returned_on")) == [
        (one.pk, None), (other.pk, None),
    ]  # fmt: skip
    # who comes back and is lost again has two
    keep(better, row(other, key="again", lost_on=DAY), returned=[(f"loss-{other.pk}", DAY)])
    assert Loss.objects.filter(customer=other).count() == 2


def test_what_people_said_and_did_outlasts_a_refresh_that_knows_no_such_loss(scene):
    """A refresh of an earlier day, or with other thresholds; but of who wants no advice from own data nothing stays."""
    said, handed, later, none, aside = (scene.customer(name) for name in ("甲", "乙", "丙", "丁", "戊"))
    handed.code = fair_codes(1)[0]
    handed.save()
    keep(row(handed, known_on=DAY - dt.timedelta(20)))
    with on(DAY):
        assert hand_out_best(1, by=scene.person("gao")) == {"pursued": 1, "control": 0}
        keep(row(handed), row(said), row(later, known_on=DAY), row(none), row(aside))
        for customer in (said, aside):
            code = Loss.objects.get(customer=customer).code
            declare_reason(code, by=scene.person("lin"), reason=Reason.LOWER_PRICE, words="太贵")
        set_profiling(aside.pk, allowed=False, source="told", evidence="told", by=SYSTEM)
    before = DAY - dt.timedelta(1)
    assert keep(day=before) == {"new": 0, "changed": 2, "returned": 0, "gone": 2}
    assert set(Loss.objects.values_list("customer", flat=True)) == {said.pk, handed.pk, later.pk}
    assert keep(day=before) == {"new": 0, "changed": 0, "returned": 0, "gone": 0}
    with on(DAY + dt.timedelta(14)):  # what is not known to be one is nobody's to pursue
        day = DAY + dt.timedelta(14)
        assert [loss.customer_id for loss in queries.ranked_list(scene.person("gao"), on=day)] == [later.pk]
    assert keep(row(said), row(handed), row(later, known_on=DAY)) == {"new": 0, "changed": 2, "returned": 0, "gone": 0}
    assert Loss.objects.get(customer=said).words == "太贵"
    assert Loss.objects.get(customer=handed).arm == Arm.PURSUED
    assert keep(row(said)) == {"new": 0, "changed": 1, "returned": 0, "gone": 1}  # the one that nobody touched


def test_who_of_a_and_b_left_for_no_known_reason_is_asked_within_two_weeks(scene):
    asked, known, small, long_ago = (scene.customer(name) for name in ("甲", "乙", "丙", "丁"))
    keep(
        row(asked), row(known, reason=2, confidence=0.9), row(small, tier=3),
        row(long_ago, known_on=DAY - dt.timedelta(14)),
    )  # fmt: skip
    with on(DAY):
        assert ask_why(by=SYSTEM, on=DAY) == 1
        assert ask_why(by=SYSTEM, on=DAY) == 0
    action = Action.objects.get()
    assert (action.customer_id, action.owner, action.action_class) == (asked.pk, scene.staff["lin"], ActionClass.CARE)
    assert action.due_on == DAY + dt.timedelta(10)  # it could be known three days ago
    with translation.override("en"):
        assert "nobody knows why" in reason_in_words(action.reason, action.reason_facts, currency="CNY")
        assert "not calling to sell" in what_to_say(action.reason, action.reason_facts)
    with on(DAY):
        loss = Loss.objects.get(customer=asked)
        declare_reason(loss.code, by=scene.person("lin"), reason=Reason.BETTER_VALUE, words="隔壁的保养更细")
        assert ask_why(by=SYSTEM, on=DAY) == 0
    action.refresh_from_db()
    assert action.status == ActionStatus.WITHDRAWN
    loss.refresh_from_db()
    assert (loss.declared, loss.words, loss.declared_on, loss.declared_by) == (
        Reason.BETTER_VALUE, "隔壁的保养更细", DAY, scene.staff["lin"],
    )  # fmt: skip
    assert queries.declared_reasons() == [(asked.pk, loss.lost_on, 3)]
    assert Act.objects.filter(kind="loss.declared").count() == 1


def test_a_question_goes_with_the_loss_that_was_none_and_not_with_the_tier(scene):
    one, other, aside = (scene.customer(name) for name in ("甲", "乙", "丙"))
    aside.code = fair_codes(1)[0]
    aside.save()
    keep(row(one), row(other), row(aside, reason=2, known_on=DAY - dt.timedelta(20)))
    with on(DAY):
        assert ask_why(by=SYSTEM, on=DAY - dt.timedelta(4)) == 0  # it could not be known then
        assert ask_why(by=SYSTEM, on=DAY) == 2
        assert hand_out_best(1, by=scene.person("gao")) == {"pursued": 1, "control": 0}
        set_profiling(aside.pk, allowed=False, source="told", evidence="told", by=SYSTEM)
    keep(row(other, tier=3), day=DAY)
    with on(DAY):
        for day in (DAY - dt.timedelta(30), DAY):  # also of an earlier day, which knows nothing of it
            ask_why(by=SYSTEM, on=day)
        assert Action.objects.get(status=ActionStatus.OPEN).customer_id == other.pk
        ask_why(by=SYSTEM, on=DAY + dt.timedelta(11))
    assert not Action.objects.exclude(status=ActionStatus.WITHDRAWN).exists()


def test_what_two_said_who_are_one_counts_once(scene):
    one, other = scene.customer("甲"), scene.customer("乙")
    keep(row(one), row(other))
    Loss.objects.update(declared=Reason.LOWER_PRICE, declared_on=DAY)
    Loss.objects.update(customer=one)
    assert queries.declared_reasons() == [(one.pk, DAY - dt.timedelta(183), 4)]


def test_a_question_that_comes_too_late_is_not_asked(scene):
    keep(row(scene.customer("甲")))
    with on(DAY):
        ask_why(by=SYSTEM, on=DAY)
    with on(DAY + dt.timedelta(10)):  # the day it is due it still stands
        ask_why(by=SYSTEM, on=DAY + dt.timedelta(10))
        assert Action.objects.get().status == ActionStatus.OPEN
    late = DAY + dt.timedelta(11)  # two weeks after it could be known
    with on(late):
        ask_why(by=SYSTEM, on=late)
    assert Action.objects.get().status == ActionStatus.WITHDRAWN


def test_reasons_are_noted_by_whoever_may_of_customers_in_sight(scene):
    keep(row(scene.customer("甲")))
    code = Loss.objects.get().code
    for name, error in (("wu", Refused), ("du", Denied)):
        with pytest.raises(error):
            declare_reason(code, by=scene.person(name), reason=Reason.LOWER_PRICE)
    with pytest.raises(Refused, match="Choose"):
        declare_reason(code, by=scene.person("lin"), reason=Reason.UNKNOWN)
    with pytest.raises(Refused, match="2000"):
        declare_reason(code, by=scene.person("lin"), reason=Reason.LOWER_PRICE, words="贵" * 2001)
    assert Loss.objects.get().declared == Reason.UNKNOWN
    assert not Act.objects.filter(kind="loss.declared").exists()


@pytest.mark.parametrize("values", [(32_000, 28_600, -1_500), (71_250, 900, -1)])
def test_the_most_valuable_first_and_who_is_worth_less_than_nothing_never(scene, values):
    """¥320, ¥286, −¥15 rank in that order; the third is not contacted (WIN-03)."""
    people = [scene.customer(name) for name in ("丙", "乙", "甲")]
    for customer, code in zip(people, fair_codes(3), strict=True):
        customer.code = code
        customer.save()
    early = {"known_on": DAY - dt.timedelta(14)}
    rows = [
        row(customer, value=value, per_unit=value // 4, excluded="" if value > 0 else "no_worth", **early)
        for customer, value in zip(people, values, strict=True)
    ]
    soon = row(scene.customer("丁"), value=10**6, per_unit=10**6, known_on=DAY - dt.timedelta(13))  # not two weeks yet
    keep(*reversed(rows), soon)
    gao = scene.person("gao")
    with on(DAY):
        assert [loss.value for loss in queries.ranked_list(gao, on=DAY)] == list(values[:2])
        assert queries.excluded_counts(gao) == {"no_worth": 1}
        assert hand_out_best(3, by=gao) == {"pursued": 2, "control": 0}
        assert hand_out_best(3, by=gao) == {"pursued": 0, "control": 0}
    actions = Action.objects.order_by("-value_at_stake")
    assert [(action.customer_id, action.offer, action.value_at_stake) for action in actions] == [
        (people[0].pk, "upgrade", values[0]), (people[1].pk, "upgrade", values[1]),
    ]  # fmt: skip
    with on(DAY), pytest.raises(Denied):
        hand_out_best(3, by=scene.person("du"))
    with on(DAY):
        assert hand_out_best(3, by=scene.person("xu")) == {"pursued": 0, "control": 0}  # nobody of South


def test_who_was_handed_out_or_kept_back_is_not_by_another_loss_within_90_days(scene):
    pursued, control = (
        scene.customer("甲", code=fair_codes(1)[0]),
        scene.customer("乙", code=fair_codes(1, controls=True)[0]),
    )
    early = {"known_on": DAY - dt.timedelta(14)}
    keep(row(pursued, **early), row(control, **early))
    gao = scene.person("gao")
    with on(DAY):
        assert hand_out_best(2, by=gao) == {"pursued": 1, "control": 1}
    Loss.objects.filter(customer=control).update(customer=pursued)  # the two were one
    again = [row(one, key=f"again-{one.pk}", lost_on=DAY - dt.timedelta(190), **early) for one in (pursued, control)]
    keep(*again)
    with on(DAY):
        assert hand_out_best(9, by=gao) == {"pursued": 0, "control": 1}
    with on(DAY + dt.timedelta(90)):
        assert hand_out_best(9, by=gao) == {"pursued": 1, "control": 0}


def test_work_goes_with_a_later_no_a_complaint_a_reason_not_to_pursue_and_an_erasure_and_stays_counted(scene):
    names = ("no", "complains", "priced", "touched", "rested", "erased", "by_sms", "works")
    people = dict(
        zip(
            names,
            (scene.customer(name, code=code) for name, code in zip(names, fair_codes(8), strict=True)),
            strict=True,
        )
    )
    early = {"known_on": DAY - dt.timedelta(20)}
    keep(*(row(one, **early) for one in people.values()))
    with on(DAY):
        assert hand_out_best(8, by=scene.person("gao")) == {"pursued": 8, "control": 0}
        assert end_pursuits(by=SYSTEM, on=DAY) == 0
        _say_no(people["no"], Channel.CALL)
        _say_no(people["by_sms"], Channel.SMS)  # another way than the one that is asked by
        suppress(people["complains"].pk, cause=Cause.COMPLAINT, by=scene.person("lin"), why="空调还是坏的", since=DAY)
        erase_customer(people["erased"].pk, by=SYSTEM, basis="asked")
    changed = {"priced": "price_seeker", "touched": "touched", "rested": "no_offer"}
    keep(*(row(one, **early, excluded=changed.get(name, "")) for name, one in people.items() if name != "erased"))
    with on(DAY):
        assert end_pursuits(by=SYSTEM, on=DAY) == 4
        assert end_pursuits(by=SYSTEM, on=DAY) == 0
    live = Action.objects.filter(status=ActionStatus.OPEN).values_list("customer", flat=True)
    assert set(live) == {people[name].pk for name in ("rested", "by_sms", "works")}
    assert Loss.objects.filter(arm=Arm.PURSUED).count() == 7  # where they were drawn, but for whom nothing is kept


def test_who_said_no_or_complained_since_the_night_is_not_handed_out(scene):
    people = [scene.customer(name, code=code) for name, code in zip("甲乙丙丁", fair_codes(4), strict=True)]
    no, complains, solved, free = people
    keep(*(row(one, known_on=DAY - dt.timedelta(20)) for one in people))
    with on(DAY):
        _say_no(no, Channel.CALL)
        suppress(complains.pk, cause=Cause.COMPLAINT, by=scene.person("lin"), why="空调还是坏的", since=DAY)
        today = suppress(solved.pk, cause=Cause.COMPLAINT, by=scene.person("lin"), why="空调还是坏的", since=DAY)
        end_suppression(today, by=scene.person("lin"), why="换了一台")  # sales rest on for some days
        assert hand_out_best(4, by=scene.person("gao")) == {"pursued": 1, "control": 0}
    assert Action.objects.get().customer_id == free.pk
    with on(DAY + dt.timedelta(14)):
        assert hand_out_best(4, by=scene.person("gao")) == {"pursued": 1, "control": 0}
    assert set(Action.objects.values_list("customer", flat=True)) == {free.pk, solved.pk}


def _say_no(customer, channel: Channel) -> None:
    Consent.objects.create(
        customer=customer, purpose=Purpose.MARKETING, channel=channel, status=ConsentStatus.WITHDRAWN, at=clock.now(), source="told",
        evidence="told",
    )  # fmt: skip


def fair_codes(count: int, *, controls: bool = False) -> list[str]:
    found = (code for number in range(10_000) if is_control(code := f"code{number:08d}") == controls)
    return [next(found) for _ in range(count)]


def test_a_tenth_is_kept_back_and_the_comparison_learns(scene):
    """Of twenty pursued five come back within 90 days, of ten kept back one: 25 % against 10 %."""
    codes = [*fair_codes(20), *fair_codes(10, controls=True)]
    people = [scene.customer(f"客{number}", code=code) for number, code in enumerate(codes)]
    keep(*(row(customer, known_on=DAY - dt.timedelta(20)) for customer in people))
    with on(DAY):
        assert hand_out_best(2_000, by=scene.person("gao")) == {"pursued": 20, "control": 10}
        assert queries.compared(scene.person("gao"), on=DAY) == Compared(0, 0, 0, 0)  # too early to say
    back = [*people[:5], people[20]]
    later, late = DAY + dt.timedelta(90), DAY + dt.timedelta(91)
    came = [(f"loss-{customer.pk}", later) for customer in back] + [(f"loss-{people[5].pk}", late)]
    keep_brought([(f"loss-{customer.pk}", 90_000) for customer in back], by=SYSTEM, as_of=late)
    stay = [row(customer) for customer in people if customer not in back and customer != people[5]]
    with on(late):
        keep(*stay, returned=came, day=late)
        assert end_pursuits(by=SYSTEM, on=late) == 6
        found = queries.compared(scene.person("gao"), on=late)
    assert replace(found, increment=None) == Compared(20, 5, 10, 1)
    # 22,500 a head against 9,000, each with its variance: 20 times 13,500
    assert found.increment == pytest.approx((270_000, 270_000 - 497_281, 270_000 + 497_281), rel=1e-3)
    gain, low, high = found.gain
    assert gain == pytest.approx(0.15)
    assert low < 0 < high
    people_of = list(Loss.objects.filter(customer__in=people))
    [(of, counted)] = queries.tried_offers(late)["upgrade"].items()
    assert (of, counted) == ((people_of[0].reason, people_of[0].tier), (20, 5))
    away = Loss.objects.filter(returned_on=None, excluded="")
    whole = queries.second_lives_of_all()
    assert (whole["pursued"], whole["value"]) == (away.count(), sum(away.values_list("value", flat=True)))
    back = Loss.objects.exclude(returned_on=None)
    assert whole["regained"] == back.count() == len(queries.regained_customers(late)) > 0
    by_offer = {(row[0], row[5]) for row in queries.regained_customers(late)}
    assert {(customer.pk, "upgrade") for customer in people[:6]} | {
        (people[20].pk, "")
    } == by_offer  # a control has none
    assert (
        sum(whole["left_in_peace"].values())
        == Loss.objects.filter(returned_on=None).exclude(excluded__in=["", "not_lost"]).count()
    )
    Loss.objects.filter(customer=people[0]).update(returned_on=DAY - dt.timedelta(1))  # came before he was handed out
    assert queries.tried_offers(late) == {"upgrade": {of: (19, 4)}}
    assert Action.objects.filter(status=ActionStatus.WITHDRAWN).count() == 6
    assert Loss.objects.filter(arm=Arm.CONTROL).count() == 10


@pytest.mark.parametrize(
    "counts, gain",
    [  # Newcombe 1998, table II, method 10
        ((70, 56, 80, 48), (0.2, 0.0524, 0.3339)),
        ((10, 9, 10, 3), (0.6, 0.1705, 0.8090)),
        ((10, 10, 10, 0), (1.0, 0.6075, 1.0)),
        ((0, 0, 10, 1), None),
    ],
)
def test_the_gain_has_the_interval_of_few_too(counts, gain):
    assert Compared(*counts).gain == (gain and pytest.approx(gain, abs=5e-5))


@pytest.mark.parametrize(
    "sides, found",
    [
        (((1_800, 240.0, 1_000_000.0), (200, 150.0, 800_000.0)), (162_000.0, -76_117.5, 400_117.5)),
        (((50, 90.0, 400.0), (50, 40.0, 500.0)), (2_500.0, 2_084.2, 2_915.8)),
        (((1, 90.0, None), (50, 40.0, 500.0)), None),
        (((18, 90.0, 400.0), (2, 0.0, 0.0)), None),  # of two who did not come back nothing is certain
    ],
)
def test_what_pursuing_brought_more_has_its_interval(sides, found):
    assert increment(*(Brought(*side) for side in sides)) == (found and pytest.approx(found, rel=1e-4))


def test_causes_stand_by_lost_value(scene):
    rows = [
        row(scene.customer("甲"), cause="service", worth=500), row(scene.customer("乙"), cause="service", worth=400),
        row(scene.customer("丙"), cause="competitor", worth=1_000), row(scene.customer("丁"), worth=50),
    ]  # fmt: skip
    keep(*rows, row(scene.customer("戊", owner="wu"), cause="service", worth=9_000))
    found = queries.causes_since(scene.person("gao"), since=DAY - dt.timedelta(365), until=DAY)
    assert [(cause, total.losses, total.worth) for cause, total in found] == [
        ("competitor", 1, 1_000), ("service", 2, 900), ("", 1, 50),
    ]  # fmt: skip
    asked = queries.Asked(reason=0, tier=1, cause="service", since=DAY - dt.timedelta(183), until=DAY)
    assert queries.lost_in_all(scene.person("gao"), asked) == queries.Total(2, 900)
    first, second = queries.lost_customers(scene.person("gao"), asked, limit=2)
    assert queries.lost_customers(scene.person("gao"), asked, before=first.pk, limit=2) == [second]


def test_what_was_found_is_held_each_month_against_what_customers_said(scene):
    """Of nine who said why in June six had a reason found as well, four of them the same: 67 %, below the 70 % that is due."""
    june, may = DAY - dt.timedelta(10), DAY - dt.timedelta(40)
    told = [(june, 2, 2)] * 4 + [(june, 3, 2), (june, 5, 4)] + [(june, 0, 3)] * 3 + [(may, 0, 1)] + [(None, 2, 0)]
    people = [scene.customer(f"客{number}") for number in range(len(told))]
    keep(*(row(customer, found=found) for customer, (_, found, _) in zip(people, told, strict=True)))
    for customer, (day, _, said) in zip(people, told, strict=True):
        Loss.objects.filter(customer=customer).update(declared=said, declared_on=day)
    first, second = queries.agreement(scene.person("gao"), since=DAY - dt.timedelta(365))
    assert first == Agreement(dt.date(2026, 6, 1), 9, 6, 4)
    assert first.share == pytest.approx(4 / 6)
    assert (second, second.share) == (Agreement(dt.date(2026, 5, 1), 1, 0, 0), None)
    assert queries.agreement(scene.person("xu"), since=DAY - dt.timedelta(365)) == []  # of South


def test_who_has_work_on_a_list_or_was_spoken_with_is_not_asked_as_well(scene):
    busy, just_done, done_before, spoken, asked = (scene.customer(name) for name in ("甲", "乙", "丙", "丁", "戊"))
    keep(row(busy), row(just_done), row(done_before), row(spoken), row(asked))
    for who, status, ago in ((busy, ActionStatus.NOT_NOW, 1), (just_done, ActionStatus.DONE, 13), (done_before, ActionStatus.DONE, 15)):  # fmt: skip
        Action.objects.create(
            key=who.code, customer=who, action_class=ActionClass.CARE, origin="inactivity", reason="x", due_on=DAY, proposed_on=DAY,
            status=status, not_now=NotNow.BUSY if status == ActionStatus.NOT_NOW else None,
            answered_at=clock.start_of_day(DAY - dt.timedelta(ago), "Asia/Shanghai"),
        )  # fmt: skip
    Customer.objects.filter(pk=spoken.pk).update(last_contact_on=DAY)
    with on(DAY):
        ask_why(by=SYSTEM, on=DAY)
    assert set(Action.objects.filter(origin="exit_question").values_list("customer_id", flat=True)) == {
        done_before.pk,
        asked.pk,
    }
