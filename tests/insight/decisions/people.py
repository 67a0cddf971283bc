"""Customers of a small firm as decisions over offers know them, written by hand; offers that are called about."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import count

import pyarrow as pa

from guanxi.engage.offers.choices import Issue, RegulatoryClass, ValueModel, Way
from guanxi.engage.offers.queries import PublishedOffer, PublishedTreatment
from guanxi.engage.policy.queries import REHEARSAL
from guanxi.engage.policy.rules import DEFAULTS
from guanxi.engage.policy.variation import ContactPolicy, Variation
from guanxi.ground import clock
from guanxi.ground.ids import new_code
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.insight.decisions.arbitration.arms import bucket
from guanxi.insight.decisions.offers.comparing import GENDERS, Comparison, Side, compare_sides
from guanxi.insight.decisions.offers.deciding import _PRELUDES, SALT, Asked
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import Purpose
from guanxi.record.customers.choices import Channel

DAY = dt.date(2026, 7, 1)
NOTHING = Variation()
PLAIN = ContactPolicy(DEFAULTS, dict.fromkeys(Way), {}, {})
_TEXTS = ("code", "kind", "stage", "tier", "state")
_FLAGS = ("has_open_complaint", "in_credit_review", "is_unprofiled", "is_held_out", "no_cross_sell", "is_deal_driven")
_KNOWN = pa.schema(
    [("customer_id", pa.int64()), *((name, pa.string()) for name in _TEXTS), ("age", pa.float64()), ("opt_out", pa.float64())]
    + [("at_stake_year", pa.float64()), ("units_30", pa.float64()), ("allowed", pa.list_(pa.int32()))]
    + [(name, pa.int64()) for name in ("touches_7", "touches_1", "calls_30")]
    + [(name, pa.list_(pa.string())) for name in ("signals", "owned", "partners")]
    + [(name, pa.bool_()) for name in _FLAGS]
)  # fmt: skip
_ALIVE = pa.schema([("customer_id", pa.int64()), ("kind", pa.string()), ("state", pa.string())])
AGREED = pa.schema(
    [("customer_id", pa.int64()), ("purpose", pa.int16()), ("channel", pa.int16()), ("partner", pa.string())]
)
NOTICED = pa.schema(
    [("customer_id", pa.int64()), ("kind", pa.string()), ("state", pa.string()), ("at_stake", pa.int64())]
)


def asked(agreed: pa.Table | None = None, **more: object) -> Asked:
    """What decisions take from beside the edition: these consents, no signal, and what else is given."""
    return Asked(AGREED.empty_table() if agreed is None else agreed, NOTICED.empty_table(), **more)


def offer(reference: str, value: int, **fields: object) -> PublishedOffer:
    """An offer to grow by, worth so many yuan, brought by a call for ¥12: its gain is a hundredth of its value."""
    call = PublishedTreatment(Way.CALL, int(Channel.CALL), 1200, 400, 0, "", "")
    usual = {
        "id": 1, "code": reference, "reference": reference, "version": 1, "issue": Issue.GROWTH, "family_id": None, "family": "",
        "product_id": None, "product": "", "regulatory_class": RegulatoryClass.CREDIT, "purpose": Purpose.MARKETING,
        "value_model": ValueModel.UNIT, "unit_value": 100 * value, "incentive_cost": 0, "currency": "CNY", "horizon_months": 36,
        "words": {}, "list_rate": "", "campaign_rate": "", "valid_from": DAY, "valid_to": DAY, "stock": None,
        "sibling_rest_days": 0, "treatments": (call,), "rules": (),
    }  # fmt: skip
    return PublishedOffer(**{**usual, **fields})


def person(code: str, **fields: object) -> dict[str, object]:
    """Somebody in tier B who may be called; one more contact makes two in a thousand opt out (¥0.30)."""
    usual = {
        "code": code, "kind": "person", "stage": "customer", "tier": "B", "state": "active", "age": 40.0, "opt_out": 0.002,
        "units_30": 0.0, "allowed": [202], "touches_7": 0, "touches_1": 0, "calls_30": 0, "signals": [], "owned": [], "partners": [],
    }  # fmt: skip
    return usual | dict.fromkeys(_FLAGS, False) | fields


def codes(how_many: int, *offers: str) -> list[str]:
    """Codes of customers who are nobody's control and do not explore."""
    found: list[str] = []
    for number in count():
        code = f"P{number:05d}"
        draws = [bucket(f"{SALT}control|{one}|", code) for one in offers]
        if min([*draws, bucket(f"{SALT}{DAY}|explore|", code)]) >= 1_000:
            found.append(code)
        if len(found) == how_many:
            return found
    raise AssertionError


def compared(
    people: Sequence[Mapping[str, object]],
    offers: Sequence[PublishedOffer],
    variation: Variation = NOTHING,
    *,
    policy: ContactPolicy = PLAIN,
    other_offers: Sequence[PublishedOffer] | None = None,
) -> Comparison:
    """A rehearsal of these people, `gender` among what is known of them; of the policy alone where the variation is empty and the offers are the same."""
    rows = [{"customer_id": number, **one} for number, one in enumerate(people, 1)]
    alive = [
        {"customer_id": row["customer_id"], "kind": kind, "state": "alarm"} for row in rows for kind in row["signals"]
    ]
    told = [{name: row[name] for name in GENDERS.names} for row in rows if row.get("gender")]
    genders = pa.Table.from_pylist(told, schema=GENDERS)
    other = None
    if variation != NOTHING or other_offers is not None:
        other = Side(offers if other_offers is None else other_offers, variation.of(policy))
    with Workbench() as bench:
        for prelude in _PRELUDES:
            bench.run(prelude)
        bench.register("given", pa.Table.from_pylist(rows, schema=_KNOWN))
        bench.register("alive", pa.Table.from_pylist(alive, schema=_ALIVE))
        bench.run("CREATE TEMP TABLE known AS SELECT * FROM given")
        bench.run("CREATE TEMP TABLE closed (customer_id BIGINT, offer VARCHAR, reason VARCHAR)")
        return compare_sides(bench, DAY, Side(offers, policy), other, genders=genders)


def kept_rehearsal(*offers: str) -> str:
    """A rehearsal of two people that a worker has carried out, as it is kept; its code."""
    found = compared([person("P1"), person("P2", tier="")], [offer(one, 3_000) for one in offers])
    return Job.objects.create(
        name=REHEARSAL, key=new_code(), status=JobStatus.DONE, run_after=clock.now(), created_at=clock.now(), result=found.as_json(),
        arguments={"day": DAY.isoformat(), "variation": {"offers_out": list(offers)}, "asked_by": None},
    ).key  # fmt: skip
