"""What arbitration is told: offers with their conditions, ways and values, and the numbers of the policy (decisioning.md 3.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

PERMISSION_VALUE: Final = 150.0  # [¥] what the permission to contact a customer is worth in 24 months (3.3)
SURE_ENOUGH: Final = 0.6  # P(gain > 0) below which nothing is sent
MICRO: Final = 1_000_000  # scores are compared as whole millionths, so that engines and ties agree bit for bit


@dataclass(frozen=True)
class Condition:
    """What must hold for a customer, as SQL over the row of `deciding`, and the code of the reason when it does not. is_closing: it
    asks nothing but whether some texts are among his `closed`, and so holds wherever that list is empty.
    """

    reason: str
    sql: str
    is_closing: bool = False


@dataclass(frozen=True)
class Treatment:
    """An offer on one channel: `cost` in ¥ a contact, what one contact uses up of each scarce resource, and what must hold for a
    customer for this way of this offer alone.
    """

    channel: int
    cost: float
    uses: Mapping[str, float] = field(default_factory=dict)
    opens: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class OfferTerms:
    """One offer as arbitration sees it.

    conditions: in the order of the gates, lawful before allowed before sensible; the first that fails is the reason.
    value: SQL over the row of `deciding`: incremental contribution in ¥ if accepted, after incentive and fulfilment.
    lever: −0.3 … +0.3. risk: ¥ charged for complaint and mis-sale. control: share of customers kept as its control.
    stock: the scarce resource that its acceptances use up; reserved: SQL over the row of whether a unit of it is kept for him.
    """

    code: str
    value: str
    treatments: tuple[Treatment, ...]
    conditions: tuple[Condition, ...] = ()
    lever: float = 0.0
    risk: float = 0.0
    control: float = 0.0
    is_explored: bool = False
    stock: str = ""
    reserved: str = "FALSE"

    def uses(self, treatment: Treatment, *, is_reserved: bool) -> Mapping[str, float]:
        """What one contact uses up of what is scarce: a unit that is kept for somebody is no more to be had by others."""
        return {name: use for name, use in treatment.uses.items() if not (is_reserved and name == self.stock)}


@dataclass(frozen=True)
class Chance:
    """What is known of an answer: P(yes) when contacted, P(yes because of the contact), and how uncertain that is."""

    p: float
    tau: float
    sd: float = 0.0


Chances = Mapping[tuple[str, int, int], Chance]  # by offer, channel, cell


@dataclass(frozen=True)
class Policy:
    """The numbers of one run. capacity: units of each scarce resource; 0 means none, absent means no limit.
    explored: share of decisions that take a random candidate; salt: of every draw, controls included, who stay the same
    from run to run; run: changes the draws of who explores and who wins a tie.
    channel_reasons: what why_<channel> of `deciding` counts: 1 the first of them, 0 an open channel.
    """

    capacity: Mapping[str, float] = field(default_factory=dict)
    explored: float = 0.0
    salt: str = ""
    run: str = ""
    channel_reasons: tuple[str, ...] = ()
    permission_value: float = PERMISSION_VALUE
    sure_enough: float = SURE_ENOUGH


def named_reasons(offers: Sequence[OfferTerms], policy: Policy) -> list[str]:
    """Every reason that a gate may give, at the place by which SQL tells it; at place 0 none."""
    gates = [
        one for offer in offers for one in (*offer.conditions, *(one for way in offer.treatments for one in way.opens))
    ]
    return list(dict.fromkeys(["", *policy.channel_reasons, *(one.reason for one in gates)]))
