"""The page that a leader reads: each role, what it may do, whose customers it sees, which fields it sees in clear.

Roles are code, not data: a change of rights is reviewed like any other change and the permission matrix test
(`tests/identity/matrix.py`) holds the expected answer in a table written by hand.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.identity.choices import Scope
from guanxi.identity.permissions import WORDS
from guanxi.identity.permissions import Permission as P


@dataclass(frozen=True)
class Role:
    """`clear_fields`: personal fields shown unmasked; all others are masked or absent (`readable_fields`)."""

    name: str
    label: str | Promise
    description: str | Promise
    scope: Scope
    permissions: frozenset[P]
    clear_fields: frozenset[str] = frozenset()


_LOOK = {
    P.VIEW_CUSTOMERS,
    P.VIEW_HOLDINGS,
    P.VIEW_DEALINGS,
    P.VIEW_CONVERSATIONS,
    P.VIEW_SIGNALS,
    P.VIEW_STANDING,
    P.VIEW_ACTIONS,
    P.VIEW_CATALOGUE,
    P.VIEW_OFFERS,
    P.VIEW_STAFF,
}
_CARE = {
    P.CREATE_CUSTOMERS,
    P.EDIT_CUSTOMERS,
    P.EDIT_CONSENTS,
    P.LOG_CONVERSATIONS,
    P.ANSWER_ACTIONS,
    P.HAND_OVER_ACTIONS,
    P.JUDGE_SIGNALS,
    P.RECOGNISE,
}
_CONTACT = frozenset({"name", "phone", "email", "address", "birthday"})

ADMINISTRATOR = "admin"
LEADER = "leader"

ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role(
            "manager",
            _("Customer manager"),
            _("Looks after own customers: sees, records, answers the day's actions."),
            Scope.OWN,
            frozenset(_LOOK | _CARE | {P.REVEAL}),
            _CONTACT | {"plate"},
        ),
        Role(
            LEADER,
            _("Team leader"),
            _(
                "Leads a team: everything a manager may, for the team and below; the pool, assignment, files; approves offers."
            ),
            Scope.TEAM,
            frozenset(
                _LOOK
                | _CARE
                | {P.VIEW_POOL, P.ASSIGN_CUSTOMERS, P.DELETE_CUSTOMERS, P.MERGE_CUSTOMERS, P.REVEAL, P.IMPORT, P.EXPORT}
                | {P.APPROVE_OFFERS, P.REVIEW_CREDIT, P.REHEARSE, P.JUDGE_DETECTORS, P.WORK_ON_CAUSES}
                | {P.ENTER_COSTS, P.END_HOLDINGS}
            ),
            _CONTACT | {"plate"},
        ),
        Role(
            "service",
            _("Service agent"),
            _("Recognises whoever calls, in the whole branch, and records what was said."),
            Scope.BRANCH,
            frozenset(_LOOK | {P.EDIT_CUSTOMERS, P.EDIT_CONSENTS, P.LOG_CONVERSATIONS, P.RECOGNISE}),
            frozenset({"name"}),
        ),
        Role(
            "marketer",
            _("Marketer"),
            _("Sees the whole firm without names in clear, makes its offers; no changes to customers."),
            Scope.ALL,
            frozenset(_LOOK | {P.VIEW_POOL, P.EXPORT, P.EDIT_OFFERS, P.EDIT_POLICY, P.REHEARSE, P.ENTER_COSTS}),
        ),
        Role(
            "analyst",
            _("Analyst"),
            _("Reads figures of the whole firm, names masked; may run estimates and exports."),
            Scope.ALL,
            frozenset(_LOOK | {P.VIEW_POOL, P.EXPORT, P.RUN_REFRESH, P.REHEARSE, P.JUDGE_DETECTORS, P.ENTER_COSTS}),
        ),
        Role(
            "reviewer",
            _("Risk reviewer"),
            _(
                "Looks at credit cases and at reviews of claims of the whole firm and decides them, with a second person where it "
                "takes two; writes to customers by name, sells nothing."
            ),
            Scope.ALL,
            frozenset(_LOOK | {P.VIEW_POOL, P.REVIEW_CREDIT}),
            frozenset({"name", "address"}),
        ),
        Role(
            "reader",
            _("Reader"),
            _("Looks, in the own team and below; changes nothing."),
            Scope.TEAM,
            frozenset(_LOOK),
            frozenset({"name"}),
        ),
        Role(
            ADMINISTRATOR,
            _("Administrator"),
            _("Sets up the firm: staff, teams, files, jobs; every right."),
            Scope.ALL,
            frozenset(P),
            _CONTACT | {"plate", "id_number", "account", "policy_number"},
        ),
    )
}

# Who can be given customers and work: whoever may see customers and answer for them.
TAKERS = tuple(sorted(name for name, role in ROLES.items() if {P.VIEW_CUSTOMERS, P.ANSWER_ACTIONS} <= role.permissions))

FIELD_WORDS: dict[str, str | Promise] = {
    "name": _("name"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "address": _("address"),
    "birthday": _("birthday"),
    "plate": _("number plate"),
    "id_number": _("identity number"),
    "account": _("account number"),
    "policy_number": _("policy number"),
}


def roles_page() -> str:
    """All roles as one page of Markdown in the active language: docs/roles.md is this page, and a test compares."""
    permissions = [
        [str(words), *("✓" if permission in role.permissions else "" for role in ROLES.values())]
        for permission, words in WORDS.items()
    ]
    fields = [
        [str(words), *("✓" if name in role.clear_fields else "" for role in ROLES.values())]
        for name, words in FIELD_WORDS.items()
    ]
    names = [str(role.label) for role in ROLES.values()]
    people = [[str(role.label), str(role.description), str(role.scope.label)] for role in ROLES.values()]
    return "\n\n".join(
        (
            "# " + str(_("Roles")),
            _table([str(_("Role")), str(_("What for")), str(_("Sees the customers of"))], people),
            "## " + str(_("What each role may do")),
            _table([str(_("May")), *names], permissions),
            "## " + str(_("What each role reads in clear")),
            str(_("Every other field of a person is masked: 138****8000, 1101**********123X, 张*.")),
            _table([str(_("Field")), *names], fields),
            "",
        )
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
