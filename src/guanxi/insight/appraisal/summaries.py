"""RFM, tiers and value of all customers in a few figures (`guanxi estimate rfm | tiers | value`)."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi.ground.money import minor_digits
from guanxi.insight.appraisal.concentration import tell_concentration
from guanxi.insight.appraisal.customers import Appraisal, appraise_customers
from guanxi.insight.appraisal.fitting import NO_DEALINGS
from guanxi.insight.appraisal.purchases import last_day
from guanxi.insight.appraisal.tiering import Memory, TierRule
from guanxi.insight.estimates.value import value_of_referrals
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.customers.choices import Tier

_REFERRALS = """
    SELECT referrer_id, customer_id FROM referrals
    WHERE told_on <= $as_of AND told_on > days_after($as_of, -730) ORDER BY referrer_id, customer_id
"""


def appraise_summary(
    bench: Workbench, name: str, *, as_of: date | None, currency: str, rule: TierRule | None = None
) -> dict[str, Any]:
    """The summary `name` of all customers who dealt by `as_of` (default: the last day of the data), as JSON.

    Tiers are those of a first run, without memory, by the firm's `rule`. Money in whole units of `currency`.
    """
    to = as_of or last_day(bench)
    found = appraise_customers(bench, as_of=to or date.min, memory=Memory(None, to or date.min), rule=rule)
    told = {"rfm": _tell_rfm, "tiers": _tell_tiers, "value": _tell_value}[name](found, 10 ** minor_digits(currency))
    if name == "value" and to is not None:
        told["referrals"] = _tell_referrals(bench, found, to, 10 ** minor_digits(currency))
    missing = [*([] if found.rows.num_rows else [Sentence(NO_DEALINGS)]), *found.missing]
    return {
        "model": name,
        "as_of": to and to.isoformat(),
        "customers": found.rows.num_rows,
        **told,
        "grade": found.grade.letter,
        "grade_reason": Said(found.grade.reason),
        "missing": [Said(sentence) for sentence in missing],
    }


def _tell_rfm(found: Appraisal, unit: int) -> dict[str, Any]:
    buyers = found.rows.filter(pa.compute.is_valid(found.rows["frequency"]))
    return {"classes": _counts(buyers["rfm_class"]), "scores": _counts(buyers["rfm"])}


def _tell_tiers(found: Appraisal, unit: int) -> dict[str, Any]:
    value, tier = found.rows["value"].to_numpy(), found.rows["tier_strict"].to_numpy()
    worth = {Tier(number).label: value[tier == number] for number in (Tier.A, Tier.B, Tier.C)}
    return {
        "strict": {letter: len(values) for letter, values in worth.items()},
        "shown": {Tier(int(number)).label: count for number, count in _counts(found.rows["tier"]).items()},
        "loss_making": found.loss_making,
        "vip": pa.compute.sum(found.rows["is_vip"]).as_py() or 0,
        "least_value": {
            letter: float(values.min()) / unit if len(values) else None for letter, values in worth.items()
        },
    }


def _tell_value(found: Appraisal, unit: int) -> dict[str, Any]:
    value, lifetime = found.rows["value"].to_numpy(), found.rows["lifetime_value"].drop_null().to_numpy()
    return {
        "total": float(value.sum()) / unit,
        "median": float(np.median(value)) / unit if len(value) else None,
        "lifetime_total": float(lifetime.sum()) / unit if len(lifetime) else None,
        "concentration": tell_concentration(value),
    }


def _tell_referrals(bench: Workbench, found: Appraisal, to: date, unit: int) -> dict[str, Any]:
    """The memo of word of mouth: who brought customers that bought, in 24 months, and what that was worth."""
    told = bench.arrow(_REFERRALS, as_of=to)
    worth = dict(zip(found.rows["customer_id"].to_pylist(), found.rows["lifetime_value"].to_pylist(), strict=True))
    pairs = [
        (who, worth[came])
        for who, came in zip(told["referrer_id"].to_pylist(), told["customer_id"].to_pylist(), strict=True)
        if worth.get(came) is not None
    ]
    number = {who: place for place, who in enumerate(dict.fromkeys(who for who, _ in pairs))}
    memo = value_of_referrals([number[who] for who, _ in pairs], [value for _, value in pairs], len(number))
    return {"customers": len(number), "brought": len(pairs), "memo": float(memo.sum()) / unit}


def _counts(column: pa.ChunkedArray) -> dict[Any, int]:
    counted = {row["values"]: row["counts"] for row in column.value_counts().to_pylist()}
    return dict(sorted(counted.items()))
