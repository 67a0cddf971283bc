"""Cells that a spreadsheet would run as formulas, and how a CSV is written so that it does not (trust.md rule 9).

The decision looks at the cell as a spreadsheet might: in NFKC, without white space, controls and hidden characters at
its beginning. The text itself is kept; only an apostrophe is put before it.
"""

import re
import unicodedata

_STARTS = ("=", "+", "-", "@")
_LEADING = re.compile(r"[\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff'’‘`]+")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?", re.ASCII)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the cell. Plain signed numbers are none."""
    if not text:
        return False
    bare = _LEADING.sub("", unicodedata.normalize("NFKC", text[:64]), count=1)
    return bare.startswith(_STARTS) and _NUMBER.fullmatch(text) is None


def neutralised(text: str) -> str:
    """The cell as it may stand in a CSV for spreadsheets: with an apostrophe before it where it would run."""
    return f"'{text}" if is_formula(text) else text


def restored(text: str) -> str:
    """What stood there before `neutralised`; for importing our own exports."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
