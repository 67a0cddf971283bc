"""Quick filters above a list: those the noun came with, or those that an administrator chose for everybody."""

from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from guanxi.faces.shared.lists.asked import AskedList
from guanxi.faces.shared.lists.wording import condition_words, either
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Group
from guanxi.identity.permissions import Permission, may


@dataclass(frozen=True)
class Quick:
    """A quick filter: adds a group of conditions."""

    label: str
    group: Group


@dataclass(frozen=True)
class QuickChoice:
    """A quick filter that may be chosen for everybody: its group as an address carries it, whether it stands there now."""

    where: str
    label: str
    is_shown: bool


def quick_filters(asked: AskedList) -> list[Quick]:
    """The quick filters of a list: those chosen for everybody, else those it came with; without what this person may not
    ask.
    """
    came = [Quick(str(one.label), group) for one in asked.noun.quick for group in _groups(asked, [one.where], _Every())]
    if asked.quick is None:
        return came
    labels = {one.group: one.label for one in came}
    chosen = _groups(asked, parse_qs(asked.quick).get("where", []), asked.look.principal.clear_fields)
    return [Quick(labels.get(group) or group_words(asked, group), group) for group in chosen]


def group_words(asked: AskedList, group: Group) -> str:
    """A group of conditions in words: “Tier A or State alarm”."""
    labels = [(str(asked.noun.sheet.filter_of(one.filter).label), one) for one in group]
    return either([f"{label} {condition_words(asked.noun, one, asked.look)}" for label, one in labels])


def _groups(asked: AskedList, texts: Iterable[str], clear: Container[str]) -> list[Group]:
    found: list[Group] = []
    for text in texts:
        with suppress(Refused):  # what this person may not ask, or the list knows no more, is not offered
            found += asked.noun.sheet.read_question({"where": [text]}, clear).all_of
    return found


def quick_choices(asked: AskedList) -> list[QuickChoice]:
    """What may stand above the list for everybody: what stands there, what came with it, what is asked now."""
    if not may(asked.look.principal, Permission.ADMINISTER):
        return []
    shown = quick_filters(asked)
    came = quick_filters(replace(asked, quick=None))
    asks = [Quick(group_words(asked, group), group) for group in asked.question.all_of]
    offered = {one.group: one for one in (*asks, *came, *shown)}  # what has a name of its own keeps it
    offered = {group: offered[group] for group in dict.fromkeys(one.group for one in (*shown, *came, *asks))}
    groups = {one.group for one in shown}
    return [
        QuickChoice("|".join(part.text() for part in one.group), one.label, one.group in groups)
        for one in offered.values()
    ]


class _Every:
    """Reads everything: our own presets name no value of a person."""

    def __contains__(self, _name: object) -> bool:
        return True
