"""Action rows as decisions state them."""

import datetime as dt
import json
from hashlib import sha256

JUNE = dt.date(2026, 6, 30)
MONDAY = dt.datetime(2026, 7, 6, 2, tzinfo=dt.UTC)  # 10:00 in Shanghai


def action_row(customer, *, cause: str = "2026-06", **fields: object) -> dict:
    """One row for a customer (its owner and team); equal `cause` is one key."""
    origin = fields.get("origin", "spend_drop")
    row = {
        "key": sha256(f"{origin}|{customer.pk}|{cause}".encode()).hexdigest()[:32],
        "customer_id": customer.pk,
        "owner_id": customer.owner_id,
        "team_id": customer.team_id,
        "action_class": 2,
        "origin": origin,
        "signal_key": "",
        "offer": "",
        "channel": 2,
        "rank": 1,
        "score": 132.48,
        "reason": "spend_drop_alarm",
        "reason_facts": json.dumps(
            {"usual": 418_500, "now": 40_000, "month": "2026-06-30", "drop": 0.9044, "also": []}
        ),
        "evidence": json.dumps({"table": "dealings", "customer_id": customer.pk}),
        "value_at_stake": 57_600,
        "due_on": dt.date(2026, 7, 1),
        "proposed_on": dt.date(2026, 6, 30),
    }
    return row | fields


def promise_row(customer, due: dt.date, **fields: object) -> dict:
    """A promise of class 1 for a day."""
    facts = {"day": "2026-06-20", "due": due.isoformat(), "also": []}
    return action_row(
        customer,
        cause=due.isoformat(),
        **{
            "origin": "follow_up",
            "action_class": 1,
            "reason": "promise_due",
            "reason_facts": json.dumps(facts),
            "due_on": due,
        }
        | fields,
    )
