"""The dimensions by which customers are counted: the columns of the edition's table `cube`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Dimension:
    """One dimension, called as its column is; NULL where it is not known. `words`: what its numbers mean. `concludes`: it was drawn from
    a customer's own data, so that it tells nothing of who does not allow that.
    """

    name: str
    words: Mapping[int, str] = field(default_factory=dict)
    concludes: bool = False

    def said(self, member: object) -> str:
        """A member as it is told: "2026-Q3" of the quarter of the last purchase; "" where it is not known."""
        if member is None:
            return ""
        if self.name == "last":
            return f"{int(str(member)) // 10}-Q{int(str(member)) % 10}"
        return self.words[int(str(member))] if self.words else str(member)


_STAGES = {1: "prospect", 2: "target", 3: "customer", 4: "lost", 5: "regained"}
_ALL = (
    Dimension("kind", {1: "person", 2: "organisation"}),
    Dimension("stage", _STAGES),
    Dimension("tier", {1: "A", 2: "B", 3: "C"}, concludes=True),
    Dimension("loyalty", concludes=True),
    Dimension("rfm", concludes=True),
    Dimension("risk", {0: "<0.2", 1: "0.2-0.5", 2: ">=0.5"}, concludes=True),
    # of these three the edition has the keys; who asks puts the names beside them
    Dimension("team"),
    Dimension("manager"),
    Dimension("city"),
    Dimension("source"),
    Dimension("since"),
    Dimension("last"),
)
DIMENSIONS = {one.name: one for one in _ALL}
