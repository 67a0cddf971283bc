"""Published offers in a refresh: what arbitration decides over them becomes candidates beside promises, care and renewals."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from guanxi.engage.offers.choices import LANGUAGES, PAPER, Issue, Told, Way
from guanxi.engage.offers.needing import asked_for, proves_of
from guanxi.engage.offers.queries import PublishedOffer, PublishedTreatment, published_offers
from guanxi.engage.policy.queries import context_weights, policy_now
from guanxi.engage.policy.rules import next_statement
from guanxi.identity.queries import firm, firm_day, work_calendar
from guanxi.insight.decisions.arbitration import Arbitration, regard
from guanxi.insight.decisions.offers.anniversaries import add_anniversaries
from guanxi.insight.decisions.offers.asked import agreed_on, alive_now, alive_with
from guanxi.insight.decisions.offers.asking import avenue, class_of, is_priced, resource_of
from guanxi.insight.decisions.offers.deciding import (
    CLOSED,
    Asked,
    Decided,
    Stakes,
    brought,
    decide,
    fill_deciding,
    stakes_of,
)
from guanxi.insight.decisions.offers.evidence import TRIALS, Heard, but_of, with_decisions
from guanxi.insight.decisions.offers.likely import asks_for_next
from guanxi.insight.decisions.offers.noticed import closed_by_notice
from guanxi.insight.decisions.offers.reserved import reserved_now
from guanxi.insight.decisions.offers.resting import REMEMBERED, resting, said_by
from guanxi.insight.decisions.offers.stepping import steps_on
from guanxi.insight.decisions.offers.taught import Lessons
from guanxi.insight.decisions.offers.tiring import withdrawn_on
from guanxi.insight.decisions.offers.told import told_on
from guanxi.insight.decisions.running import Sought
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.queries.said import given_up
from guanxi.record.holdings.owning import names_ending
from guanxi.record.signals.choices import NAMED

_SQL = Path(__file__).parent / "sql"
_FACTS = pa.schema(
    [
        ("offer", pa.string()),
        ("avenue", pa.int32()),
        ("channel", pa.int16()),
        ("issue", pa.int16()),
        ("is_retention", pa.bool_()),
        ("action_class", pa.int32()),
        ("version_code", pa.string()),
        ("name", pa.string()),
        ("words", pa.string()),
        ("is_leaflet", pa.bool_()),
        ("step", pa.string()),
        ("due_on", pa.date32()),
    ]
)
# Whose work was chosen: only for them it is put together what else was weighed.
_SOMEBODY = """
    CREATE OR REPLACE TEMP TABLE spoken_of AS
    SELECT DISTINCT p.customer_id FROM proposed p JOIN worded w ON w.customer_id = p.customer_id;
    CREATE OR REPLACE TEMP TABLE decided_rows AS SELECT d.* FROM deciding d JOIN spoken_of s ON s.customer_id = d.customer_id
"""
_NOBODY = """
    CREATE OR REPLACE TEMP TABLE runners_up AS SELECT customer_id, code AS lost FROM decided WHERE customer_id < 0;
    CREATE OR REPLACE TEMP TABLE enclosed AS SELECT customer_id, code AS along FROM decided WHERE customer_id < 0;
"""
_DIALLED = pa.schema([("key", pa.string()), ("customer_id", pa.int64())])
_LEFT = pa.schema([("offer", pa.string()), ("units", pa.float64())])
_KINDS = pa.schema([("offer", pa.string()), ("kind", pa.string())])


def day_after(as_of: dt.date) -> dt.date:
    """The day that is decided for, when data end with `as_of`: of validity, levers, weights, capacities and consents."""
    return as_of + dt.timedelta(days=1)


def propose_offers(
    bench: Workbench, sought: Sought, unprofiled: Sequence[int], trials: pa.Table | None = None
) -> Decided | None:
    """Decide over the published offers for everybody and add what comes of it to `candidates`; None where there is no offer.

    Reads `signals` of the workbench, and `candidates` and their like of `seek_candidates`. trials: of earlier runs
    (evidence.py), from which chances are learned.
    """
    day = day_after(sought.as_of)
    offers = brought(published_offers(day))
    if not offers:
        return None
    zone, calendar = firm().zone, work_calendar(day)
    with open_record() as record:
        agreed, recorded = agreed_on(record, day, zone=zone), alive_now(record, day, sought.given)
        said = said_by(record, sought.as_of)
        steps = steps_on(record, day, offers, calendar)
    rests = resting(bench, said, policy_now(), on=day)
    closed = pa.concat_tables([rests.select(CLOSED.names), closed_by_notice(names_ending(day), offers)])
    asked = Asked(
        agreed,
        alive_with(bench, recorded),
        unprofiled,
        closed,
        reserved_now(),
        sought.spared,
        steps,
        worked=sought.worked,
        withdrawn=withdrawn_on(day),
    )
    trials = TRIALS.empty_table() if trials is None else but_of(trials, unprofiled)
    lessons = Lessons(Heard(trials, said)).grown(bench, offers, on=day)
    asked = replace(asked, tree=lessons.tree)
    stakes = lessons.for_run(bench, lay_out(bench, sought, offers, asked), on=day)
    found = add_candidates(bench, sought, stakes)
    add_anniversaries(bench, sought, offers, said, on=day)
    kept = with_decisions(bench, trials, found.decisions, stakes.offers, on=day, today=firm_day(), said=said)
    return Decided(stakes, found, kept, rests)


def lay_out(bench: Workbench, sought: Sought, offers: Sequence[PublishedOffer], asked: Asked) -> Stakes:
    """Fill `deciding`, closed to whom something else comes first, and return the numbers to decide by."""
    day = day_after(sought.as_of)
    facts = _facts(offers, next_statement(policy_now(), day), work_calendar(day).after(sought.as_of, 1))
    bench.register("offer_facts", pa.Table.from_pylist(facts, schema=_FACTS))
    bench.register("offer_kinds", pa.Table.from_pylist(_kinds(offers, sought.as_of), schema=_KINDS))
    bench.register("steps", asked.steps)
    to_stay, due = f"issue:{int(Issue.RETENTION)}", sought.terms["due_review"]
    bench.register("dialled", _dialled(sought.as_of))
    bench.register("causes_alive", asked.alive)
    bench.run(_SQL / "causes.sql")
    closed = bench.arrow(_SQL / "closures.sql", to_stay=to_stay, due_review=due)
    for name in ("dialled", "causes_alive"):
        bench.unregister(name)
    asked = replace(asked, closed=pa.concat_tables([asked.closed, closed.cast(CLOSED)]))
    asked = replace(asked, told=told_on(day, offers), asks_next=asks_for_next(offers))
    fill_deciding(bench, sought.as_of, offers, asked)
    stakes = stakes_of(bench, day, offers, tree=asked.tree)
    # who explores is drawn as a rehearsal of the same data draws it
    return replace(stakes, policy=replace(stakes.policy, run=f"{sought.as_of}|"))


def add_candidates(bench: Workbench, sought: Sought, stakes: Stakes) -> Arbitration:
    """Decide by these numbers, and add the winners to `candidates`: as a cause of their own, or with the alarm they go with."""
    found = decide(bench, stakes)
    bench.register("decided", found.decisions)
    dues = {name: sought.terms[name] for name in ("due_review", "due_a", "due_b", "due_c")}
    bench.run(_SQL / "proposed.sql", **dues, minor=float(sought.minor))
    return found


def tell_offers(bench: Workbench, stakes: Stakes) -> None:
    """Put into `worded` what the chosen actions say of their offers: how they were weighed, against what, and why the need is there.

    After `add_candidates`, while a choice is made (decisions.choose).
    """
    most = policy_now()["leaflets"].amount
    bench.run(_SOMEBODY)
    if stakes.terms:
        regard(bench, "decided_rows")
        bench.register("stock_left", pa.Table.from_pylist(_stock_left(stakes), schema=_LEFT))
        inserts = stakes.policy.capacity.get(resource_of(Way.INSERT), -1.0)  # below 0: no limit
        bench.run(
            _SQL / "runners_up.sql", leaflets=len(stakes.offers) if most is None else most, inserts=float(inserts)
        )
        bench.unregister("stock_left")
    else:
        bench.run(_NOBODY)
    bench.run(_SQL / "tell.sql")
    for name in ("decided", "offer_kinds", "offer_facts"):
        bench.unregister(name)
    bench.run("DROP TABLE decided_rows")


def _stock_left(stakes: Stakes) -> list[dict[str, Any]]:
    """How many of each offer that has a stock there were to give when the run began."""
    stocks = ((one.code, stakes.policy.capacity.get(one.stock)) for one in stakes.terms if one.stock)
    return [{"offer": offer, "units": units} for offer, units in stocks if units is not None]


def _dialled(as_of: dt.date) -> pa.Table:
    """The matters that were given up because nobody was reached as often as the policy lets us try."""
    most = policy_now()["dials"].amount
    found = [] if most is None else given_up(most, since=as_of - REMEMBERED)
    return pa.Table.from_pylist([{"key": key, "customer_id": customer} for key, customer in found], schema=_DIALLED)


def _facts(offers: Sequence[PublishedOffer], statement: dt.date | None, at_once: dt.date) -> list[dict[str, Any]]:
    """A row an offer and way. due_on: of a leaflet the day of the statement, of a second step the next business day."""
    return [
        {
            "offer": offer.reference,
            "avenue": avenue(offer.purpose, one.way),
            "channel": one.channel,
            "issue": offer.issue,
            "is_retention": offer.issue == Issue.RETENTION,
            "action_class": int(class_of(offer)),
            "version_code": offer.code,
            "name": _json(_said(offer, Told.NAME)),
            "words": _json(_words(offer, one))[1:-1],
            "is_leaflet": one.way == Way.INSERT,
            "step": f"|{int(one.way)}" if one.after else "",
            "due_on": statement if one.way == Way.INSERT else at_once if one.after else None,
        }
        for offer in offers
        for one in offer.treatments
    ]


def _words(offer: PublishedOffer, one: PublishedTreatment) -> dict[str, Any]:
    """What an action says of its offer in both languages: approved words only."""
    return {
        "code": offer.code,
        "reference": offer.reference,
        "version": offer.version,
        "way": int(one.way),
        "name": _said(offer, Told.NAME),
        "need": _said(offer, Told.NEED),
        "say": {"zh": one.wording_zh, "en": one.wording_en},
        **proves_of(offer),
    } | _on_paper(offer, one)


def _on_paper(offer: PublishedOffer, one: PublishedTreatment) -> dict[str, Any]:
    """That it is a letter or leaflet; of a partner's offer also that it bears a coupon, and what is proved by redeeming it."""
    if one.way not in PAPER:
        return {}
    proves = proves_of(offer).get("proves", [])
    coupon = {"coupon": {"partner": offer.partner, "proves": proves}} if offer.issue == Issue.PARTNER else {}
    return {"paper": True, **coupon}


def _said(offer: PublishedOffer, told: Told) -> dict[str, str]:
    words = offer.words.get(told.value, {})
    return {language: words.get(language, "") for language in LANGUAGES}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kinds(offers: Sequence[PublishedOffer], as_of: dt.date) -> list[dict[str, str]]:
    """The kinds of signals that an offer's rules ask for, or that a weight lifts it for: why the need is there."""
    weights = context_weights(day_after(as_of))
    found = []
    for offer in offers:
        named = asked_for(offer)
        counted = {
            one.signal
            for one in weights
            if one.weight > 0
            and is_priced(offer)
            and one.offer in {"", offer.reference}
            and one.issue in {None, offer.issue}
        }
        found += [{"offer": offer.reference, "kind": kind} for kind in sorted((named | counted) & set(NAMED))]
    return found
