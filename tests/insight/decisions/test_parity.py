"""RET-04: of an offer to stay the loyal get no less than those who waver; 1,240 peers of the tiers, counted and compared."""

import datetime as dt
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import Issue, Layer, OfferStatus
from guanxi.engage.offers.models import Offer, Rule
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.arbitration import Arbitration, Policy
from guanxi.insight.decisions.offers.contexts import Contexts
from guanxi.insight.decisions.offers.deciding import Decided, Stakes
from guanxi.insight.decisions.offers.kept import keep_run
from guanxi.insight.decisions.offers.parity import Parity, Side, parity_of
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.consents.choices import Purpose
from guanxi.record.conversations.choices import Outcome
from tests.insight.warehouse.scene import add_customers

pytestmark = pytest.mark.django_db
MANY = 1_000_000  # whose ids no test of ours has
TODAY, AS_OF, BEFORE = dt.date(2026, 8, 20), dt.date(2026, 8, 19), dt.date(2026, 6, 30)
FALLS = ["spend_drop", "spend_drop:alarm"]
CALM, WATCHED, MOVED = [], ["inactivity", "inactivity:watch"], ["new_home", "new_home:hypothesised"]
RULES = (
    (Layer.ELIGIBILITY, "tier in ('A', 'B')"),
    (Layer.APPLICABILITY, "has_signal(spend_drop, alarm) or has_signal(spend_drop, confirmed)"),
    (Layer.SUITABILITY, "not is_deal_driven"),
)
KNOWN = pa.schema(
    {
        "customer_id": pa.int64(),
        **dict.fromkeys(("tier", "stage", "state"), pa.string()),
        **dict.fromkeys(("signals", "owned", "nexts"), pa.list_(pa.string())),
        **dict.fromkeys(("is_deal_driven", "is_unprofiled"), pa.bool_()),
    }
)


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.GUANXI_HOME = tmp_path
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def person(tier: str = "B", signals: Iterable[str] = (), **fields: object) -> dict[str, object]:
    usual = {
        "stage": "customer",
        "state": "active",
        "owned": [],
        "nexts": [],
        "is_deal_driven": False,
        "is_unprofiled": False,
    }
    return {**usual, "tier": tier, "signals": list(signals), **fields}


def night(people: Iterable[Mapping[str, object]], name: str = "e1", schema: pa.Schema = KNOWN) -> None:
    """A run that knew these people, from 1; it decided nothing."""
    where = places()
    where.make()
    rows = [{"customer_id": number, **one} for number, one in enumerate(people, 1)]
    with Workbench() as bench:
        bench.register("deciding", pa.Table.from_pylist(rows, schema=schema))
        found = Arbitration(pa.table({"customer_id": pa.array([], pa.int64())}), {}, [])
        stakes = Stakes((), (), Policy(), {}, Contexts())
        keep_run(bench, Decided(stakes, found), where, edition=name, as_of=AS_OF)
    where.edition(name).touch()
    where.point_to(name)


def to_stay(*, incentive: int = 35_000, rules: Iterable[tuple[Layer, str]] = RULES) -> str:
    """The code of a waiver that is published."""
    at = dt.datetime.combine(TODAY, dt.time(4), dt.UTC)
    offer = Offer.objects.create(
        reference="keep_card", issue=Issue.RETENTION, status=OfferStatus.DRAFT, purpose=Purpose.MARKETING, currency="CNY",
        incentive_cost=incentive, changed_at=at,
    )  # fmt: skip
    for place, (layer, expression) in enumerate(rules):
        Rule.objects.create(offer=offer, layer=layer, position=place, expression=expression, reason_code="no")
    return offer.code


def accepted(
    customers: Iterable[int], *, origin: str = "offer", because: Iterable[str] = (), on: dt.date = TODAY
) -> None:
    """These customers took the waiver on a day, each offered because of these signals."""
    at = dt.datetime.combine(on, dt.time(4), dt.UTC)
    for customer in customers:
        action = Action.objects.create(
            key=f"{customer}{on}", customer_id=customer, action_class=3, origin=origin, offer="keep_card", reason="offer_chosen",
            due_on=on, proposed_on=on, reason_facts={"offer": {"because": list(because)}} if because else {},
        )  # fmt: skip
        said = {"offer": "keep_card", "channel": 2, "outcome": Outcome.ACCEPTED, "answered_at": at, "answered_on": on}
        OfferAnswer.objects.create(action=action, **said)


def report(code: str) -> Parity | None:
    return parity_of(code, principal=system_principal(), on=TODAY)


def test_peers_are_of_the_same_tiers_meet_the_same_criteria_and_have_no_alarm():
    peers = [person() for _ in range(1_240)]
    others = [
        person("A"),  # nobody of tier A has an alarm
        person(is_deal_driven=True),
        person(signals=WATCHED),
        person(state="lapsed"),
        person(stage="prospect"),
        person(signals=FALLS, is_deal_driven=True),
        person("C", FALLS),
    ]
    night([*peers, *others, *(person(signals=FALLS) for _ in range(62)), person(signals=MOVED, stage="regained")])
    found = report(to_stay())
    assert (found.loyal.customers, found.alarmed.customers, found.tiers) == (1_241, 62, ("B",))
    assert (found.as_of, found.since) == (AS_OF, dt.date(2026, 7, 1))
    assert (found.alarmed.given, found.loyal.given, found.ratio) == (0, 0, None)  # nothing was given yet


@pytest.mark.parametrize("loyal, ratio", [(0, 0.0), (3, 0.6), (5, 1.0), (6, 1.2)])
def test_the_ratio_is_benefit_per_loyal_peer_by_benefit_per_alarmed_customer(loyal, ratio):
    ids = add_customers(14)
    alarmed = [person(signals=FALLS, customer_id=one) for one in (*ids[:1], *range(MANY, MANY + 7))]
    night([*alarmed, *(person(customer_id=one) for one in (*ids[1:], *range(2 * MANY, 2 * MANY + 27)))])
    code = to_stay()
    accepted(ids[:1], origin="spend_drop")  # one of the 8 takes it when he is called about the alarm,
    accepted(ids[1 : 1 + loyal])  # and so many of the 40 loyal ask for it
    found = report(code)
    assert found.alarmed == Side(customers=8, given=1, benefit=35_000)
    assert found.loyal == Side(customers=40, given=loyal, benefit=loyal * 35_000)
    assert found.ratio == pytest.approx(ratio)


def test_who_took_it_with_an_alarm_stays_on_that_side_and_last_quarter_is_over():
    ids = add_customers(3)
    night([person(customer_id=one) for one in (*ids, *range(MANY, MANY + 17))])  # all are calm today
    code = to_stay()
    accepted(ids[:1], because=["spend_drop"])
    accepted(ids[1:2], because=["new_home"])  # a need is no alarm
    accepted(ids[2:], origin="spend_drop", on=BEFORE)
    found = report(code)
    assert (found.alarmed, found.loyal) == (Side(1, 1, 35_000), Side(19, 1, 35_000))
    assert found.ratio == pytest.approx(1 / 19)


def test_what_costs_nothing_gives_no_ratio_and_nobody_is_counted_where_the_run_knew_too_little():
    code = to_stay(incentive=0)
    assert report(code) is None  # no run yet
    assert report("NOSUCHOFFER1") is None
    night([person(signals=FALLS), person()])
    accepted(add_customers(1), origin="spend_drop")
    assert (report(code).ratio, report(code).alarmed.given, report(code).alarmed.benefit) == (None, 1, 0)
    Rule.objects.update(expression="age >= 30")
    assert report(code) is None  # that run did not know how old anybody is
    Rule.objects.update(expression="no_such_feature")
    assert report(code) is None


def test_it_is_shown_to_nobody_who_may_not_see_offers():
    code = to_stay()
    with pytest.raises(Denied):
        parity_of(code, principal=ANONYMOUS, on=TODAY)
