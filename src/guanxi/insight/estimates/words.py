"""Sentences for people, kept translatable: a face translates the words and then fills the places."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sentence:
    """An English sentence with {named} places, marked with gettext_noop, and what fills them; `str()` gives the English."""

    words: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words.format_map(self.params)
