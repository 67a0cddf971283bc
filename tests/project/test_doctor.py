"""The doctor finds what is wrong, names it, and repairs what can be built again."""

import os
import stat

import pytest
from django.db import connection
from django.utils import translation

from guanxi.ground.outbox.services import hold_all, put
from guanxi.ground.secrets import create_keys
from guanxi.identity import queries, services
from guanxi.journal.sealing import seal_acts
from guanxi.project.doctor import Finding, examine
from guanxi.record.customers.services import register_references
from tests.crowd import wait_for_others

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = queries.system_principal()
NOTHING = {
    name: [] for name in ("keys", "migrations", "journal", "list_indexes", "search", "imports", "jobs", "orphans")
}


@pytest.fixture(autouse=True)
def _firm():
    services.found_firm(by=SYSTEM, name="合众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    register_references([f"C{n:05d}" for n in range(300)], by=SYSTEM, source="test")
    wait_for_others()
    seal_acts()


def _look(*, repair: bool = False) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(repair=repair)}


def _troubles() -> dict[str, list[str]]:
    return {name: finding.troubles for name, finding in _look().items()}


def _sql(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def test_a_healthy_installation_has_no_troubles():
    found = _look()
    assert {name: finding.troubles + finding.repaired for name, finding in found.items()} == NOTHING
    assert found["search"].facts == {"compared": 200}
    assert found["journal"].facts["not_sealed_yet"] == 0


def test_looking_changes_nothing():
    _sql("UPDATE customers_customer SET name = 'somebody else'")
    before = _documents()
    assert _troubles() == _troubles() != NOTHING
    assert _documents() == before


def _documents() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id, grams FROM customers_document ORDER BY customer_id")
        return cursor.fetchall()


_IMPORT = (
    "INSERT INTO imports_import (code, kind, file_name, digest, feed, mapping, options, status, by_kind, by_code, started_at,"
    " finished_at, rows, created, updated, unchanged, skipped, failed, reasons, is_demo, tries, trying_row, place, reason,"
    " words, head, facts) VALUES ('imp111111111', 'customers',"
    " 'a.csv', 'd', '', '{}', '{}', 3, 'system', 'command', '2026-01-01', '2026-01-01', 3, 3, 0, 0, 0, 0, '{}', false, 1, 0, '',"
    " '', '', '', '{}')"
)
_DEALING = (
    "INSERT INTO dealings_dealing (customer_id, occurred_at, occurred_on, amount, currency, channel, category,"
    " order_reference, reference, cancelled) VALUES (-9, '2026-01-01', '2026-01-01', 1, 'CNY', 0, '', '', '', false)"
)
_JOB = (
    "INSERT INTO jobs_job (name, key, arguments, status, attempts, run_after, worker, trouble, created_at) VALUES"
    " ('backup', 'nightly', '{}', 4, 3, '2026-01-01', '', 'OSError: disk full', '2026-01-01')"
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("check", "sql", "words"),
    [
        ("journal", "UPDATE journal_act SET by_code = 'x'", "The journal was tampered with. Act"),
        ("imports", _IMPORT, "Import imp111111111: 3 rows, 3 counted, 0 in its batches."),
        ("jobs", _JOB, "OSError: disk full"),
        (
            "orphans",
            _DEALING,
            "dealings_dealing points to 1 rows of customers_customer that are not there (customer_id).",
        ),
    ],
)
def test_one_harm_is_found_by_one_check(check, sql, words):
    _sql(sql)
    troubles = _troubles()
    assert {name for name, found in troubles.items() if found} == {check}
    assert len(troubles[check]) == 1
    assert words in troubles[check][0]


def test_a_held_delivery_has_stored_nothing_and_is_no_trouble():
    _sql(_IMPORT.replace("'{}', 3,", "'{}', 6,").replace("3, 3, 0, 0, 0, 0,", "3, 0, 0, 0, 3, 0,"))
    assert _troubles() == NOTHING


def test_a_released_delivery_is_no_trouble_either():
    _sql(_IMPORT.replace("'{}', 3,", "'{}', 4,").replace("3, 3, 0, 0, 0, 0,", "3, 0, 0, 0, 3, 0,"))
    assert _troubles() == NOTHING


def test_an_import_that_was_stopped_asks_for_a_person():
    stopped = _IMPORT.replace("'{}', 3,", "'{}', 8,").replace("'2026-01-01', '2026-01-01',", "'2026-01-01', NULL,")
    _sql(stopped.replace(" '', '', '', '{}')", " 'imports.stopped', 'It broke off.', '', '{}')"))
    assert _troubles()["imports"] == ["Import imp111111111 (a.csv): It broke off."]


def test_a_message_of_which_nobody_knows_is_named():
    put("mail", key="a", body={})
    hold_all("Restored from a backup.")
    [trouble] = _troubles()["jobs"]
    assert trouble.endswith("Restored from a backup.")


def test_missing_indexes_of_lists_are_built_again():
    _sql("DROP INDEX customer_by_value")
    assert _troubles()["list_indexes"] == ["Indexes of the customer lists: customer_by_value"]
    assert _look(repair=True)["list_indexes"].repaired == ["Indexes of the customer lists: customer_by_value"]
    assert _troubles() == NOTHING


def test_customers_that_the_search_does_not_find_are_made_findable():
    _sql("DELETE FROM customers_document WHERE customer_id IN (SELECT min(id) FROM customers_customer)")
    assert _troubles()["search"][0] == "1 customers cannot be found by the search."
    assert _look(repair=True)["search"].repaired[0] == "Made findable: 1 customers."
    assert _troubles() == NOTHING


def test_customers_found_by_words_of_before_are_written_anew():
    _sql("UPDATE customers_customer SET name = 'somebody else'")
    assert _troubles()["search"] == ["200 of 200 customers looked at are found by words of before."]
    assert _look(repair=True)["search"].repaired == ["The search of all customers was written anew: 300."]
    assert _troubles() == NOTHING


def test_keys_open_to_others_are_named_and_closed(tmp_path, settings):
    settings.GUANXI_HOME = tmp_path
    create_keys(tmp_path / "keys")
    key = tmp_path / "keys" / "journal.key"
    key.chmod(0o644)
    assert _troubles()["keys"][0].endswith(f"Call: chmod 600 {key}")
    assert len(_look(repair=True)["keys"].repaired) == 1
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert _troubles() == NOTHING


def test_a_missing_key_is_named_and_the_rest_is_still_looked_at(guanxi_home, tmp_path, settings):
    settings.GUANXI_HOME = tmp_path
    (tmp_path / "keys").mkdir()
    os.link(guanxi_home / "keys" / "django.key", tmp_path / "keys" / "django.key")
    troubles = _troubles()
    assert troubles["keys"][0].startswith("The key blind, journal is missing in")
    assert {name for name, found in troubles.items() if found} == {"keys"}
