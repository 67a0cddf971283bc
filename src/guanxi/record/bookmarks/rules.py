"""How a person arranges the page of a customer: which panel stands in which column, what is folded away, and with what the
history opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guanxi.record.bookmarks.choices import Panel, Shift, Story

LEFT = (Panel.FACTS, Panel.CARD, Panel.TIES, Panel.GROUPS, Panel.AGREED)
RIGHT = (Panel.NEXT, Panel.STANDING, Panel.SIGNALS, Panel.HOLDINGS)
# At the head of their columns and always open: the marks with their masks, and the next step with its reason and why nothing
# else came before it.
HEADS = (Panel.FACTS, Panel.NEXT)
# Alarms must be seen, wherever they stand.
OPEN = (*HEADS, Panel.SIGNALS)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The page as one person keeps it."""

    left: tuple[Panel, ...] = LEFT
    right: tuple[Panel, ...] = RIGHT
    folded: frozenset[Panel] = frozenset()
    opens: Story = Story.ALL


def arranged(kept: Mapping[str, Sequence[str]]) -> Arrangement:
    """The arrangement kept as names by `left`, `right`, `folded` and `opens`, made whole: names that are none any more are
    left out, a panel that came later stands at the end of the column where it came.
    """
    known = {part: [Panel(name) for name in names if name in Panel.values] for part, names in kept.items()}
    left = list(dict.fromkeys(known.get("left", LEFT)))
    right = [one for one in dict.fromkeys(known.get("right", RIGHT)) if one not in left]
    left += [one for one in LEFT if one not in left + right]
    right += [one for one in RIGHT if one not in left + right]
    opens = next((Story(name) for name in kept.get("opens", ()) if name in Story.values), Story.ALL)
    return Arrangement(
        _headed(Panel.FACTS, left), _headed(Panel.NEXT, right), frozenset(known.get("folded", ())) - set(OPEN), opens
    )


def names_of(page: Arrangement) -> dict[str, list[str]]:
    """The names by which `arranged` finds the arrangement again."""
    names = {"left": page.left, "right": page.right, "folded": sorted(page.folded), "opens": [page.opens]}
    return {part: [str(name) for name in of] for part, of in names.items()}


def shifts_of(page: Arrangement, panel: Panel) -> list[Shift]:
    """What may be done to a panel where it stands."""
    if panel in HEADS:
        return []
    column = page.left if panel in page.left else page.right
    steps = [Shift.UP] if column.index(panel) > 1 else []
    steps += [Shift.DOWN] if panel != column[-1] else []
    if panel in OPEN:
        return [*steps, Shift.ACROSS]
    return [*steps, Shift.ACROSS, Shift.OPEN if panel in page.folded else Shift.FOLD]


def shifted(page: Arrangement, panel: Panel, shift: Shift) -> Arrangement:
    """The arrangement after one shift out of `shifts_of`."""
    if shift in (Shift.FOLD, Shift.OPEN):
        return replace(page, folded=page.folded ^ {panel})
    left, right = list(page.left), list(page.right)
    here, there = (left, right) if panel in left else (right, left)
    place = here.index(panel)
    here.remove(panel)
    if shift == Shift.ACROSS:
        there.append(panel)
    else:
        here.insert(place + (-1 if shift == Shift.UP else 1), panel)
    return replace(page, left=tuple(left), right=tuple(right))


def _headed(head: Panel, column: list[Panel]) -> tuple[Panel, ...]:
    return (head, *(one for one in column if one not in HEADS))
