"""Who is told, in the same transaction, that customers want no sales any more: the room of work above, named once by `project`."""

from collections.abc import Callable, Mapping

from guanxi.journal.rules import Actor
from guanxi.record.customers.choices import Channel

# quieter(channels by customer, actor): what a noun above has to do. UNKNOWN among the channels means all of them.
Quieter = Callable[[Mapping[int, frozenset[Channel]], Actor], object]

EVERYWHERE = frozenset({Channel.UNKNOWN})
_quieters: dict[str, Quieter] = {}


def register_quieter(name: str, quieter: Quieter) -> None:
    """Let a noun above hear of it; called once, by `project`. A name twice replaces."""
    _quieters[name] = quieter


def quiet_sales(customers: Mapping[int, frozenset[Channel]], *, actor: Actor) -> None:
    """Tell that nothing is to be sold to these customers on these channels from now on; in the transaction of the act that says so."""
    if customers:
        for name in sorted(_quieters):
            _quieters[name](customers, actor)
