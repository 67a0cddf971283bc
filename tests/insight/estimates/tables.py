"""Public tables of customers as features, and tables drawn from a known rule."""

from pathlib import Path

import numpy as np
import pyarrow.csv as pc
from numpy.typing import NDArray

Features = dict[str, NDArray]


def read_telco(folder: Path) -> tuple[Features, NDArray[np.bool_]]:
    """The telco table: what is known of each customer, and whether he left."""
    table = pc.read_csv(folder / "telco_churn.csv.gz")
    features = {name: table[name].to_numpy() for name in table.column_names if name not in ("rownames", "churn")}
    return features, table["churn"].to_numpy() == "Yes"


def read_credit(folder: Path) -> tuple[Features, NDArray[np.bool_]]:
    """The table of credit cards: what is known of each holder, and whether he failed to pay."""
    table = pc.read_csv(folder / "uci_credit_default.csv.gz")
    label = table.column_names[-1]
    features = {name: table[name].to_numpy() for name in table.column_names if name not in ("ID", label)}
    return features, table[label].to_numpy() == 1


def draw_leavers(customers: int, seed: int) -> tuple[Features, NDArray[np.bool_]]:
    """Customers whose log-odds of leaving are known: months (fewer is worse), a plan, noise, and gaps in two of them."""
    chance = np.random.default_rng(seed)
    months = chance.integers(1, 73, customers).astype(np.float64)
    plan = chance.choice(["monthly", "yearly", "two years"], customers, p=[0.5, 0.3, 0.2])
    odds = 0.5 - months / 24 + np.where(plan == "monthly", 0.8, -0.6)
    left = chance.random(customers) < 1 / (1 + np.exp(-odds))
    months[chance.random(customers) < 0.05] = np.nan
    plan = np.where(chance.random(customers) < 0.05, None, plan)
    return {"months": months, "plan": plan, "noise": chance.normal(size=customers)}, left
