"""People: taken on, given roles and teams, leaving, coming back."""

from contextlib import suppress
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.pinyin import name_key
from guanxi.identity.models import Account, Staff, Team
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.identity.roles import ADMINISTRATOR, ROLES
from guanxi.identity.services.teams import renumber_teams
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
def take_on_staff(*, by: Principal, person: NewStaff) -> Staff:
    """Take on a member of staff, with an account where an e-mail is given.

    Refused for an unknown role or an e-mail already in use.
    """
    require(by, Permission.EDIT_STAFF)
    _known_role(person.role)
    staff = Staff(
        name=person.name,
        name_key=name_key(person.name),
        team=person.team,
        role=person.role,
        title=person.title,
        reference=person.reference,
        account=_open_account(person.email, person.password) if person.email else None,
        is_demo=person.is_demo,
    )
    if person.code:
        staff.code = person.code
    staff.save()
    record_act("staff.taken_on", by=by.actor, noun=Noun("staff", staff.code), payload={"role": staff.role})
    return staff


@transaction.atomic
def change_role(*, by: Principal, staff: Staff, role: str) -> None:
    """Give a colleague another role; it counts from the next request on. Refused for the last administrator."""
    require(by, Permission.EDIT_STAFF)
    _known_role(role)
    if staff.role == role:
        return
    if role != ADMINISTRATOR:
        _keep_an_administrator(staff)
    payload = {"old": staff.role, "new": role}
    staff.role = role
    staff.save(update_fields=["role"])
    record_act("staff.role_changed", by=by.actor, noun=Noun("staff", staff.code), payload=payload)


@transaction.atomic
def describe_staff(staff: Staff, *, by: Principal, name: str, title: str, reference: str) -> None:
    """Change what a colleague is called: name, title, the firm's own number. Refused for no name."""
    require(by, Permission.EDIT_STAFF)
    name = " ".join(name.split())
    if not name:
        raise Refused("staff.no_name", gettext_noop("A colleague needs a name."))
    changes = {"name": name, "title": title.strip(), "reference": reference.strip()}
    if all(getattr(staff, field) == value for field, value in changes.items()):
        return
    for field, value in (changes | {"name_key": name_key(name)}).items():
        setattr(staff, field, value)
    staff.save(update_fields=[*changes, "name_key"])
    record_act("staff.described", by=by.actor, noun=Noun("staff", staff.code))


@transaction.atomic
def move_staff(*, by: Principal, staff: Staff, team: Team) -> None:
    """Put a colleague into another team. The customers owned move with the owner: their own service is called after this."""
    require(by, Permission.EDIT_STAFF)
    if staff.team_id == team.pk:
        return
    staff.team = team
    staff.save(update_fields=["team"])
    record_act("staff.moved", by=by.actor, noun=Noun("staff", staff.code), payload={"team": team.code})


@transaction.atomic
def end_employment(*, by: Principal, staff: Staff) -> None:
    """A colleague leaves: every right, session and way in ends at once; what they did stays. Again changes nothing.

    Customers and open work are handed over by the services of those nouns. Refused for the last administrator.
    """
    require(by, Permission.EDIT_STAFF)
    if staff.left_on is not None:
        return
    _keep_an_administrator(staff)
    staff.left_on = firm_day()
    staff.save(update_fields=["left_on"])
    _let_in(staff, is_active=False)
    record_act("staff.left", by=by.actor, noun=Noun("staff", staff.code), payload={"on": staff.left_on.isoformat()})


@transaction.atomic
def resume_employment(*, by: Principal, staff: Staff) -> None:
    """Somebody who had left is back, with role, team and account of then; the account needs a new password.

    Nothing happens to who never left.
    """
    require(by, Permission.EDIT_STAFF)
    if staff.left_on is None:
        return
    _known_role(staff.role)
    staff.left_on = None
    staff.save(update_fields=["left_on"])
    _let_in(staff, is_active=True)
    record_act("staff.returned", by=by.actor, noun=Noun("staff", staff.code), payload={"role": staff.role})


@transaction.atomic
def give_account(*, by: Principal, staff: Staff, email: str, password: str) -> None:
    """Let a colleague without an account sign in. Refused for one who has an account or has left, an e-mail that is in
    use, a weak password.
    """
    require(by, Permission.EDIT_STAFF)
    if staff.account is not None or staff.left_on is not None:
        raise Refused("account.not_needed", gettext_noop("{name} has an account, or has left."), name=staff.name)
    staff.account = _open_account(email, password)
    staff.save(update_fields=["account"])
    record_act("account.opened", by=by.actor, noun=Noun("staff", staff.code))


@transaction.atomic
def set_password(*, by: Principal, staff: Staff, password: str) -> None:
    """Give a colleague's account a new password; their other sessions end. Refused without account or when too weak."""
    require(by, Permission.EDIT_STAFF)
    if staff.account is None:
        raise Refused("account.none", gettext_noop("{name} has no account to sign in with."), name=staff.name)
    staff.account.set_password(_strong(password, staff.account))
    staff.account.save(update_fields=["password"])
    record_act("account.password_set", by=by.actor, noun=Noun("staff", staff.code))


@transaction.atomic
def remove_demo_staff(*, by: Principal) -> list[str]:
    """The demo's people, accounts and teams go. Who something of the firm's own still refers to stays, as one who has left.

    Returns the names of those who stay. Not for a demo that is still declared one: its sign-ins would stay open.
    """
    require(by, Permission.ADMINISTER)
    stay = [staff.name for staff in Staff.objects.filter(is_demo=True).select_related("account") if not _gone(staff)]
    for team in Team.objects.filter(is_demo=True).order_by("-lo"):
        with suppress(ProtectedError):
            team.delete()
    renumber_teams()
    record_act("staff.demo_removed", by=by.actor, noun=Noun("firm", "1"), payload={"stay": stay})
    return stay


def _gone(staff: Staff) -> bool:
    """Whether a person of the demo could be removed; otherwise left today, without a way in."""
    account = staff.account
    try:
        staff.delete()
    except ProtectedError:
        staff.left_on = firm_day()
        staff.account = None
        staff.save(update_fields=["left_on", "account"])
    if account is not None:
        account.delete()
    return staff.pk is None


def _open_account(email: str, password: str) -> Account:
    email = email.strip().lower()
    if Account.objects.filter(email=email).exists():
        raise Refused("account.email_taken", gettext_noop("Somebody already signs in with {email}."), email=email)
    account = Account(email=email)
    account.set_password(_strong(password, account) if password else None)
    account.save()
    return account


def _known_role(role: str) -> None:
    if role not in ROLES:
        raise Refused("staff.unknown_role", gettext_noop("There is no role “{role}”."), role=excerpt(role))


def _keep_an_administrator(staff: Staff) -> None:
    """Refuse to lock everybody out: somebody who can sign in must remain administrator."""
    if staff.role != ADMINISTRATOR or staff.left_on is not None or staff.account_id is None:
        return
    others = Staff.objects.select_for_update().filter(role=ADMINISTRATOR, left_on=None, account__is_active=True)
    if not others.exclude(pk=staff.pk).exists():
        raise Refused("staff.last_admin", gettext_noop("{name} is the last administrator."), name=staff.name)


def _let_in(staff: Staff, *, is_active: bool) -> None:
    if staff.account is not None:
        staff.account.is_active = is_active
        if not is_active:
            staff.account.set_unusable_password()  # so that no session of before revives when the account does
        staff.account.save(update_fields=["is_active", "password"])


def _strong(password: str, account: Account) -> str:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused("account.weak_password", "{problem}", problem=" ".join(error.messages)) from error
    return password
