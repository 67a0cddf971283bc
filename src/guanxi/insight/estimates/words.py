"""Sentences for people, kept translatable without importing a web framework."""

from dataclasses import dataclass, field


def gettext_noop(message: str) -> str:
    """Mark a sentence for the translators' tools (they look for this name) and return it unchanged."""
    return message


@dataclass(frozen=True)
class Sentence:
    """A constant English sentence (the key of its translation) and the values it names.

    A face translates `message` and fills in `values` itself; `str()` gives the English.
    """

    message: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.values
