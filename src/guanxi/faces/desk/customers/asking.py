"""The address of a list of customers: read, and written again with one thing changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.urls import reverse

from guanxi.record.customers.rules.listing import ListSpec, read_spec

FACETS = ("tier", "state", "stage", "owner", "city")
_ORDER = ("sort", "direction", "after")
NO_CHANGES: Mapping[str, Any] = {}
_MOST = 200  # characters of one value


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for: the words of its address, and the list they mean."""

    words: Mapping[str, Sequence[str]]
    spec: ListSpec

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        return any(self.words.get(facet) for facet in FACETS)

    def chosen(self, facet: str) -> Sequence[str]:
        """The values of a filter."""
        return self.words.get(facet, ())

    def href(self, changes: Mapping[str, Any] = NO_CHANGES, *, path: str = "") -> str:
        """The address with some words changed to a value or several ("" or [] leaves one out). The place is forgotten
        unless given: another filter or order begins from the start.
        """
        words = {name: list(values) for name, values in self.words.items() if name != "after"}
        for name, value in changes.items():
            words[name] = [value] if isinstance(value, str) else list(value)
        kept = {name: [value for value in values if value] for name, values in words.items()}
        query = urlencode({name: values for name, values in kept.items() if values}, doseq=True)
        return f"{path or reverse('customers')}{'?' if query else ''}{query}"


def read_asked(given: QueryDict) -> Asked:
    """Read the query of a list. Raises BadRequest or Refused for anything that no page of ours would ask."""
    words = dict(given.lists())
    if words.keys() - {*FACETS, *_ORDER} or any(len(value) > _MOST for values in words.values() for value in values):
        raise BadRequest("unknown parameter")
    if any(len(words[name]) > 1 for name in _ORDER if name in words):
        raise BadRequest("repeated parameter")
    words = {name: [value for value in values if value] for name, values in words.items()}
    words = {name: values for name, values in words.items() if values}
    spec = read_spec(words)
    for name, members in (("tier", spec.tiers), ("state", spec.states), ("stage", spec.stages)):
        if members:  # numbers are understood as well; our own addresses speak names
            words[name] = [member.name.lower() for member in members]
    return Asked(words, spec)
