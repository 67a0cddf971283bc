"""Roles: a page that a leader can read, the same in the documents, and sound in itself."""

from pathlib import Path

from django.utils import translation

from guanxi.identity.choices import Scope
from guanxi.identity.permissions import WORDS, Permission
from guanxi.identity.roles import ADMINISTRATOR, FIELD_WORDS, ROLES, TAKERS, roles_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"


def test_the_page_in_the_documents_is_the_page_of_the_program():
    """To renew it: write roles_page() to docs/roles.md and read what the change means."""
    with translation.override("en"):
        assert PAGE.read_text(encoding="utf-8") == roles_page()


def test_every_permission_and_every_field_has_words():
    assert set(WORDS) == set(Permission)
    assert {field for role in ROLES.values() for field in role.clear_fields} <= set(FIELD_WORDS)


def test_some_role_holds_each_permission_and_only_the_administrator_all():
    assert {permission for role in ROLES.values() for permission in role.permissions} == set(Permission)
    assert [name for name, role in ROLES.items() if role.permissions == frozenset(Permission)] == [ADMINISTRATOR]


def test_customers_and_work_are_given_to_whoever_may_answer_for_them():
    """Written by hand: a role that only looks, records or plans is given nobody."""
    assert TAKERS == ("admin", "leader", "manager")


def test_dangerous_rights_are_held_by_few():
    """Written by hand: whoever adds one of these rights to a role changes this table and says why."""
    holders = {
        permission: {name for name, role in ROLES.items() if permission in role.permissions}
        for permission in (
            Permission.ERASE_CUSTOMERS,
            Permission.ADMINISTER,
            Permission.EDIT_STAFF,
            Permission.VIEW_JOURNAL,
            Permission.DELETE_CUSTOMERS,
            Permission.EXPORT,
            Permission.REVEAL,
            Permission.APPROVE_OFFERS,
            Permission.REVIEW_CREDIT,
            Permission.END_HOLDINGS,
        )
    }
    assert holders == {
        Permission.ERASE_CUSTOMERS: {"admin"},
        Permission.ADMINISTER: {"admin"},
        Permission.EDIT_STAFF: {"admin"},
        Permission.VIEW_JOURNAL: {"admin"},
        Permission.DELETE_CUSTOMERS: {"admin", "leader"},
        Permission.EXPORT: {"admin", "leader", "marketer", "analyst"},
        Permission.REVEAL: {"admin", "leader", "manager"},
        Permission.APPROVE_OFFERS: {"admin", "leader"},  # never of an offer that one wrote oneself
        Permission.END_HOLDINGS: {"admin", "leader"},  # never of a program, never without notice
        Permission.REVIEW_CREDIT: {"admin", "leader", "reviewer"},  # never an appeal against one's own decision
    }


def test_who_sees_the_whole_firm_sees_no_names_except_the_administrator_and_who_writes_notices():
    clear = {name: role.clear_fields for name, role in ROLES.items() if role.scope == Scope.ALL}
    assert {name for name, fields in clear.items() if fields} == {ADMINISTRATOR, "reviewer"}
    assert clear["reviewer"] == {"name", "address"}


def test_who_reviews_the_whole_firm_changes_no_customer_and_sells_nothing():
    """Written by hand: a judge of customers is not whoever sells to them."""
    looks = {permission for permission in ROLES["reviewer"].permissions if permission.value.endswith(".view")}
    assert ROLES["reviewer"].permissions - looks == {Permission.VIEW_POOL, Permission.REVIEW_CREDIT}


def test_identity_numbers_are_clear_to_the_administrator_only():
    assert [name for name, role in ROLES.items() if "id_number" in role.clear_fields] == [ADMINISTRATOR]
