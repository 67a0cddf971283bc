"""Synthetic worlds whose truth the product never sees: who says yes, and who says yes because of the contact."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from guanxi.insight.decisions.arbitration.terms import SURE_ENOUGH
from guanxi.insight.decisions.learning import Way, chances_of
from guanxi.insight.estimates.nesting import Nest, one_level
from guanxi.insight.estimates.response import Answers, control_share, read_answers

MAIL = 5


@dataclass(frozen=True)
class World:
    """base: P(yes) without a contact; tau: what a contact adds; both offers × cells. value: ¥ of a yes; cost: ¥ a contact.
    above: the parents of the groups in which the cells lie, as estimates.nesting.Nest has them; the cells stand last.
    """

    base: np.ndarray
    tau: np.ndarray
    value: np.ndarray
    cost: float
    above: tuple[int, ...]

    @property
    def nest(self) -> Nest:
        """The groups as the product knows them."""
        return Nest(self.above)

    @property
    def cells(self) -> range:
        """The places of the cells among the groups."""
        return range(len(self.above) - self.base.shape[1], len(self.above))

    def at_cells(self, counts: np.ndarray) -> np.ndarray:
        """Counts of the cells over all groups."""
        return np.concatenate([np.zeros(self.cells[0]), counts])

    @property
    def worth(self) -> np.ndarray:
        """The true ¥ of contacting one customer: offers × cells."""
        return self.tau * self.value[:, None] - self.cost


def draw_world(seed: int, *, offers: int = 6, cells: int = 8, cost: float = 0.5) -> World:
    """Most who say yes would have said it anyway (3 % in the middle); a contact adds .6 points, in some cells it repels."""
    random = np.random.default_rng(seed)
    base = np.exp(random.normal(np.log(0.03), 0.8, (offers, cells))).clip(0.002, 0.3)
    tau = random.normal(0.006, 0.012, (offers, cells)).clip(-base, 0.08)
    return World(base, tau, random.uniform(150, 900, offers), cost, one_level(cells).above)


def draw_nested_world(seed: int, *, offers: int = 6, groups: int = 3, each: int = 4, cost: float = 0.5) -> World:
    """The same, cells lying in groups: half of what tells cells apart (as a variance) is their group's, half their own."""
    random = np.random.default_rng([seed, 3])

    def differ(spread: float) -> np.ndarray:
        shared = random.normal(0, spread / np.sqrt(2), (offers, groups)).repeat(each, axis=1)
        return shared + random.normal(0, spread / np.sqrt(2), (offers, groups * each))

    base = np.exp(np.log(0.03) + differ(0.8)).clip(0.002, 0.3)
    tau = (0.006 + differ(0.012)).clip(-base, 0.08)
    above = (-1,) + (0,) * groups + tuple(1 + cell // each for cell in range(groups * each))
    return World(base, tau, random.uniform(150, 900, offers), cost, above)


def flattened(world: World) -> World:
    """The same world, of whose groups the product knows nothing."""
    return replace(world, above=one_level(world.base.shape[1]).above)


def ways_of(world: World) -> list[Way]:
    return [Way(f"o{number}", MAIL, 0.02, 0.5) for number in range(len(world.value))]


def nothing_known(world: World) -> dict[Way, Answers]:
    return {way: read_answers(*np.zeros((4, len(world.above)))) for way in ways_of(world)}


def answers_to(
    random: np.random.Generator, world: World, number: int, treated: np.ndarray, control: np.ndarray
) -> Answers:
    """What came of contacting `treated` customers of each cell with an offer, beside `control` who were not."""
    yes = random.binomial(treated, world.base[number] + world.tau[number])
    columns = (treated, yes, control, random.binomial(control, world.base[number]))
    return read_answers(*map(world.at_cells, columns))


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
    chances = chances_of(evidence, world.nest, salt=salt)
    found = [[chances[way.offer, MAIL, cell] for cell in world.cells] for way in evidence]
    tau = np.array([[one.tau for one in row] for row in found])
    sd = np.array([[one.sd for one in row] for row in found])
    sure = (tau > 0) & (tau >= NormalDist().inv_cdf(SURE_ENOUGH) * sd)
    return np.where(sure, tau * world.value[:, None] - world.cost, -1.0)
