"""What the demo's people carry: resident IDs, phones, plates, cards and addresses that pass the product's own checks.

Nobody real: days, serials and digits are drawn. Mainland China reserves no phone numbers for fiction, so prefixes are
real ones and the rest is drawn; e-mails stand at domains that are reserved for examples (RFC 2606).
"""

# ruff: noqa: E501 - lists of words read best in long lines

import numpy as np

from guanxi.ground.text.resident_ids import check_character

# District codes of GB/T 2260: most are from the province, some moved here.
_REGIONS = (
    "440103 440104 440105 440106 440111 440112 440113 440604 440605 440703 441302 441802 442000 445202 440883 440982 441402 440233 "
    "430102 430304 450103 450304 360102 420106 510104 500103 350203 330106 310104 110105 610113 340104 370102 410105 320104 440304 "
    "440402 441702 441502 445102"
).split()
_HOME_REGIONS = 18
# Prefixes of the numbering plan, the newer ones of 2020 and later among them.
_PREFIXES = "130 131 132 133 135 136 137 138 139 150 151 152 153 157 158 159 166 173 176 177 178 180 181 182 183 185 186 187 188 189 191 193 195 196 197 198 199".split()
_PLATE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"  # no I and O: they would be read as 1 and 0
_EXAMPLES = ("example.com", "example.net", "example.org")
CITIES = ("广州", "佛山", "深圳", "东莞", "珠海", "中山", "江门", "惠州", "清远", "肇庆")
_CITY_SHARES = np.array([0.68, 0.12, 0.05, 0.04, 0.03, 0.03, 0.02, 0.01, 0.01, 0.01])
_PLATE_CITIES = dict(zip(CITIES, "AEBSCTJLRH", strict=True))
DISTRICTS = {
    "广州": "天河 越秀 海珠 荔湾 白云 番禺 黄埔 花都 南沙 增城".split(),
    "佛山": "禅城 南海 顺德".split(),
    "深圳": "福田 南山 罗湖 宝安".split(),
}
_STREETS = "中山路 解放路 人民路 滨江路 花城大道 东风路 体育路 环市路 江南大道 工业大道 昌岗路 龙口路 五羊路 同福路 建设路 文明路 康王路 石牌路 黄埔大道 新港路 洛溪路 市桥路 兴业大道 科韵路".split()


def resident_id(random: np.random.Generator, born: str, *, is_male: bool, taken: set[str]) -> str:
    """A number for somebody born on that day (yyyymmdd) that nobody else here has, with its check character."""
    while True:
        home = random.random() < 0.7
        region = _REGIONS[int(random.integers(_HOME_REGIONS) if home else random.integers(len(_REGIONS)))]
        body = f"{region}{born}{int(random.integers(0, 450)) * 2 + is_male:03d}"
        if body not in taken:
            taken.add(body)
            return body + check_character(body)


def phones(random: np.random.Generator, count: int) -> list[str]:
    """So many different mobile numbers of 11 digits."""
    rest = random.choice(10_000_000, count, replace=False) * 10 + random.integers(0, 10, count)
    prefix = np.array(_PREFIXES)[random.integers(0, len(_PREFIXES), count)]
    return [f"{head}{tail:08d}" for head, tail in zip(prefix.tolist(), rest.tolist(), strict=True)]


def plates(random: np.random.Generator, cities: list[str]) -> list[str]:
    """A different plate for each car of a city: 粤A·8K62Q, or with D or F and six signs for an electric one."""
    taken: set[str] = set()
    made = []
    for city in cities:
        while True:
            signs = "".join(_PLATE_SIGNS[number] for number in random.integers(0, len(_PLATE_SIGNS), 5).tolist())
            if signs not in taken and sum(sign.isdigit() for sign in signs) >= 2:
                break
        taken.add(signs)
        electric = ("D", "F")[int(random.integers(2))] + signs if random.random() < 0.22 else signs
        made.append(f"粤{_PLATE_CITIES.get(city, 'A')}{electric}")
    return made


def card_number(number: int) -> str:
    """A card number of 16 digits with its Luhn digit; 6299 99 is no bank's."""
    body = f"629999{number:09d}"
    digits = [int(sign) for sign in body]
    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return f"{body}{-sum(doubled) % 10}"


def email(name_key: str, number: int) -> str:
    """An address at a domain that belongs to nobody."""
    return f"{name_key}{number}@{_EXAMPLES[number % len(_EXAMPLES)]}"


def cities(random: np.random.Generator, count: int) -> list[str]:
    """Where so many customers live: most in the city of the houses."""
    picked: list[str] = np.array(CITIES, dtype=object)[random.choice(len(CITIES), count, p=_CITY_SHARES)].tolist()
    return picked


def address(random: np.random.Generator, city: str) -> tuple[str, str]:
    """District and street with number, block and flat."""
    districts = DISTRICTS.get(city, ())
    district = f"{districts[int(random.integers(len(districts)))]}区" if districts else ""
    street = _STREETS[int(random.integers(len(_STREETS)))]
    number, block, floor, flat = (int(random.integers(1, top)) for top in (320, 12, 30, 9))
    return district, f"{street}{number}号{block}栋{floor}{flat:02d}"
