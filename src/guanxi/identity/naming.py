"""Codes and names of colleagues and teams for keys, and the other way; whoever asks has seen what they belong to."""

from collections.abc import Iterable

from guanxi.identity.models import Staff, Team
from guanxi.identity.queries import subtree
from guanxi.identity.roles import LEADER


def staff_ids_of(codes: Iterable[str]) -> list[int]:
    """Keys of colleagues by their codes, those who have left too; codes of nobody are left out."""
    return list(Staff.objects.filter(code__in=list(codes)).values_list("pk", flat=True))


def team_ids_below(codes: Iterable[str]) -> set[int]:
    """Keys of teams by their codes, with all below each."""
    teams = list(Team.objects.filter(code__in=list(codes)))
    return {key for team in teams for key in subtree(team)}


def names_of_staff(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(code, name) of colleagues by key, those who have left too."""
    return {
        key: (code, name)
        for key, code, name in Staff.objects.filter(pk__in=list(ids)).values_list("pk", "code", "name")
    }


def names_of_teams(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(code, name) of teams by key."""
    return {
        key: (code, name) for key, code, name in Team.objects.filter(pk__in=list(ids)).values_list("pk", "code", "name")
    }


def present_staff(ids: Iterable[int]) -> set[int]:
    """Those of some colleagues who have not left."""
    return set(Staff.objects.filter(pk__in=list(ids), left_on=None).values_list("pk", flat=True))


def first_leader() -> int | None:
    """Who leads the team nearest to the top, of several who came first: to whom work on the whole firm is proposed; else None."""
    leaders = Staff.objects.filter(left_on=None, role=LEADER).order_by("team__lo", "pk")
    return leaders.values_list("pk", flat=True).first()


def names_of_actors(codes: Iterable[str]) -> dict[str, str]:
    """Names of colleagues by code, as the journal names who did something; machines have none."""
    return dict(Staff.objects.filter(code__in=list(codes)).values_list("code", "name"))
