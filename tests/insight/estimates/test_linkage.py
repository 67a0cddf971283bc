"""Who may be the same, entered twice: as good as Splink's own results on public data with known truth (estimates.md)."""

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from guanxi.insight.estimates import NotEnoughData
from guanxi.insight.estimates.linkage import Field, link_people

FEBRL = {
    "given_name": Field.GIVEN_NAME,
    "surname": Field.SURNAME,
    "date_of_birth": Field.DAY,
    "soc_sec_id": Field.NUMBER,
    "street_number": Field.CODE,
    "address_1": Field.WORDS,
    "suburb": Field.PLACE,
    "postcode": Field.CODE,
}
FAKE = {
    "first_name": Field.GIVEN_NAME,
    "surname": Field.SURNAME,
    "dob": Field.DAY,
    "city": Field.PLACE,
    "email": Field.EMAIL,
}


def read(folder: Path, name: str, key: str, fields: dict[str, Field]) -> pa.Table:
    text = pa.csv.ConvertOptions(column_types=dict.fromkeys((key, *fields, "cluster"), pa.string()))
    table = pa.csv.read_csv(folder / f"{name}.csv.gz", convert_options=text)
    return table.rename_columns([{key: "id"}.get(column, column) for column in table.column_names])


def best_f1(weight: np.ndarray, is_same: np.ndarray, truly_same: int) -> tuple[float, float]:
    """The best F1 over all cuts between different weights, and the share of the truth that was compared at all."""
    order = np.argsort(-weight, kind="stable")
    right, said = np.cumsum(is_same[order]), np.arange(1, len(order) + 1)
    f1 = 2 * right / (said + truly_same)
    cut = np.append(np.diff(weight[order]) != 0, True)
    return f1[cut].max(), right[-1] / truly_same


def febrl_number(codes: pa.ChunkedArray) -> np.ndarray:
    return np.array([code.split("-")[1] for code in codes.to_pylist()])


@pytest.mark.drill
def test_febrl_1_within_one_list(shared_data):
    found = link_people(read(shared_data, "febrl1", "rec_id", FEBRL), FEBRL, least_weight=-20)
    is_same = febrl_number(found.pairs["left"]) == febrl_number(found.pairs["right"])
    assert best_f1(found.pairs["weight"].to_numpy(), is_same, 500) == (1.0, 1.0)


@pytest.mark.drill
def test_febrl_4_between_two_lists(shared_data):
    lists = [read(shared_data, name, "rec_id", FEBRL) for name in ("febrl4a", "febrl4b")]
    found = link_people(lists[0], FEBRL, other=lists[1], least_weight=-20)
    is_same = febrl_number(found.pairs["left"]) == febrl_number(found.pairs["right"])
    f1, compared = best_f1(found.pairs["weight"].to_numpy(), is_same, 5000)
    assert round(f1, 4) >= 0.9999
    assert compared >= 0.9998


@pytest.fixture(scope="module")
def fake(shared_data) -> pa.Table:
    return read(shared_data, "splink_fake_1000", "unique_id", FAKE)


def test_a_hard_list_is_linked_better_than_its_reference(fake):
    cluster = dict(zip(fake["id"].to_pylist(), fake["cluster"].to_pylist(), strict=True))
    sizes = np.array([*{c: list(cluster.values()).count(c) for c in cluster.values()}.values()])
    truly_same = int((sizes * (sizes - 1) // 2).sum())
    assert truly_same == 2031
    found = link_people(fake, FAKE, least_weight=-20)
    ends = [[cluster[code] for code in found.pairs[side].to_pylist()] for side in ("left", "right")]
    f1, compared = best_f1(found.pairs["weight"].to_numpy(), np.array(ends[0]) == np.array(ends[1]), truly_same)
    assert f1 > 0.8603
    assert compared > 0.812  # what no rule of blocking brings together is lost
    assert found.compared < 40_000  # of 499,500


@pytest.mark.drill
def test_what_was_learnt_is_used_again_and_says_the_same(fake):
    first = link_people(fake, FAKE)
    again = link_people(fake, FAKE, model=first.model)
    assert again.pairs["left"].equals(first.pairs["left"])
    assert again.pairs["right"].equals(first.pairs["right"])
    assert again.pairs["weight"].to_numpy() == pytest.approx(first.pairs["weight"].to_numpy(), abs=1e-9)
    assert min(first.pairs["probability"].to_pylist()) >= 0.5  # at weight 0 as likely as not


def test_chinese_names_are_compared_whole():
    """Two hundred of a thousand are entered again, each with one thing wrong: a digit of the day, the number, or the name."""
    draw = random.Random(3)
    names = [f"{a}{b}{c}" for a in "王李张刘陈杨黄赵" for b in "伟芳娜敏静强磊洋" for c in "一二三四五六七八九十"]
    rows = [
        (draw.choice(names), f"{draw.randint(1950, 2005)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}", number)
        for number in draw.sample(range(13_000_000_000, 19_000_000_000), 1000)
    ]
    for place, (name, day, number) in enumerate(rows[:200]):
        other = (
            (name, day[:-1] + str((int(day[-1]) + 1) % 10), number),
            (name, day, number + 7),
            (name[:2], day, number),
        )
        rows.append(other[place % 3])
    columns = dict(zip(("name", "day", "phone"), zip(*rows, strict=True), strict=True))
    people = pa.table(
        {"id": [f"{i:04d}" for i in range(1200)]} | {k: [str(v) for v in vs] for k, vs in columns.items()}
    )
    found = link_people(people, {"name": Field.NAME, "day": Field.DAY, "phone": Field.NUMBER})
    pairs = {*zip(found.pairs["left"].to_pylist(), found.pairs["right"].to_pylist(), strict=True)}
    truly = {(f"{i:04d}", f"{1000 + i:04d}") for i in range(200)}
    assert len(truly & pairs) >= 198
    assert len(pairs - truly) <= 2


def test_what_cannot_be_compared_is_said():
    nobody = pa.table({"id": ["a", "b"], "name": ["王伟", "李娜"], "day": ["1980-01-01", "1981-02-02"]})
    with pytest.raises(NotEnoughData):
        link_people(nobody, {"name": Field.NAME, "day": Field.DAY})
    with pytest.raises(ValueError, match="no column phone"):
        link_people(nobody, {"name": Field.NAME, "phone": Field.NUMBER})
