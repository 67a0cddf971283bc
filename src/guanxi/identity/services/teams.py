"""The tree of branches and teams: opened, renamed, moved, closed."""

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.choices import TeamKind
from guanxi.identity.models import Team
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act

MAX_NAME = 120


@transaction.atomic
def open_team(*, by: Principal, name: str, kind: TeamKind, parent: Team, is_demo: bool = False) -> Team:
    """Open a branch or team under `parent` and renumber the tree. Refused for no name, or a parent that is closed."""
    require(by, Permission.EDIT_STAFF)
    name = _checked(name)
    if parent.closed_on is not None:
        raise Refused("team.closed", _CLOSED, name=parent.name)
    team = Team.objects.create(name=name, kind=kind, parent=parent, is_demo=is_demo)
    renumber_teams()
    record_act("team.opened", by=by.actor, noun=Noun("team", team.code), payload={"name": name})
    team.refresh_from_db()
    return team


@transaction.atomic
def rename_team(team: Team, *, by: Principal, name: str) -> None:
    """Give a team, a branch or the firm's top another name. Refused for no name."""
    require(by, Permission.EDIT_STAFF)
    payload = {"old": team.name, "name": _checked(name)}
    if payload["old"] == payload["name"]:
        return
    team.name = payload["name"]
    team.save(update_fields=["name"])
    record_act("team.renamed", by=by.actor, noun=Noun("team", team.code), payload=payload)


@transaction.atomic
def move_team(team: Team, *, by: Principal, parent: Team) -> None:
    """Hang a team with all below it under another one: who sees whose customers follows from the next request on.

    Refused for the top of the tree, under itself or what hangs below it, and under a closed one.
    """
    require(by, Permission.EDIT_STAFF)
    if team.parent_id == parent.pk:
        return
    if team.parent_id is None:
        raise Refused("team.top", gettext_noop("The top of the tree stays where it is."))
    if team.lo <= parent.lo <= team.hi:
        raise Refused("team.below_itself", gettext_noop("{name} cannot hang below itself."), name=team.name)
    if parent.closed_on is not None:
        raise Refused("team.closed", _CLOSED, name=parent.name)
    team.parent = parent
    team.save(update_fields=["parent"])
    renumber_teams()
    record_act("team.moved", by=by.actor, noun=Noun("team", team.code), payload={"name": team.name, "to": parent.name})


@transaction.atomic
def close_team(team: Team, *, by: Principal) -> None:
    """Close a team nobody works in any more: it is offered nowhere, its history stays. Again changes nothing.

    Refused for the top, and while colleagues or open teams are in it. Customers of its pool stay in sight of those above.
    """
    require(by, Permission.EDIT_STAFF)
    if team.closed_on is not None:
        return
    if team.parent_id is None:
        raise Refused("team.top", gettext_noop("The top of the tree stays where it is."))
    if team.staff.filter(left_on=None).exists():
        raise Refused("team.has_staff", gettext_noop("Colleagues work in {name}: move them first."), name=team.name)
    if team.children.filter(closed_on=None).exists():
        raise Refused(
            "team.has_teams", gettext_noop("Teams hang below {name}: move or close them first."), name=team.name
        )
    team.closed_on = firm_day()
    team.save(update_fields=["closed_on"])
    record_act("team.closed", by=by.actor, noun=Noun("team", team.code), payload={"name": team.name})


_CLOSED = gettext_noop("{name} is closed.")


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise Refused("team.bad_name", gettext_noop("A name has 1 to {most} characters."), most=MAX_NAME)
    return name


def renumber_teams() -> None:
    """Number the tree in preorder (one read, one write of what moved). Teams are few: hundreds, not thousands."""
    children: dict[int | None, list[Team]] = {}
    for team in Team.objects.order_by("pk"):
        children.setdefault(team.parent_id, []).append(team)
    moved: list[Team] = []
    _number(None, 1, children, moved)
    Team.objects.bulk_update(moved, ["lo", "hi"])


def _number(parent: int | None, position: int, children: dict[int | None, list[Team]], moved: list[Team]) -> int:
    for team in children.get(parent, []):
        lo = position
        position = _number(team.pk, position + 1, children, moved)
        if (team.lo, team.hi) != (lo, position - 1):
            team.lo, team.hi = lo, position - 1
            moved.append(team)
    return position
