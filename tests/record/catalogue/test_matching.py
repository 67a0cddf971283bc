"""In which estate an address stands: the names as people write them, and everything that only looks like one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.record.catalogue.centres import distance_to_centre
from guanxi.record.catalogue.matching import Place, Register, is_correction, is_same_city, kilometres
from guanxi.record.catalogue.queries import estate_register
from guanxi.record.catalogue.rules import NewEstate
from guanxi.record.catalogue.services import create_estates
from tests.stories.scene import SYSTEM


def place(key: int, name: str, *aliases: str, city: str = "广州", district: str = "", at=(None, None)) -> Place:
    return Place(key, f"E{key}", name, aliases, city, district, dt.date(2025, 10, 20), *at)


STAR = place(1, "星河湾", "Star River", district="番禺区")
PENINSULA = place(2, "星河湾半岛", "Star River Peninsula", district="番禺区")
POLY = place(3, "保利花园", city="广州")
POLY_SHENZHEN = place(4, "保利花园", city="深圳")
SUNNY = place(5, "Sunny Court", city="London")
TWIN_NORTH, TWIN_SOUTH = place(6, "山水居", district="增城区"), place(7, "Shanshui Home", "山水居", district="南沙区")
REGISTER = Register([STAR, PENINSULA, POLY, POLY_SHENZHEN, SUNNY, TWIN_NORTH, TWIN_SOUTH])


@pytest.mark.parametrize(
    ("text", "city", "expected"),
    [
        ("Star River, block 3", "广州", STAR),
        ("STAR  RIVER block 3", "Guangzhou", STAR),
        ("星河湾3栋", "广州市", STAR),
        ("番禺区南村镇星河湾 3 栋 802", "广东省广州市", STAR),
        ("星河湾３號", "广州", STAR),  # full-width digit
        ("星河湾", "广州", STAR),
        ("星河湾二期5座", "广州", STAR),
        ("星河湾小区3栋", "广州", STAR),
        ("星河湾A3", "广州", STAR),
        ("3/F Star River Tower 2", "广州", STAR),
        ("星河湾半岛1栋", "广州", PENINSULA),  # the longest name
        ("Star River Peninsula, house 4", "广州", PENINSULA),
        ("12 Sunny Court", "London", SUNNY),
        ("星河湾对面 8 号", "广州", None),
        ("新星河湾3栋", "广州", None),
        ("星河湾大酒店", "广州", None),
        ("Star River Mall", "广州", None),
        ("Star Riverside 3", "广州", None),
        ("opposite Star River, 8", "广州", None),
        ("星河湾3栋", "上海", None),
        ("康王中路 211 号", "广州", None),
        ("", "广州", None),
    ],
)
def test_the_estate_of_an_address(text, city, expected):
    assert REGISTER.find(text, city=city) == expected


def test_two_estates_of_one_name_are_told_apart_by_their_city():
    assert REGISTER.find("保利花园 5 栋", city="广州") == POLY
    assert REGISTER.find("保利花园 5 栋", city="深圳市") == POLY_SHENZHEN
    assert REGISTER.find("保利花园 5 栋", city="佛山") is None
    assert REGISTER.find("保利花园 5 栋", city="") is None  # it could be either
    assert REGISTER.find("星河湾 5 栋", city="") == STAR


def test_another_district_is_another_estate():
    assert REGISTER.find("星河湾 5 栋", city="广州", district="天河区") is None
    assert REGISTER.find("星河湾 5 栋", city="广州", district="番禺") == STAR
    assert REGISTER.find("山水居 5 栋", city="广州") is None
    assert REGISTER.find("山水居 5 栋", city="广州", district="增城") == TWIN_NORTH


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("广州", "广州市", True),
        ("广州", "Guangzhou", True),
        ("广州", "guangzhou city", True),
        ("广东省广州市", "广州", True),
        ("苏州", "宿州", False),  # they sound alike
        ("广州", "Shenzhen", False),
        ("", "广州", False),
    ],
)
def test_the_same_city(one, other, expected):
    assert is_same_city(one, other) is expected
    assert is_same_city(other, one) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("康王中路 211 号", "康王中路211号6栋1203", True),  # more exactly
        ("荔湾区康王中路 211 号", "康王中路 211 号", True),
        ("康王中路 211 号", "康玉中路211号", True),  # a slip
        ("康王中路 211 号", "康王中路 217 号", False),
        ("康王中路 211 号", "文明路 88 号 5 栋", False),
        ("1 Elm Road", "1 Elm Street", False),
        ("1 Elm Road, Oxford", "1 Elm Raod, Oxford", True),
        ("", "文明路 88 号", False),
    ],
)
def test_a_correction_is_no_move(old, new, expected):
    assert is_correction(old, new) is expected


@given(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
def test_distances_are_symmetric_and_within_half_the_earth(one, other):
    there = kilometres(one, other)
    assert there == pytest.approx(kilometres(other, one), abs=1e-6)
    assert 0 <= there <= 20_016
    assert kilometres(one, one) == 0


def test_distances_known_from_elsewhere():
    assert kilometres((0, 0), (1, 0)) == pytest.approx(111.195, abs=0.001)  # a degree of latitude
    assert kilometres((23.13, 113.27), (22.54, 114.06)) == pytest.approx(104.0, abs=1.0)  # Guangzhou to Shenzhen


def test_an_estate_is_measured_to_the_centre_of_its_own_city():
    assert distance_to_centre(place(1, "a", at=(22.942, 113.379))) == pytest.approx(23.7, abs=0.2)
    assert distance_to_centre(place(1, "a", city="广州市", at=(23.0833, 113.288))) == pytest.approx(5.5, abs=0.2)
    assert distance_to_centre(place(1, "a", city="Guangzhou", at=(23.13, 113.27))) == 0
    assert distance_to_centre(place(1, "a", city="小城", at=(23.13, 113.27))) is None
    assert distance_to_centre(place(1, "a")) is None


@pytest.mark.django_db
def test_the_register_is_read_with_names_aliases_and_degrees():
    rows = [
        NewEstate(name="星河湾 Star River", city="广州", aliases="星河湾；Star River", latitude="23.0046", longitude="113.3437"),
        NewEstate(name="无名苑", city="广州"),
    ]  # fmt: skip
    create_estates(rows, by=SYSTEM)
    register = estate_register()
    found = register.find("星河湾 3 栋", city="广州")
    assert (found.name, found.latitude, found.longitude) == ("星河湾 Star River", 23.0046, 113.3437)
    assert register.place(found.id) == found
    assert register.find("无名苑 1 栋", city="广州").latitude is None
