"""Refusals in the language of the person, and Chinese and English punctuation where code joins words."""

from collections.abc import Iterable

from django.utils.translation import get_language, gettext

from guanxi.ground.refusals import Refused


def refusal_words(refused: Refused) -> str:
    """The sentence of a refusal, translated, its places filled."""
    return gettext(refused.words).format_map(refused.params)


def is_chinese() -> bool:
    """Whether the page speaks Chinese."""
    return (get_language() or "").startswith("zh")


def listed(words: Iterable[object]) -> str:
    """Words one after the other: 卡、保险 or card, insurance; empty ones left out."""
    return ("、" if is_chinese() else ", ").join(str(word) for word in words if word)


def dotted(words: Iterable[object]) -> str:
    """Facts on one line, set apart by a middle dot; empty ones left out."""
    return " · ".join(str(word) for word in words if word)
