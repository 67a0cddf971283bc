"""Who is acting: a small frozen value that every service, query and permission takes as `by` or `principal`."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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


def portal_principal(code: str) -> Principal:
    """A customer in the portal, by the customer's code: no right of staff, no scope; the portal has its own queries."""
    return Principal(kind=PrincipalKind.PORTAL, code=code)


def delegated(owner: Principal, *, kind: PrincipalKind, code: str, permissions: Iterable[str]) -> Principal:
    """A token or agent that acts for `owner`: the rights named, as far as the owner holds them, on the owner's rows.

    Never more than the owner: what the owner loses, it loses at the same moment, because it is made anew each time.
    """
    if kind not in (PrincipalKind.TOKEN, PrincipalKind.AGENT):
        raise ValueError(f"{kind} does not act for somebody")
    return replace(owner, kind=kind, code=code, permissions=owner.permissions & frozenset(permissions))
