"""What the firm gives so that customers stay, by tier in the quarter; and only express agreement lets word of mouth be counted."""

import datetime as dt

import pytest

from guanxi.engage.offers.choices import Issue, OfferStatus
from guanxi.engage.offers.models import Offer
from guanxi.insight.refresh.rewarding import tell_rewards
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.queries import agreeing_ids
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer

pytestmark = pytest.mark.django_db

AS_OF = dt.date(2026, 8, 20)
AT = dt.datetime(2026, 8, 1, 4, tzinfo=dt.UTC)
SEEN = {"kind": 1, "created_on": AS_OF, "created_at": AT, "updated_at": AT}


def offer(issue: Issue, cost: int, **fields: object) -> Offer:
    usual = {"reference": f"r{cost}", "status": OfferStatus.DRAFT, "purpose": Purpose.MARKETING, "currency": "CNY"}
    return Offer.objects.create(issue=issue, incentive_cost=cost, changed_at=AT, **{**usual, **fields})


def said(tier: int, about: Offer, outcome: Outcome = Outcome.ACCEPTED, on: dt.date = AS_OF) -> None:
    customer = Customer.objects.create(name=f"{tier}{about.code}{outcome}{on}", tier=tier, **SEEN)
    facts = {"offer": {"code": about.code, "reference": about.reference}}
    action = Action.objects.create(
        key=customer.name[:60], customer=customer, action_class=3, origin="offer", offer=about.reference, reason="offer_chosen",
        due_on=on, proposed_on=on, reason_facts=facts,
    )  # fmt: skip
    OfferAnswer.objects.create(
        action=action, offer=about.reference, channel=2, outcome=outcome, answered_at=AT, answered_on=on
    )


def _print_contacts(bench: Workbench) -> None:
    bench.run(
        "INSERT INTO days (customer_id, day, gross, net, lines, is_purchase, margin) VALUES (1, DATE '2024-01-01', 1, 1, 1, TRUE, 1),"
        "(1, DATE '2026-01-01', 1, 1, 1, TRUE, 1), (2, DATE '2026-01-01', 1, 1, 1, TRUE, 1), (3, DATE '2024-01-01', 1, 1, 1, TRUE, 1)"
    )
    contacts = [
        (1, 2, 2),
        (1, 3, 2),
        (1, 4, 2),
        (1, 2, 1),
        (1, 8, 2),
        (2, 2, 2),
        (3, 2, 2),
    ]  # 1 comes in; 8 has no cost of its own
    rows = ", ".join(f"({customer}, DATE '2026-03-01', {way}, {side}, 0, NULL)" for customer, way, side in contacts)
    bench.run(
        f"INSERT INTO conversations VALUES {rows}, (1, DATE '2025-08-20', 3, 2, 0, NULL)"
    )  # a day more than a year ago


def test_spending_on_staying_by_tier_in_the_quarter():
    keep, grow, other = (
        offer(Issue.RETENTION, 35_000),
        offer(Issue.GROWTH, 9_900),
        offer(Issue.RETENTION, 700, currency="USD"),
    )
    dear = offer(Issue.RETENTION, 80_000)
    for tier, about in [(1, keep), (1, dear), (2, keep), (2, grow), (1, other)]:
        said(tier, about)
    said(3, keep, Outcome.REFUSED)
    said(3, keep, on=dt.date(2026, 6, 30))  # of the quarter before
    said(3, dear, on=AS_OF + dt.timedelta(1))
    said(2, keep, on=AS_OF - dt.timedelta(365))  # of the day before the 365 that count
    said(2, keep, on=AS_OF - dt.timedelta(364))
    with Workbench.with_empty_edition() as bench:
        _print_contacts(bench)
        told = tell_rewards(bench, as_of=AS_OF, currency="CNY")
    # a call of 12, a visit of 60 and a text message of 0.05 went out to customer 1, who had bought before the year and in it
    assert told["keeping"] == {"contacts": 7_205, "incentives": 115_000 + 35_000 + 35_000 + 35_000}
    assert told["rewards"] == {
        "since": "2026-07-01",
        "tiers": {"1": {"times": 2, "spent": 115_000}, "2": {"times": 1, "spent": 35_000}},
    }
    assert told["word_of_mouth"] == {"loyal": None, "others": None, "left_out": 0}


def test_silence_is_no_agreement():
    people = [Customer.objects.create(name=name, **SEEN) for name in ("yes", "silent", "withdrawn", "marketing only")]
    given = [(0, Purpose.PROFILING, ConsentStatus.GRANTED), (2, Purpose.PROFILING, ConsentStatus.WITHDRAWN)]
    for place, purpose, status in [*given, (3, Purpose.MARKETING, ConsentStatus.GRANTED)]:
        Consent.objects.create(
            customer=people[place],
            purpose=purpose,
            channel=Channel.UNKNOWN,
            status=status,
            at=AT,
            evidence="form",
            source="desk",
        )
    assert agreeing_ids([one.pk for one in people], on=AS_OF) == {people[0].pk}
