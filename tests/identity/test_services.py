"""Acts on people: taking on, roles, leaving, coming back; each with its right, its refusals and its line in the journal."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity import queries, services
from guanxi.identity.choices import Scope, TeamKind
from guanxi.identity.models import Account, Firm, Staff, Team
from guanxi.identity.permissions import Denied, Permission, may, require
from guanxi.identity.principals import ANONYMOUS, PrincipalKind, delegated, portal_principal
from guanxi.identity.roles import ROLES
from guanxi.journal.queries import acts_of
from guanxi.journal.rules import Noun

SYSTEM = queries.system_principal()

pytestmark = pytest.mark.django_db


@pytest.fixture
def take_on(firm):
    def take(name: str, role: str, team: str = "oak", email: str = "") -> Staff:
        person = services.NewStaff(name=name, role=role, team=getattr(firm, team), email=email)
        return services.take_on_staff(by=SYSTEM, person=person)

    return take


def _acts(staff: Staff) -> list[tuple[str, dict | None]]:
    return [(line.kind, line.payload) for line in acts_of(Noun("staff", staff.code))]


# ---- the firm and its tree


def test_there_is_one_firm(firm):
    with pytest.raises(Refused, match="already has a firm"):
        services.found_firm(by=SYSTEM, name="second", currency="GBP", zone="Europe/London", language="en")
    assert Firm.objects.count() == 1


@pytest.mark.parametrize(
    ("currency", "zone", "code"),
    [("XXX", "Asia/Shanghai", "money.unknown_currency"), ("cny", "Asia/Shanghai", "money.unknown_currency"),
     ("CNY", "Mars/Olympus", "clock.unknown_zone"), ("CNY", "", "clock.unknown_zone")],
)  # fmt: skip
def test_a_firm_needs_a_known_currency_and_zone(db, currency, zone, code):
    with pytest.raises(Refused) as refused:
        services.found_firm(by=SYSTEM, name="合众", currency=currency, zone=zone, language="zh-hans")
    assert (refused.value.code, Firm.objects.count(), Team.objects.count()) == (code, 0, 0)


def test_the_tree_is_numbered_in_preorder(firm):
    spans = {team.name: (team.lo, team.hi) for team in queries.teams_in_order()}
    assert spans == {"合众": (1, 6), "north": (2, 4), "oak": (3, 3), "elm": (4, 4), "south": (5, 6), "fir": (6, 6)}
    ash = services.open_team(by=SYSTEM, name="ash", kind=TeamKind.TEAM, parent=Team.objects.get(name="oak"))
    assert (ash.lo, ash.hi) == (4, 4)
    spans = {team.name: (team.lo, team.hi) for team in queries.teams_in_order()}
    assert spans == {
        "合众": (1, 7), "north": (2, 5), "oak": (3, 4), "ash": (4, 4), "elm": (5, 5), "south": (6, 7), "fir": (7, 7),
    }  # fmt: skip


# ---- who sees whom


@pytest.mark.parametrize(
    ("role", "team", "scope", "teams"),
    [
        ("manager", "oak", Scope.OWN, set()),
        ("leader", "oak", Scope.TEAM, {"oak"}),
        ("leader", "north", Scope.TEAM, {"north", "oak", "elm"}),
        ("reader", "elm", Scope.TEAM, {"elm"}),
        ("service", "oak", Scope.BRANCH, {"north", "oak", "elm"}),
        ("service", "fir", Scope.BRANCH, {"south", "fir"}),
        ("service", "top", Scope.BRANCH, {"合众", "north", "oak", "elm", "south", "fir"}),
        ("marketer", "oak", Scope.ALL, set()),
        ("admin", "oak", Scope.ALL, set()),
    ],
)
def test_a_scope_is_a_list_of_teams(firm, take_on, role, team, scope, teams):
    principal = queries.principal_of_staff(take_on("林一", role, team))
    names = set(Team.objects.filter(pk__in=principal.team_ids).values_list("name", flat=True))
    assert (principal.scope, names) == (scope, teams)


def test_a_principal_comes_with_its_account_but_for_the_teams_below(firm, take_on, django_assert_num_queries):
    """One query for account, staff and team; one more for the branch; none for the teams below a team without any."""
    made = {role: take_on(role, role, email=f"{role}@example.org").account for role in ("manager", "leader", "service")}
    for role, count in (("manager", 1), ("leader", 1), ("service", 2)):
        with django_assert_num_queries(count):
            principal = queries.principal_of(Account.objects.get(pk=made[role].pk))
        assert principal.role == role


def test_colleagues_of_the_branch_are_seen(firm, take_on):
    people = {name: take_on(name, "manager", team) for name, team in (("a", "oak"), ("b", "elm"), ("c", "fir"))}
    gone = take_on("d", "manager", "oak")
    services.end_employment(by=SYSTEM, staff=gone)
    seen = queries.staff_seen_by(queries.principal_of_staff(people["a"]))
    assert [person.name for person in seen] == ["a", "b"]
    assert [person.name for person in queries.staff_seen_by(SYSTEM)] == ["a", "b", "c"]
    assert queries.find_staff(people["c"].code, queries.principal_of_staff(people["a"])) is None
    assert queries.find_staff(people["b"].code, queries.principal_of_staff(people["a"])) == people["b"]
    for stranger in (ANONYMOUS, portal_principal("wang22222222")):
        assert list(queries.staff_seen_by(stranger)) == []


# ---- taking on


def test_taking_on_opens_an_account_and_is_journaled(firm):
    person = services.NewStaff(
        name="欧阳一", role="manager", team=firm.oak, email=" Ou@Example.org ", password="long-enough-1"
    )
    staff = services.take_on_staff(by=SYSTEM, person=person)
    assert (staff.account.email, staff.account.check_password("long-enough-1"), staff.name_key) == (
        "ou@example.org", True, "ou yang yi",
    )  # fmt: skip
    assert _acts(staff) == [("staff.taken_on", {"role": "manager"})]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": "wizard"}, "staff.unknown_role"),
        ({"email": "LIN@example.org"}, "account.email_taken"),
        ({"email": "new@example.org", "password": "short"}, "account.weak_password"),
    ],
)
def test_what_is_refused_when_taking_on_leaves_nothing(firm, take_on, change, code):
    take_on("林一", "manager", email="lin@example.org")
    person = replace(services.NewStaff(name="赵二", role="manager", team=firm.oak), **change)
    with pytest.raises(Refused) as refused:
        services.take_on_staff(by=SYSTEM, person=person)
    assert (refused.value.code, Staff.objects.count(), Account.objects.count()) == (code, 1, 1)


def test_a_new_role_counts_from_the_next_look(take_on):
    staff = take_on("林一", "reader", email="lin@example.org")
    before = queries.principal_of(staff.account)
    services.change_role(by=SYSTEM, staff=staff, role="leader")
    after = queries.principal_of(Account.objects.get())
    assert (may(before, Permission.MERGE_CUSTOMERS), may(after, Permission.MERGE_CUSTOMERS)) == (False, True)
    assert _acts(staff)[0] == ("staff.role_changed", {"old": "reader", "new": "leader"})
    services.change_role(by=SYSTEM, staff=staff, role="leader")
    assert len(_acts(staff)) == 2
    with pytest.raises(Refused, match="no role “wizard”"):
        services.change_role(by=SYSTEM, staff=staff, role="wizard")


def test_moving_changes_the_scope(firm, take_on):
    staff = take_on("林一", "leader", "oak")
    services.move_staff(by=SYSTEM, staff=staff, team=firm.north)
    assert len(queries.principal_of_staff(staff).team_ids) == 3
    assert _acts(staff)[0] == ("staff.moved", {"team": firm.north.code})


# ---- leaving


def test_leaving_ends_every_right_at_once_and_keeps_the_person(take_on):
    staff = take_on("林一", "manager", email="lin@example.org")
    held = queries.principal_of_staff(staff)
    with clock.frozen(datetime(2026, 3, 1, 16, 30, tzinfo=UTC)):  # already the 2nd in Shanghai
        services.end_employment(by=SYSTEM, staff=staff)
    staff.refresh_from_db()
    assert (staff.left_on, staff.account.is_active) == (date(2026, 3, 2), False)
    assert queries.principal_of(staff.account) is None
    after = queries.principal_of_staff(staff)
    assert not any(may(after, permission) for permission in Permission)
    assert may(held, Permission.VIEW_CUSTOMERS)  # what was handed out before lasts for that request only
    services.end_employment(by=SYSTEM, staff=staff)
    assert _acts(staff) == [("staff.left", {"on": "2026-03-02"}), ("staff.taken_on", {"role": "manager"})]


def test_who_comes_back_has_role_and_rows_again(take_on):
    staff = take_on("林一", "leader", "north", email="lin@example.org")
    services.end_employment(by=SYSTEM, staff=staff)
    services.resume_employment(by=SYSTEM, staff=staff)
    principal = queries.principal_of(Account.objects.get())
    assert (principal.role, len(principal.team_ids), principal.is_active) == ("leader", 3, True)
    assert _acts(staff)[0] == ("staff.returned", {"role": "leader"})
    services.resume_employment(by=SYSTEM, staff=staff)
    assert len(_acts(staff)) == 3


def test_the_last_administrator_cannot_be_lost(take_on):
    first = take_on("林一", "admin", email="a@example.org")
    take_on("无门", "admin")  # an administrator without account can administer nothing
    for act in (
        lambda: services.end_employment(by=SYSTEM, staff=first),
        lambda: services.change_role(by=SYSTEM, staff=first, role="reader"),
    ):
        with pytest.raises(Refused, match="last administrator"):
            act()
    second = take_on("赵二", "admin", email="b@example.org")
    services.end_employment(by=SYSTEM, staff=first)
    with pytest.raises(Refused, match="last administrator"):
        services.change_role(by=SYSTEM, staff=second, role="reader")
    assert Staff.objects.get(pk=second.pk).role == "admin"


def test_a_colleague_without_account_has_no_password(take_on):
    with pytest.raises(Refused, match="no account"):
        services.set_password(by=SYSTEM, staff=take_on("林一", "manager"), password="long-enough-1")


def test_a_colleague_taken_on_without_an_account_is_let_in_once(take_on):
    lin, zhao = take_on("林一", "manager"), take_on("赵二", "manager", email="zhao@example.org")
    for staff, email, password, said in (
        (lin, "zhao@example.org", "long-enough-1", "already signs in"),
        (lin, "lin@example.org", "short", "12"),
        (zhao, "other@example.org", "long-enough-1", "has an account"),
    ):
        with pytest.raises(Refused, match=said):
            services.give_account(by=SYSTEM, staff=staff, email=email, password=password)
        assert Account.objects.count() == 1
    services.give_account(
        by=SYSTEM, staff=Staff.objects.get(pk=lin.pk), email=" Lin@Example.org", password="long-enough-1"
    )
    account = Staff.objects.get(pk=lin.pk).account
    assert account.email == "lin@example.org" and account.check_password("long-enough-1")


# ---- who may do this


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_the_administrator_changes_people(firm, take_on, role):
    by = queries.principal_of_staff(take_on("林一", role))
    other, third = take_on("赵二", "manager", email="zhao@example.org"), take_on("孙四", "manager")
    person = services.NewStaff(name="钱三", role="manager", team=firm.oak)
    acts = [
        lambda: services.open_team(by=by, name="ash", kind=TeamKind.TEAM, parent=firm.oak),
        lambda: services.take_on_staff(by=by, person=person),
        lambda: services.change_role(by=by, staff=other, role="leader"),
        lambda: services.move_staff(by=by, staff=other, team=firm.elm),
        lambda: services.set_password(by=by, staff=other, password="long-enough-1"),
        lambda: services.give_account(by=by, staff=third, email="sun@example.org", password="long-enough-1"),
        lambda: services.end_employment(by=by, staff=other),
        lambda: services.resume_employment(by=by, staff=other),
    ]
    before = _people()
    if role == "admin":
        for act in acts:
            act()
        assert _people() != before
        return
    for act in acts:
        with pytest.raises(Denied):
            act()
        assert _people() == before


def _people() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Staff, Account, Team)]


# ---- tokens, agents, the portal


def test_whoever_acts_for_somebody_has_no_more_than_they(take_on):
    owner = queries.principal_of_staff(take_on("林一", "reader", "oak"))
    wanted = {Permission.VIEW_CUSTOMERS.value, Permission.DELETE_CUSTOMERS.value}
    token = delegated(owner, kind=PrincipalKind.TOKEN, code="t1", permissions=wanted)
    assert token.permissions == {Permission.VIEW_CUSTOMERS.value}
    assert (token.scope, token.team_ids, token.actor.kind, token.actor.code) == (
        Scope.TEAM,
        owner.team_ids,
        "token",
        "t1",
    )
    assert token.clear_fields == owner.clear_fields
    agent = delegated(token, kind=PrincipalKind.AGENT, code="a1", permissions=[p.value for p in Permission])
    assert agent.permissions == token.permissions
    with pytest.raises(ValueError, match="does not act for somebody"):
        delegated(owner, kind=PrincipalKind.STAFF, code="x", permissions=wanted)


def test_what_its_owner_loses_a_token_loses(take_on):
    staff = take_on("林一", "leader")
    services.end_employment(by=SYSTEM, staff=staff)
    owner = queries.principal_of_staff(staff)
    token = delegated(owner, kind=PrincipalKind.TOKEN, code="t1", permissions=owner.permissions)
    assert not any(may(token, permission) for permission in Permission)


@pytest.mark.parametrize("stranger", [ANONYMOUS, portal_principal("wang22222222")])
def test_strangers_may_nothing(stranger):
    for permission in Permission:
        with pytest.raises(Denied):
            require(stranger, permission)
    assert (stranger.scope, stranger.team_ids, stranger.clear_fields) == (Scope.NONE, (), frozenset())


# ---- one's own ways of seeing


def test_choices_of_appearance_are_kept_one_by_one(take_on):
    account = take_on("林一", "manager", email="lin@example.org").account
    services.choose_appearance(account=account, language="en", theme="dark")
    services.choose_appearance(account=account, density="compact")
    account.refresh_from_db()
    assert (account.language, account.theme, account.density) == ("en", "dark", "compact")
    services.choose_appearance(account=account, theme="")
    account.refresh_from_db()
    assert (account.language, account.theme) == ("en", "")


@pytest.mark.parametrize("choice", [{"language": "tlh"}, {"theme": "pink"}, {"density": "x" * 300}])
def test_a_choice_that_is_not_offered_is_refused(take_on, choice):
    account = take_on("林一", "manager", email="lin@example.org").account
    with pytest.raises(Refused, match="is not offered"):
        services.choose_appearance(account=account, **{"language": "en"} | choice)
    account.refresh_from_db()
    assert (account.language, account.theme, account.density) == ("", "", "")
