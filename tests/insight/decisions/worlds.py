"""Synthetic worlds whose truth the product never sees: who says yes, and who says yes because of the contact."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from guanxi.insight.decisions.arbitration.terms import SURE_ENOUGH
from guanxi.insight.decisions.learning import Way, chances_of
from guanxi.insight.estimates.response import Answers, control_share, read_answers

MAIL = 5


@dataclass(frozen=True)
class World:
    """base: P(yes) without a contact; tau: what a contact adds; both offers × cells. value: ¥ of a yes; cost: ¥ a contact."""

    base: np.ndarray
    tau: np.ndarray
    value: np.ndarray
    cost: float

    @property
    def worth(self) -> np.ndarray:
        """The true ¥ of contacting one customer: offers × cells."""
        return self.tau * self.value[:, None] - self.cost


def draw_world(seed: int, *, offers: int = 6, cells: int = 8, cost: float = 0.5) -> World:
    """Most who say yes would have said it anyway (3 % in the middle); a contact adds .6 points, in some cells it repels."""
    random = np.random.default_rng(seed)
    base = np.exp(random.normal(np.log(0.03), 0.8, (offers, cells))).clip(0.002, 0.3)
    tau = random.normal(0.006, 0.012, (offers, cells)).clip(-base, 0.08)
    return World(base, tau, random.uniform(150, 900, offers), cost)


def ways_of(world: World) -> list[Way]:
    return [Way(f"o{number}", MAIL, 0.02, 0.5) for number in range(len(world.value))]


def nothing_known(world: World) -> dict[Way, Answers]:
    return {way: read_answers(*np.zeros((4, world.base.shape[1]))) for way in ways_of(world)}


def answers_to(
    random: np.random.Generator, world: World, number: int, treated: np.ndarray, control: np.ndarray
) -> Answers:
    """What came of contacting `treated` customers of each cell with an offer, beside `control` who were not."""
    yes = random.binomial(treated, world.base[number] + world.tau[number])
    return read_answers(treated, yes, control, random.binomial(control, world.base[number]))


def learn(world: World, seed: int, *, weeks: int = 100, people: int = 200_000) -> np.ndarray:
    """The regret of each week in ¥ a decision: the best offer's true worth less that of the offer decided on.

    Exploration and controls, what learning is paid with, do not count: their customers were not decided on by merit.
    """
    random = np.random.default_rng([seed, 1])
    offers, cells = world.base.shape
    best = np.maximum(world.worth.max(axis=0), 0)
    evidence = nothing_known(world)
    regrets = []
    for week in range(weeks):
        net = _expected(world, evidence, salt=f"{seed}|{week}|")
        decided = np.where(net.max(axis=0) > 0, net.argmax(axis=0), -1)
        crowd = random.multinomial(people, np.full(cells, 1 / cells))
        explorers = random.binomial(crowd, 0.02)
        merit = crowd - explorers
        got = np.where(decided >= 0, world.worth[decided, np.arange(cells)], 0.0)
        regrets.append(merit @ (best - got) / merit.sum())
        anything = random.multinomial(explorers, np.full(offers, 1 / offers))
        for number, way in enumerate(evidence):
            chosen = anything[:, number] + np.where(decided == number, merit, 0)
            kept = random.binomial(chosen, control_share(evidence[way].control_yes.sum()))
            evidence[way] = evidence[way].after_a_week(answers_to(random, world, number, chosen - kept, kept))
    return np.array(regrets)


def _expected(world: World, evidence: dict[Way, Answers], *, salt: str) -> np.ndarray:
    """Offers × cells: what a contact is reckoned to bring in ¥, −1 where it may well bring nothing."""
    chances = chances_of(evidence, salt=salt)
    cells = range(world.base.shape[1])
    tau = np.array([[chances[way.offer, MAIL, cell].tau for cell in cells] for way in evidence])
    sd = np.array([[chances[way.offer, MAIL, cell].sd for cell in cells] for way in evidence])
    sure = (tau > 0) & (tau >= NormalDist().inv_cdf(SURE_ENOUGH) * sd)
    return np.where(sure, tau * world.value[:, None] - world.cost, -1.0)
