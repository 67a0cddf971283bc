"""Pure rules of imports: how the ledger packs its numbers, how rows are counted, when a feed counts as incomplete."""

import base64
import hashlib
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from statistics import median
from typing import Any

from guanxi.record.imports.choices import SKIP_REASONS, Outcome

FEED_SHARE = 0.8  # OPS-07: a delivery below this share of the usual volume is held
FEED_MEMORY = 10  # deliveries by which the usual volume is judged

_CREATED_MASK = bytes(1 if code == Outcome.CREATED else 0 for code in range(256))
_STORED_MASK = bytes(1 if code in {Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED} else 0 for code in range(256))


@dataclass(slots=True)
class Counts:
    """How many rows became what; the five add up to `rows`."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What else is known of an import, kept as JSON (`as_json` → `Import.facts` → `facts_of`).

    about:    rows it will have, 0 while nobody knows.
    in_file:  rows that named a record of an earlier row; `known`: those that named one known before.
    rejected: rows kept so that they can be corrected.
    corrects: code of the import whose rejected rows these are.
    removed, restored, kept: what undoing took out, set back, and left because of what people did since.
    undo_by:  (kind, code) of whoever asked for undoing.
    """

    about: int = 0
    in_file: int = 0
    known: int = 0
    rejected: int = 0
    corrects: str = ""
    removed: int = 0
    restored: int = 0
    kept: int = 0
    undo_by: tuple[str, str] = ("", "")

    def as_json(self) -> dict[str, Any]:
        """Without what is as it was in the beginning."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in named.items() if value != getattr(NO_FACTS, name)}


NO_FACTS = Facts()


def facts_of(stored: Mapping[str, Any]) -> Facts:
    """Facts as `as_json` wrote them."""
    known = {name: value for name, value in stored.items() if name in Facts.__dataclass_fields__}
    if "undo_by" in known:
        known["undo_by"] = tuple(known["undo_by"])
    return Facts(**known)


def head_of(columns: Sequence[str], *, but: str | None = None) -> str:
    """A hash of the names of a file's columns in their order, `but` one of our own left out."""
    names = "\0".join(name for name in columns if name != but)
    return hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def skipped(reason: str) -> int:
    """The outcome byte of a row passed over for `reason`."""
    return Outcome.SKIPPED + SKIP_REASONS.index(reason)


def skip_reason(outcome: int) -> str:
    """Why a row was skipped; '' when it was not."""
    return SKIP_REASONS[outcome - Outcome.SKIPPED] if outcome >= Outcome.SKIPPED else ""


def count_outcomes(outcomes: bytes, failures: Iterable[str] = ()) -> Counts:
    """Counts of one batch. failures: the reason of each failed row."""
    tally = Counter(outcomes)
    reasons = Counter(failures)
    reasons.update({skip_reason(code): n for code, n in tally.items() if code >= Outcome.SKIPPED})
    return Counts(
        rows=len(outcomes),
        created=tally[Outcome.CREATED],
        updated=tally[Outcome.UPDATED],
        unchanged=tally[Outcome.UNCHANGED],
        failed=tally[Outcome.FAILED],
        skipped=sum(n for code, n in tally.items() if code >= Outcome.SKIPPED),
        reasons={reason: n for reason, n in reasons.items() if n},
    )


def added_reasons(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, int]:
    """Two counts of reasons as one, by name."""
    return dict(sorted((Counter(old) + Counter(new)).items()))


def pack_outcomes(outcomes: bytes) -> bytes:
    """One byte a row, compressed: a clean batch of 100,000 rows takes some hundred bytes."""
    return zlib.compress(outcomes, 1)


def unpack_outcomes(packed: bytes) -> bytes:
    """The outcome bytes of a batch."""
    return zlib.decompress(packed)


def created_mask(outcomes: bytes) -> bytes:
    """1 for each row that this import created."""
    return outcomes.translate(_CREATED_MASK)


def stored_mask(outcomes: bytes) -> bytes:
    """1 for each row that stands in the record after this import."""
    return outcomes.translate(_STORED_MASK)


def pack_integers(values: Any) -> bytes:
    """64-bit integers as compressed differences (little-endian): ascending ids take next to nothing.

    A range or a numpy array is packed without looking at each number.
    """
    if isinstance(values, range) and values.step == 1:
        steps = array("q", values[:1]) + array("q", [1]) * max(len(values) - 1, 0)
    elif hasattr(values, "dtype"):
        from numpy import diff  # noqa: PLC0415 - a numpy array comes only from where numpy is loaded

        steps = array("q", values.tobytes()[:8]) + array("q", diff(values).tobytes())
    else:
        numbers = array("q", values)
        steps = array("q", numbers[:1]) + array("q", (after - before for before, after in pairwise(numbers)))
    if sys.byteorder == "big":
        steps.byteswap()
    return zlib.compress(steps.tobytes(), 1)


def unpack_integers(packed: bytes) -> "array[int]":
    """The integers that pack_integers packed."""
    numbers = array("q")
    numbers.frombytes(zlib.decompress(packed))
    if sys.byteorder == "big":
        numbers.byteswap()
    return array("q", accumulate(numbers))


def pack_words(values: Sequence[int]) -> str:
    """The same as text, for a cell of JSON."""
    return base64.b85encode(pack_integers(values)).decode()


def unpack_words(packed: str) -> "array[int]":
    """The integers that pack_words packed."""
    return unpack_integers(base64.b85decode(packed))


def usual_volume(rows: Sequence[int]) -> int:
    """The usual number of rows of a feed: the median of its last deliveries; 0 before the first."""
    return int(median(rows[:FEED_MEMORY])) if rows else 0


def is_incomplete(rows: int, usual: int) -> bool:
    """Whether a delivery is so much smaller than usual that it must be looked at before it is applied (OPS-07)."""
    return rows < usual * FEED_SHARE


def next_batch_size(size: int, held_s: float, *, target_s: float, bounds: tuple[int, int]) -> int:
    """Rows of the next batch when `size` rows held the write lock for `held_s`: towards `target_s`, at most doubled."""
    wanted = int(size * target_s / max(held_s, 1e-4))
    return max(bounds[0], min(bounds[1], wanted, size * 2))
