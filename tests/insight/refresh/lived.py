"""What the demo firm does not have and decisions read: promotions, claims, surveys, complaints, children, detectors that somebody
trusts, an offer few can have, its letters and what went along with one.
"""

import datetime as dt

from django.db.models import Case, F, Q, Value, When

from guanxi.engage.offers.choices import Issue, Layer, ValueModel, Way
from guanxi.identity.models import Staff
from guanxi.identity.principals import Principal
from guanxi.identity.queries import principal_of_staff
from guanxi.project.demonstration.offers import Planned
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.catalogue.services import list_rival, note_promotion
from guanxi.record.children.choices import ConsentWay
from guanxi.record.children.rules import months_entering
from guanxi.record.children.services import note_child
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.dealings.models import Dealing
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.permissions import seen_holdings
from guanxi.record.holdings.services import give_notice
from guanxi.record.signals.choices import SignalKind
from guanxi.record.signals.models import Signal
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.services import end_suppression, suppress
from guanxi.record.surveys.rules import Survey
from guanxi.record.surveys.services import note_survey
from tests.stories.demo import NOON, TODAY
from tests.trusting import trust_detectors

_DAY = dt.timedelta(days=1)
UNITS = 6
# For more customers than there are units of it, by a letter and a call after it.
SCARCE = Planned(
    reference="tasting", issue=Issue.GROWTH, product="SHOP-TEA-W", value_model=ValueModel.UNIT, value="4500", stock=str(UNITS),
    after={Way.CALL: "3d"}, words=(("品茶会", "Tea tasting"),) * 6,
    rules={Layer.APPLICABILITY: "seldom: purchases_365 >= 4\ncomplaint_open: not has_open_complaint\ndeal_driven: not is_deal_driven"},
    treatments={Way.LETTER: ("请您来品茶。", "You are invited."), Way.CALL: ("信您收到了吗？", "Did our letter reach you?")},
)  # fmt: skip


def live(*, by: Principal) -> None:
    """Before the first refresh: lines on promotion, three who claim nearly every order, surveys, complaints open and solved,
    children who enter a stage. What detectors judge by chance reaches people.
    """
    trust_detectors(by=by)
    # every third line, and all of every ninth customer
    lines = Dealing.objects.annotate(third=F("pk") % 3, ninth=F("customer_id") % 9)
    lines.update(on_promotion=Case(When(Q(third=0) | Q(ninth=0), then=Value(True)), default=Value(False)))
    orders = Dealing.objects.filter(occurred_on__gt=TODAY - 59 * _DAY, occurred_on__lt=TODAY - 2 * _DAY, amount__gt=0)
    busy = sorted(orders.exclude(order_reference="").values_list("customer_id", "order_reference").distinct())
    often = sorted({who for who, _ in busy}, key=lambda who: (-sum(one == who for one, _ in busy), who))
    _claim(often[:3])
    for number, who in enumerate(often[3:43]):
        answered = {
            "value": number % 11,
            "quality": 5 + number % 6,
            "satisfaction": 3 + number % 8,
            "recommend": 10 - number % 4,
        }
        place = {"rank": 1 + number % 3, "among": 3} if number % 2 else {}
        note_survey(who, Survey(asked_on=TODAY - 30 * _DAY, **answered, **place), by=by)
    for who in often[20:26]:
        suppress(who, cause=Cause.COMPLAINT, why="Waited", since=TODAY - 10 * _DAY, by=by)
    for who in often[26:30]:
        solved = suppress(who, cause=Cause.COMPLAINT, why="Waited", since=TODAY - 40 * _DAY, by=by)
        end_suppression(solved, why="Made good", on=TODAY - 20 * _DAY, by=by)
    for who in often[6:12]:  # long enough ago to show what came of it
        solved = suppress(who, cause=Cause.COMPLAINT, why="Waited", since=TODAY - 150 * _DAY, by=by)
        end_suppression(solved, why="Made good", on=TODAY - 140 * _DAY, by=by)
    rival = list_rival("北江银行", by=by)
    for back in (200, 60):
        note_promotion(rival, TODAY - back * _DAY, TODAY - (back - 20) * _DAY, by=by)
    for who in often[30:34]:
        suppress(who, cause=Cause.HARDSHIP, why="Lost work", by=by)
    for who, born in zip(often[34:], sorted(months_entering(TODAY)), strict=False):
        note_child(who, born_in=born, consent_way=ConsentWay.WRITTEN, consented_on=TODAY - 9 * _DAY, by=by)
    _give_notice()


def _give_notice() -> None:
    """A leader ended two contracts; the day of one of them has come."""
    leader = principal_of_staff(Staff.objects.filter(role="leader").order_by("pk")[0])
    for place, held in enumerate(seen_holdings(leader).filter(status=HoldingStatus.OPEN).order_by("pk")[:2]):
        given = {"noticed_on": TODAY - 60 * _DAY, "ends_on": TODAY + 30 * place * _DAY, "ground": "clause 9"}
        give_notice(held.customer_id, holding=held.code, by=leader, **given)


def letters_went() -> None:
    """Between refreshes: half of the letters of SCARCE went out a week ago, so that their calls are due; another one is done with,
    and the leaflet of another offer went along.
    """
    letters = list(Action.objects.filter(offer=SCARCE.reference, channel=Channel.POST).order_by("pk"))
    assert letters, "nobody is proposed a letter"
    for action in letters[: (len(letters) + 1) // 2]:
        OfferAnswer.objects.create(
            action=action, offer=SCARCE.reference, channel=Channel.POST, outcome=Outcome.REACHED,
            answered_at=NOON - 7 * _DAY, answered_on=TODAY - 7 * _DAY,
        )  # fmt: skip
    other = Action.objects.filter(reason_facts__offer__code__isnull=False).exclude(offer__in=["", SCARCE.reference])
    leaflet = other.order_by("key").values_list("offer", "reason_facts__offer__code")[0]
    done = letters[-1]
    done.reason_facts["offer"]["along"] = [dict(zip(("reference", "code"), leaflet, strict=True))]
    done.status, done.outcome, done.answered_at = ActionStatus.DONE, Outcome.REACHED, NOON - 30 * _DAY
    done.save()


def lived_through() -> None:
    """All that was added is in what the refreshes left: who claims is stated, no more than there are got one, their calls are due."""
    lines = Action.objects.filter(offer=SCARCE.reference, status=ActionStatus.OPEN)
    assert 0 < lines.count() <= UNITS and lines.filter(channel=Channel.CALL).exists()
    kinds = set(Signal.objects.values_list("kind", flat=True))
    assert kinds >= {SignalKind.ABUSE_REVIEW, SignalKind.SPEND_DROP, SignalKind.INACTIVITY}
    assert Action.objects.filter(origin="child_stage").exists()
    assert Action.objects.filter(origin="ending").exists()
    assert Action.objects.filter(action_class=ActionClass.CARE).exclude(offer="").exists()


def _claim(customers: list[int]) -> None:
    lines = Dealing.objects.filter(customer__in=customers, occurred_on__gt=TODAY - 59 * _DAY, amount__gt=0)
    for line in lines.exclude(order_reference=""):
        line.pk, line.amount, line.reference = None, -line.amount, ""
        line.quantity_milli = None
        line.save(force_insert=True)
