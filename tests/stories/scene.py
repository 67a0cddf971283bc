"""The cast of stories, signals and actions: one firm, two branches, their people, and customers in fixed places."""

import datetime as dt
from dataclasses import dataclass, field

from guanxi.ground import clock
from guanxi.identity import services as identity
from guanxi.identity.choices import TeamKind
from guanxi.identity.models import Staff, Team
from guanxi.identity.principals import Principal
from guanxi.identity.queries import principal_of_staff, system_principal
from guanxi.identity.services import NewStaff
from guanxi.record.customers.choices import Stage, Tier
from guanxi.record.customers.models import Customer
from tests.keeping import kept
from tests.trusting import trust_detectors

SYSTEM = system_principal("command")


@dataclass
class Scene:
    """Branch North with the teams Oak (manager Lin, colleague Mo, leader Gao, reader Du) and Elm (manager Wu); South with leader Xu."""

    staff: dict[str, Staff] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    def person(self, name: str) -> Principal:
        """The principal of a member of staff with the rights of this moment."""
        return principal_of_staff(self.staff[name])

    def customer(self, name: str, owner: str | None = "lin", *, team: str | None = None, **fields: object) -> Customer:
        """A customer of `owner`; without one, of the pool of `team` (None: of the whole firm)."""
        now = clock.now()
        place = self.staff[owner].team if owner else self.teams[team] if team else None
        values: dict[str, object] = {
            "name": name,
            "owner": self.staff[owner] if owner else None,
            "team": place,
            "stage": Stage.CUSTOMER,
            "tier": Tier.NONE,
            "created_on": dt.date(2020, 1, 1),
            "created_at": now,
            "updated_at": now,
        }
        return Customer.objects.create(**values | fields)


def build_scene(*, currency: str = "CNY", language: str = "zh-hans", margin_rate_ppm: int = 1_000_000) -> Scene:
    """The firm with its teams and people, in an empty record."""
    terms = (currency, language, margin_rate_ppm)
    return kept(("stories", *terms), lambda: _found(*terms))


def _found(currency: str, language: str, margin_rate_ppm: int) -> Scene:
    firm = identity.found_firm(by=SYSTEM, name="合众", currency=currency, zone="Asia/Shanghai", language=language)
    firm.margin_rate_ppm = margin_rate_ppm
    # what each story asks of Today is its own: the quarterly touch of tier B (SEG-03) has its tests with the decisions and the demo
    firm.thresholds = {"decisions.touch_share": 0}
    firm.save()
    scene = Scene()
    top = Team.objects.get(parent=None)
    for name, kind, parent in (
        ("north", TeamKind.BRANCH, top),
        ("oak", TeamKind.TEAM, "north"),
        ("elm", TeamKind.TEAM, "north"),
        ("south", TeamKind.BRANCH, top),
    ):
        above = scene.teams[parent] if isinstance(parent, str) else parent
        scene.teams[name] = identity.open_team(by=SYSTEM, name=name, kind=kind, parent=above)
    for name, role, team in (
        ("lin", "manager", "oak"),
        ("mo", "manager", "oak"),
        ("gao", "leader", "oak"),
        ("du", "reader", "oak"),
        ("fei", "service", "oak"),
        ("mei", "marketer", "north"),
        ("wu", "manager", "elm"),
        ("xu", "leader", "south"),
    ):
        scene.staff[name] = identity.take_on_staff(
            by=SYSTEM, person=NewStaff(name=name, role=role, team=Team.objects.get(pk=scene.teams[team].pk))
        )
    trust_detectors(by=SYSTEM)
    return scene
