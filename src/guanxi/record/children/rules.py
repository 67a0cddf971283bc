"""Which month of birth may be kept, and when a child enters a stage (LEV-12). Pure; time is an argument."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.children.choices import ConsentWay

MOST = 10  # of one customer
MINOR_MONTHS = 18 * 12
# Stage → age in months from which it begins; after the last one comes none any more [j].
STAGES = {1: 0, 2: 6, 3: 12, 4: 36}
OVER = 72

_NO_CONSENT = gettext_noop("Nothing is kept of a child without its guardian’s consent: say how and when it was given.")
_FUTURE = gettext_noop("This day is in the future.")
_NOT_A_MINOR = gettext_noop("A month of birth is kept of children under 18, once they are born.")
_TOO_MANY = gettext_noop("At most {most} children of one customer are kept.")


@dataclass(frozen=True, slots=True)
class Consent:
    """How and on which day a guardian allowed us to keep the month."""

    way: ConsentWay
    given_on: date


def checked_consent(way: str, given_on: date | None, *, today: date) -> Consent:
    """A guardian's consent that was said to be given. Raises Refused."""
    if way not in ConsentWay.values or given_on is None:
        raise Refused("children.no_consent", _NO_CONSENT)
    if given_on > today:
        raise Refused("children.in_future", _FUTURE)
    return Consent(ConsentWay(way), given_on)


def checked_month(born_in: date, *, today: date, others: Collection[date]) -> date:
    """The first of the month in which a child was born, as it may be kept beside the customer's others. Raises Refused."""
    if not 0 <= months_between(born_in, today) < MINOR_MONTHS:
        raise Refused("children.not_a_minor", _NOT_A_MINOR)
    if len(others) >= MOST:
        raise Refused("children.too_many", _TOO_MANY, most=MOST)
    return born_in.replace(day=1)


def months_between(born_in: date, on: date) -> int:
    """Age in whole months, counted from month to month."""
    return (on.year - born_in.year) * 12 + on.month - born_in.month


def stage_on(born_in: date, on: date) -> int | None:
    """The stage that a child is in; None before birth and once the last one is over."""
    age = months_between(born_in, on)
    return max((stage for stage, begins in STAGES.items() if begins <= age), default=None) if age < OVER else None


def months_entering(on: date) -> dict[date, int]:
    """Of the month of a day: in which month who enters a stage in it was born → the stage."""
    entered = on.year * 12 + on.month - 1
    return {date((entered - begins) // 12, (entered - begins) % 12 + 1, 1): stage for stage, begins in STAGES.items()}


def keys_of(child_id: int) -> list[str]:
    """Keys of all work that a child's stages may bring, as decisions make them (candidates.sql, `growing`)."""
    return [sha256(f"child|{child_id}|{stage}".encode()).hexdigest()[:32] for stage in STAGES]
