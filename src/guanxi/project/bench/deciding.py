"""One process of the decisions bench: `people` makes the customers in a file, `scan` reads every column, `decide` decides."""

import json
import sys
import time
from pathlib import Path

from guanxi.insight.warehouse.workbench import Workbench
from guanxi.project import set_up

_OFFERS, _CELLS = 40, 64
_CALL, _MESSAGE, _MAIL = 2, 4, 5
_SALT = "bench|"
# Every number is drawn from the customer's own, so that any size gives the same firm again.
_PEOPLE = """
CREATE TABLE deciding AS
SELECT n AS customer_id, 'C' || lpad(CAST(n AS VARCHAR), 11, '0') AS code, CAST(hash(n) % $cells AS INTEGER) AS cell,
    CASE hash(n, 1) % 10 WHEN 0 THEN 0.02 WHEN 1 THEN 0.005 ELSE 0.002 END AS opt_out,
    CAST(CASE WHEN hash(n, 2) % 10 < 3 THEN 1 WHEN hash(n, 3) % 10 < 2 THEN 2 ELSE 0 END AS SMALLINT) AS why_2,
    CAST(hash(n, 4) % 2 AS SMALLINT) AS why_4, CAST(hash(n, 5) % 3 = 0 AS SMALLINT) AS why_5,
    CAST(1 + hash(n, 6) % 3 AS SMALLINT) AS tier, 20.0 + hash(n, 7) % 80000 / 40.0 AS value,
    hash(n, 8) % 1000 / 1000.0 AS share, CAST(hash(n, 9) % 1096 AS INTEGER) AS days, CAST(hash(n, 10) % 1048576 AS BIGINT) AS owned
FROM range($customers) t(n)
"""


def main(what: str, file: str, customers: str) -> None:
    """Do one step and print what came of it as JSON: CPU and wall seconds of the step alone, rows, prices."""
    began, cpu = time.perf_counter(), time.process_time()
    facts: dict[str, object] = {}
    with Workbench(Path(file)) as bench:
        if what == "people":
            make_people(bench, int(customers))
        elif what == "scan":
            facts["rows"] = bench.scalar(
                "SELECT count(*) + sum(tier) + sum(value) + sum(share) + sum(days) + sum(owned) FROM deciding"
            )
        else:
            facts = decide_all(bench, int(customers))
    print(json.dumps(facts | {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - began}))


def make_people(bench: Workbench, customers: int) -> None:
    """Make the table `deciding` of DuckDB's workbench, a row a customer."""
    bench.run(_PEOPLE, customers=customers, cells=_CELLS)


def decide_all(bench: Workbench, customers: int) -> dict[str, object]:
    """40 offers on two or three channels, three conditions each, calls for one customer in 250; 64 cells."""
    set_up()
    from guanxi.insight.decisions.arbitration import (  # noqa: PLC0415 - Django is set up first
        Chance,
        Condition,
        OfferTerms,
        Policy,
        Treatment,
        arbitrate,
    )
    from guanxi.insight.decisions.arbitration.arms import BUCKETS, bucket  # noqa: PLC0415

    calls = Treatment(_CALL, 12.0, {"calls": 1})
    ways = ((calls, Treatment(_MESSAGE, 0.05)), (calls, Treatment(_MESSAGE, 0.05), Treatment(_MAIL, 0.01)))
    offers = [
        OfferTerms(
            f"o{k:02d}",
            f"{200 + 40 * k} + 0.1 * value",
            ways[k % 2],
            (
                Condition("not_eligible", f"tier <= {1 + k % 3}"),
                Condition("owned", f"owned // {2 ** (k % 20)} % 2 = 0"),
                Condition("not_suitable", f"share BETWEEN {k % 5 / 20} AND {0.5 + k % 4 / 8} AND days > {k * 10}"),
            ),
            lever=0.1 * (k % 3),
            control=0.10,
            is_explored=k % 3 == 0,
        )
        for k in range(_OFFERS)
    ]
    chances = {}
    for offer in offers:
        for way in offer.treatments:
            for cell in range(_CELLS):
                tau = 0.02 * bucket(_SALT, f"{offer.code}{way.channel}{cell}") / BUCKETS / way.channel
                chances[offer.code, way.channel, cell] = Chance(2 * tau, tau, tau)
    policy = Policy({"calls": customers // 250}, explored=0.02, salt=_SALT, channel_reasons=("no_consent", "pressure"))
    found = arbitrate(bench, offers, chances, policy)
    return {"decisions": found.decisions.num_rows, "prices": found.prices, "reasons": len(found.rejects)}


if __name__ == "__main__":
    main(*sys.argv[1:])
