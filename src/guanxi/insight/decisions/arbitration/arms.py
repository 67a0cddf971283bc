"""Who is in which arm: drawn from salt and code alone, so that it can be said again years later (decisioning.md 3.6).

Each use has its own salt. One salt for two uses destroys both: the second draw then repeats the first.
"""

from hashlib import sha256
from typing import Final

BUCKETS: Final = 10_000


def bucket(salt: str, code: str) -> int:
    """A number from 0 to 9,999: the first 8 bytes of SHA-256 over salt and code, modulo 10,000. SQL has it as `bucket_of`."""
    return int.from_bytes(sha256(f"{salt}{code}".encode()).digest()[:8]) % BUCKETS


def threshold(share: float) -> int:
    """The buckets below it are `share` of all. Raises ValueError outside 0 … 1."""
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return round(share * BUCKETS)
