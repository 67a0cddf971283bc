"""Who is told, in the same transaction, that customers moved: the rooms above, named once by `project`."""

from collections.abc import Callable, Sequence

from guanxi.identity.principals import Principal
from guanxi.record.customers.queries.moves import Move, moves_to

# listener(moves, by): what a noun above has to do when customers have moved, in the transaction of the move.
Listener = Callable[[Sequence[Move], Principal], object]

# taker_back(customer ids, ids of addresses that are there no more, by): the same when moves were taken back, as if never made.
TakerBack = Callable[[Sequence[int], Sequence[int], Principal], object]

_listeners: dict[str, Listener] = {}
_takers_back: dict[str, TakerBack] = {}


def register_listener(name: str, listener: Listener, *, taker_back: TakerBack | None = None) -> None:
    """Let a noun above hear of moves, and of moves taken back; called once, by `project`. A name twice replaces."""
    _listeners[name] = listener
    if taker_back is not None:
        _takers_back[name] = taker_back


def tell_moves(address_ids: Sequence[int], *, by: Principal) -> None:
    """Tell of the moves among freshly written addresses; a customer's first address is no move."""
    moves = moves_to(address_ids) if address_ids and _listeners else []
    if moves:
        for name in sorted(_listeners):
            _listeners[name](moves, by)


def tell_taken_back(customer_ids: Sequence[int], address_ids: Sequence[int], *, by: Principal) -> None:
    """Tell that these addresses of these customers were taken back: what rests on their moves was never the case."""
    if address_ids:
        for name in sorted(_takers_back):
            _takers_back[name](customer_ids, address_ids, by)
