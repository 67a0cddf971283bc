"""The many's lines and the told ones as one table for record_dealings: in the order of their instants."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanxi.ground.money import to_minor
from guanxi.identity.queries import firm
from guanxi.project.demonstration import assortment, trade
from guanxi.project.demonstration.cast.story import Told
from guanxi.project.demonstration.planning import Plan
from guanxi.record.catalogue.services import products_by_reference
from guanxi.record.customers.choices import Channel

_OPEN, _CLOSED = 8 * 3600 + 1800, 21 * 3600
_NIGHT = 3_600  # what is dated today was booked in its first hour: nothing lies in the future
_CHANNELS = {
    "SHOP": (Channel.BRANCH, Channel.BRANCH, Channel.APP, Channel.WECHAT, Channel.WEB),
    "TAXI": (Channel.APP, Channel.WECHAT, Channel.CALL),
    "POLICY": (Channel.BRANCH, Channel.APP, Channel.CALL),
    "CARD": (Channel.CARD,),
    "GARAGE": (Channel.BRANCH,),
    "BANK": (Channel.BRANCH, Channel.APP),
    "CORP": (Channel.BRANCH,),
}


def dealings_table(plan: Plan, ids: Mapping[str, int], holdings: Mapping[tuple[int, str], int]) -> pa.Table:
    """All dealings of the plan. ids: customers by reference; holdings: by customer's id and family."""
    found = products_by_reference([item.reference for item in assortment.all_items()]).ids
    products = np.array([found[item.reference] for item in assortment.all_items()])
    families = np.array([item.family.key for item in assortment.all_items()])
    many = _many(plan, ids, products)
    told = _told(plan.story.told, ids, products)
    whole = {name: np.concatenate([many[name], told[name]]) for name in many}
    family = families[whole.pop("item")]
    order = np.lexsort((whole["customer_id"], whole["second"], whole["day"]))
    held = _held(whole["customer_id"], family, holdings)
    columns = _columns(whole, held, firm().currency, firm().zone)
    return pa.table(columns).take(pa.array(order))


def _many(plan: Plan, ids: Mapping[str, int], products: np.ndarray) -> dict[str, np.ndarray]:
    lines = plan.lines
    own = np.array([ids[f"D{number:05d}"] for number in range(int(lines.who.max()) + 1)])
    day = plan.dates[lines.day]
    # an order is paid at one moment; other lines at one of their own
    number = np.where(lines.order > 0, lines.order, np.arange(len(lines)) + 1_000_000)
    mixed = (number * 48_271) % 2_147_483_647
    second = np.where(day == plan.dates[-1], mixed % _NIGHT, _OPEN + mixed % (_CLOSED - _OPEN))
    return {
        "customer_id": own[lines.who],
        "day": day,
        "second": second,
        "amount": lines.minor,
        "item": lines.item,
        "product_id": products[lines.item],
        "price_tier": lines.tier,
        "category": np.array(trade.CATEGORIES, dtype=object)[lines.category],
        "order": lines.order,
        "quantity": lines.quantity,
        "channel": _channels(lines),
    }


def _channels(lines: trade.Lines) -> np.ndarray:
    """How each line came about: by family, and within it as each customer likes it."""
    families = [item.family.key for item in assortment.all_items()]
    most = max(map(len, _CHANNELS.values()))
    table = np.array([[int(_CHANNELS[key][n % len(_CHANNELS[key])]) for n in range(most)] if key in _CHANNELS else [0] * most
                      for key in families])  # fmt: skip
    channel = table[lines.item, (lines.who * 7 + lines.order % 3) % most]
    is_online = lines.category == trade.CATEGORIES.index("线上")
    return np.where(is_online, int(Channel.WEB), channel)


def _told(told: Sequence[Told], ids: Mapping[str, int], products: np.ndarray) -> dict[str, np.ndarray]:
    currency = firm().currency
    item = np.array([trade.place_of(one.product) for one in told])
    return {
        "customer_id": np.array([ids[one.customer] for one in told]),
        "day": np.array([one.day for one in told], dtype="datetime64[D]"),
        "second": np.array([_OPEN + 3_600 + number % 9_000 for number in range(len(told))]),
        "amount": np.array([to_minor(one.amount, currency) for one in told]),
        "item": item,
        "product_id": products[item],
        "price_tier": np.array([one.price_tier for one in told]),
        "category": np.array([one.category for one in told], dtype=object),
        "order": np.zeros(len(told), dtype=np.int64),
        "quantity": np.zeros(len(told), dtype=np.int64),
        "channel": np.array([int(one.channel) for one in told]),
    }


def _held(customer: np.ndarray, family: np.ndarray, holdings: Mapping[tuple[int, str], int]) -> np.ndarray:
    """The holding by which each line was dealt; 0: none."""
    held = np.zeros(len(customer), dtype=np.int64)
    for key in sorted({family for _, family in holdings}):
        mine = {who: holding for (who, one), holding in holdings.items() if one == key}
        by_customer = np.zeros(int(customer.max()) + 1, dtype=np.int64)
        by_customer[list(mine)] = list(mine.values())
        held = np.where(family == key, by_customer[customer], held)
    return held


def _columns(whole: Mapping[str, np.ndarray], held: np.ndarray, currency: str, zone: str) -> dict[str, pa.Array]:
    count = len(held)
    quantity, order, tier = whole["quantity"], whole["order"], whole["price_tier"]
    counted = quantity != 0
    price = np.where(counted, whole["amount"] * 10_000 // np.where(counted, quantity, 1), 0)
    orders = np.where(order > 0, np.char.add("SO", order.astype(str)), "")
    return {
        "customer_id": pa.array(whole["customer_id"]),
        "occurred_at": _instants(whole["day"], whole["second"], zone),
        "occurred_on": pa.array(whole["day"]),
        "amount": pa.array(whole["amount"].astype(np.int64)),
        "currency": pa.array([currency] * count, pa.large_string()),
        "quantity_milli": pa.array(quantity * 1_000, mask=~counted),
        "unit_price_micro": pa.array(price, mask=~counted),
        "product_id": pa.array(whole["product_id"]),
        "holding_id": pa.array(held, mask=held == 0),
        "channel": pa.array(whole["channel"], pa.int16()),
        "price_tier": pa.array(tier.astype(np.int16), mask=tier == 0),
        "category": pa.array(whole["category"], pa.large_string()),
        "order_reference": pa.array(orders.tolist(), pa.large_string()),
    }


def _instants(day: np.ndarray, second: np.ndarray, zone: str) -> pa.Array:
    """Local days and seconds of the day as instants in UTC; the demo trades by day, far from any change of clocks."""
    local = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    naive = pa.array(local.astype("datetime64[us]"))
    return pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="latest").cast(pa.timestamp("us", "UTC"))
