"""What is a statement of consent and what is not."""

import datetime as dt

import pytest

from guanxi.ground.refusals import Refused
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement, check_statement, read_statement, refuse_bare_columns, stands
from guanxi.record.customers.choices import Channel

NOW = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
WHOLE = {
    "consent_purpose": "marketing",
    "consent_channel": "sms",
    "consent_at": "2026-03-05 10:00",
    "consent_evidence": "form 2026-17, signed",
}


def test_a_row_of_a_file_is_read():
    cells = WHOLE | {
        "consent_status": "同意",
        "consent_expires_on": "2027-03-05",
        "consent_text_version": "v3",
        "name": "王芳",
    }
    assert read_statement(cells, zone="Asia/Shanghai", source="list.csv") == Statement(
        purpose=Purpose.MARKETING,
        channel=Channel.SMS,
        status=ConsentStatus.GRANTED,
        at=dt.datetime(2026, 3, 5, 2, 0, tzinfo=dt.UTC),
        evidence="form 2026-17, signed",
        source="list.csv",
        expires_on=dt.date(2027, 3, 5),
        text_version="v3",
    )
    partner = WHOLE | {"consent_purpose": "3", "consent_partner": "airline", "consent_status": "withdrawn"}
    read = read_statement(partner, zone="Europe/London", source="x")
    assert (read.purpose, read.partner, read.status) == (Purpose.PARTNER, "airline", ConsentStatus.WITHDRAWN)


def test_empty_cells_are_no_statement():
    assert read_statement({"consent_status": " ", "name": "王芳"}, zone="Asia/Shanghai", source="x") is None


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_without_purpose_channel_date_or_evidence_it_is_refused(missing):
    cells = {column: text for column, text in WHOLE.items() if column != missing} | {"consent_status": "yes"}
    with pytest.raises(Refused) as refused:
        read_statement(cells, zone="Asia/Shanghai", source="x")
    assert (refused.value.code, refused.value.params["column"]) == ("consents.incomplete", missing)
    with pytest.raises(Refused) as refused:
        refuse_bare_columns(list(cells))
    assert refused.value.code == "consents.bare_column"


def test_a_bare_yes_is_no_consent_and_whole_columns_are():
    with pytest.raises(Refused) as refused:
        refuse_bare_columns(["name", "consent_email"])
    assert "consent_email" in str(refused.value)
    assert refuse_bare_columns(["name", *WHOLE]) is None
    assert refuse_bare_columns(["name"]) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consent_status": "maybe"}, "consents.unknown_word"),
        ({"consent_purpose": "everything"}, "consents.unknown_word"),
        ({"consent_channel": "carrier pigeon"}, "consents.unknown_word"),
        ({"consent_at": "yesterday"}, "clock.not_a_moment"),
        ({"consent_expires_on": "x"}, "clock.not_a_date"),
        ({"consent_evidence": "a\0b"}, "text.not_storable"),
    ],
)
def test_bad_cells_are_refused(changes, code):
    with pytest.raises(Refused) as refused:
        read_statement(WHOLE | changes, zone="Asia/Shanghai", source="x")
    assert refused.value.code == code


def statement(**changes) -> Statement:
    fields = {
        "purpose": Purpose.MARKETING, "channel": Channel.EMAIL, "status": ConsentStatus.GRANTED,
        "at": NOW - dt.timedelta(days=1), "evidence": "form 1", "source": "portal",
    }  # fmt: skip
    return Statement(**fields | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"evidence": " "}, "consents.incomplete"),
        ({"source": ""}, "consents.incomplete"),
        ({"purpose": Purpose.PARTNER}, "consents.partner"),
        ({"partner": "airline"}, "consents.partner"),
        ({"at": NOW + dt.timedelta(seconds=1)}, "consents.in_future"),
        ({"expires_on": dt.date(2026, 6, 28)}, "consents.expires_before"),
        ({"evidence": "x" * 301}, "consents.too_long"),
        ({"source": "x" * 61}, "consents.too_long"),
    ],
)
def test_what_may_not_enter_the_ledger(changes, code):
    with pytest.raises(Refused) as refused:
        check_statement(statement(**changes), now=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": ConsentStatus.WITHDRAWN, "evidence": ""},
        {"purpose": Purpose.PARTNER, "partner": "airline"},
        {"at": NOW},
    ],
)
def test_what_may_enter_the_ledger(changes):
    assert check_statement(statement(**changes), now=NOW) is None


@pytest.mark.parametrize(
    ("status", "expires_on", "allowed"),
    [
        (ConsentStatus.GRANTED, None, True),
        (ConsentStatus.GRANTED, dt.date(2026, 6, 30), True),
        (ConsentStatus.GRANTED, dt.date(2026, 6, 29), False),
        (ConsentStatus.DENIED, None, False),
        (ConsentStatus.WITHDRAWN, dt.date(2030, 1, 1), False),
    ],
)
def test_what_stands_on_a_day(status, expires_on, allowed):
    assert stands(status, expires_on, dt.date(2026, 6, 30)) is allowed
