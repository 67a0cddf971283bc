"""Claims of insurance (`guanxi estimate claims`, decisioning.md 4.14): of a house that ranks by premiums less claims, money paid out is
a claim, and a contract in force is what may bring one. Of any other house money paid out is a refund, and nothing is said.
"""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import gettext_noop
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.appraisal.worth import Basis, Worth
from guanxi.insight.estimates.claims import Claims, earned_years, measure_claims
from guanxi.insight.estimates.rates import LEAST_EVENTS, Rates
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.holdings.choices import HoldingStatus

_SQL = Path(__file__).parent / "sql"

NO_CLAIMS = gettext_noop(
    "No claims and no earned premiums are on record: how often, how dear and what share of the premium cannot be said."
)
NO_INSURER = gettext_noop(
    "Money paid out is a refund here, for the house does not rank by premiums less claims: how often somebody claims cannot be said."
)
FEW_CLAIMS = gettext_noop("{claims} claims in twelve months: of fewer than {least} nothing is said.")
AS_PAID = gettext_noop(
    "Told from {claims} claims paid in twelve months. What was reported and not paid yet is not on record, and premiums count when "
    "they are paid: the share of the premium is lower than it will be where claims take long."
)


def tell_claims(bench: Workbench, *, as_of: date | None, rule: Worth, currency: str) -> dict[str, Any]:
    """Frequency (claims by year in force), severity (paid by claim, whole units) and loss ratio (paid by premium) with their 95 %
    limits as JSON, of everybody and by segment; what has fewer than ten claims is not told apart.
    """
    to = as_of or last_day(bench)
    facts: dict[str, Any] = {"model": "claims", "as_of": to and to.isoformat(), "customers": 0, "claims": 0}
    rows = _read(bench, to)
    if not rows.num_rows:
        return facts | _unsaid(Sentence(NO_CLAIMS))
    if rule.basis is not Basis.PREMIUMS:
        return facts | _unsaid(Sentence(NO_INSURER))
    column = {name: rows[name].to_numpy().astype(np.float64) for name in _COUNTS}
    every = {name: np.append(values, values.sum()) for name, values in column.items()}
    unit = 10 ** minor_digits(currency)
    paid = every["paid"] / unit
    found = measure_claims(every["claims"], earned_years(every["days_in_force"]), paid, paid, every["premiums"] / unit)
    cells = [_cell(found, place, name) for place, name in enumerate([*rows["segment"].to_pylist(), ""])]
    claims = int(every["claims"][-1])
    facts |= {"customers": int(every["customers"][-1]), "claims": claims}
    if found.is_thin[-1]:
        return facts | _unsaid(Sentence(FEW_CLAIMS, {"claims": claims, "least": LEAST_EVENTS}))
    whole = cells.pop()
    told = [cell for cell, is_thin in zip(cells, found.is_thin, strict=False) if not is_thin]
    reason = str(Sentence(AS_PAID, {"claims": claims}))
    figures = {name: whole[name] for name in _NOTHING}
    return {**facts, **figures, "cells": told, "grade": "B", "grade_reason": reason, "missing": []}


_COUNTS = ("customers", "days_in_force", "premiums", "paid", "claims")
_NOTHING: dict[str, Any] = dict.fromkeys(("frequency", "severity", "loss_ratio"))


def _read(bench: Workbench, to: date | None) -> pa.Table:
    return bench.arrow(_SQL / "claims.sql", as_of=to or date(1970, 1, 1), open=int(HoldingStatus.OPEN))


def _cell(found: Claims, place: int, name: str) -> dict[str, Any]:
    return {
        "segment": name,
        "frequency": _rate(found.frequency, place),
        "severity": _number(found.severity[place]),
        "loss_ratio": _rate(found.loss_ratio, place),
    }


def _rate(rates: Rates, place: int) -> list[float | None]:
    return [_number(column[place]) for column in (rates.rate, rates.low, rates.high)]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _unsaid(why: Sentence) -> dict[str, Any]:
    return {**_NOTHING, "cells": [], "grade": "C", "grade_reason": Said(why), "missing": [Said(why)]}
