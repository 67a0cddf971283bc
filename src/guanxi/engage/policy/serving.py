"""How customers of each service model are served: what a contact covers, who serves, how many minutes it takes (SEG-09). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.record.standing.choices import ServiceModel

MOST_POINTS, MOST_POINT, MOST_WHO, MOST_MINUTES = 10, 200, 80, 480

_NO_POINTS = gettext_noop("One to {most} points, each in a line of at most {long} characters.")
_NO_WHO = gettext_noop("Say who serves, in at most {most} characters.")
_NO_MINUTES = gettext_noop("A contact takes from 1 to {most} minutes.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a contact of a service model covers, point by point, who serves these customers, and minutes a contact."""

    points: tuple[str | Promise, ...]
    served_by: str | Promise
    minutes: int


DEFAULTS: Final[Mapping[ServiceModel, Plan]] = {
    ServiceModel.ADVISER: Plan(
        (
            _("What has changed in the business or the family"),
            _("How the last advice turned out"),
            _("What is planned for the next twelve months, and what it needs"),
            _("Risks that nobody has covered"),
            _("Who else decides, and whom to meet next"),
        ),
        _("one personal adviser, with a specialist where needed"),
        60,
    ),
    ServiceModel.ONE_STOP: Plan(
        (
            _("What was asked for last time is done"),
            _("All products in one look: what ends soon, what is not used"),
            _("Address, phone and what they agree to are right"),
            _("One thing that would make it easier"),
        ),
        _("the customer manager at the branch"),
        30,
    ),
    ServiceModel.TECHNOLOGY: Plan(
        (
            _("The question is solved in this contact"),
            _("They know how to do it themselves next time"),
            _("They know how to reach a person and how to complain"),
        ),
        _("app, web and hotline; a person on request"),
        10,
    ),
}


def checked_plan(points: str, served_by: str, minutes: int) -> Plan:
    """A plan as it was written, a point a line. Raises Refused."""
    lines = tuple(line.strip() for line in checked(points).splitlines() if line.strip())
    if not 1 <= len(lines) <= MOST_POINTS or any(len(line) > MOST_POINT for line in lines):
        raise Refused("policy.no_points", _NO_POINTS, most=MOST_POINTS, long=MOST_POINT)
    who = checked(served_by).strip()
    if not who or len(who) > MOST_WHO or "\n" in who:
        raise Refused("policy.no_who", _NO_WHO, most=MOST_WHO)
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refused("policy.no_minutes", _NO_MINUTES, most=MOST_MINUTES)
    return Plan(lines, who, minutes)


def contacts_in(hours: int, plan: Plan) -> int:
    """How many contacts of a plan fit into so many hours."""
    return hours * 60 // plan.minutes
