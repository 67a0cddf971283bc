"""Columns of cells as codes of their distinct texts: what is looked up or checked is looked up once a distinct text.

Each function takes a column as a reader gives it: a list of str, or an Arrow array.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import reference_form
from guanxi.record.imports.reading.batches import BadRow, python_values, text_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MAX_REFERENCE = 64  # characters

_NO_REFERENCE = gettext_noop("“{text}” is too long for a reference.")
_TOO_LONG = gettext_noop("“{text}” is longer than {limit} characters.")


@dataclass
class Codes:
    """Each row's place in `texts`, the distinct texts of a column as Arrow text (−1 where the cell is empty)."""

    code: "np.ndarray"
    texts: "pa.Array"

    @cached_property
    def distinct(self) -> list[str]:
        """The distinct texts as a list."""
        return self.texts.to_pylist()

    def rows_of(self, place: int) -> "np.ndarray":
        """Rows that hold one text."""
        import numpy as np

        return np.flatnonzero(self.code == place)

    def places_of(self, wanted: "np.ndarray") -> "np.ndarray":
        """Places of the texts that stand in a wanted row."""
        import numpy as np

        seen = np.zeros(len(self.texts) + 1, dtype=bool)
        seen[self.code[wanted]] = True
        return np.flatnonzero(seen[:-1])


def codes_of(values: Any) -> Codes:
    """A column of words as codes of its distinct texts, spaces around them dropped."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    array = as_text(values)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    encoded = array.dictionary_encode()
    code = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    bare = pc.utf8_trim_whitespace(encoded.dictionary)
    empty = pc.equal(bare, "").to_numpy(zero_copy_only=False)
    if not empty.any() and bare.equals(encoded.dictionary):
        return Codes(code, bare)
    again = bare.dictionary_encode()  # trimming may make two texts one
    target = np.r_[np.where(empty, -1, again.indices.to_numpy(zero_copy_only=False)), -1]
    return Codes(target[code], again.dictionary)


def as_text(values: Any) -> "pa.Array":
    """A column as Arrow text: lists as they are, whole floats without a fraction, other types as a person writes them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, list):
        return pa.array(values, pa.large_string())
    kind = values.type
    if pa.types.is_large_string(kind):
        return values
    if pa.types.is_integer(kind) or pa.types.is_string(kind):
        return values.cast(pa.large_string())
    if pa.types.is_floating(kind):
        numbers = pc.if_else(pc.is_nan(values), None, values.cast(pa.float64()))
        if pc.all(pc.equal(numbers, pc.round(numbers))).as_py() in (True, None):
            bounded = pc.less(pc.abs(numbers), float(2**53))
            if pc.all(bounded).as_py() in (True, None):
                return numbers.cast(pa.int64()).cast(pa.large_string())
    return pa.array([None if value is None else text_of(value) for value in python_values(values)], pa.large_string())


def texts_of(name: str, values: Any, limit: int) -> tuple[Codes, dict[int, BadRow]]:
    """A column of short texts kept as they are; longer ones make their rows bad."""
    import numpy as np
    import pyarrow.compute as pc

    codes = codes_of(values)
    bad: dict[int, BadRow] = {}
    for place in np.flatnonzero(pc.greater(pc.utf8_length(codes.texts), limit).to_numpy(zero_copy_only=False)).tolist():
        text = excerpt(codes.texts[place].as_py())
        why = BadRow(name, Refused("reading.too_long", _TOO_LONG, text=text, limit=limit), text)
        bad |= dict.fromkeys(codes.rows_of(place).tolist(), why)
    return codes, bad


def refuse_where(codes: Codes, name: str, check: Callable[[str], object]) -> dict[int, BadRow]:
    """Rows whose text `check` refuses. `check` is called once a distinct text."""
    bad: dict[int, BadRow] = {}
    for place, text in enumerate(codes.distinct):
        try:
            check(text)
        except Refused as refusal:
            bad |= dict.fromkeys(codes.rows_of(place).tolist(), BadRow(name, refusal, excerpt(text)))
    return bad


def read_codes(codes: Codes, read: Callable[[str], int], *, empty: int) -> "np.ndarray":
    """What each row's text reads as; `empty` where there is none, or one that is refused."""
    import numpy as np

    values = np.full(len(codes.distinct) + 1, empty, dtype=np.int64)
    for place, text in enumerate(codes.distinct):
        try:
            values[place] = read(text)
        except Refused:
            continue
    return values[codes.code]


def used_texts(codes: Codes, wanted: "np.ndarray") -> dict[int, str]:
    """Place and text of the distinct texts that stand in a wanted row."""
    places = codes.places_of(wanted)
    return dict(zip(places.tolist(), codes.texts.take(places).to_pylist(), strict=True))


def take_ids(codes: Codes, ids: Mapping[int, int]) -> "np.ndarray":
    """The id behind each row's text; 0 where there is none."""
    import numpy as np

    values = np.zeros(len(codes.texts) + 1, dtype=np.int64)
    values[list(ids)] = list(ids.values())
    return values[codes.code]


def texts_at(codes: Codes, rows: "np.ndarray") -> "pa.Array":
    """The texts of some rows; '' where there is none."""
    import pyarrow as pa

    words = pa.concat_arrays([codes.texts, pa.array([""], codes.texts.type)])
    return words.take(pa.array(codes.code[rows] % len(words)))


@lru_cache(maxsize=20_000)
def short_reference(text: str) -> str:
    """The form of a product's or holding's reference. Raises Refused for none, and for one beyond MAX_REFERENCE."""
    form = reference_form(text)
    if len(form) > MAX_REFERENCE:
        raise Refused("text.not_a_reference", _NO_REFERENCE, text=excerpt(text))
    return form


def first_bad(columns: Iterable[Mapping[int, BadRow]]) -> dict[int, BadRow]:
    """The first thing wrong with each row, over several columns."""
    bad: dict[int, BadRow] = {}
    for column in columns:
        for offset, why in column.items():
            bad.setdefault(offset, why)
    return bad
