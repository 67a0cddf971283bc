"""Columns that all synthetic firms write alike."""

import numpy as np
import pyarrow as pa


def references(number: np.ndarray) -> pa.Array:
    """The reference of each customer by number."""
    return pa.array(np.char.add("S", np.char.zfill(number.astype(str), 8)), pa.string())


def decimals(minor: np.ndarray) -> pa.Array:
    """Minor units (int64) as decimal(14, 2), without rounding: the 128-bit integers behind Arrow's decimals."""
    wide = np.zeros((len(minor), 2), dtype=np.int64)
    wide[:, 0] = minor
    wide[:, 1] = minor >> 63  # the sign fills the upper half
    return pa.Array.from_buffers(pa.decimal128(14, 2), len(minor), [None, pa.py_buffer(wide)])
