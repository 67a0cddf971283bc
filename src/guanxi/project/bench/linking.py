"""One process of the duplicates bench: invented people of whom one in twenty stands there twice, damaged, then linked."""

import json
import sys
import time

import numpy as np
import pyarrow as pa

from guanxi.insight.estimates.linkage import Field, link_people

_TWICE = 0.05
_FIELDS = {
    "given": Field.GIVEN_NAME,
    "surname": Field.SURNAME,
    "day": Field.DAY,
    "city": Field.PLACE,
    "email": Field.EMAIL,
    "phone": Field.NUMBER,
}


def main(people: str) -> None:
    """Link them twice, learning and then with what was learnt; print the CPU seconds of each and how right they are, as JSON."""
    table, truth = _people(int(people))
    began = time.process_time()
    learnt = link_people(table, _FIELDS)
    between = time.process_time()
    stored = link_people(table, _FIELDS, model=learnt.model)
    ended = time.process_time()
    found = {*zip(stored.pairs["left"].to_pylist(), stored.pairs["right"].to_pylist(), strict=True)}
    right = len(found & truth)
    told = {
        "compared": stored.compared,
        "pairs": len(found),
        "precision": right / len(found),
        "recall": right / len(truth),
    }
    print(json.dumps({"learning_s": between - began, "stored_s": ended - between, "people": table.num_rows} | told))


def _people(count: int) -> tuple[pa.Table, set[tuple[str, str]]]:
    """People with names as uneven as real ones, and the pairs that are truly one; one field of a second entry is damaged, or two."""
    draw = np.random.default_rng(11)
    once = int(count / (1 + _TWICE))
    drawn = {
        "given": _words(draw, 4_000, once),
        "surname": _words(draw, 20_000, once),
        "day": (np.datetime64("1940-01-01") + draw.integers(0, 25_000, once)).astype(str).astype(object),
        "city": _words(draw, 600, once),
        "email": np.array([f"{n:x}@mail.example" for n in draw.permutation(once * 16)[:once]], dtype=object),
        "phone": np.array([f"1{n:010d}" for n in draw.integers(3_000_000_000, 9_999_999_999, once)], dtype=object),
    }
    again = draw.choice(once, count - once, replace=False)
    second = {name: column[again].copy() for name, column in drawn.items()}
    for _ in range(2):
        hit = draw.integers(0, 2 * len(second), len(again))  # half of them none in this round
        for place, column in enumerate(second.values()):
            column[hit == place] = [_mistyped(word) for word in column[hit == place]]
    code = np.array([f"{n:08d}" for n in range(count)], dtype=object)
    columns = {name: pa.array(np.concatenate([drawn[name], second[name]])) for name in drawn}
    truth = {*zip(code[again].tolist(), code[once:].tolist(), strict=True)}
    return pa.table({"id": pa.array(code)} | columns), truth


def _words(draw: np.random.Generator, kinds: int, count: int) -> np.ndarray:
    letters = np.array([*"abcdefghijklmnoprstuvwyz"])
    words = np.array(["".join(draw.choice(letters, draw.integers(4, 10))) for _ in range(kinds)], dtype=object)
    share = 1 / np.arange(1, kinds + 1) ** 0.7
    return words[draw.choice(kinds, count, p=share / share.sum())]


def _mistyped(word: str) -> str:
    """Two neighbours change places, in the middle."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]


if __name__ == "__main__":
    main(*sys.argv[1:])
