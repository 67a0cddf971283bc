"""The life of an abuse review (RSK-06): counted, proposed by one, confirmed by another, told, appealed to a third, over in time."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import PrincipalKind, delegated
from guanxi.identity.queries import firm_day
from guanxi.journal.models import Act
from guanxi.record.customers.models import Share
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import alarms_lately, alive_signals, export_rows, signals_of
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.queries import is_suppressed, suppressions_of
from guanxi.record.suppressions.services import end_suppression, suppress
from guanxi.rescue.abuse import queries
from guanxi.rescue.abuse.choices import ReviewState
from guanxi.rescue.abuse.models import AbuseReview
from guanxi.rescue.abuse.rules import expires_on
from guanxi.rescue.abuse.services import (
    confirm_flag,
    decide_appeal,
    dismiss_review,
    erase_reviews,
    give_notice,
    note_fraud,
    propose_flag,
    record_appeal,
    review_claims,
)
from guanxi.rescue.credit.choices import Way
from tests.rescue.credit.cases import on
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.django_db

JUNE_ENDS, JULY, SECOND = dt.date(2026, 6, 30), dt.date(2026, 7, 1), dt.date(2026, 7, 2)
CLAIMS = {
    "table": "dealings", "from": "2026-05-02", "to": "2026-06-30", "measure": "refund_claims", "given": {"days": 60},
    "figures": {"claims": 6, "orders": 7, "returned": 75_000},
}  # fmt: skip


def night(as_of: dt.date = JUNE_ENDS) -> dict[str, int]:
    with on(as_of + dt.timedelta(days=1)):
        return review_claims(by=SYSTEM, as_of=as_of)


def opened(scene, name: str = "韩冰", **fields) -> AbuseReview:
    """A customer of Lin's with the signal, and the review that the night has opened."""
    customer = scene.customer(name, language="en", **fields)
    Signal.objects.create(
        key=f"claims-{name}", customer=customer, kind="abuse_review", state="alarm", occurred_on=JUNE_ENDS,
        detected_on=JUNE_ENDS, changed_on=JUNE_ENDS, evidence=CLAIMS | {"customer_id": customer.pk},
    )  # fmt: skip
    night()
    return AbuseReview.objects.get(customer=customer)


def confirmed(scene) -> AbuseReview:
    """Proposed by Gao on the first, confirmed by Bai and told on the second of July."""
    review = opened(scene)
    with on(JULY):
        propose_flag(review.code, why="Six of seven.", by=scene.person("gao"))
    with on(SECOND):
        confirm_flag(review.code, why="Seen, too.", contact="Bai, 020-1", by=scene.person("bai"))
        give_notice(review.code, way=Way.LETTER, on=SECOND, by=scene.person("bai"))
    review.refresh_from_db()
    return review


def refusal(act, *args, **given) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **given)
    return caught.value.code


def rests(review: AbuseReview, day: dt.date) -> bool:
    return is_suppressed(review.customer_id, Cause.FRAUD, day)


def test_a_flag_takes_two_people_and_ends_after_twelve_months(scene):
    review = opened(scene)
    assert (review.state, review.due_on) == (ReviewState.OPEN, SECOND)
    assert not rests(review, JULY)  # counted is not found guilty
    gao, bai = scene.person("gao"), scene.person("bai")
    with on(JULY):
        assert refusal(confirm_flag, review.code, why="x", contact="y", by=bai) == "abuse.not_now"
        propose_flag(review.code, why="Six of seven.", by=gao)
        assert refusal(confirm_flag, review.code, why="x", contact="y", by=gao) == "abuse.second_person"
        assert refusal(dismiss_review, review.code, why="x", by=gao) == "abuse.second_person"
        assert not rests(review, JULY)
    with on(SECOND):
        assert refusal(confirm_flag, review.code, why="x", contact=" ", by=bai) == "abuse.no_contact"
        assert refusal(confirm_flag, review.code, why=" ", contact="y", by=bai) == "credit.no_why"
        confirm_flag(review.code, why="Seen, too.", contact="Bai, 020-1", by=bai)
    review.refresh_from_db()
    assert (review.state, review.expires_on) == (ReviewState.CONFIRMED, dt.date(2027, 7, 2))
    assert [rests(review, day) for day in (SECOND, dt.date(2027, 7, 1), dt.date(2027, 7, 2))] == [True, True, False]
    assert night(dt.date(2027, 6, 30))["expired"] == 0
    assert night(dt.date(2027, 7, 1))["expired"] == 1
    review.refresh_from_db()
    assert (review.state, review.ended_on) == (ReviewState.EXPIRED, dt.date(2027, 7, 2))
    kinds = [act.kind for act in Act.objects.filter(noun_code=review.code).order_by("pk")]
    assert kinds == [
        f"abuse_review.{kind}" for kind in ("opened", "proposed", "confirmed", "notice_written", "expired")
    ]


@pytest.mark.parametrize("day, over", [("2024-02-29", "2025-02-28"), ("2026-11-22", "2027-11-22")])
def test_twelve_months(day, over):
    assert expires_on(dt.date.fromisoformat(day)).isoformat() == over


def test_the_notice_names_what_was_counted_what_follows_and_the_way_to_appeal(scene):
    (notice,) = queries.notices_of(confirmed(scene))
    for words in (
        "In the 60 days up to 30 June 2026: 6 refund claims on 7 orders.",
        "until 2 July 2027 we send you no advertising and no offers",
        "our service stay as they are",
        "appeal within 30 days",
        "Bai, 020-1",
    ):
        assert words in notice.body
    for word in ("malicious", "fraud", "abuse"):
        assert word not in notice.body.lower()


def test_an_appeal_is_decided_by_a_third_person_and_gives_back_what_was_taken(scene):
    review = confirmed(scene)
    gao, bai, an = (scene.person(name) for name in ("gao", "bai", "an"))
    with on(dt.date(2026, 8, 2)):
        assert refusal(record_appeal, review.code, words="x", on=dt.date(2026, 8, 2), by=gao) == "credit.too_late"
        record_appeal(review.code, words="They came broken.", on=dt.date(2026, 8, 1), by=gao)
        for person in (gao, bai):
            assert refusal(decide_appeal, review.code, is_upheld=False, why="x", by=person) == "abuse.second_person"
        assert rests(review, dt.date(2026, 8, 2))
        decide_appeal(review.code, is_upheld=False, why="The supplier says so, too.", by=an)
        # whoever appealed is still to be told: within two business days, and it stands on the list until then
        assert [(one.due_on, one.is_waiting) for one in queries.waiting_reviews(principal=gao)] == [
            (dt.date(2026, 8, 4), True)
        ]
        assert queries.other_reviews(principal=gao) == []
        assert queries.waits(principal=gao, on=dt.date(2026, 8, 6)) == queries.Waits(1, 1)
        give_notice(review.code, way=Way.LETTER, on=dt.date(2026, 8, 2), by=an)
        assert queries.waits(principal=gao, on=dt.date(2026, 8, 6)) == queries.Waits(0, 0)
        assert not rests(review, dt.date(2026, 8, 2))
    review.refresh_from_db()
    assert review.state == ReviewState.OVERTURNED
    assert "as if it had never been set" in queries.notices_of(review)[0].body


def test_the_database_knows_the_two_and_the_third(scene):
    review = confirmed(scene)
    for cells in ({"decided_by": review.proposed_by}, {"appeal_decided_by": review.proposed_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AbuseReview.objects.filter(pk=review.pk).update(**cells)


def test_a_fraud_hit_lets_sales_rest_at_once_until_a_second_person_has_looked(scene):
    customer = scene.customer("贺明")
    gao, bai = scene.person("gao"), scene.person("bai")
    with on(JULY):
        code = note_fraud(customer.pk, found="A forged receipt.", by=gao)
        review = AbuseReview.objects.get(code=code)
        assert (review.state, rests(review, JULY)) == (ReviewState.PROPOSED, True)
        assert refusal(note_fraud, customer.pk, found="again", by=bai) == "abuse.already"
        assert refusal(confirm_flag, code, why="x", contact="y", by=gao) == "abuse.second_person"
        dismiss_review(code, why="The bank was mistaken.", by=bai)
        assert not rests(review, JULY)
        again = note_fraud(customer.pk, found="Another one.", by=gao)
    with on(SECOND):
        confirm_flag(again, why="Seen.", contact="Bai, 020-1", by=bai)
    review = AbuseReview.objects.get(code=again)
    assert [rests(review, day) for day in (dt.date(2027, 7, 1), dt.date(2027, 7, 2))] == [True, False]
    assert suppressions_of(customer.pk, principal=scene.person("lin"))[0].why == ""  # no rumour


def test_what_rests_already_stays_as_it_is(scene):
    customer = scene.customer("贺明")
    gao, bai = scene.person("gao"), scene.person("bai")
    with on(JULY):
        suppress(customer.pk, cause=Cause.FRAUD, why="By hand.", by=gao)
        code = note_fraud(customer.pk, found="A forged receipt.", by=gao)
        dismiss_review(code, why="Nothing.", by=bai)
        assert is_suppressed(customer.pk, Cause.FRAUD, JULY)


def test_two_reviews_rest_each_for_itself(scene):
    review = opened(scene)
    gao, bai = scene.person("gao"), scene.person("bai")
    with on(JULY):
        propose_flag(review.code, why="Six of seven.", by=gao)
        confirm_flag(review.code, why="Seen.", contact="Bai, 020-1", by=bai)
        hit = note_fraud(review.customer_id, found="A forged receipt.", by=gao)
        dismiss_review(hit, why="The bank was mistaken.", by=bai)
        assert rests(review, JULY)
        note_fraud(review.customer_id, found="Another one.", by=gao)
        end_suppression(AbuseReview.objects.get(code=review.code).suppression_id, by=gao)
        assert rests(review, JULY)  # the other one is still looked into


def test_nobody_else_learns_of_it(scene):
    review = opened(scene, team="elm", owner=None)
    lin = AbuseReview.objects.get(code=opened(scene, "林客").code)
    with on(JULY):
        Share.objects.create(
            customer=review.customer, staff=scene.staff["gao"], until=dt.date(2027, 1, 1), cause="call"
        )  # fmt: skip
        for name in ("lin", "mo", "du", "fei", "mei"):
            person = scene.person(name)
            with pytest.raises(Denied):
                queries.waiting_reviews(principal=person)
            with pytest.raises(Denied):
                propose_flag(lin.code, why="x", by=person)
            with pytest.raises(Denied):
                note_fraud(lin.customer_id, found="x", by=person)
            assert signals_of(lin.customer_id, principal=person) == []
            assert list(export_rows(person)) == []
        gao = scene.person("gao")
        machine = delegated(gao, kind=PrincipalKind.AGENT, code="a1", permissions=gao.permissions)
        with pytest.raises(Denied):
            propose_flag(lin.code, why="x", by=machine)
        assert signals_of(review.customer_id, principal=gao) == []  # shared for a call: no suspicion with it
        assert [one.code for one in queries.waiting_reviews(principal=scene.person("gao"))] == [lin.code]
        assert refusal(propose_flag, review.code, why="x", by=scene.person("gao")) == "abuse.unknown"
        assert (alive_signals(lin.customer_id), alarms_lately(firm_day())) == (
            [],
            [],
        )  # no figure, offer or state is drawn from it
        with translation.override("en"):
            (signal,) = signals_of(lin.customer_id, principal=scene.person("gao"))
    assert signal.explanation == (
        "In the 60 days up to 30 June 2026: 6 refund claims on 7 orders. "
        "Why is not known. A person looks at it; nothing is decided by itself."
    )
    lin.refresh_from_db()
    assert (lin.state, lin.proposal) == (ReviewState.OPEN, "")


def test_the_night_opens_once_brings_up_to_date_and_withdraws(scene):
    review = opened(scene)
    assert night() == {"opened": 0, "changed": 0, "withdrawn": 0, "expired": 0}
    Signal.objects.update(evidence=CLAIMS | {"figures": {"claims": 7, "orders": 8, "returned": 9}})
    assert night()["changed"] == 1
    Signal.objects.update(state="expired")
    assert night() == {"opened": 0, "changed": 0, "withdrawn": 1, "expired": 0}
    Signal.objects.update(state="alarm")
    assert night()["opened"] == 1
    with on(JULY):
        dismiss_review(review.code, why="A broken batch.", by=scene.person("gao"))
    assert night() == {"opened": 0, "changed": 0, "withdrawn": 0, "expired": 0}  # what was looked at is not asked again


def test_what_waits_is_paged_and_counted(scene):
    codes = [opened(scene, name).code for name in ("甲", "乙", "丙")]
    gao = scene.person("gao")
    with on(dt.date(2026, 7, 3)):
        assert queries.waits(principal=gao, on=dt.date(2026, 7, 3)) == queries.Waits(3, 3)
        assert [one.code for one in queries.waiting_reviews(principal=gao, limit=2)] == codes[:2]
        assert [one.code for one in queries.waiting_reviews(principal=gao, after=codes[1])] == codes[2:]


def test_erasing_empties_it_and_ends_the_flag(scene):
    review = confirmed(scene)
    erase_reviews([review.customer_id])
    review.refresh_from_db()
    assert (review.evidence, review.proposal, review.why, review.contact) == ({}, "", "", "")
    assert (review.state, review.notices.count()) == (ReviewState.EXPIRED, 0)


def test_while_a_flag_holds_no_second_review_is_opened_and_once_it_is_over_claims_that_go_on_are_looked_at(scene):
    review = confirmed(scene)
    Signal.objects.filter(key=review.key).update(key="claims-of-an-episode-that-began-before-what-is-read")
    assert night(SECOND) == {"opened": 0, "changed": 0, "withdrawn": 0, "expired": 0}
    assert night(dt.date(2027, 7, 1)) == {"opened": 0, "changed": 0, "withdrawn": 0, "expired": 1}
    assert night(dt.date(2027, 7, 2)) == {"opened": 1, "changed": 0, "withdrawn": 0, "expired": 0}
    assert AbuseReview.objects.filter(customer=review.customer_id, state=ReviewState.OPEN).count() == 1


def test_what_was_dismissed_is_not_asked_again_when_claims_that_go_on_get_another_key(scene):
    """Statement: the same claims, read from another first day, open no second review; others do, and the same after twelve months."""
    review = opened(scene)
    with on(JULY):
        dismiss_review(review.code, why="A broken batch.", by=scene.person("gao"))
    same = CLAIMS | {"given": {"days": 60, "began": "2026-07-01"}}
    Signal.objects.filter(key=review.key).update(key="read-from-another-day", evidence=same)
    assert night(dt.date(2027, 6, 30))["opened"] == 0
    later = CLAIMS | {"given": {"days": 60, "began": "2026-07-02"}}
    Signal.objects.filter(key="read-from-another-day").update(evidence=later)
    assert night(SECOND)["opened"] == 1  # began since: nobody has looked at these
    AbuseReview.objects.exclude(pk=review.pk).delete()
    Signal.objects.filter(key="read-from-another-day").update(evidence=same)
    assert night(JULY.replace(year=2027))["opened"] == 1
