"""The life of an action: one table says which status may follow which, and by which act."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any

from guanxi.ground.ids import ALPHABET, CODE_LENGTH, is_code
from guanxi.ground.workdays import Calendar
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.conversations.choices import Outcome

S = ActionStatus

# Still to be done by its owner.
LIVE = frozenset({S.OPEN, S.HANDED_OVER})

# Not settled yet: live, or to be asked again.
PENDING = LIVE | {S.NOT_NOW}

# Origins that decisions state as a whole at each refresh; work that people plan by hand has others.
PROPOSED = (
    "follow_up",
    "complaint",
    "credit_downshift",
    "spend_drop",
    "inactivity",
    "balance_runoff",
    "savings_accumulating",
    "renewal",
    "ending",
    "offer",
    "anniversary",
    "child_stage",
    "touch",
)

# The origin of the touch that tier B gets once a quarter: a talk without a cause, which keeps nothing else back.
TOUCH = "touch"

# Origins of work that is done without speaking with the customer.
DESK_WORK = ("credit_downshift", "ending")

# Origins of questions about something supposed: they are asked at once, and end with what is supposed.
SUPPOSED = ("new_home",)

# Origins of work that rooms above hand out: what is answered gives a customer peace as any other contact does.
HANDED_OUT = ("win_back", "exit_question")

# The origin of sales that a run proposes.
OFFERED = "offer"

# The origin of what people promised or planned themselves: only a person settles it.
PLANNED = "planned"


# The reason of a benefit that a customer asked for, noted once it is given; and how long it is then had.
GIVEN = "offer_given"
GIVEN_AGAIN = dt.timedelta(days=365)
# The reason of the check of an address from which a letter came back.
RETURNED = "letter_returned"
# The reason of what was offered in a contact and refused there; and of all that was answered before it was anybody's work.
REFUSED_THERE = "offer_refused"
BORN_ANSWERED = (GIVEN, REFUSED_THERE)
# The reason of an offer that is to be spoken of: whether a run chose it or, of origin PLANNED, somebody took it up in a contact.
CHOSEN = "offer_chosen"

_REST = dt.timedelta(days=90)


def enclosed_of(facts: Mapping[str, Any]) -> list[str] | None:
    """References of the offers whose leaflets go along with the one that an action is about, by what it tells; None for none."""
    offer = facts.get("offer") or {}
    along = sorted({one["reference"] for one in offer.get("along", ())} - {offer.get("reference")})
    return along or None


_CHECKS = 2  # letters at the end of a coupon: they say of which offer it is, and that nothing was mistyped
_PART = 4


def coupon_of(action_code: str, offer: str) -> str:
    """The code that a leaflet of a partner's offer bears: it names nobody, and only we know whose it is (LEV-07)."""
    digest = sha256(f"coupon|{action_code}|{offer}".encode()).digest()
    whole = action_code + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:_CHECKS])
    return "-".join(whole[start : start + _PART] for start in range(0, len(whole), _PART)).upper()


def action_of_coupon(text: str, offer: str) -> str:
    """The code of the action whose leaflet bears a coupon of an offer, however it was typed; "" where it is none of this offer."""
    code = "".join(letter for letter in text.lower() if letter.isalnum())[: CODE_LENGTH + _CHECKS + 1]
    action = code[:CODE_LENGTH]
    return action if is_code(action) and coupon_of(action, offer).replace("-", "").lower() == code else ""


def coupons_in(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """By reference what is told of the coupons that a letter or leaflet bears: its own and those of what goes along."""
    own = facts.get("offer") or {}
    return {one["reference"]: one["coupon"] for one in (own, *own.get("along", ())) if one.get("coupon")}


class Act(StrEnum):
    """What may happen to an action."""

    PROPOSE = "propose"
    WITHDRAW = "withdraw"
    DO = "do"
    POSTPONE = "postpone"
    HAND_OVER = "hand_over"
    UNDO = "undo"


_NEXT: dict[tuple[ActionStatus | None, Act], ActionStatus] = {
    (None, Act.PROPOSE): S.OPEN,
    (S.WITHDRAWN, Act.PROPOSE): S.OPEN,
    (S.NOT_NOW, Act.PROPOSE): S.OPEN,  # once `may_return` says so
    (S.OPEN, Act.PROPOSE): S.OPEN,
    (S.HANDED_OVER, Act.PROPOSE): S.HANDED_OVER,
    (S.OPEN, Act.WITHDRAW): S.WITHDRAWN,
    (S.HANDED_OVER, Act.WITHDRAW): S.WITHDRAWN,
    (S.NOT_NOW, Act.WITHDRAW): S.WITHDRAWN,  # once `may_return` says so
    (S.OPEN, Act.DO): S.DONE,
    (S.HANDED_OVER, Act.DO): S.DONE,
    (S.NOT_NOW, Act.DO): S.DONE,
    (S.OPEN, Act.POSTPONE): S.NOT_NOW,
    (S.HANDED_OVER, Act.POSTPONE): S.NOT_NOW,
    (S.NOT_NOW, Act.POSTPONE): S.NOT_NOW,
    (S.OPEN, Act.HAND_OVER): S.HANDED_OVER,
    (S.HANDED_OVER, Act.HAND_OVER): S.HANDED_OVER,
    (S.NOT_NOW, Act.HAND_OVER): S.HANDED_OVER,
    (S.DONE, Act.UNDO): S.OPEN,
    (S.NOT_NOW, Act.UNDO): S.OPEN,
    (S.HANDED_OVER, Act.UNDO): S.OPEN,
}


def next_status(status: ActionStatus | None, act: Act) -> ActionStatus | None:
    """The status after `act` (status None: no action yet); None where the act is not possible."""
    return _NEXT.get((status, act))


def status_before(*, is_elsewhere: bool, is_postponed: bool) -> ActionStatus:
    """Where a withdrawn action stands again when what withdrew it is taken back.

    is_elsewhere: its owner is not the customer's, for people had handed it over; is_postponed: it carries a “not now”.
    """
    if is_postponed:
        return S.NOT_NOW
    return S.HANDED_OVER if is_elsewhere else S.OPEN


def may_return(status: ActionStatus, again_on: dt.date | None, on: dt.date) -> bool:
    """Whether a refresh as of `on` may touch an action: never one done, one postponed only from its day on.

    Postponed without a day means: not again for this cause.
    """
    if status == S.DONE:
        return False
    return status != S.NOT_NOW or (again_on is not None and again_on <= on)


def waits(status: ActionStatus, again_on: dt.date | None, on: dt.date) -> bool:
    """Whether an action is to be done on a day: live, or put off until a day that has come."""
    return status in PENDING and may_return(status, again_on, on)


def default_again_on(reason: NotNow, today: dt.date, calendar: Calendar) -> dt.date | None:
    """When to ask again if the person names no day; None: not for this cause. After a refusal by the customer the
    matter rests 90 days (decisioning.md 3.4).
    """
    if reason == NotNow.DECLINED:
        return today + _REST
    days = {
        NotNow.BUSY: 1,
        NotNow.NOT_REACHED: 2,
        NotNow.CUSTOMER_AWAY: 14,
        NotNow.ALREADY_TALKING: 14,
    }.get(reason)
    return None if days is None else calendar.after(today, days)


def answer_by(outcome: Outcome) -> tuple[str, NotNow | None]:
    """How the outcome of a contact answers the offer that it was about: the answer, and why not now."""
    if outcome == Outcome.ACCEPTED:
        return "accepted", None
    reason = {Outcome.REFUSED: NotNow.DECLINED, Outcome.NO_ANSWER: NotNow.NOT_REACHED}.get(outcome)
    return ("not_now", reason) if reason else ("done", None)


# Reasons of care about which somebody is to ask first: an offer beside them may come, or not.
_ASKED_FIRST = ("spend_drop_", "inactivity_", "balance_runoff_")


def is_the_work(reason: str) -> bool:
    """Whether an offer in an action of this reason is what the work is about; beside an alarm it may come, or not."""
    return not reason.startswith(_ASKED_FIRST)


def outcome_of(act: Act, reason: NotNow | None = None, *, is_accepted: bool = False, is_asked: bool = True) -> Outcome:
    """What an answer about an offer says of the customer: NONE where nobody was asked, for the answer is ours alone.

    is_asked: what is done was asked as well (`is_the_work`).
    """
    if act == Act.DO and (is_accepted or is_asked):
        return Outcome.ACCEPTED if is_accepted else Outcome.REACHED
    if act == Act.POSTPONE and reason == NotNow.DECLINED:
        return Outcome.REFUSED
    return Outcome.NO_ANSWER if act == Act.POSTPONE and reason == NotNow.NOT_REACHED else Outcome.NONE
