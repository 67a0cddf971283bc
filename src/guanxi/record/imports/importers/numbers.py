"""Columns of quantities, prices and amounts as integers, and the amounts of lines.

Cells that do not have the common form are read one by one, each distinct text once, by the function that reads a
form's field. Money never passes through a float but for the columns that come as floats.
"""

from dataclasses import dataclass, field
from decimal import ROUND_05UP, Context, Decimal
from typing import TYPE_CHECKING, Any

from guanxi.ground.money import MAX_MINOR, parse_amount
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.imports.importers.columns import as_text, first_bad
from guanxi.record.imports.reading.batches import BadRow, text_of

if TYPE_CHECKING:
    import numpy as np

MICRO = 1_000_000
_EXACT_FLOAT = 1e9  # below it a float × 10⁶ rounds to the integer that was written, for up to six decimals
_MAX_MICRO = MAX_MINOR * 1000  # nine billions of thousands: what 64 bits hold in millionths
_PLAIN_NUMBER = r"^-?\d{1,9}(\.\d{1,6})?$"
# Rounding that never lands on a half which was none, so that rounding again to cents is right.
_STICKY = Context(prec=60, rounding=ROUND_05UP)

_TOO_LARGE = gettext_noop("The amount {text} is too large.")
_NO_AMOUNT = gettext_noop("The row has no amount, nor both a quantity and a unit price.")


@dataclass(slots=True)
class Numbers:
    """Millionths, one a row; `given` is False where the cell is empty."""

    micro: "np.ndarray"
    given: "np.ndarray"
    bad: dict[int, BadRow] = field(default_factory=dict)


def numbers_of(name: str, values: Any) -> Numbers:
    """A column of quantities, prices or amounts in millionths.

    Floats (Parquet) are read at six decimals, which is what they were written with; texts are read exactly.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = None if isinstance(values, list) else values.type
    if kind is not None and pa.types.is_integer(kind):
        given = ~pc.is_null(values).to_numpy(zero_copy_only=False)
        whole = pc.fill_null(values, 0).cast(pa.int64(), safe=False).to_numpy(zero_copy_only=False)
        fits = np.abs(whole) < MAX_MINOR // 1000
        numbers = Numbers(np.where(fits, whole, 0) * MICRO, given)
        _note_large(numbers, name, np.flatnonzero(given & ~fits), values)
        return numbers
    if kind is not None and pa.types.is_floating(kind):
        floats = pc.fill_null(values.cast(pa.float64()), float("nan")).to_numpy(zero_copy_only=False)
        return _floats(name, floats)
    if kind is not None and pa.types.is_decimal128(kind) and kind.scale <= 6:
        return _decimals(name, values)
    return _texts(name, as_text(values))


def line_amounts(
    given: Numbers | None, quantity: Numbers | None, price: Numbers | None, digits: list[int], currency: "np.ndarray"
) -> "tuple[np.ndarray, dict[int, BadRow]]":
    """Amounts of lines in minor units, half-up once a line, and the rows that have none.

    The amount as given wins over quantity × unit price. A negative quantity is a refund: its amount is not positive.
    digits: of each currency; currency: each row's place in `digits`.
    """
    import numpy as np

    count = len(currency)
    bad = first_bad([numbers.bad for numbers in (given, quantity, price) if numbers])
    amount, known = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
    for place, places in enumerate(digits):
        rows = currency == place
        if quantity and price:
            both = rows & quantity.given & price.given
            amount[both] = _products(quantity.micro[both], price.micro[both], places)
            known |= both
        if given:
            own = rows & given.given
            amount[own] = half_up(given.micro[own], 10 ** (6 - places))
            known |= own
    for offset in np.flatnonzero(known & (np.abs(amount) >= MAX_MINOR)).tolist():
        bad.setdefault(offset, BadRow("amount", Refused("money.too_large", _TOO_LARGE, text="")))
    for offset in np.flatnonzero(~known).tolist():
        bad.setdefault(offset, BadRow("amount", Refused("dealings.no_amount", _NO_AMOUNT)))
    if quantity:
        refund = quantity.given & (quantity.micro < 0)
        amount[refund] = -np.abs(amount[refund])
    return amount, bad


def _products(quantity: "np.ndarray", price: "np.ndarray", digits: int) -> "np.ndarray":
    """quantity × price (both in millionths) in minor units; MAX_MINOR where it does not fit."""
    import numpy as np

    whole = not (quantity % MICRO).any()
    left, scale = (quantity // MICRO, 6) if whole else (quantity, 12)
    small = np.abs(left.astype(np.float64)) * np.abs(price.astype(np.float64)) < 2.0**62
    out = half_up(np.where(small, left, 0) * np.where(small, price, 0), 10 ** (scale - digits))
    for row in np.flatnonzero(~small).tolist():
        product = int(left[row]) * int(price[row])
        minor = (2 * abs(product) + 10 ** (scale - digits)) // (2 * 10 ** (scale - digits))
        out[row] = min(minor, MAX_MINOR) * (-1 if product < 0 else 1)
    return out


def half_up(numerator: "np.ndarray", denominator: int) -> "np.ndarray":
    """64-bit integers divided, ties away from zero."""
    import numpy as np

    whole, rest = np.divmod(np.abs(numerator), denominator)
    whole += rest >= (denominator + 1) // 2
    return np.where(numerator < 0, -whole, whole)


def _floats(name: str, floats: "np.ndarray") -> Numbers:
    import numpy as np

    given = ~np.isnan(floats)
    plain = given & (np.abs(floats) < _EXACT_FLOAT)
    numbers = Numbers(np.rint(np.where(plain, floats, 0) * MICRO).astype(np.int64), given)
    for offset in np.flatnonzero(given & ~plain).tolist():
        _one(numbers, name, offset, text_of(float(floats[offset])))
    return numbers


def _decimals(name: str, values: Any) -> Numbers:
    """decimal128: its 16 bytes are the integer behind it; the low eight are enough below 2⁶³."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    given = ~pc.is_null(values).to_numpy(zero_copy_only=False)
    scale = 10 ** (6 - values.type.scale)
    filled = pc.fill_null(values, pa.scalar(Decimal(0), values.type))
    words = np.frombuffer(filled.buffers()[1], dtype="<i8")[2 * filled.offset : 2 * (filled.offset + len(filled))]
    low, high = words[0::2], words[1::2]
    fits = (high == low >> 63) & (np.abs(low) < _MAX_MICRO // scale)
    numbers = Numbers(np.where(fits, low, 0) * scale, given)
    _note_large(numbers, name, np.flatnonzero(given & ~fits), values)
    return numbers


def _texts(name: str, array: Any) -> Numbers:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(pc.fill_null(array, ""))
    given = pc.not_equal(text, "").to_numpy(zero_copy_only=False)
    plain = pc.match_substring_regex(text, _PLAIN_NUMBER)
    floats = pc.if_else(plain, text, "0").cast(pa.float64()).to_numpy(zero_copy_only=False)
    numbers = Numbers(np.rint(floats * MICRO).astype(np.int64), given)
    odd = np.flatnonzero(given & ~plain.to_numpy(zero_copy_only=False))
    _each(numbers, name, odd, text)
    return numbers


def _each(numbers: Numbers, name: str, offsets: "np.ndarray", text: Any) -> None:
    """Cells not in the common form: each distinct text is read once."""
    read: dict[str, int | Refused] = {}
    for offset, cell in zip(offsets.tolist(), text.take(offsets).to_pylist(), strict=True):
        if cell not in read:
            read[cell] = _micro(cell)
        answer = read[cell]
        if isinstance(answer, Refused):
            numbers.bad[offset] = BadRow(name, answer, excerpt(cell))
        else:
            numbers.micro[offset] = answer


def _one(numbers: Numbers, name: str, offset: int, cell: str) -> None:
    answer = _micro(cell)
    if isinstance(answer, Refused):
        numbers.bad[offset] = BadRow(name, answer, excerpt(cell))
    else:
        numbers.micro[offset] = answer


def _micro(cell: str) -> int | Refused:
    try:
        amount = parse_amount(cell)
    except Refused as refusal:
        return refusal
    if amount.adjusted() > 12:
        return Refused("money.too_large", _TOO_LARGE, text=excerpt(cell))
    micro = int(amount.scaleb(6, _STICKY).to_integral_value(context=_STICKY, rounding=ROUND_05UP))
    if abs(micro) >= _MAX_MICRO:
        return Refused("money.too_large", _TOO_LARGE, text=excerpt(cell))
    return micro


def _note_large(numbers: Numbers, name: str, offsets: "np.ndarray", values: Any) -> None:
    for offset in offsets.tolist():
        text = text_of(values[offset].as_py())
        numbers.bad[offset] = BadRow(name, Refused("money.too_large", _TOO_LARGE, text=excerpt(text)), excerpt(text))
