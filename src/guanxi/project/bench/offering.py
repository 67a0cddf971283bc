"""Forty offers in a simulated firm, with who may be asked: two colleagues write and approve them, the back-tests of the alarms count
as looked at (else no alarm of a firm with colleagues reaches anybody), and customers agreed to calls (a fifth) and messages (a third).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from guanxi.project import set_up

if TYPE_CHECKING:
    from guanxi.record.consents.services import NewConsent

OFFERS = 40
_STEP = 10_000
_BY_CALL, _BY_MESSAGE = 5, 3  # one customer in so many


def main() -> None:
    """Fill the firm of this home and print how many offers and consents it has now."""
    set_up()
    agreed = _agree()
    _let_alarms_through()
    _publish()
    print(json.dumps({"offers": OFFERS, "consents": agreed}))


def _agree() -> int:
    from guanxi.identity.queries import system_principal  # noqa: PLC0415 - Django is set up first
    from guanxi.record.consents.services import record_consents  # noqa: PLC0415

    rows = list(_consents())
    for start in range(0, len(rows), _STEP):
        record_consents(rows[start : start + _STEP], by=system_principal())
    return len(rows)


def _consents() -> Iterator["NewConsent"]:
    import pyarrow as pa  # noqa: PLC0415 - heavy

    from guanxi.insight.warehouse.record_view import open_record  # noqa: PLC0415 - Django is set up first
    from guanxi.record.consents.choices import ConsentStatus, Purpose  # noqa: PLC0415
    from guanxi.record.consents.rules import Statement  # noqa: PLC0415
    from guanxi.record.consents.services import NewConsent  # noqa: PLC0415
    from guanxi.record.customers.choices import Channel  # noqa: PLC0415

    with open_record() as record:
        ids = record.table("SELECT id FROM customers_customer ORDER BY id", pa.schema([("id", pa.int64())]))
    at = datetime(2024, 1, 1, tzinfo=UTC)
    for channel, every in ((Channel.CALL, _BY_CALL), (Channel.SMS, _BY_MESSAGE)):
        said = Statement(Purpose.MARKETING, channel, ConsentStatus.GRANTED, at, "form", "bench")
        yield from (NewConsent(one, said) for one in ids["id"].to_pylist() if one % every == 0)


def _let_alarms_through() -> None:
    from guanxi.identity.queries import firm, system_principal  # noqa: PLC0415 - Django is set up first
    from guanxi.insight.trials import TRIED, keep_run, let_reach_people  # noqa: PLC0415

    for kind in TRIED:
        keep_run({"detector": kind, "months": 1}, firm().thresholds, by=system_principal())
        let_reach_people(kind, by=system_principal())


def _publish() -> None:
    from guanxi.engage.offers.choices import Issue, Layer, Told, Way  # noqa: PLC0415 - Django is set up first
    from guanxi.engage.offers.services import (  # noqa: PLC0415
        GivenOffer,
        GivenTreatment,
        approve_offer,
        publish_offer,
        submit_offer,
        write_offer,
    )
    from guanxi.identity.queries import firm_day, principal_of_staff, system_principal, top_team  # noqa: PLC0415
    from guanxi.identity.services import NewStaff, take_on_staff  # noqa: PLC0415
    from guanxi.record.consents.choices import Purpose  # noqa: PLC0415

    writer, approver = (
        principal_of_staff(
            take_on_staff(by=system_principal(), person=NewStaff(name=role.title(), role=role, team=top_team()))
        )
        for role in ("marketer", "leader")
    )
    words = {(told.value, language): f"{told.label} {language}" for told in Told for language in ("zh", "en")}
    today = firm_day()
    for number in range(OFFERS):
        given = GivenOffer(
            reference=f"bench_{number:02d}",
            issue=str(int(Issue.WIN_BACK if number % 10 == 9 else Issue.GROWTH)),
            product=f"P{number:04d}",
            purpose=str(int(Purpose.MARKETING)),
            unit_value=str(200 + 40 * number),
            valid_from="2025-01-01",
            valid_to=today.replace(year=today.year + 1, day=1).isoformat(),
            words=words,
            rules={
                Layer.ELIGIBILITY: f"kind = 'person'\nage between {18 + number % 7} and {60 + number % 10}",
                Layer.APPLICABILITY: f"has_it: not owns('P{number:04d}')\nseldom: purchases_365 >= {number % 5}",
                Layer.SUITABILITY: "no_cross_sell: not no_cross_sell and days_since(last_purchase) <= 900",
            },
            treatments={
                way: GivenTreatment(wording_zh="说", wording_en="Say")
                for way in ((Way.CALL, Way.SMS) if number % 2 else (Way.CALL,))
            },
        )
        code = write_offer("", given, by=writer)
        submit_offer(code, by=writer)
        approve_offer(code, by=approver)
        publish_offer(code, by=writer)


if __name__ == "__main__":
    main()
