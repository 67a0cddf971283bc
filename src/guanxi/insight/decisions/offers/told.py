"""What customers told of themselves and the edition does not hold: how much risk they can bear, which language they speak, where
they live. For everybody in the night, and for one who is here now.

A home is measured by the address that was told, never by a device (LEV-07), and only where an offer asks how far it is.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.queries import PublishedOffer
from guanxi.insight.decisions.offers.asking import named_features
from guanxi.insight.warehouse.categories import is_deposit
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.catalogue.centres import distance_to_centre
from guanxi.record.catalogue.matching import Register
from guanxi.record.catalogue.queries import estate_register
from guanxi.record.customers.queries.cities import every_city
from guanxi.record.customers.queries.homes import Home, head_of, home_of, homes, languages
from guanxi.record.declarations.choices import Fact
from guanxi.record.declarations.queries import traits_declared, traits_of
from guanxi.record.holdings.owning import balances_on
from guanxi.record.suitability.queries import level_on, levels_on

_CITIES: Final = pa.schema([("city_id", pa.int64()), ("name", pa.string())])
_WRITTEN: Final = ["text", "city", "district"]
_WHERE: Final = pa.schema(
    [("customer_id", pa.int64()), *((name, pa.string()) for name in _WRITTEN), ("estate_id", pa.int64())]
)
_FAR: Final = pa.schema([("estate_id", pa.int64()), ("distance_km", pa.float64())])
_HOMES: Final = pa.schema([("customer_id", pa.int64()), ("distance_km", pa.float64())])
_SPOKEN: Final = pa.schema([("customer_id", pa.int64()), ("language", pa.string())])
_TESTED: Final = pa.schema([("customer_id", pa.int64()), ("risk_level", pa.int16())])
_TRAITS: Final = {Fact.STABLE_INCOME: "stable_income", Fact.EDUCATED: "educated", Fact.WEALTH_WISH: "wealth_wish"}
_DECLARES: Final = {
    "has_stable_income": Fact.STABLE_INCOME,
    "is_educated": Fact.EDUCATED,
    "wishes_wealth_managed": Fact.WEALTH_WISH,
}
_DECLARED: Final = pa.schema([("customer_id", pa.int64()), *((name, pa.bool_()) for name in _TRAITS.values())])
_LANGUAGES: Final = {
    "zh": "zh-hans",
    "cn": "zh-hans",
    "ch": "zh-hans",
    "中": "zh-hans",
    "汉": "zh-hans",
    "en": "en",
    "英": "en",
}


@dataclass(frozen=True)
class Told:
    """cities: city_id, name; homes: customer_id, distance_km; spoken: customer_id, language; tested: customer_id, risk_level of
    a test that holds; declared: customer_id and what he told of himself, for service only.
    """

    cities: pa.Table = field(default_factory=_CITIES.empty_table)
    homes: pa.Table = field(default_factory=_HOMES.empty_table)
    spoken: pa.Table = field(default_factory=_SPOKEN.empty_table)
    tested: pa.Table = field(default_factory=_TESTED.empty_table)
    declared: pa.Table = field(default_factory=_DECLARED.empty_table)

    def register_in(self, bench: Workbench) -> None:
        """Make them tables of a workbench, named as here."""
        for name in ("cities", "homes", "spoken", "tested", "declared"):
            bench.register(name, getattr(self, name))


def told_on(on: dt.date, offers: Sequence[PublishedOffer]) -> Told:
    """Of everybody, as of a day, as far as offers may ask (four queries; two more, and a look at every address, where one of
    them asks for the distance).
    """
    spoken = [(customer, language_of(words)) for customer, words in languages()]
    return Told(
        cities=_table(every_city(), _CITIES),
        homes=_far_homes() if "distance_km" in named_features(offers) else _HOMES.empty_table(),
        spoken=_table(spoken, _SPOKEN),
        tested=_table(levels_on(on), _TESTED),
        declared=_table(_declared(), _DECLARED),
    )


def told_now(customer_id: int, on: dt.date, offers: Sequence[PublishedOffer], *, minor: int) -> dict[str, Any]:
    """The same of one customer, as the columns of `known` have it, with what is on deposit in whole units: of these only what the
    rules of some offer ask for (a query each for what was declared, where he lives and his risk test, two for his deposits, three for the
    distance). What nobody asks for is not among them.
    """
    asked, told = named_features(offers).keys(), dict[str, Any]()
    if asked & _DECLARES.keys():
        traits = traits_of(customer_id)
        told |= {name: fact in traits for name, fact in _DECLARES.items()}
    if asked & {"city", "language"}:
        city, language = head_of(customer_id)
        told |= {"city": city or None, "language": language_of(language) or None}
    if asked & {"has_risk_test", "risk_level"}:
        level = level_on(customer_id, on)
        told |= {"has_risk_test": level is not None, "risk_level": None if level is None else int(level)}
    if "deposits" in asked:
        amounts = [held.amount for held in balances_on(customer_id, on) if is_deposit(held.family, held.product)]
        told["deposits"] = sum(amounts) / float(minor) if amounts else None
    if "distance_km" in asked:
        home = home_of(customer_id)
        told["distance_km"] = _kilometres(home, estate_register((home.city,))) if home else None
    return told


def language_of(words: str) -> str:
    """A language as offers name it, of however it was written: zh-CN, 中文 and Chinese are zh-hans."""
    form = words.strip().lower()
    return _LANGUAGES.get(form[:2]) or _LANGUAGES.get(form[:1]) or form


def _declared() -> list[tuple[Any, ...]]:
    said: dict[int, set[int]] = {}
    for customer, fact in traits_declared():
        said.setdefault(customer, set()).add(fact)
    return [(customer, *(fact in facts for fact in _TRAITS)) for customer, facts in said.items()]


def distances(homes: pa.Table, register: Register) -> pa.Table:
    """customer_id and distance_km of homes (the columns of _WHERE) that stand in an estate of the register: each estate is measured
    once and each written address looked up once, however many live there.
    """
    far = [(place.id, kilometres) for place in register.places if (kilometres := distance_to_centre(place)) is not None]
    estates = _table(far, _FAR)
    named = pc.is_in(homes["estate_id"], pa.array([place.id for place in register.places], pa.int64()))
    written = homes.filter(pc.invert(named))
    texts = written.group_by(_WRITTEN).aggregate([])
    found = [
        register.find(text, city=city, district=district)
        for text, city, district in zip(*texts.to_pydict().values(), strict=True)
    ]
    standing = pa.array([place.id if place else None for place in found], pa.int64())
    looked_up = written.drop_columns("estate_id").join(texts.append_column("estate_id", standing), keys=_WRITTEN)
    there = pa.concat_tables([one.select(["customer_id", "estate_id"]) for one in (homes.filter(named), looked_up)])
    return (
        there.join(estates, keys="estate_id", join_type="inner")
        .select(_HOMES.names)
        .cast(_HOMES)
        .sort_by("customer_id")
    )


def _far_homes() -> pa.Table:
    return distances(_table(list(homes()), _WHERE), estate_register())


def _kilometres(home: Home, register: Register) -> float | None:
    place = register.place(home.estate_id) if home.estate_id else None
    place = place or register.find(home.text, city=home.city, district=home.district)
    return distance_to_centre(place) if place else None


def _table(rows: Collection[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)
