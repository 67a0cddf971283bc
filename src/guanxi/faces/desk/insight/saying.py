"""Sentences of an edition, which keeps them as words and params, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from guanxi.faces.shared import cells
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused


def sentence_words(words: str, params: Mapping[str, Any]) -> str:
    """The sentence with its places filled, its counts as people read them."""
    told = {name: cells.number(value) if isinstance(value, int) else value for name, value in params.items()}
    return refusal_words(Refused("insight.told", words, **told))
