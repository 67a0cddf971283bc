"""For whom sales rest on a day, and why, as decisions read it (decisioning.md 3.4 and 3.5.9): a set of the whole firm for a run, and
the words of one customer for a contact.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.choices import UNPRICED, Issue
from guanxi.engage.policy.queries import policy_now
from guanxi.engage.policy.rules import DEFAULTS
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.queries import Standing, suppressions_on

# Why sales rest, in the words of the decisions: a complaint that is not solved; one that was, not long ago; abuse that is being
# looked into; somebody who is spared growth and partners' offers.
COMPLAINT: Final = "complaint"
SOLVED: Final = "solved"
SUSPECTED: Final = "suspected"
VULNERABLE: Final = "vulnerable"
SPARED: Final = pa.schema(
    [("customer_id", pa.int64()), ("why", pa.string()), ("code", pa.string()), ("since_on", pa.date32())]
)
# What of it closes which offers, whatever their own rules say: abuse that is looked into and a complaint just solved all that is
# weighed in money; who is vulnerable is spared growth and partners' offers. What is owed and care go on. A complaint that is not
# solved is a column of everybody, which rules may name, too (asking.terms_of).
_SALES: Final = tuple(issue for issue in Issue if issue not in UNPRICED)
_CLOSES: Final = {
    SOLVED: ("complaint_rest", _SALES),
    SUSPECTED: ("abuse_review", _SALES),
    VULNERABLE: ("spared", (Issue.GROWTH, Issue.PARTNER)),
}
_CLOSED: Final = pa.schema([("customer_id", pa.int64()), ("offer", pa.string()), ("reason", pa.string())])
REASONS: Final = frozenset(reason for reason, _issues in _CLOSES.values())


def spared_on(on: dt.date) -> pa.Table:
    """customer_id, why, code (of the rest), since_on of everybody for whom sales rest on a day, by the contact policy."""
    found = suppressions_on(on, after_complaint=_after_complaint())
    columns = (
        [one.customer_id for one in found],
        [_why(one) for one in found],
        [one.code for one in found],
        [one.since_on for one in found],
    )
    return pa.table(dict(zip(SPARED.names, columns, strict=True)), schema=SPARED)


def spared_now(customer_id: int, on: dt.date) -> frozenset[str]:
    """Why sales rest for one customer on a day (three queries; one for whom none could rest, whatever the policy says)."""
    if not suppressions_on(on, after_complaint=DEFAULTS["rest_complaint"].high, customer_id=customer_id):
        return frozenset()
    found = suppressions_on(on, after_complaint=_after_complaint(), customer_id=customer_id)
    return frozenset(_why(one) for one in found)


def closed_by(spared: pa.Table) -> pa.Table:
    """customer_id, offer ("issue:<n>"), reason of what is closed to whom (deciding.Asked). spared: of `spared_on`."""
    parts = [_CLOSED.empty_table()]
    for why, (reason, issues) in _CLOSES.items():
        ids = spared.filter(pc.equal(spared["why"], why))["customer_id"].unique()
        for issue in issues:
            scope, told = pa.repeat(f"issue:{int(issue)}", len(ids)), pa.repeat(reason, len(ids))
            parts.append(pa.table([ids, scope, told], schema=_CLOSED))
    return pa.concat_tables(parts)


def closed_now(whys: Iterable[str]) -> frozenset[str]:
    """The same of one customer, "reason|scope" as `closed` of deciding.sql has it. whys: of `spared_now`."""
    told = [_CLOSES[why] for why in whys if why in _CLOSES]
    return frozenset(f"{reason}|issue:{int(issue)}" for reason, issues in told for issue in issues)


def _after_complaint() -> int:
    return policy_now()["rest_complaint"].amount or 0


def _why(one: Standing) -> str:
    if one.cause == Cause.COMPLAINT:
        return SOLVED if one.is_solved else COMPLAINT
    return SUSPECTED if one.cause == Cause.FRAUD else VULNERABLE
