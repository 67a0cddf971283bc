"""Boosted trees that explain themselves: no branch of a tree looks at more than two features.

The sum of such trees is a table a feature and a table a pair of features, so that a score is a sum of look-ups and its
reasons are exact: the Shapley values, features drawn apart from one another as they occur among the customers learnt
from, the part of a pair shared by halves (Lou, Caruana, Gehrke and Hooker, "Accurate intelligible models with pairwise
interactions", KDD 2013; Lundberg and Lee 2017 for the shares). On the public tables these trees rank better than trees
left free (docs/measurements.md).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .threads import one_thread

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_TREES = 120
_LEAVES = 8
_RATE = 0.08
_LEAST_IN_LEAF = 50
_NO_PAIR = 1e-12

# Codes (N, features) -> log-odds.
_Score = Callable[[Integers], Floats]


@dataclass(frozen=True)
class PairScore:
    """Log-odds = base + sum over features of own[j][code] + sum over pairs of (first + second)[code, code].

    A pair is (j, k, the part of j, the part of k).
    """

    base: float
    own: tuple[Floats, ...]
    pairs: tuple[tuple[int, int, Floats, Floats], ...]

    def contributions(self, codes: Integers) -> Floats:
        """What each feature adds to the log-odds of each customer, (N, features); with `base` they add up to them."""
        parts = np.column_stack([table[codes[:, j]] for j, table in enumerate(self.own)])
        for j, k, first, second in self.pairs:
            parts[:, j] += first[codes[:, j], codes[:, k]]
            parts[:, k] += second[codes[:, j], codes[:, k]]
        return parts


def fit_boosted(
    codes: Integers, labels: NDArray[np.bool_], *, places: list[int], texts: list[bool], seed: int
) -> PairScore:
    """Fit trees to codes (N, features) of 0 .. places - 1, of which the last stands for nothing; `texts` have no order."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    trees = HistGradientBoostingClassifier(
        learning_rate=_RATE,
        max_iter=_TREES,
        max_leaf_nodes=_LEAVES,
        min_samples_leaf=min(_LEAST_IN_LEAF, max(len(codes) // 20, 1)),
        interaction_cst="pairwise",
        categorical_features=texts,
        early_stopping=False,
        random_state=seed,
    )
    with one_thread(with_trees=True):
        trees.fit(_as_given(codes, places), labels)
        shares = [np.bincount(codes[:, j], minlength=n) / len(codes) for j, n in enumerate(places)]
        return _tabulate(lambda rows: trees.decision_function(_as_given(rows, places)), shares)


def _as_given(codes: Integers, places: list[int]) -> Floats:
    given = codes.astype(np.float64)
    given[codes == np.array(places) - 1] = np.nan
    return given


def _tabulate(score: _Score, shares: list[Floats]) -> PairScore:
    """Read the tables off a score of at most two features at a time, by asking it at every code and pair of codes."""
    features = len(shares)
    nothing = np.zeros((1, features), dtype=np.int64)
    begin = float(score(nothing)[0])
    sizes = [len(share) for share in shares]
    single = [table - begin for table in _ask(score, sizes, [(j,) for j in range(features)])]
    base = begin + sum(float(table @ share) for table, share in zip(single, shares, strict=True))
    own = [table - table @ share for table, share in zip(single, shares, strict=True)]
    pairs = []
    for j in range(features):
        others = range(j + 1, features)
        for k, both in zip(others, _ask(score, sizes, [(j, k) for k in others]), strict=True):
            alone = both - (begin + single[j][:, None] + single[k][None, :])
            if np.abs(alone).max() <= _NO_PAIR:
                continue
            whole = float(shares[j] @ alone @ shares[k])
            lean = (alone @ shares[k])[:, None] - (shares[j] @ alone)[None, :]
            pairs.append((j, k, (alone + lean - whole) / 2, (alone - lean - whole) / 2))
            base += whole
    return PairScore(base, tuple(own), tuple(pairs))


def _ask(score: _Score, sizes: list[int], asked: list[tuple[int, ...]]) -> list[Floats]:
    """The score at every combination of codes of one or two features, all others at 0: a table for each that is asked."""
    shapes = [tuple(sizes[feature] for feature in which) for which in asked]
    counts = [int(np.prod(shape)) for shape in shapes]
    rows = np.zeros((sum(counts), len(sizes)), dtype=np.int64)
    begins = np.cumsum([0, *counts])
    for which, shape, begin in zip(asked, shapes, begins[:-1], strict=True):
        grid = np.indices(shape).reshape(len(shape), -1)
        for feature, codes in zip(which, grid, strict=True):
            rows[begin : begin + grid.shape[1], feature] = codes
    found = score(rows) if len(rows) else np.array([])
    return [found[begins[i] : begins[i + 1]].reshape(shape) for i, shape in enumerate(shapes)]
