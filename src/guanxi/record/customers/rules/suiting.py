"""By which words something of ours may suit what a customer told (CARE-02). Pure; what is found is named with its reason."""

import re

from guanxi.ground.text.normalise import compatible
from guanxi.record.customers.choices import PreferenceField

MOST_WORDS = 40

_LIKED = frozenset(
    (
        PreferenceField.MATTERS,
        PreferenceField.BREAKFAST,
        PreferenceField.MUSIC,
        PreferenceField.SNACKS,
        PreferenceField.TOPICS,
    )
)
_AGAINST = re.compile(r"不|别|忌|勿|没|\b(?:no|not|never|without|don.t)\b", re.IGNORECASE)
_PARTS = re.compile(r"[，,。；;：:、·/]")
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z]{4,}")


def words_liked(field: int, text: str) -> tuple[str, ...]:
    """Return the pieces of a line by which a product may be found: pairs of Han characters and words of four letters or
    more, of those parts of it that are not against something. None of fields that tell of no taste.
    """
    if field not in _LIKED:
        return ()
    words: dict[str, None] = {}
    for part in _PARTS.split(compatible(text).casefold()):
        if _AGAINST.search(part):
            continue
        for run in _HAN.findall(part):
            words |= dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1))
        words |= dict.fromkeys(_WORD.findall(part))
    return tuple(words)[:MOST_WORDS]


def suits(name: str, words: tuple[str, ...]) -> bool:
    """Whether a name holds one of the words."""
    plain = compatible(name).casefold()
    return any(word in plain for word in words)
