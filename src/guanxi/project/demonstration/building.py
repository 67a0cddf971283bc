"""Build the demo firm through the real services: people in, what they hold and deal, what was said; all of it marked as demo."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.completion import Taken
from guanxi.ground.ids import seeded_codes
from guanxi.ground.money import to_minor
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity import queries as identity
from guanxi.identity.principals import Principal
from guanxi.identity.services import declare_demo
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.project.demonstration import assortment, owners, population, staffing, stories, trade
from guanxi.project.demonstration.belongings import Held, belongings
from guanxi.project.demonstration.staffing import STORIES_OWNER
from guanxi.record.catalogue.services import create_products, products_by_reference
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.rules import NewConversation
from guanxi.record.conversations.services import store_conversations
from guanxi.record.customers.choices import Channel, Stage
from guanxi.record.customers.queries.presence import has_demo_customers, has_own_customers
from guanxi.record.customers.services import NewCustomer, record_preference, register_customers
from guanxi.record.dealings.services import record_dealings
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import record_holdings

_YEARS = 3
_REGULARS = 0.107  # of the customers are regulars of the car service: 214 of 2,000
_NAMED = gettext_noop("This firm has customers already; the demo goes into an empty one.")


def build_demo(*, by: Principal, customers: int, seed: int) -> dict[str, int]:
    """Fill the empty firm: houses, staff, products, people, three years of trade ending today, open promises.

    The same seed on the same day builds the same firm. Refused when the firm has customers already. Returns counts.
    """
    if has_own_customers() or has_demo_customers():
        raise Refused("demo.not_empty", _NAMED)
    declare_demo(by=by, is_demo=True)
    today = clock.local_day(clock.now(), identity.firm().zone)
    staff = staffing.take_on_everybody(by=by)
    create_products(assortment.new_products(), by=by)
    random = np.random.default_rng([seed, 1])
    first = _years_before(today) + dt.timedelta(days=1)
    dates = np.arange(np.datetime64(first), np.datetime64(today) + 1)
    lives = population.draw_lives(random, customers, len(dates), int(customers * _REGULARS))
    lines, kept = trade.trade(random, lives, dates)
    rows, held = belongings(random, population.many(random, lives, today, first), kept, today, first)
    given = [replace(row, owner=owner) for row, owner in zip(rows, owners.share_out(random, lives), strict=True)]
    told = [
        NewCustomer(**dict[str, Any](person), owner=STORIES_OWNER, stage=Stage.CUSTOMER, is_demo=True)
        for person in stories.PEOPLE
    ]
    ids = _register(by, given + told, today, seed)
    holdings = _hold(by, held + _held_in_stories(today), ids)
    dealt = _record_trade(by, (lines, dates), ids, holdings, today)
    _log_talks(by, stories.TALKS, ids, staff)
    _tell(by, today, ids)
    return {"customers": len(ids), "dealings": dealt}


def _years_before(today: dt.date) -> dt.date:
    try:
        return today.replace(year=today.year - _YEARS)
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - _YEARS, day=28)


def _register(by: Principal, rows: Sequence[NewCustomer], today: dt.date, seed: int) -> dict[str, int]:
    """Register the people, month by month as they came, each month's with its own clock; reference → id."""
    codes = iter(seeded_codes(f"{seed}:customers", len(rows)))
    coded = [
        replace(row, code=code, created_on=row.created_on or today) for row, code in zip(rows, codes, strict=False)
    ]
    ids: dict[str, int] = {}
    for (year, month), some in groupby(sorted(coded, key=_came), key=lambda row: _came(row)[:2]):
        batch = list(some)
        with clock.frozen(_evening(max(dt.date(year, month, 1), *(row.created_on or today for row in batch)))):
            answers = register_customers(batch, by=by, source="demo")
        ids |= {row.reference: answer.id for row, answer in zip(batch, answers, strict=True) if answer.id}
    return ids


def _came(row: NewCustomer) -> tuple[int, int, str]:
    """The years before the three are one batch each."""
    day = row.created_on or dt.date.max
    return day.year, day.month, row.reference


def _evening(day: dt.date) -> dt.datetime:
    return clock.start_of_day(day, identity.firm().zone) + dt.timedelta(hours=1)


def _hold(by: Principal, held: Iterable[Held], ids: Mapping[str, int]) -> dict[tuple[int, str], int]:
    """Record the holdings; (customer's id, family) → id of the holding by which lines are dealt."""
    mine = list(held)
    products = products_by_reference(sorted({one.product for one in mine})).ids
    rows = [
        NewHolding(
            reference=one.reference,
            customer_id=ids[one.customer],
            product_id=products[one.product],
            status=HoldingStatus.CLOSED if one.closed_on else HoldingStatus.OPEN,
            opened_on=one.opened_on,
            closed_on=one.closed_on or "",
            renewal_on=one.renewal_on or "",
            attributes=one.attributes,
            is_demo=True,
        )
        for one in mine
    ]
    answers = record_holdings(rows, by=by)
    return {
        (ids[one.customer], one.family): answer.known.id
        for one, answer in zip(mine, answers, strict=True)
        if one.family and isinstance(answer, Taken)
    }


def _held_in_stories(today: dt.date) -> list[Held]:
    return [
        Held(held.customer, held.product, held.reference, today - dt.timedelta(days=held.days_ago))
        for held in stories.HELD
    ]


def _record_trade(
    by: Principal,
    made: tuple[trade.Lines, np.ndarray],
    ids: Mapping[str, int],
    holdings: Mapping[tuple[int, str], int],
    today: dt.date,
) -> int:
    lines, dates = made
    own = np.array([ids[f"D{number:05d}"] for number in range(int(lines.who.max()) + 1)])
    told = stories.wang(today) + stories.zhang(today)
    currency, zone = identity.firm().currency, identity.firm().zone
    products = products_by_reference([item.reference for item in assortment.all_items()]).ids
    by_place = np.array([products[item.reference] for item in assortment.all_items()])
    family = np.array([item.family.key for item in assortment.all_items()])[lines.item]
    customer = np.concatenate([own[lines.who], [ids[one.customer] for one in told]])
    day = np.concatenate([dates[lines.day], np.array([one.day for one in told], dtype="datetime64[D]")])
    table = pa.table(
        {
            "customer_id": customer,
            "occurred_at": pa.array(_instants(day, np.full(len(day), 11 * 3600), zone)),
            "occurred_on": pa.array(day),
            "amount": np.concatenate([lines.minor, [to_minor(one.amount, currency) for one in told]]).astype(np.int64),
            "currency": pa.array([currency] * len(day)),
            "product_id": np.concatenate([by_place[lines.item], [products[one.product] for one in told]]),
            "channel": pa.array(_channels(family.tolist(), told), pa.int16()),
        }
    )
    record_dealings(table.sort_by([("occurred_on", "ascending"), ("customer_id", "ascending")]), by=by, cause="demo")
    return table.num_rows


def _instants(day: np.ndarray, second: np.ndarray, zone: str) -> pa.Array:
    """Local days and seconds of the day as instants in UTC; the demo trades by day, far from any change of clocks."""
    local = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    naive = pa.array(local.astype("datetime64[us]"))
    return pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="latest").cast(pa.timestamp("us", "UTC"))


def _channels(families: list[str], told: list[stories.Told]) -> list[int]:
    channel = {"card": Channel.CARD, "branch": Channel.BRANCH}
    return [int(Channel.CARD if name == "CARD" else Channel.BRANCH) for name in families] + [
        int(channel[one.channel]) for one in told
    ]


def _log_talks(by: Principal, talks: Iterable[stories.Talk], ids: Mapping[str, int], staff: Mapping[str, Any]) -> None:
    """Store contacts, each noted by the colleague it names."""
    now, zone = clock.now(), identity.firm().zone
    today = clock.local_day(now, zone)
    rows = []
    for talk in talks:
        on = today - dt.timedelta(days=talk.days_ago)
        rows.append(
            NewConversation(
                customer_id=ids[talk.customer],
                at=clock.start_of_day(on, zone) + dt.timedelta(minutes=talk.minute),
                on=on,
                channel=talk.channel,
                direction=talk.direction,
                summary=talk.summary,
                outcome=talk.outcome,
                follow_up_on=None if talk.owed_in is None else today + dt.timedelta(days=talk.owed_in),
                by_staff_id=staff[talk.colleague].pk,
                is_demo=True,
            )
        )
    with transaction.atomic():
        store_conversations(rows)
        entry = Entry(Noun("conversations", "demo"), payload={"count": len(rows)}, count=len(rows))
        record_acts("conversation.logged", [entry], by=by.actor)


def _tell(by: Principal, today: dt.date, ids: dict[str, int]) -> None:
    """What was told and agreed to: the lives behind the stories."""
    for line in stories.LIKES:
        told_on = today - dt.timedelta(days=line.days_ago)
        record_preference(
            ids[line.customer], field=line.field, text=line.text, source=line.source, told_on=told_on, by=by
        )
    record_consents([_consent(said, ids) for said in stories.AGREED], by=by)


def _consent(said: stories.Agreed, ids: dict[str, int]) -> NewConsent:
    at = clock.now() - dt.timedelta(days=said.days_ago)
    statement = Statement(said.purpose, said.channel, said.status, at=at, source=said.source, evidence=said.evidence)
    return NewConsent(ids[said.customer], statement)
