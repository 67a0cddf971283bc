"""What expressions of offers may speak of: the kinds of signals of the record and what customers said, and features registered by
project.
"""

from collections.abc import Callable
from dataclasses import replace

from guanxi.engage.offers.choices import CHANNEL_WORDS
from guanxi.engage.offers.grammar import Vocabulary
from guanxi.record.signals.choices import ADVISING, Sign, SignalState

_readers: dict[str, Callable[[], Vocabulary]] = {}


def register_vocabulary(name: str, read: Callable[[], Vocabulary]) -> None:
    """Let features of `read` be used; the same name again replaces it. Features of later names hide those of earlier ones."""
    _readers[name] = read


def vocabulary() -> Vocabulary:
    """Everything that may be used now, and what may never be."""
    states = frozenset(SignalState.values)
    signs = {Sign.WANTS_TO_LEAVE.value: frozenset[str](), Sign.WAY_REFUSED.value: frozenset(CHANNEL_WORDS.values())}
    whole = Vocabulary(signals=dict.fromkeys((kind.value for kind in ADVISING), states) | signs)
    for _name, read in sorted(_readers.items()):
        part = read()
        whole = replace(
            whole,
            features={**whole.features, **part.features},
            signals={**whole.signals, **part.signals},
            prohibited={**whole.prohibited, **part.prohibited},
        )
    return whole
