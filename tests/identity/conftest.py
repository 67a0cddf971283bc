"""A small firm: two branches with teams, for everything that asks who may."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def firm(db) -> SimpleNamespace:
    """The firm with branch north (teams oak, elm) and branch south (team fir); `team` is oak."""
    from guanxi.identity import queries, services
    from guanxi.identity.choices import TeamKind
    from guanxi.identity.models import Team

    by = queries.system_principal()
    found = services.found_firm(by=by, name="合众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    made = {"top": queries.top_team()}
    for name, kind, above in (
        ("north", TeamKind.BRANCH, "top"),
        ("oak", TeamKind.TEAM, "north"),
        ("elm", TeamKind.TEAM, "north"),
        ("south", TeamKind.BRANCH, "top"),
        ("fir", TeamKind.TEAM, "south"),
    ):
        made[name] = services.open_team(by=by, name=name, kind=kind, parent=made[above])
    teams = {name: Team.objects.get(pk=team.pk) for name, team in made.items()}
    return SimpleNamespace(firm=found, team=teams["oak"], **teams)


@pytest.fixture(autouse=True)
def _quick_hashing(settings):
    """A password costs 100 ms on purpose; a test that measures it sets the real hasher itself."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
