"""Sentences for people, kept translatable: a face translates the words and then fills the places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Sentence:
    """An English sentence with {named} places, marked with gettext_noop, and what fills them; `str()` gives the English."""

    words: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words.format_map(self.params)


class Said(str):
    """The English of a sentence that still knows it, so that what was told can be told again in another language."""

    __slots__ = ("sentence",)
    sentence: Sentence

    def __new__(cls, sentence: Sentence) -> Self:
        """The same text, with the sentence beside it."""
        told = super().__new__(cls, str(sentence))
        told.sentence = sentence
        return told
