"""What stands beside a judgement: words of whoever judged, or, where something proved it by itself, a code with what it was."""

_COUPON = "coupon_redeemed|"
_ACCEPTED = "offer_accepted|"
_WRONG = "answered_wrong|"


def note_of_coupon(coupon: str) -> str:
    """What is kept where a redeemed coupon proved a supposition: no words, for each reader has his own language."""
    return _COUPON + coupon


def coupon_in(note: str) -> str:
    """The coupon that a note is about; "" for what a person wrote."""
    return note.removeprefix(_COUPON) if note.startswith(_COUPON) else ""


def note_of_acceptance(action: str, words: str) -> str:
    """What is kept where an accepted offer proved a supposition: the action's code, and the contract's number or what else was noted."""
    return f"{beginning_of_acceptance(action)}{words}"


def note_of_wrong(action: str, words: str) -> str:
    """What is kept where the work about a signal was answered with “the reason is wrong”: the action's code, and what was noted."""
    return f"{_WRONG}{action}|{words}"


def beginning_of_acceptance(action: str) -> str:
    """How each note begins that the acceptance in this action (code) left."""
    return f"{_ACCEPTED}{action}|"


def beginnings_of(action: str) -> tuple[str, str]:
    """How each note begins that an answer to this action (code) left."""
    return beginning_of_acceptance(action), f"{_WRONG}{action}|"


def wrong_in(note: str) -> str | None:
    """What was noted with such an answer, "" for nothing; None for a note about something else."""
    return note.removeprefix(_WRONG).partition("|")[2] if note.startswith(_WRONG) else None


def acceptance_in(note: str) -> str | None:
    """What was noted with the acceptance that a note is about, "" for nothing; None for a note about something else."""
    return note.removeprefix(_ACCEPTED).partition("|")[2] if note.startswith(_ACCEPTED) else None
