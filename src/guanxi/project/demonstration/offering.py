"""The offers of the demo group, written by its marketer and approved by its leader, each on the way that every offer goes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanxi.engage.offers.choices import LANGUAGES, Told
from guanxi.engage.offers.services import (
    GivenOffer,
    GivenTreatment,
    approve_offer,
    publish_offer,
    submit_offer,
    write_offer,
)
from guanxi.identity.queries import principal_of_staff
from guanxi.project.demonstration.offers import OFFERS, Planned

WRITER, APPROVER = "DEMO-05", "DEMO-01"
_FROM, _UNTIL = dt.timedelta(days=60), dt.timedelta(days=305)


@dataclass(frozen=True, slots=True)
class _Days:
    begins: str
    ends: str


def make_offers(staff: Mapping[str, Any], today: dt.date) -> int:
    """Write, approve and publish the demo's offers as its people; one waits for approval. Returns how many there are."""
    writer, approver = (principal_of_staff(staff[reference]) for reference in (WRITER, APPROVER))
    days = _Days((today - _FROM).isoformat(), (today + _UNTIL).isoformat())
    for planned in OFFERS:
        code = write_offer("", _given(planned, days), by=writer, is_demo=True)
        submit_offer(code, by=writer)
        if planned.waits:
            continue
        approve_offer(code, by=approver)
        publish_offer(code, by=writer)
    return len(OFFERS)


def _given(planned: Planned, days: _Days) -> GivenOffer:
    words = {
        (told.value, language): text
        for told, said in zip(Told, planned.words, strict=False)
        for language, text in zip(LANGUAGES, said, strict=True)
    }
    return GivenOffer(
        reference=planned.reference,
        issue=str(int(planned.issue)),
        product=planned.product,
        regulatory_class=str(int(planned.regulated)),
        purpose=str(int(planned.purpose)),
        value_model=str(int(planned.value_model)),
        unit_value=planned.value,
        incentive_cost=planned.incentive,
        list_rate=planned.list_rate,
        campaign_rate=planned.campaign_rate,
        valid_from=days.begins,
        valid_to=days.ends,
        stock=planned.stock,
        partner=planned.partner,
        sibling_rest_days=str(planned.rest_days),
        words=words,
        rules={int(layer): text for layer, text in planned.rules.items()},
        treatments={
            int(way): GivenTreatment(wording_zh=chinese, wording_en=english, after=planned.after.get(way, ""))
            for way, (chinese, english) in planned.treatments.items()
        },
    )
