"""One process of the contact bench: `offers` publishes more of them, `decide` decides for one customer after the other.

Prints JSON: CPU and wall of one decision in a warm process (median and 95th of all), and of the night's SQL over his row alone.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from guanxi.project import set_up

if TYPE_CHECKING:
    from guanxi.insight.decisions.offers.kept import Kept

_MORE, _ROUNDS, _ASKED, _BY_NIGHT = 29, 3, 60, 5


def main(what: str) -> None:
    """Do one step."""
    set_up()
    print(json.dumps(_publish() if what == "offers" else _decide()))


def _publish() -> dict[str, object]:
    """Offers like the demo's decoration loan, so that there are forty."""
    from guanxi.engage.offers.choices import Issue, Layer, Told, Way  # noqa: PLC0415 - Django is set up first
    from guanxi.engage.offers.services import (  # noqa: PLC0415
        GivenOffer,
        GivenTreatment,
        approve_offer,
        publish_offer,
        submit_offer,
        write_offer,
    )
    from guanxi.identity.queries import colleague_by_email, firm_day, principal_of_staff, system_principal  # noqa: PLC0415
    from guanxi.record.consents.choices import Purpose  # noqa: PLC0415

    people = [colleague_by_email(f"{name}@demo.guanxi", system_principal()) for name in ("marketer", "leader")]
    writer, approver = (principal_of_staff(one) for one in people if one is not None)
    words = {(told.value, language): f"{told.label} {language}" for told in Told for language in ("zh", "en")}
    today = firm_day()
    for number in range(_MORE):
        given = GivenOffer(
            reference=f"bench_{number:02d}",
            issue=str(int(Issue.GROWTH)),
            product="BANK-DECORATION",
            purpose=str(int(Purpose.MARKETING)),
            unit_value=str(200 + 40 * number),
            valid_from=today.isoformat(),
            valid_to=today.replace(year=today.year + 1, day=1).isoformat(),
            words=words,
            rules={
                int(Layer.ELIGIBILITY): f"kind = 'person'\nage between {18 + number % 7} and {60 + number % 10}",
                int(Layer.APPLICABILITY): f"has_it: not owns('BANK-DECORATION')\nseldom: purchases_365 >= {number % 5}",
                int(Layer.SUITABILITY): "no_cross_sell: not no_cross_sell and days_since(last_purchase) <= 900",
            },
            treatments={
                int(Way.CALL): GivenTreatment(wording_zh="说", wording_en="Say"),
                int(Way.SMS): GivenTreatment(wording_zh="说", wording_en="Say"),
            },
        )
        code = write_offer("", given, by=writer)
        submit_offer(code, by=writer)
        approve_offer(code, by=approver)
        publish_offer(code, by=writer)
    return {"offers": _MORE}


def _decide() -> dict[str, object]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    from guanxi.identity.queries import firm_day  # noqa: PLC0415
    from guanxi.insight.decisions.offers.explaining import explain  # noqa: PLC0415
    from guanxi.insight.decisions.offers.in_contact import decide_in_contact  # noqa: PLC0415
    from guanxi.insight.decisions.offers.kept import current_run  # noqa: PLC0415

    run, today = current_run(), firm_day()
    if run is None:
        raise SystemExit("refresh first")
    ids = pq.read_table(run.folder / "deciding.parquet", columns=["customer_id"])["customer_id"].to_pylist()[:_ASKED]
    began = time.perf_counter()
    found = decide_in_contact(ids[0], on=today)
    cold = (time.perf_counter() - began) * 1000
    facts: dict[str, object] = {
        "offers": len(found.lost) + len(found.proposals),
        "customers": len(ids),
        "cold_ms": cold,
    }
    facts["proposed"] = sum(decide_in_contact(one, on=today).first is not None for one in ids)
    facts |= _timed("contact", lambda one: decide_in_contact(one, on=today), ids)
    facts |= _timed("explained", explain, ids)
    return facts | _timed("night", lambda one: _arbitrate(run, one), ids[:_BY_NIGHT])


def _arbitrate(run: "Kept", customer: int) -> object:
    """The same by the SQL of the night: its tables and queries, for one row."""
    from guanxi.insight.decisions.arbitration import arbitrate  # noqa: PLC0415
    from guanxi.insight.warehouse.workbench import Workbench  # noqa: PLC0415

    with Workbench() as bench:
        bench.register("given", run.row(customer))
        bench.run("CREATE TABLE deciding AS SELECT * FROM given")
        return arbitrate(bench, run.terms.offers, run.terms.chances, run.terms.policy)


def _timed(name: str, ask: Callable[[int], object], ids: list[int]) -> dict[str, object]:
    """Wall p50 and p95, and CPU a call, in milliseconds; the last of three rounds."""
    took: list[float] = []
    cpu = 0.0
    for _ in range(_ROUNDS):
        took, before = [], time.process_time()
        for one in ids:
            began = time.perf_counter()
            ask(one)
            took.append((time.perf_counter() - began) * 1000)
        cpu = (time.process_time() - before) * 1000 / len(ids)
    took.sort()
    return {
        f"{name}_p50_ms": took[len(took) // 2],
        f"{name}_p95_ms": took[int(len(took) * 0.95)],
        f"{name}_cpu_ms": cpu,
    }


if __name__ == "__main__":
    main(sys.argv[1])
