"""Synthetic estates and moves: who came where, when he told us and in which words, and whether it is his own home or he needs a car."""

from dataclasses import dataclass

import numpy as np

NEW_HOME, NEW_RENTED, MOVED, CAR = "new_home new_rented moved car_need".split()
# City and its middle in degrees, rounded.
_CITIES = (
    ("广州", 23.1, 113.3),
    ("深圳", 22.5, 114.1),
    ("上海", 31.2, 121.5),
    ("北京", 39.9, 116.4),
    ("杭州", 30.3, 120.2),
    ("成都", 30.7, 104.1),
)
_HEADS = "星河 锦绣 云山 珠江 翠湖 金沙 东方 阳光 碧海 江南 龙湖 凤凰 和谐 紫荆 丽景 秀水 天悦 海棠 枫林 御景".split()
_TAILS = "湾 花园 雅苑 新城 公馆 家园 府 名邸".split()
_ROADS = "建设路 人民路 中山路 解放路 体育西路 文昌街 和平路 学院路".split()
_YEARS_BACK = 8


@dataclass(frozen=True)
class Estates:
    """Parallel arrays: name, alias, city (place in _CITIES), handover (day from the first), latitude, longitude, kilometres."""

    name: np.ndarray
    alias: np.ndarray
    city: np.ndarray
    handover: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    kilometres: np.ndarray

    def cities(self) -> np.ndarray:
        """The names of their cities."""
        return np.array([name for name, *_ in _CITIES], dtype=object)[self.city]


@dataclass(frozen=True)
class Homes:
    """Addresses as they were told (customer, day, city, text), and of each move: customer, day, kind, whether a car is needed."""

    addresses: list[tuple[int, int, str, str]]
    moves: list[tuple[int, int, str, bool]]


def draw_estates(random: np.random.Generator, days: int, count: int = 160) -> Estates:
    """A register whose houses were handed over between eight years before the first day and the last one."""
    names = [head + tail for head in _HEADS for tail in _TAILS]
    name = np.array(names, dtype=object)[random.permutation(len(names))[:count]]
    city = random.integers(0, len(_CITIES), count)
    far, angle = random.exponential(14, count), random.uniform(0, 2 * np.pi, count)
    middle = np.array([(lat, lon) for _, lat, lon in _CITIES])[city]
    latitude = middle[:, 0] + far * np.sin(angle) / 111.2
    longitude = middle[:, 1] + far * np.cos(angle) / (111.2 * np.cos(np.radians(middle[:, 0])))
    handover = random.integers(-_YEARS_BACK * 365, days, count)
    alias = np.array([f"{one}小镇" for one in name], dtype=object)
    return Estates(name, alias, city, handover, latitude, longitude, far)


def draw_homes(random: np.random.Generator, customers: int, days: int, estates: Estates, rate: float) -> Homes:
    """Where everybody lives at the beginning, and every move since: as it was told, and as it was."""
    addresses, moves = [], []
    cities = [name for name, *_ in _CITIES]
    for who in range(customers):
        city = int(random.integers(len(cities)))
        addresses.append((who, 0, cities[city], _street(random)))
        day = int(random.exponential(30.4375 / rate))
        while day < days:
            kind, place, moved_on = _goes(random, day, city, estates)
            if moved_on < days:
                far = place is not None and estates.kilometres[place] >= 18
                moves.append((who, moved_on, kind, bool(random.random() < (0.45 if far else 0.12))))
                told_on = moved_on + int(random.exponential(45))
                text = _street(random) if place is None else _words(random, estates, place)
                if told_on < days:
                    addresses.append((who, told_on, cities[city] if random.random() < 0.9 else "", text))
                    if random.random() < 0.1 and told_on + 20 < days:  # said again, more exactly
                        addresses.append((who, told_on + 20, cities[city], f"{text}502室"))
            day = moved_on + 90 + int(random.exponential(30.4375 / rate))
    return Homes(addresses, moves)


def _goes(random: np.random.Generator, day: int, city: int, estates: Estates) -> tuple[str, int | None, int]:
    """What kind of move it is, into which estate (None: none of the register), and its day: into a new home some months after
    the keys were handed over."""
    chance = random.random()
    near = np.flatnonzero((estates.city == city) & (abs(estates.handover - day) <= 365))
    if chance < 0.25 and len(near):
        place = int(random.choice(near))
        return NEW_HOME, place, max(day, int(estates.handover[place] + random.gamma(2.0, 60)))
    built = np.flatnonzero((estates.city == city) & (estates.handover < day))
    if chance < 0.65 and len(built):
        place = int(random.choice(built))
        return (NEW_RENTED if day - estates.handover[place] < 183 else MOVED), place, day
    return MOVED, None, day


def _words(random: np.random.Generator, estates: Estates, place: int) -> str:
    """An address in an estate as people write it: by its name, by its alias, with a slip, with the road before it."""
    name, chance = str(estates.name[place]), random.random()
    rest = f"{random.integers(1, 30)}栋{random.integers(101, 3300)}"
    if chance < 0.12:
        name = str(estates.alias[place])
    elif chance < 0.18:
        name = name[0] + "合" + name[2:]
    elif chance < 0.40:
        name = f"{random.choice(_ROADS)}{random.integers(1, 400)}号{name}"
    return name + rest


def _street(random: np.random.Generator) -> str:
    beside = f"{random.choice(_HEADS)}{random.choice(_TAILS)}对面" if random.random() < 0.03 else ""
    return f"{random.choice(_ROADS)}{random.integers(1, 900)}号{beside}{random.integers(1, 20)}楼"
