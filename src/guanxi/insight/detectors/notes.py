"""What a run had to leave undecided, in words that a face translates before it fills them."""

from collections.abc import Mapping
from typing import Any

from guanxi.ground.refusals import gettext_noop

WORDS = {
    "feed_late": gettext_noop("No dealings have come in since {last_day}; nobody counts as absent for that."),
    "feed_incomplete": gettext_noop(
        "Of the customers who always buy, only {present}% appear in {month}; it is judged when its data are whole."
    ),
    "feed_held": gettext_noop(
        "The delivery “{feed}” is held because it is much smaller than usual; signals and proposals stay as they were "
        "until a whole one has come or this one is applied."
    ),
    "other_currency": gettext_noop(
        "{lines} dealings are in another currency than the firm's and count in no estimate and no signal: who changes the "
        "currency looks as if he bought less."
    ),
    "all_moved_together": gettext_noop(
        "In {month} spending moved for everybody together ({shift}%); nobody is alarmed for that."
    ),
}


def note(detector: str, code: str, *, segment: str = "", **params: Any) -> dict[str, Any]:
    """One note: {"detector", "code", "segment", "words", "params"}; params fill the places of the words."""
    return {"detector": detector, "code": code, "segment": segment, "words": WORDS[code], "params": params}


def in_english(noted: Mapping[str, Any]) -> str:
    """The sentence of a note, for the terminal and the log."""
    return str(noted["words"]).format_map(noted["params"])
