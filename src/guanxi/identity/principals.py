"""Who is acting: a small frozen value that every service, query and permission takes as `by` or `principal`."""

from dataclasses import dataclass, field
from enum import StrEnum

from guanxi.identity.choices import Scope
from guanxi.journal.rules import Actor


class PrincipalKind(StrEnum):
    ANONYMOUS = "anonymous"
    STAFF = "staff"
    PORTAL = "portal"
    TOKEN = "token"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True)
class Principal:
    """One actor with the rights of this moment.

    `team_ids` is the expanded list of the teams whose customers the scope covers (empty for OWN and ALL).
    `clear_fields` names the personal fields shown unmasked.
    """

    kind: PrincipalKind
    code: str
    role: str = ""
    staff_id: int | None = None
    team_id: int | None = None
    scope: Scope = Scope.NONE
    team_ids: tuple[int, ...] = ()
    permissions: frozenset[str] = field(default_factory=frozenset)
    clear_fields: frozenset[str] = field(default_factory=frozenset)
    is_active: bool = True
    name: str = ""

    @property
    def actor(self) -> Actor:
        """How the journal names this principal."""
        return Actor(kind=self.kind.value, code=self.code)


ANONYMOUS = Principal(kind=PrincipalKind.ANONYMOUS, code="")
