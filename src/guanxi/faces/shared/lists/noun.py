"""What a list page needs to know of a noun beside its sheet: how it is read, drawn and called. One declaration a noun."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.faces.shared.lists.rows import Drawing
from guanxi.faces.shared.look import Look
from guanxi.ground.sheets import Listed, Question, Sheet
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal

Choices = Sequence[tuple[str, str]]  # (value, label)


@dataclass(frozen=True)
class OpenFilter:
    """A filter whose values are rows of a table: those on offer, or only the names of given values."""

    offered: Callable[[Look], Choices] | None = None
    named: Callable[[Sequence[str], Look], Mapping[str, str]] | None = None

    def names(self, values: Sequence[str], look: Look) -> Mapping[str, str]:
        """What the values are called; one that is out of sight has no name."""
        if self.named is not None:
            return self.named(values, look)
        return {value: label for value, label in self.offered(look) if value in values} if self.offered else {}


@dataclass(frozen=True)
class Preset:
    """A quick filter: what it is called, and its condition as addresses write it."""

    label: object
    where: str


@dataclass(frozen=True)
class BulkOffer:
    """An act on several rows: what it is called, the name of its address, the right it needs."""

    label: object
    place: str
    permission: Permission


@dataclass(frozen=True)
class Beginning:
    """How the first row comes without a file: what the button says, the name of its address, the right it needs."""

    label: object
    place: str
    permission: Permission


@dataclass(frozen=True)
class ListedNoun:
    """`name` is the name of the list's address; `nothing` and `why` are what an empty list says; `opens` that of a row's
    page by code ("": rows open nothing), for whoever holds `opened_by`; `imports` the kind of file that brings more;
    `begins`: how the first one comes otherwise;
    `hides`: columns that say the same in every row of somebody's own; `presets`: usual conditions on a day other than the
    usual ones; `bulk`: acts on several rows, which are then chosen by ticks; `chosen` says how many
    ({count}) where rows are no people;
    `walks`: the orders that stay on offer where more rows fit than are counted (none named: all of them);
    `remark`: what is to be said below rows with these columns, and the address that says more.
    """

    name: str
    sheet: Sheet
    permission: Permission
    read: Callable[[Question, Principal], Listed[Any]]
    drawing: Drawing
    counted: Callable[[int], str]
    nothing: object
    why: object
    opens: str = ""
    opened_by: Permission | None = None
    imports: str = ""
    begins: Beginning | None = None
    quick: tuple[Preset, ...] = ()
    open_filters: Mapping[str, OpenFilter] = field(default_factory=dict)
    hides: frozenset[str] = frozenset()
    presets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    walks: frozenset[str] = frozenset()
    bulk: tuple[BulkOffer, ...] = ()
    chosen: object = ""
    remark: Callable[[Sequence[str], Sequence[Any]], tuple[str, str] | None] = lambda _columns, _rows: None

    def opens_for(self, principal: Principal) -> str:
        """Where this person's rows lead; "" for nowhere."""
        return self.opens if self.opened_by is None or may(principal, self.opened_by) else ""

    def bulk_for(self, principal: Principal) -> list[BulkOffer]:
        """What this person may do to several rows at once."""
        return [one for one in self.bulk if may(principal, one.permission)]
