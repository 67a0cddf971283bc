"""Reviews of claims and fraud hits at the desk: two people one after the other, and that nobody else learns of it."""

import datetime as dt

import pytest
from django.urls import reverse

from guanxi.record.actions.models import Action
from guanxi.record.customers.models import Customer
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.models import Suppression
from guanxi.record.suppressions.queries import is_suppressed
from guanxi.rescue.abuse.choices import ReviewKind, ReviewState
from guanxi.rescue.abuse.models import AbuseReview
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"


@pytest.fixture
def review(scene) -> AbuseReview:
    customer = Customer.objects.get(pk=scene.ids[WANG])
    evidence = {
        "table": "dealings", "customer_id": customer.pk, "from": str(scene.today - dt.timedelta(days=60)),
        "to": "2026-06-30", "measure": "refund_claims", "given": {"days": 60},
        "figures": {"claims": 6, "orders": 7, "returned": 75_000},
    }  # fmt: skip
    return AbuseReview.objects.create(
        customer=customer, key="r", kind=ReviewKind.CLAIMS, opened_on=scene.today, due_on=scene.today, evidence=evidence
    )


def go(client, review, place, **fields):
    return client.post(reverse(place, args=[review.code]), fields)


def test_two_people_and_the_customer_is_told(scene, looking, review):
    chen, li = looking(scene, "chen", language="en"), looking(scene, "li", language="en")
    assert f"{WANG} Refund claims 6 of 7 orders To be looked at" in words_of(chen.get("/reviews/"))
    day = dict.fromkeys(("due_on", "proposed_on"), scene.today)
    pooled = Action.objects.create(
        key="p", customer_id=scene.ids[WANG], action_class=3, origin="planned", reason="follow_up_due", **day
    )
    today = words_of(
        chen.get("/")
    )  # what waits for a reviewer before what waits for anybody, of which nothing is opened
    assert 0 < today.index("Claims and fraud hits 1 waits") < today.index("Nobody’s yet")
    assert reverse("action", args=[pooled.code]) in chen.get("/").text
    assert "is-open" not in chen.get("/").text
    page = words_of(chen.get(f"/reviews/{review.code}/"))
    assert "In the 60 days up to 30 June 2026: 6 refund claims on 7 orders." in page
    assert go(chen, review, "abuse_proposal", outcome="flag", why="").status_code == 422
    assert go(chen, review, "abuse_proposal", outcome="flag", why="Six of seven.").status_code == 302
    waits = words_of(chen.get(f"/reviews/{review.code}/"))
    assert "Another person decides here" in waits
    assert "Decide as the second person" not in waits
    refused = go(chen, review, "abuse_decision", outcome="flag", why="x", contact="y")
    assert (refused.status_code, "Another person decides here" in words_of(refused)) == (422, True)
    assert go(li, review, "abuse_decision", outcome="flag", why="看过，属实。", contact="李").status_code == 302
    review.refresh_from_db()
    assert review.state == ReviewState.CONFIRMED
    notice = li.get(reverse("abuse_notice", args=[review.code]))
    assert "看过，属实。" in notice.text
    assert go(li, review, "abuse_notice", way="1", on=scene.today).status_code == 302
    assert go(li, review, "abuse_appeal", words="货品破损", on=scene.today).status_code == 302
    assert "“货品破损”" in words_of(li.get(f"/reviews/{review.code}/"))


def test_one_person_neither_sets_nor_ends_a_rest_of_suspicion_beside_the_review(scene, looking, review):
    chen, code = looking(scene, "chen", language="en"), Customer.objects.get(pk=scene.ids[WANG]).code
    door = f"/customers/{code}/rests/"
    assert chen.post(door, {"cause": "fraud", "why": "x"}).status_code == 403
    assert not Suppression.objects.exists()
    assert chen.post(reverse("fraud_hit", args=[code]), {"found": "一张假收据"}).status_code == 302
    row = Suppression.objects.get()
    for place in ("end", "return", "removal"):
        assert chen.post(f"{door}{row.pk}/{place}/", {"how": "x"}).status_code == 403
    page = chen.get(door).text
    assert f"/{row.pk}/" not in page
    assert 'value="fraud"' not in page
    assert is_suppressed(scene.ids[WANG], Cause.FRAUD, scene.today)


def test_a_fraud_hit_is_noted_on_the_customers_page(scene, looking, review):
    chen, code = looking(scene, "chen", language="en"), Customer.objects.get(pk=scene.ids[WANG]).code
    door = reverse("fraud_hit", args=[code])
    assert f'href="{door}"' in chen.get(reverse("customer", args=[code])).text
    assert chen.post(door, {"found": " "}).status_code == 422
    assert chen.post(door, {"found": "A forged receipt."}).status_code == 302
    made = AbuseReview.objects.get(kind=ReviewKind.FRAUD)
    assert "A forged receipt." in words_of(chen.get(f"/reviews/{made.code}/"))


def test_who_does_not_review_learns_nothing(scene, looking, review):
    lin, code = looking(scene, "lin", language="en"), Customer.objects.get(pk=scene.ids[WANG]).code
    for door in ("/reviews/", f"/reviews/{review.code}/", reverse("fraud_hit", args=[code])):
        assert lin.get(door).status_code in (403, 404)
    for door in ("/", reverse("customer", args=[code])):
        page = lin.get(door).text
        assert "/reviews/" not in page
        assert "/fraud/" not in page


def test_the_history_of_a_customer_tells_of_a_review_only_whoever_reviews(scene, looking, review):
    go(looking(scene, "chen"), review, "abuse_proposal", outcome="flag", why="Six of seven.")
    door = reverse("customer_history", args=[review.customer.code])
    assert "proposed a flag: Six of seven." in words_of(looking(scene, "li", language="en").get(door))
    assert "flag" not in words_of(looking(scene, "lin", language="en").get(door))
