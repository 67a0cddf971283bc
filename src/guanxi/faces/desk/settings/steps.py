"""The first steps of a new person at the desk: each leads to the place where it is done. Progress is kept with the account."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal


@dataclass(frozen=True)
class Step:
    """One step: what, why it is worth it, and the address where it is done. `sets_up`: a step of who sets up the firm."""

    name: str
    label: str | Promise
    why: str | Promise
    place: str
    permission: Permission | None = None
    query: str = ""
    args: tuple[str, ...] = ()
    sets_up: bool = False

    @property
    def href(self) -> str:
        """Where it is done."""
        return reverse(self.place, args=self.args) + self.query


@dataclass(frozen=True)
class StepLine:
    """A step as the list shows it."""

    step: Step
    mark: str


STEPS = (
    Step(
        "firm",
        _("Answer five questions about the firm"),
        _("How many customers a day, who is best, how soon to call: the desk starts from it."),
        "start_questions",
        Permission.ADMINISTER,
    ),
    Step(
        "teams",
        _("Open branches and teams"),
        _("Who sees whose customers follows from them."),
        "teams",
        Permission.ADMINISTER,
        sets_up=True,
    ),
    Step(
        "people",
        _("Take on your colleagues"),
        _("Each has a role, and the role says what they may do."),
        "people",
        Permission.ADMINISTER,
        sets_up=True,
    ),
    Step(
        "bring",
        _("Bring in customers, then dealings"),
        _("From files; every import is tried first and can be taken back."),
        "import_new",
        Permission.IMPORT,
        args=("customers",),
        sets_up=True,
    ),
    Step(
        "compute",
        _("Compute the figures"),
        _("Tiers, signals and the list of the day; from then on every night."),
        "jobs",
        Permission.ADMINISTER,
        sets_up=True,
    ),
    Step("look", _("Say how pages should look"), _("Language, light or dark, how close the rows stand."), "my_settings"),
    Step(
        "find",
        _("Find a customer by the last four digits"),
        _("Press / on any page; a name, its initials, a plate or a whole number do as well."),
        "search",
        Permission.VIEW_CUSTOMERS,
    ),
    Step(
        "act",
        _("Answer the first customer of today"),
        _("Open the line, read why, then 1 done, 2 not now because, 3 hand over."),
        "today",
        Permission.ANSWER_ACTIONS,
    ),
    Step(
        "narrow",
        _("Narrow your list to tier A"),
        _("Conditions stand as chips above the list; a list that is of use is kept by name."),
        "customers",
        Permission.VIEW_CUSTOMERS,
    ),
    Step(
        "account",
        _("Set up the second step of signing in"),
        _("A stolen password alone then opens nothing."),
        "mfa_index",
    ),
)  # fmt: skip


def first_steps(kept: Mapping[str, str], principal: Principal) -> list[StepLine]:
    """The steps for a person, while there is one left and the list was not put away; [] afterwards."""
    if kept.get("") == "skipped":
        return []
    sets_up = may(principal, Permission.ADMINISTER)
    mine = [
        step
        for step in STEPS
        if (step.permission is None or may(principal, step.permission))
        and (step.permission is None or step.sets_up == sets_up)
    ]
    lines = [StepLine(step, kept.get(step.name, "")) for step in mine]
    return lines if any(not line.mark for line in lines) else []
