"""Who is lost, why, and what a second life would be worth: found once a refresh, for growth and for the record."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from guanxi.engage.offers.choices import Issue
from guanxi.engage.offers.queries import PublishedOffer, published_offers, references_of
from guanxi.engage.policy.queries import policy_now
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.insight.appraisal.acquisition import read_arrivals, tell_conversion
from guanxi.insight.appraisal.leaving import Lost, Told, judge_lost, read_lost
from guanxi.insight.appraisal.staying import (
    Stays,
    lives_of,
    months_at_risk,
    stays_with_patience,
    tell_causes,
    tell_cells,
    tell_incidence,
    tell_months,
)
from guanxi.insight.appraisal.worth import worth_rule
from guanxi.insight.decisions.offers.asked import agreed_on, alive_now, alive_with
from guanxi.insight.decisions.offers.deciding import CLOSED, Asked, weighed
from guanxi.insight.decisions.offers.likely import asks_for_next
from guanxi.insight.decisions.offers.resting import resting, said_by
from guanxi.insight.decisions.offers.told import told_on
from guanxi.insight.decisions.sparing import spared_on
from guanxi.insight.decisions.winning_back import REVIEWED, rank_second_lives
from guanxi.insight.decisions.worked import worked_on
from guanxi.insight.refresh.advice import without
from guanxi.insight.refresh.improving import bring_improvements_up_to_date
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.actions.queries.said import refusals_of
from guanxi.record.catalogue.queries import price_rises
from guanxi.record.conversations.leaving import named_rivals, told_in_contacts, unanswered_enquiries
from guanxi.record.customers.queries.moves import moves_to_other_cities
from guanxi.record.holdings.queries import told_ends
from guanxi.record.signals.queries import silenced_keys
from guanxi.record.suppressions.queries import complaints_since
from guanxi.rescue.credit.queries import reviewed_customers
from guanxi.rescue.winback import queries as winback
from guanxi.rescue.winback import services
from guanxi.rescue.winback.rules import WON_WITHIN

_OPEN = pa.schema([("key", pa.string()), ("customer_id", pa.int64()), ("lost_on", pa.date32())])
# Of everybody: read by columns, for row by row it would be a model's work a loss.
_OPEN_NOW = "SELECT key, customer_id, DAY(lost_on) AS lost_on FROM winback_loss WHERE returned_on IS NULL ORDER BY id"
# Who bought again after a loss, or took something out, and when first.
_RETURNED = """
    SELECT o.key, min(b.day) AS day
    FROM open_losses o
    JOIN (
        SELECT customer_id, day FROM days WHERE is_purchase AND day <= $as_of
        UNION ALL
        SELECT customer_id, opened_on FROM holdings WHERE opened_on <= $as_of
    ) b ON b.customer_id = o.customer_id AND b.day > o.lost_on
    GROUP BY o.key ORDER BY o.key
"""


# What those contributed who were handed out or kept back, in the 90 days from that day.
_BROUGHT = """
    SELECT h.key, CAST(coalesce(sum(d.worth), 0) AS BIGINT) AS brought
    FROM handed h
    LEFT JOIN earned d ON d.customer_id = h.customer_id AND d.day <= $as_of
        AND d.day BETWEEN h.handed_on AND days_after(h.handed_on, $within)
    GROUP BY h.key ORDER BY h.key
"""
_HANDED = pa.schema([("key", pa.string()), ("customer_id", pa.int64()), ("handed_on", pa.date32())])
# Dealings of the 90 days may become known later; after these days what was handed out is not looked at again.
_WATCHED = dt.timedelta(days=365)


@dataclass(frozen=True)
class Losses:
    """`rows`: everybody lost, as appraisal.leaving.read_lost has them; `rates`: which, when and why, for people; `ranked`: those
    of whom advice may be drawn, in the columns of rescue.winback.services.keep_losses; `returned`: keys of open losses with
    the day somebody came again; `at_risk`: customer-months at risk by first day of the month; `brought`: what those
    contributed who were handed out or kept back (key of the loss, minor units); `arrivals`: as appraisal.acquisition.read_arrivals
    has them.
    """

    rows: pa.Table
    rates: dict[str, Any]
    ranked: pa.Table
    returned: list[tuple[str, dt.date]]
    at_risk: dict[dt.date, float]
    brought: list[tuple[str, int]]
    arrivals: pa.Table


def find_losses(
    bench: Workbench, *, as_of: dt.date, thresholds: Mapping[str, float], unprofiled: Sequence[int]
) -> Losses:
    """Find them in an edition whose decisions are made. Of who wants no advice from own data nothing is stated (IDC-03)."""
    told = told_by_the_record(as_of)
    rows = read_lost(bench, as_of=as_of, thresholds=thresholds, told=told)
    published = published_offers(as_of + dt.timedelta(days=1))
    offers = weighed([offer for offer in published if offer.issue == Issue.WIN_BACK])
    asked = _ask(bench, as_of, unprofiled, offers) if offers else None
    lost = judge_lost(rows)
    learnt, regained = winback.tried_offers(as_of), winback.regained_customers(as_of)
    ranked = rank_second_lives(bench, lost, offers, asked, as_of=as_of, learnt=learnt, regained=regained)
    with open_record() as record:
        bench.register("open_losses", record.table(_OPEN_NOW, _OPEN))
    returned = bench.arrow(_RETURNED, as_of=as_of)
    bench.unregister("open_losses")
    stays = stays_with_patience(bench, as_of=as_of)
    arrivals = read_arrivals(bench, as_of=as_of, rule=worth_rule(thresholds))
    return Losses(
        rows,
        _rates(stays, lives_of(bench, stays, as_of=as_of), lost, as_of)
        | {"conversion": tell_conversion(bench, arrivals)},
        without(ranked, unprofiled),
        list(zip(*returned.to_pydict().values(), strict=True)),
        months_at_risk(stays, as_of),
        _brought(bench, as_of),
        arrivals,
    )


def hand_to_record(losses: Losses, *, by: Principal, as_of: dt.date) -> None:
    """Keep them, ask why where nobody knows, and end what is over."""
    services.keep_losses(losses.ranked, by=by, as_of=as_of, returned=losses.returned)
    services.keep_brought(losses.brought, by=by, as_of=as_of)
    services.ask_why(by=by, on=as_of + dt.timedelta(days=1))
    services.end_pursuits(by=by, on=as_of + dt.timedelta(days=1))
    bring_improvements_up_to_date(losses.at_risk, by=by, as_of=as_of)


def _brought(bench: Workbench, as_of: dt.date) -> list[tuple[str, int]]:
    handed = winback.handed_losses(as_of - _WATCHED)
    rows = [dict(zip(_HANDED.names, row, strict=True)) for row in handed]
    bench.register("handed", pa.Table.from_pylist(rows, schema=_HANDED))
    found = bench.arrow(_BROUGHT, as_of=as_of, within=WON_WITHIN.days)
    bench.unregister("handed")
    return list(zip(*found.to_pydict().values(), strict=True))


def told_by_the_record(as_of: dt.date) -> Told:
    """What the record tells of why somebody may have left: complaints and enquiries, no to an offer to stay, what contacts told,
    what ended a holding, who was named, and which prices rose.
    """
    complaints = complaints_since(dt.date.min)
    refused = refusals_of(references_of(Issue.RETENTION), until=as_of)
    ends = told_ends(as_of)
    evidence = [
        *told_in_contacts(as_of),
        *((customer, "unheard", day, None) for customer, day in unanswered_enquiries(as_of)),
        *((customer, "unsolved", day, solved) for customer, day, solved in complaints),
        *((customer, "save_refused", day, None) for customer, day in refused),
        *((customer, kind, day, None) for customer, kind, day, _rival in ends),
    ]
    rivals = [*((customer, day, rival) for customer, _kind, day, rival in ends if rival), *named_rivals(as_of)]
    return Told.of(moves_to_other_cities(as_of), winback.declared_reasons(), evidence, rivals, price_rises(as_of))


def _rates(stays: Stays, lives: Stays, lost: Lost, as_of: dt.date) -> dict[str, Any]:
    days = lost.rows["last_day"].cast(pa.int32()).to_numpy(zero_copy_only=False).astype("int64")
    return {
        "months": tell_months(lives, as_of),
        "cells": tell_cells(lives, as_of),
        "causes": tell_causes(stays, days, lost.causes, as_of),
        "incidence": tell_incidence(stays, lost.rows["customer_id"].to_numpy(), lost.causes),
    }


def _ask(bench: Workbench, as_of: dt.date, unprofiled: Sequence[int], offers: Sequence[PublishedOffer]) -> Asked:
    """What stands of everybody on the day after: consents, reviews, rests by answers, and rests for a written reason."""
    day = as_of + dt.timedelta(days=1)
    bench.register("silenced", pa.table({"key": pa.array(silenced_keys(as_of), pa.string())}))
    house, reviewed, spared, lines = firm(), reviewed_customers(), spared_on(day), policy_now()
    with open_record() as record:
        alive = alive_with(bench, alive_now(record, day, house.thresholds))
        agreed, said = agreed_on(record, day, zone=house.zone), said_by(record, as_of)
    bench.unregister("silenced")
    in_review = [{"customer_id": customer, "offer": "", "reason": REVIEWED} for customer in reviewed]
    rests = resting(bench, said, lines, on=day).select(CLOSED.names)
    closed = pa.concat_tables([pa.Table.from_pylist(in_review, schema=CLOSED), rests])
    return Asked(
        agreed,
        alive,
        unprofiled,
        closed,
        spared=spared,
        told=told_on(day, offers),
        worked=worked_on(as_of),
        asks_next=asks_for_next(offers),
    )
