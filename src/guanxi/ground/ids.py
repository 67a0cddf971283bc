"""Public codes of records, and stable buckets drawn from them.

A code is 12 characters of an alphabet without 0, o, 1, l and i: 31^12 = 7.9 x 10^17 possibilities, so a million
codes collide with a chance below one in a million; the unique constraint of the column refuses that one.
"""

import hashlib
import os
import re

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 12

# A byte maps to a letter by its remainder; the bytes 248 to 255 are dropped, so that every letter is equally likely.
_FAIR = 256 // len(ALPHABET) * len(ALPHABET)
_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNFAIR = bytes(range(_FAIR, 256))
_CODE = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")


def new_code() -> str:
    """Return one random code."""
    return new_codes(1)[0]


def new_codes(count: int) -> list[str]:
    """Return `count` random codes, all different."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes |= dict.fromkeys(_codes_in(os.urandom(_bytes_for(count - len(codes)))))
    return list(codes)[:count]


def seeded_codes(seed: int | str, count: int) -> list[str]:
    """Return `count` different codes that are the same for the same seed, on every machine and version.

    A longer list begins with the shorter one. Give each noun its own seed ("7:customers", "7:products").
    """
    stream = hashlib.shake_256(f"guanxi codes {seed}".encode())
    size = _bytes_for(count)
    while True:
        codes = list(dict.fromkeys(_codes_in(stream.digest(size))))
        if len(codes) >= count:
            return codes[:count]
        size += _bytes_for(count - len(codes))


def stable_bucket(salt: str, code: str, buckets: int = 10_000) -> int:
    """Return the bucket of a code, 0 to buckets - 1: first 8 bytes of sha256(salt ‖ code) modulo buckets.

    Source: product text "decisioning", Arms. One salt per use; the same salt for two uses makes them one draw.
    """
    return int.from_bytes(hashlib.sha256((salt + code).encode()).digest()[:8], "big") % buckets


def is_code(text: object) -> bool:
    """Return whether the text has the form of a code (not whether a record has it)."""
    return isinstance(text, str) and _CODE.fullmatch(text) is not None


def _bytes_for(count: int) -> int:
    return count * CODE_LENGTH * 256 // _FAIR + 64


def _codes_in(noise: bytes) -> list[str]:
    letters = noise.translate(_LETTERS, _UNFAIR).decode("ascii")
    whole = len(letters) - len(letters) % CODE_LENGTH
    return [letters[start : start + CODE_LENGTH] for start in range(0, whole, CODE_LENGTH)]
