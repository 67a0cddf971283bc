"""RET-04 on the page of an offer to stay: who else could have it, on which terms, and whether the loyal get less."""

import datetime as dt

import pytest

from guanxi.engage.offers.models import Offer
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.catalogue.services import write_product
from guanxi.record.conversations.choices import Outcome
from tests.faces.reading import words_of
from tests.faces.test_offering import decided_last_night
from tests.faces.test_offers import WHOLE, sent

pytestmark = pytest.mark.django_db
STAY = {
    "reference": "keep_card", "issue": "4", "regulatory_class": "0", "incentive_cost": "350", "stock": "", "list_rate": "",
    "campaign_rate": "", "rules_1": "", "rules_2": "no_alarm: has_signal(spend_drop)",
    "terms_zh": "同等级客户均可申请", "terms_en": "Every customer of the tier gets it on request",
}  # fmt: skip


@pytest.fixture
def page(scene, looking, settings, tmp_path) -> str:
    """The address of a published offer to stay."""
    settings.GUANXI_HOME = tmp_path
    write_product("", {"reference": "L-1", "name": "贷款", "family": "loan"}, by=scene.person("li"))
    found = sent(looking(scene, "zhao"), "/offers/new/", **WHOLE | STAY)["Location"]
    for who, step in (("zhao", "submission"), ("chen", "approval"), ("zhao", "publication")):
        assert looking(scene, who).post(f"{found}{step}/").status_code == 302
    return found


def took_it(scene, name: str, *because: str) -> None:
    """Somebody accepted it this morning."""
    at, code = dt.datetime.combine(scene.today, dt.time(1), dt.UTC), Offer.objects.get().reference
    action = Action.objects.create(
        key=name, customer_id=scene.ids[name], action_class=3, origin="offer", offer=code, reason="offer_chosen", due_on=scene.today,
        proposed_on=scene.today, reason_facts={"offer": {"because": list(because)}},
    )  # fmt: skip
    OfferAnswer.objects.create(
        action=action, offer=code, channel=2, outcome=Outcome.ACCEPTED, answered_at=at, answered_on=scene.today
    )


def test_whoever_sees_offers_sees_how_many_loyal_peers_there_are_and_what_was_given(page, scene, looking):
    lin = looking(scene, "lin", language="en")
    assert "Not counted yet" in words_of(lin.get(page))
    decided_last_night(scene)
    shown = words_of(lin.get(page))
    assert "without an alarm meet the same criteria, by the data up to yesterday." in shown
    assert "On which terms Every customer of the tier gets it on request" in shown
    assert "Nothing was given yet this quarter" in shown
    assert "Parity 0" not in shown


def test_below_one_it_is_said_plainly(page, scene, looking):
    names = sorted(scene.ids)
    decided_last_night(scene)
    took_it(scene, names[0], "spend_drop")
    lin = looking(scene, "lin", language="en")
    response = lin.get(page)
    assert "Parity 0.00: a loyal customer got less than one with an alarm." in words_of(response)
    assert '<p data-tone="alarm">' in response.content.decode()
    assert "With an alarm could have it: 1 · given since 1 Jul: 1 · benefit for each: ¥350.00" in words_of(response)
    for name in names[1:]:
        took_it(scene, name)
    assert "got no less than one with an alarm" in words_of(lin.get(page))


def test_only_offers_to_stay_have_a_report(scene, looking):
    write_product("", {"reference": "L-1", "name": "贷款", "family": "loan"}, by=scene.person("li"))
    zhao = looking(scene, "zhao", language="en")
    page = sent(zhao, "/offers/new/", **WHOLE)["Location"]
    assert "Parity with loyal customers" not in words_of(zhao.get(page))
    assert "Parity with loyal customers" in words_of(zhao.get(sent(zhao, "/offers/new/", **WHOLE | STAY)["Location"]))
