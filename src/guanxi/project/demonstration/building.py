"""Build the demo firm through the real services: people in, trade recorded, a promise made, all of it marked as demo."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanxi.ground import clock
from guanxi.ground.ids import seeded_codes
from guanxi.ground.money import to_minor
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity import queries as identity
from guanxi.identity.choices import TeamKind
from guanxi.identity.principals import Principal
from guanxi.identity.services import NewStaff, declare_demo, open_team, take_on_staff
from guanxi.project.demonstration import population, stories
from guanxi.record.catalogue.rules import NewProduct
from guanxi.record.catalogue.services import create_products, products_by_reference
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.choices import Direction
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel, Stage
from guanxi.record.customers.queries.presence import has_demo_customers, has_own_customers
from guanxi.record.customers.services import NewCustomer, record_preference, register_customers
from guanxi.record.dealings.services import record_dealings
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import record_holdings

PASSWORD = "demo-Guanxi-1"
_NAMED = gettext_noop("This firm has customers already; the demo goes into an empty one.")


@dataclass(frozen=True)
class _Post:
    """One member of the demo's staff. `team` 0 is the branch, 1 and 2 its teams."""

    email: str
    name: str
    role: str
    team: int
    title: str
    reference: str


STAFF = (
    _Post("leader@demo.guanxi", "何雅琴", "leader", 0, "支行行长", "DEMO-01"),
    _Post("manager@demo.guanxi", "林晓彤", "manager", 1, "客户经理", "DEMO-02"),
    _Post("", "陈杰", "manager", 1, "客户经理", "DEMO-03"),
    _Post("", "周航", "manager", 2, "客户经理", "DEMO-04"),
    _Post("marketer@demo.guanxi", "苏明", "marketer", 0, "市场专员", "DEMO-05"),
    _Post("service@demo.guanxi", "梁静", "service", 0, "客服专员", "DEMO-06"),
    _Post("admin@demo.guanxi", "管理员", "admin", 0, "系统管理员", "DEMO-07"),
)
_STORIES_OWNER = "DEMO-02"
_MANAGERS = ("DEMO-02", "DEMO-03", "DEMO-04", "")  # the last: nobody's customers, for the pool


def build_demo(*, by: Principal, customers: int, seed: int) -> dict[str, int]:
    """Fill the empty firm: branch, staff, products, people, three years of trade ending yesterday, one open promise.

    The same seed on the same day builds the same firm. Refused when the firm has customers already. Returns counts.
    """
    if has_own_customers() or has_demo_customers():
        raise Refused("demo.not_empty", _NAMED)
    declare_demo(by=by, is_demo=True)
    today = clock.local_day(clock.now(), identity.firm().zone)
    staff = _take_on(by)
    create_products([NewProduct(**_as_text(row), is_demo=True) for row in population.PRODUCTS], by=by)
    ids = _register(by, today, customers, seed)
    dealt = _record_trade(by, today, ids, seed)
    _log_talks(today, ids, staff)
    _tell(by, today, ids)
    return {"customers": len(ids), "dealings": dealt}


def _as_text(row: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


def _take_on(by: Principal) -> dict[str, Principal]:
    """Open the branch and its teams and take everybody on; the answer maps each reference to who that is at work."""
    branch = open_team(by=by, name="天河支行", kind=TeamKind.BRANCH, parent=identity.top_team(), is_demo=True)
    teams = [branch] + [
        open_team(by=by, name=name, kind=TeamKind.TEAM, parent=branch, is_demo=True)
        for name in ("个人客户组", "车主服务组")
    ]
    for team in teams:
        team.refresh_from_db()  # opening the later ones renumbered the tree
    there = {}
    for post in STAFF:
        there[post.reference] = take_on_staff(
            by=by,
            person=NewStaff(
                name=post.name,
                role=post.role,
                team=teams[post.team],
                email=post.email,
                password=PASSWORD if post.email else "",
                title=post.title,
                reference=post.reference,
                is_demo=True,
            ),
        )
    return {reference: identity.principal_of_staff(staff) for reference, staff in there.items()}


def _register(by: Principal, today: dt.date, count: int, seed: int) -> dict[str, int]:
    """Register the people; the answer maps each reference to the customer's id."""
    random = np.random.default_rng([seed, 1])
    people = population.customers(random, count, np.datetime64(today)).to_pylist()
    codes = iter(seeded_codes(f"{seed}:customers", count + len(stories.PEOPLE)))
    owners = random.choice(len(_MANAGERS), size=count, p=[0.45, 0.25, 0.2, 0.1])
    owners[0] = _MANAGERS.index(_STORIES_OWNER)  # whom we owe an answer
    rows = [_new_customer(person, next(codes), _STORIES_OWNER) for person in stories.PEOPLE] + [
        _new_customer(person, next(codes), _MANAGERS[owner])
        for person, owner in zip(people, owners.tolist(), strict=True)
    ]
    answers = register_customers(rows, by=by, source="demo")
    return {row.reference: answer.id for row, answer in zip(rows, answers, strict=True) if answer.id}


def _new_customer(person: Mapping[str, Any], code: str, owner: str) -> NewCustomer:
    return NewCustomer(**person, owner=owner, code=code, stage=Stage.CUSTOMER, is_demo=True)


def _record_trade(by: Principal, today: dt.date, ids: dict[str, int], seed: int) -> int:
    count = len(ids) - len(stories.PEOPLE)
    made = population.dealings(np.random.default_rng([seed, 2]), count, np.datetime64(today))
    told = stories.wang(today) + stories.zhang(today)
    own = np.array([ids[f"D{number:05d}"] for number in range(count)])
    products = products_by_reference([str(row["reference"]) for row in population.PRODUCTS]).ids
    currency, zone = identity.firm().currency, identity.firm().zone
    line = {"card": "CARD-GOLD", "garage": "GARAGE-SERVICE", "shop": "SHOP-HOME"}
    day = np.concatenate([made.day, np.array([one.day for one in told], dtype="datetime64[D]")])
    second = np.concatenate([made.second, np.full(len(told), 11 * 3600)])
    minor = np.concatenate([made.minor, [to_minor(one.amount, currency) for one in told]])
    table = pa.table(
        {
            "customer_id": np.concatenate([own[made.who], [ids[one.customer] for one in told]]),
            "occurred_at": pa.array(_instants(day, second, zone)),
            "occurred_on": pa.array(day),
            "amount": pa.array(minor.astype(np.int64)),
            "currency": pa.array([currency] * len(day)),
            "product_id": pa.array(
                [products[line[name]] for name in made.line] + [products[one.product] for one in told]
            ),
            "channel": pa.array(_channels(made, told), pa.int16()),
        }
    )
    record_dealings(table.sort_by("occurred_on"), by=by, cause="demo")
    return table.num_rows


def _instants(day: np.ndarray, second: np.ndarray, zone: str) -> pa.Array:
    """Local days and seconds of the day as instants in UTC; the demo trades by day, far from any change of clocks."""
    local = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    naive = pa.array(local.astype("datetime64[us]"))
    return pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="latest").cast(pa.timestamp("us", "UTC"))


def _channels(made: population.Dealings, told: list[stories.Told]) -> list[int]:
    channel = {"card": Channel.CARD, "branch": Channel.BRANCH}
    return [int(Channel.CARD if name == "card" else Channel.BRANCH) for name in made.line] + [
        int(channel[one.channel]) for one in told
    ]


def _log_talks(today: dt.date, ids: dict[str, int], staff: Mapping[str, Principal]) -> None:
    """Who called was answered by the service; whom we called or visited, by his manager."""
    for talk in stories.TALKS:
        log_conversation(
            ids[talk.customer],
            by=staff["DEMO-06" if talk.direction == Direction.IN else _STORIES_OWNER],
            channel=talk.channel,
            direction=talk.direction,
            summary=talk.summary,
            outcome=talk.outcome,
            follow_up_on=None if talk.owed_in is None else today + dt.timedelta(days=talk.owed_in),
            at=clock.now() - dt.timedelta(days=talk.days_ago),
        )


def _tell(by: Principal, today: dt.date, ids: dict[str, int]) -> None:
    """What was told, is held and was agreed to: the lives behind the two stories."""
    for line in stories.LIKES:
        told_on = today - dt.timedelta(days=line.days_ago)
        record_preference(
            ids[line.customer], field=line.field, text=line.text, source=line.source, told_on=told_on, by=by
        )
    products = products_by_reference([held.product for held in stories.HELD]).ids
    record_holdings([_holding(held, today, ids, products) for held in stories.HELD], by=by)
    record_consents([_consent(said, ids) for said in stories.AGREED], by=by)


def _holding(held: stories.Held, today: dt.date, ids: dict[str, int], products: dict[str, int]) -> NewHolding:
    return NewHolding(
        reference=held.reference,
        customer_id=ids[held.customer],
        product_id=products[held.product],
        status=HoldingStatus.OPEN,
        opened_on=today - dt.timedelta(days=held.days_ago),
        is_demo=True,
    )


def _consent(said: stories.Agreed, ids: dict[str, int]) -> NewConsent:
    at = clock.now() - dt.timedelta(days=said.days_ago)
    statement = Statement(said.purpose, said.channel, said.status, at=at, source=said.source, evidence=said.evidence)
    return NewConsent(ids[said.customer], statement)
