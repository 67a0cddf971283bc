"""Signal rows as detectors state them."""

import datetime as dt
import json
from hashlib import sha256


def signal_row(customer_id: int, *, kind: str = "spend_drop", began: str = "2026-06", **fields: object) -> dict:
    """One row; `began` names the episode, so that equal names are one key."""
    row = {
        "key": sha256(f"{kind}|{customer_id}|{began}".encode()).hexdigest()[:32],
        "customer_id": customer_id,
        "kind": kind,
        "state": "alarm",
        "occurred_on": dt.date(2026, 6, 30),
        "detected_on": dt.date(2026, 6, 30),
        "severity": 0.904,
        "at_stake": 378_500,
        "probability": 0.23,
        "evidence": json.dumps(SPEND_EVIDENCE | {"customer_id": customer_id}),
        "detector_version": 1,
    }
    return row | fields


SPEND_EVIDENCE = {
    "table": "dealings",
    "customer_id": 0,
    "from": "2025-06-01",
    "to": "2026-06-30",
    "measure": "gross_by_month",
    "given": {},
    "figures": {
        "usual": 418_500,
        "now": 40_000,
        "below": 378_500,
        "drop": 0.9044,
        "z": -9.88,
        "low": 401_000,
        "high": 460_000,
        "cycles": 12,
    },
}
