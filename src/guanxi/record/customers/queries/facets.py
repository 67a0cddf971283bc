"""From a list's filters and a principal's reach to SQL on index entries alone: the one place where such SQL is built.

Only our own names and integers are written into the text; everything else is a parameter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.customers.choices import State, Tier
from guanxi.record.customers.list_indexes import BY_VALUE, OF_CITY, OF_OWNER, OF_STAGE, OF_TEAM, TABLE, ListIndex
from guanxi.record.customers.permissions import Reach
from guanxi.record.customers.rules.listing import ListSpec

NONE = 0  # stands for "no owner" and "no team"


@dataclass(frozen=True, slots=True)
class Facets:
    """What each facet may be. `states` and `tiers` are always listed (a missing facet is enumerated, never skipped);
    None elsewhere means anything. `owners` and `teams` may hold NONE. `owned` leaves the pool out.
    """

    states: tuple[int, ...]
    tiers: tuple[int, ...]
    stages: tuple[int, ...] | None = None
    owners: tuple[int, ...] | None = None
    teams: tuple[int, ...] | None = None
    cities: tuple[int, ...] | None = None
    owned: bool = False

    @property
    def is_empty(self) -> bool:
        """True when no customer can match."""
        return () in (self.states, self.tiers, self.stages, self.owners, self.teams, self.cities)

    def only(self, facet: str, member: int) -> "Facets":
        """The same with one member of `tiers` or `states`."""
        return replace(self, tiers=(member,)) if facet == "tiers" else replace(self, states=(member,))

    def gathering(self) -> list[str]:
        """Return the conditions (one a part; the parts do not overlap) that find exactly the matching index entries."""
        if self.owners is not None and NONE not in self.owners:
            return [self._on(OF_OWNER, _among("owner_id", self.owners))]
        if self.cities is not None:
            return [self._on(OF_CITY, _among("city_id", self.cities))]
        if self.teams is not None:
            ids = tuple(team for team in self.teams if team != NONE)
            parts = [self._on(OF_TEAM, _among("team_id", ids))] if ids else []
            return parts + ([self._on(OF_TEAM, "team_id IS NULL")] if NONE in self.teams else [])
        if self.owners is not None:
            ids = tuple(owner for owner in self.owners if owner != NONE)
            parts = [self._on(OF_OWNER, _among("owner_id", ids))] if ids else []
            return [*parts, self._on(OF_OWNER, "owner_id IS NULL")]
        if self.stages is not None:
            return [self._on(OF_STAGE, "")]
        return [self._on(BY_VALUE, "")]

    def riding(self) -> str:
        """Return the condition on what rides along in a sorting index: all but state and tier, kept off the planner."""
        parts = []
        if self.stages is not None:
            parts.append(_among(_aside("stage"), self.stages))
        if self.cities is not None:
            parts.append(_among(_aside("city_id"), self.cities))
        if self.teams is not None:
            parts.append(_among(_or_none("team_id", self.teams), self.teams))
        if self.owners is not None:
            parts.append(_among(_or_none("owner_id", self.owners), self.owners))
        if self.owned:
            parts.append(f"{_aside('owner_id')} IS NOT NULL")
        return "".join(f" AND {part}" for part in parts)

    def _on(self, index: ListIndex, leading: str) -> str:
        """What follows FROM: every key of the index is bound, the other facets ride; SQLite is told the index by name."""
        rest = replace(
            self,
            owners=None if index is OF_OWNER else self.owners,
            cities=None if index is OF_CITY else self.cities,
            teams=None if index is OF_TEAM else self.teams,
            stages=None if "stage" in index.keys else self.stages,
            owned=self.owned and index is not OF_OWNER,
        )
        parts = ["gone = 0", *([leading] if leading else [])]
        if "stage" in index.keys and self.stages is not None:
            parts.append(_among("stage", self.stages))
        parts += [_among("state", self.states), _among("tier", self.tiers)]
        hint = "" if on_postgresql() else f" INDEXED BY {index.name}"
        return f"{TABLE}{hint} WHERE {' AND '.join(parts)}{rest.riding()}"


def facets_of(spec: ListSpec, reach: Reach) -> Facets:
    """Return what a list may show: the filters asked for, cut to what the principal sees."""
    owners: tuple[int, ...] | None = None
    if spec.owners or spec.pool:
        owners = (*spec.owners, *([NONE] if spec.pool else []))
    teams: tuple[int, ...] | None = spec.teams or None
    if reach.owner_id:
        owners = _common(owners, (reach.owner_id,))
    if reach.team_ids:
        teams = _common(teams, (*reach.team_ids, *([NONE] if reach.pool else [])))
    if not reach.pool and owners is not None:
        owners = tuple(owner for owner in owners if owner != NONE)
    if reach.nobody:
        owners = ()
    return Facets(
        states=_sorted(spec.states or State),
        tiers=_sorted(spec.tiers or Tier),
        stages=_sorted(spec.stages) if spec.stages else None,
        owners=None if owners is None else _sorted(owners),
        teams=None if teams is None else _sorted(teams),
        cities=_sorted(spec.cities) if spec.cities else None,
        owned=not reach.pool and owners is None,
    )


def _common(asked: tuple[int, ...] | None, seen: tuple[int, ...]) -> tuple[int, ...]:
    return seen if asked is None else tuple(key for key in asked if key in seen)


def _sorted(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({int(value) for value in values}))


def _among(column: str, values: Iterable[int]) -> str:
    return f"{column} IN ({', '.join(str(int(value)) for value in values)})"


def _aside(column: str) -> str:
    """The column as an expression, which no index search uses."""
    return f"({column} + 0)" if on_postgresql() else f"+{column}"


def _or_none(column: str, values: Iterable[int]) -> str:
    return f"COALESCE({column}, {NONE})" if NONE in values else _aside(column)
