"""From what came of earlier contacts to the chances that arbitration reckons with (decisioning.md 3.3 and 3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from guanxi.insight.decisions.arbitration.terms import Chance
from guanxi.insight.estimates.response import (
    FEW_CONTROLS,
    MATURE,
    Answers,
    Uplift,
    draw_uplift,
    shrink_uplift,
    smooth_response,
)

# How far the first guess of an uplift may be off, as a share of it: half [j].
_DOUBT: Final = 0.5


@dataclass(frozen=True)
class Way:
    """An offer on a channel. parent: P(yes) of its kind, from the family or by judgement. caused: the part of that which
    would not have happened without the contact, before controls can tell (estimates.response.CAUSED).
    """

    offer: str
    channel: int
    parent: float
    caused: float


def chances_of(evidence: Mapping[Way, Answers], *, salt: str) -> dict[tuple[str, int, int], Chance]:
    """What is known of each way in each cell (evidence: arrays over the cells, in the order of their numbers).

    Before 200 controls the uplift is a guess from the response; before 200 answers it is drawn, so that a new way is tried
    where it may be good. `salt` (of the run) alone decides the draws.
    """
    found: dict[tuple[str, int, int], Chance] = {}
    for way, answers in evidence.items():
        p = smooth_response(answers.treated_yes, answers.treated, _parent(way, answers))
        uplift = _uplift(way, answers, p)
        tau, sd = uplift.tau, uplift.sd
        if is_new(answers):
            tau, sd = draw_uplift(uplift, _random(salt, way)), np.zeros_like(sd)
        for cell in range(len(p)):
            found[way.offer, way.channel, cell] = Chance(float(p[cell]), float(tau[cell]), float(sd[cell]))
    return found


def is_new(answers: Answers) -> bool:
    """Whether a way has fewer than 200 answers yet: it is tried, with a small part of the volume."""
    return float(answers.treated_yes.sum()) < MATURE


def _parent(way: Way, answers: Answers) -> float:
    """P(yes) of all cells together, itself smoothed to the parent of the way."""
    return float(smooth_response(answers.treated_yes.sum(), answers.treated.sum(), way.parent))


def _uplift(way: Way, answers: Answers, p: np.ndarray) -> Uplift:
    if answers.control.sum() < FEW_CONTROLS or not answers.treated.sum():
        guess = way.caused * p
        return Uplift(guess, _DOUBT * guess, float(guess.mean()), 0.0)
    return shrink_uplift(answers)


def _random(salt: str, way: Way) -> np.random.Generator:
    digest = sha256(f"{salt}thompson|{way.offer}|{way.channel}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8]))
