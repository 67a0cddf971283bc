"""One process of the lifetime bench: simulated customers, then `floor` (grouping only), `bg_nbd` or `pareto_nbd`."""

import json
import sys
import time

import numpy as np
from scipy.special import gammaln

from guanxi.insight.estimates.bg_nbd import fit_bg_nbd
from guanxi.insight.estimates.pareto_nbd import fit_pareto_nbd

_WEEKS = 78


def main(what: str, customers: str) -> None:
    """Fit and predict one year for every customer; print the CPU seconds of that alone, and what came out, as JSON."""
    frequency, recency, age = _purchases(int(customers))
    began = time.process_time()
    if what == "floor":  # one evaluation's worth: the log of every customer's own count and time
        out = float((gammaln(0.5 + frequency) - (0.5 + frequency) * np.log(6.0 + age)).sum())
    else:
        fitted = (fit_bg_nbd if what == "bg_nbd" else fit_pareto_nbd)(frequency, recency, age)
        ahead = fitted.expected_purchases(52.0, frequency, recency, age).sum()
        out = float(ahead + fitted.probability_alive(frequency, recency, age).mean())
    print(json.dumps({"cpu_s": time.process_time() - began, "out": out}))


def _purchases(customers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequency, recency and age in weeks (whole days / 7) of a BG/NBD population, drawn as arrays."""
    random = np.random.default_rng(5)
    age = np.floor(random.uniform(26, _WEEKS, customers) * 7) / 7
    rate = random.gamma(0.5, 1 / 6.0, customers)
    quits = random.beta(0.8, 2.5, customers)
    alive_for = random.geometric(np.clip(quits, 1e-9, 1), customers)
    possible = random.poisson(rate * age)
    frequency = np.minimum(possible, alive_for).astype(np.int64)
    latest = random.beta(np.maximum(frequency, 1), np.maximum(possible - frequency, 0) + 1)
    recency = np.where(frequency > 0, np.maximum(1, np.floor(latest * age * 7)) / 7, 0.0)
    return frequency, recency, age


if __name__ == "__main__":
    main(*sys.argv[1:])
