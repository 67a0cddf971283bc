"""Work that reached somebody is in the ledger that paces, whether or not a contact was noted for it (decisioning.md 3.4)."""

import datetime as dt
import json

import pytest

from guanxi.engage.offers.choices import Way
from guanxi.insight.decisions.worked import worked_on
from guanxi.record.actions.choices import NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.queries.done import worked_since
from guanxi.record.actions.services import answer_action, propose_actions, undo_answer
from guanxi.record.customers.choices import Channel
from tests.record.actions.rows import JUNE, MONDAY, action_row
from tests.stories.scene import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = MONDAY.date()
LEAFLET = json.dumps(
    {"offer": {"reference": "car_loan", "way": int(Way.INSERT), "paper": True, "along": [{"reference": "coupon"}]}}
)
LETTER = json.dumps({"offer": {"reference": "home_loan", "way": int(Way.LETTER), "paper": True}})


@pytest.mark.parametrize(
    ("work", "answer", "reason", "ways"),
    [
        ({}, "done", None, [Way.CALL]),  # an alarm that was called about
        ({"channel": Channel.VISIT}, "done", None, [Way.VISIT]),
        ({"channel": Channel.UNKNOWN}, "done", None, []),
        ({}, "not_now", NotNow.DECLINED, [Way.CALL]),
        ({}, "not_now", NotNow.BUSY, []),
        ({}, "not_now", NotNow.NOT_REACHED, []),
        ({}, "not_now", NotNow.WRONG, []),
        ({"origin": "credit_downshift"}, "done", None, []),  # done at the desk
        ({"origin": "offer", "offer": "car_loan", "reason": "offer_chosen"}, "accepted", None, [Way.CALL]),
        ({"origin": "offer", "offer": "car_loan", "reason": "offer_chosen"}, "not_now", NotNow.NOT_REACHED, []),
        ({"origin": "offer", "offer": "car_loan", "reason": "offer_chosen"}, "not_now", NotNow.DECLINED, [Way.CALL]),
        ({"offer": "stay"}, "done", None, [Way.CALL]),  # an alarm whose offer was not spoken of
        (
            {"origin": "offer", "offer": "car_loan", "reason": "offer_chosen", "reason_facts": LEAFLET, "channel": Channel.POST},
            "done",
            None,
            [Way.INSERT, Way.INSERT],  # its own, and the one that goes along
        ),
        (
            {"origin": "offer", "offer": "home_loan", "reason": "offer_chosen", "reason_facts": LETTER, "channel": Channel.POST},
            "done",
            None,
            [Way.LETTER],
        ),
        ({"origin": "offer", "offer": "home_loan", "reason": "offer_given"}, "accepted", None, []),  # asked for by himself
    ],
)  # fmt: skip
def test_what_reached_somebody_counts_by_its_way_until_it_is_taken_back(scene, work, answer, reason, ways):
    customer = scene.customer("王海峰")
    propose_actions([action_row(customer, **work)], by=SYSTEM, as_of=JUNE)
    code, lin = Action.objects.get().code, scene.person("lin")
    answer_action(code, by=lin, answer=answer, reason=reason)
    rows = worked_on(TODAY).to_pylist()
    assert [(row["customer_id"], row["day"], row["way"]) for row in rows] == [(customer.pk, TODAY, way) for way in ways]
    assert worked_on(TODAY - dt.timedelta(days=1)).num_rows == 0  # not known yet, the day before
    assert worked_since(TODAY) == []
    undo_answer(code, by=lin)
    assert worked_on(TODAY).num_rows == 0
