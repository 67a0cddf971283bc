"""Who is told, in the same transaction, that customers moved: the rooms above, named once by `project`."""

from collections.abc import Callable, Sequence

from guanxi.identity.principals import Principal
from guanxi.record.customers.queries.moves import Move, moves_to

# listener(moves, by): what a noun above has to do when customers have moved, in the transaction of the move.
Listener = Callable[[Sequence[Move], Principal], object]

_listeners: dict[str, Listener] = {}


def register_listener(name: str, listener: Listener) -> None:
    """Let a noun above hear of moves; called once, by `project`. A name twice replaces."""
    _listeners[name] = listener


def tell_moves(address_ids: Sequence[int], *, by: Principal) -> None:
    """Tell of the moves among freshly written addresses; a customer's first address is no move."""
    moves = moves_to(address_ids) if address_ids and _listeners else []
    if moves:
        for name in sorted(_listeners):
            _listeners[name](moves, by)
