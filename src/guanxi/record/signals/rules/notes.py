"""What stands beside a judgement: words of whoever judged, or, where something proved it by itself, a code with what it was."""

_COUPON = "coupon_redeemed|"


def note_of_coupon(coupon: str) -> str:
    """What is kept where a redeemed coupon proved a supposition: no words, for each reader has his own language."""
    return _COUPON + coupon


def coupon_in(note: str) -> str:
    """The coupon that a note is about; "" for what a person wrote."""
    return note.removeprefix(_COUPON) if note.startswith(_COUPON) else ""
