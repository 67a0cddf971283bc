"""For whom a contact changes something: the effect of being treated, on average and customer by customer.

Two learners foretell the effect of customers they did not see: T, a logistic regression for the treated and one for the
controls, and S, boosted trees of one table in which being treated is a feature (Künzel and others, PNAS 116 (2019)). That
effects differ is claimed only where the half with the higher effects foretold truly gained more (Chernozhukov and others,
"Generic machine learning inference on heterogeneous treatment effects": sorted groups). Who is treated must have been
drawn by lot: effects of customers who were picked are not effects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, ndtri

from guanxi.ground.refusals import gettext_noop

from .evidence import NotEnoughData
from .features import Columns, Reading, learn_readings, read_features, read_labels
from .grading import auc
from .logistic import fit_logistic
from .loss_scores import fit_logistic_score
from .qini import normalised_qini
from .threads import one_thread
from .words import Sentence

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# Columns of customers -> the effect foretold for each.
Effects = Callable[[Columns], Floats]

FOLDS = 5
LEAST_OF_AN_ARM = 200
LEAST_OF_EACH = 20
S_LEARNER, T_LEARNER = "S", "T"
# Wrongly claimed in one campaign of a hundred: two learners are looked at, each is believed at half of 1 %, one side.
_SURE = float(ndtri(1 - 0.01 / 2))
_LEVEL = 0.95
# From when on being treated is foretold so well by what is known of people that they were picked, not drawn.
_PICKED = 0.55

FEW_IN_AN_ARM = gettext_noop(
    "{treated} customers were treated and {controls} were not; at least {least} of each are needed."
)
FEW_RESPONSES = gettext_noop(
    "Of {customers} customers {responses} responded; at least {least} who did and {least} who did not are needed."
)
DIFFERS = gettext_noop(
    "The contact does more for some than for others: {upper}% more of the half it suits best respond because of it, of the "
    "other half {lower}%."
)
NO_DIFFERENCE = gettext_noop(
    "No heterogeneity: it cannot be shown that the contact does more for some than for others ({upper}% in the half foretold "
    "to gain most, {lower}% in the other). Choosing by uplift would be choosing by chance."
)
PICKED = gettext_noop(
    "Who was treated can be foretold from what is known of people ({auc}, by lot it would be 0.500): they were picked, so "
    "the difference is not only the contact's doing."
)


@dataclass(frozen=True)
class Uplift:
    """Effects are differences of the chance to respond. `qini` is the normalised one of the `learner` with the higher, on
    customers it had not seen; `halves` the effects seen in the half foretold to gain most and in the other.
    """

    customers: int
    treated: int
    average_effect: float
    interval: tuple[float, float]
    qini: float
    qini_by_learner: Mapping[str, float]
    learner: str
    halves: tuple[float, float]
    heterogeneous: bool
    why: Sentence
    warning: Sentence | None
    readings: tuple[Reading, ...]
    effects: Effects
    shift: float

    def expected_effects(self, features: Mapping[str, ArrayLike]) -> Floats:
        """The effect of a contact on each customer: of all the average one where effects do not differ. Trees are timid:
        their effects are moved so that they are the average one on average.
        """
        if lacking := [reading.name for reading in self.readings if reading.name not in features]:
            raise ValueError(f"the model needs {', '.join(lacking)} too")
        columns = read_features({reading.name: features[reading.name] for reading in self.readings})
        if not self.heterogeneous:
            return np.full(len(next(iter(columns.values()))), self.average_effect)
        with one_thread(with_trees=True):
            return self.effects(columns) + self.shift


def fit_uplift(features: Mapping[str, ArrayLike], treated: ArrayLike, outcome: ArrayLike, seed: int = 0) -> Uplift:
    """Average effect with its 95 % interval, and whether and how it differs. `treated` and `outcome` are 0 or 1 a customer.

    Raises NotEnoughData with fewer than LEAST_OF_AN_ARM in an arm or LEAST_OF_EACH responses, ValueError on malformed columns.
    """
    columns = read_features(features)
    customers = len(next(iter(columns.values())))
    arm, responded = read_labels(treated, customers), read_labels(outcome, customers)
    _require_enough(arm, responded)
    effect, error = _difference(arm, responded)
    reach = float(ndtri(0.5 + _LEVEL / 2)) * error
    readings = learn_readings(columns)
    with one_thread(with_trees=True):
        unseen, propensity = _foretell_unseen(columns, arm, responded, seed)
        qinis = {name: normalised_qini(effects, arm, responded) or 0.0 for name, effects in unseen.items()}
        learner = max(sorted(qinis), key=lambda name: qinis[name])
        fitted = _LEARNERS[learner](readings, columns, (arm, responded), seed) if readings else _nothing
        shift = effect - float(fitted(columns).mean())
    halves, differs = _compare_halves(unseen[learner], arm, responded, seed)
    told = {"upper": f"{100 * halves[0]:.1f}", "lower": f"{100 * halves[1]:.1f}"}
    return Uplift(
        customers=customers,
        treated=int(arm.sum()),
        average_effect=effect,
        interval=(effect - reach, effect + reach),
        qini=qinis[learner],
        qini_by_learner=qinis,
        learner=learner,
        halves=halves,
        heterogeneous=differs,
        why=Sentence(DIFFERS if differs else NO_DIFFERENCE, told),
        warning=_warn(propensity, arm),
        readings=readings,
        effects=fitted,
        shift=shift,
    )


def _require_enough(arm: Flags, responded: Flags) -> None:
    treated, controls = int(arm.sum()), int((~arm).sum())
    if min(treated, controls) < LEAST_OF_AN_ARM:
        counts = {"treated": treated, "controls": controls, "least": LEAST_OF_AN_ARM}
        raise NotEnoughData("estimate.few_in_an_arm", FEW_IN_AN_ARM, **counts)
    if min(int(responded.sum()), int((~responded).sum())) < LEAST_OF_EACH:
        counts = {"customers": len(arm), "responses": int(responded.sum()), "least": LEAST_OF_EACH}
        raise NotEnoughData("estimate.few_responses", FEW_RESPONSES, **counts)


def _difference(arm: Flags, responded: Flags) -> tuple[float, float]:
    """Difference of the shares that responded, and its standard error; (0, infinite) where an arm has fewer than two."""
    shares = [(responded[side].mean(), side.sum()) for side in (arm, ~arm) if side.sum() > 1]
    if len(shares) < 2:
        return 0.0, float("inf")
    (upper, treated), (lower, controls) = shares
    error = np.sqrt(upper * (1 - upper) / (treated - 1) + lower * (1 - lower) / (controls - 1))
    return float(upper - lower), float(error)


def _foretell_unseen(columns: Columns, arm: Flags, responded: Flags, seed: int) -> tuple[dict[str, Floats], Floats]:
    """Effects by both learners and the chance to be treated, each of customers that were not learnt from."""
    from sklearn.model_selection import StratifiedKFold

    unseen = {name: np.zeros(len(arm)) for name in _LEARNERS}
    propensity = np.zeros(len(arm))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(arm, 2 * arm + responded)
    for learnt, judged in folds:
        known = {name: column[learnt] for name, column in columns.items()}
        new = {name: column[judged] for name, column in columns.items()}
        readings = learn_readings(known)
        if not readings:
            continue
        for name, learn in _LEARNERS.items():
            unseen[name][judged] = learn(readings, known, (arm[learnt], responded[learnt]), seed)(new)
        picking = fit_logistic_score(readings, known, arm[learnt], seed)
        propensity[judged] = picking.base + picking.contributions(new).sum(axis=1)
    return unseen, propensity


def _compare_halves(effects: Floats, arm: Flags, responded: Flags, seed: int) -> tuple[tuple[float, float], bool]:
    """The effects seen in the two halves by the effect foretold, and whether the first is surely the higher. Of equal ones a lot
    decides: the order in which customers were given may tell what they did.
    """
    upper = np.zeros(len(effects), dtype=bool)
    drawn = np.random.default_rng(seed).permutation(len(effects))
    upper[drawn[np.argsort(-effects[drawn], kind="stable")[: len(effects) // 2]]] = True
    more, error_more = _difference(arm[upper], responded[upper])
    less, error_less = _difference(arm[~upper], responded[~upper])
    return (more, less), bool(more - less > _SURE * np.hypot(error_more, error_less))


def _warn(propensity: Floats, arm: Flags) -> Sentence | None:
    found = auc(propensity, arm) or 0.5
    by_luck = 3 * np.sqrt((len(arm) + 1) / (12 * arm.sum() * (~arm).sum()))
    return Sentence(PICKED, {"auc": f"{found:.3f}"}) if found > max(_PICKED, 0.5 + by_luck) else None


def _learn_apart(readings: tuple[Reading, ...], columns: Columns, arms: tuple[Flags, Flags], seed: int) -> Effects:
    """T: what the treated would do less what the controls would do."""
    treated, responded = arms
    design = _design(readings, columns)
    sides = [fit_logistic(design[side], _softened(responded[side])) for side in (treated, ~treated)]

    def effects(new: Columns) -> Floats:
        rows = _design(readings, new)
        with_contact, without = (expit(intercept + rows @ weights) for intercept, weights in sides)
        found: Floats = with_contact - without
        return found

    return effects


def _learn_together(readings: tuple[Reading, ...], columns: Columns, arms: tuple[Flags, Flags], seed: int) -> Effects:
    """S: what one model says of a customer treated less what it says of the same customer left alone."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    treated, responded = arms
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=60,
        max_leaf_nodes=8,
        min_samples_leaf=min(100, len(treated) // 20),
        categorical_features=[*(reading.is_text for reading in readings), False],
        early_stopping=False,
        random_state=seed,
    )
    trees.fit(_coded(readings, columns, treated), responded)

    def effects(new: Columns) -> Floats:
        customers = len(new[readings[0].name])
        with_contact, without = (
            trees.predict_proba(_coded(readings, new, np.full(customers, side)))[:, 1] for side in (True, False)
        )
        found: Floats = with_contact - without
        return found

    return effects


_LEARNERS = {S_LEARNER: _learn_together, T_LEARNER: _learn_apart}


def _design(readings: tuple[Reading, ...], columns: Columns) -> Floats:
    return np.column_stack([reading.plain(columns[reading.name]) for reading in readings])


def _coded(readings: tuple[Reading, ...], columns: Columns, treated: Flags) -> Floats:
    return np.column_stack([*(reading.code(columns[reading.name]) for reading in readings), treated]).astype(np.float64)


def _softened(responded: Flags) -> Floats:
    """Platt's prior of one more customer on each side: an arm in which nobody responded has a chance too."""
    happened, stayed = float(responded.sum()), float((~responded).sum())
    return np.where(responded, (happened + 1) / (happened + 2), 1 / (stayed + 2))


def _nothing(columns: Columns) -> Floats:
    return np.zeros(len(next(iter(columns.values()))))
