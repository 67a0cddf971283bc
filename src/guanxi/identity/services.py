"""Acts on the firm, its tree and its people."""

from dataclasses import dataclass

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.pinyin import name_key
from guanxi.identity.choices import TeamKind
from guanxi.identity.models import Account, Firm, Staff, Team
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.roles import ROLES
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act


@dataclass(frozen=True)
class NewStaff:
    """A person to take on. With `email` and `password` an account is made to sign in with."""

    name: str
    role: str
    team: Team
    email: str = ""
    password: str = ""
    title: str = ""
    reference: str = ""
    code: str = ""
    is_demo: bool = False


@transaction.atomic
def found_firm(*, by: Principal, name: str, currency: str, zone: str, language: str) -> Firm:
    """Write the one firm and the top of its tree. Refused when there is one already."""
    if Firm.objects.exists():
        raise Refused("firm.exists", gettext_noop("This installation already has a firm."))
    clock.zone_named(zone)
    firm = Firm.objects.create(pk=1, name=name, currency=currency, zone=zone, language=language, created_at=clock.now())
    Team.objects.create(name=name, kind=TeamKind.FIRM, lo=1, hi=1)
    record_act("firm.founded", by=by.actor, noun=Noun("firm", "1"), payload={"name": name, "currency": currency})
    return firm


@transaction.atomic
def open_team(*, by: Principal, name: str, kind: TeamKind, parent: Team, is_demo: bool = False) -> Team:
    """Open a branch or team under `parent` and renumber the tree."""
    require(by, Permission.EDIT_STAFF)
    team = Team.objects.create(name=name, kind=kind, parent=parent, is_demo=is_demo)
    renumber_teams()
    record_act("team.opened", by=by.actor, noun=Noun("team", team.code), payload={"name": name})
    team.refresh_from_db()
    return team


@transaction.atomic
def take_on_staff(*, by: Principal, person: NewStaff) -> Staff:
    """Take on a member of staff, with an account where an e-mail is given.

    Refused for an unknown role or an e-mail already in use.
    """
    require(by, Permission.EDIT_STAFF)
    if person.role not in ROLES:
        raise Refused("staff.unknown_role", gettext_noop("There is no role “{role}”."), role=person.role)
    staff = Staff(
        name=person.name,
        name_key=name_key(person.name),
        team=person.team,
        role=person.role,
        title=person.title,
        reference=person.reference,
        account=_open_account(person) if person.email else None,
        is_demo=person.is_demo,
    )
    if person.code:
        staff.code = person.code
    staff.save()
    record_act("staff.taken_on", by=by.actor, noun=Noun("staff", staff.code), payload={"role": staff.role})
    return staff


def _open_account(person: NewStaff) -> Account:
    email = person.email.strip().lower()
    if Account.objects.filter(email=email).exists():
        raise Refused("account.email_taken", gettext_noop("Somebody already signs in with {email}."), email=email)
    account = Account(email=email)
    account.set_password(person.password or None)
    account.save()
    return account


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
