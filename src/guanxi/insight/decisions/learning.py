"""From what came of earlier contacts to the chances that arbitration reckons with (decisioning.md 3.3 and 3.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from guanxi.insight.decisions.arbitration.terms import Chance
from guanxi.insight.estimates.nesting import Nest
from guanxi.insight.estimates.response import (
    FEW_CONTROLS,
    MATURE,
    Answers,
    draw_uplift,
    guess_uplift,
    shrink_uplift,
    smooth_down,
    smooth_response,
    tells_uplift,
)


@dataclass(frozen=True)
class Way:
    """An offer on a channel. parent: P(yes) of its kind, from the family or by judgement. caused: the part of that which
    would not have happened without the contact, before controls can tell (estimates.response.CAUSED).
    """

    offer: str
    channel: int
    parent: float
    caused: float


def chances_of(evidence: Mapping[Way, Answers], nest: Nest, *, salt: str) -> dict[tuple[str, int, int], Chance]:
    """What is known of each way in each group of a nest (evidence: arrays over its groups, in their order).

    Before 200 controls the uplift is a guess from the response; before 200 answers it is drawn, so that a new way is tried
    where it may be good. `salt` (of the run) alone decides the draws.
    """
    found: dict[tuple[str, int, int], Chance] = {}
    for way, answers in evidence.items():
        p = smooth_down(answers, nest, way.parent)
        uplift = shrink_uplift(answers, nest) if is_measured(answers) else guess_uplift(p, way.caused)
        tau, sd = uplift.tau, uplift.sd
        if is_new(answers):
            tau, sd = draw_uplift(uplift, _random(salt, way)), np.zeros_like(sd)
        for group in range(len(p)):
            found[way.offer, way.channel, group] = Chance(float(p[group]), float(tau[group]), float(sd[group]))
    return found


def chances_in_contact(of_way: Sequence[Chance], answers: Answers, nest: Nest) -> list[Chance]:
    """What is known of an offer in each group of a nest while somebody is here: P(yes) of those who were asked so, each group smoothed
    to the one around it, and all to the way on which the offer is brought (of_way, by group); of the yes as much is brought about as
    on that way.
    """
    yes, asked = nest.sums(answers.treated_yes), nest.sums(answers.treated)
    found = np.empty(len(of_way))
    for group, (way, up) in enumerate(zip(of_way, nest.above, strict=True)):
        around = way.p if up < 0 else found[up] * way.p / of_way[up].p if of_way[up].p else way.p
        found[group] = smooth_response(yes[group], asked[group], min(1.0, around))
    more = [float(p) / way.p if way.p else 1.0 for p, way in zip(found, of_way, strict=True)]
    return [Chance(float(p), way.tau * by, way.sd * by) for p, way, by in zip(found, of_way, more, strict=True)]


def is_measured(answers: Answers) -> bool:
    """Whether the arms of a way say anything of its uplift: from 200 controls on, where somebody like them was contacted."""
    return float(answers.control.sum()) >= FEW_CONTROLS and tells_uplift(answers)


def is_new(answers: Answers) -> bool:
    """Whether a way has fewer than 200 answers yet: it is tried, with a small part of the volume."""
    return float(answers.treated_yes.sum()) < MATURE


def _random(salt: str, way: Way) -> np.random.Generator:
    digest = sha256(f"{salt}thompson|{way.offer}|{way.channel}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))
