"""Imports beside imports, beside people, beside a refresh: nobody is told that the database is locked, and all is right."""

import pytest

from tests.drills.homes import Home, finished
from tests.drills.pictures import edition_of, picture_of

pytestmark = pytest.mark.drill

_PEOPLE = 150
_WORST_S = 2.0  # one person, one form, while a file comes in
# What two runs in another order may say differently: nothing of it is what stands, but when it was noticed.
_NOTICED = {"signals_signal", "actions_action", "standing_standingmove"}
_IN_ANY_ORDER = _NOTICED | {"standing_flow", "standing_alarmcell"}  # and what is counted of it

_CREATE = f"""
import json, sys, time
from guanxi.identity.queries import system_principal
from guanxi.record.customers.services import NewCustomer, register_customers
took, outcomes = [], []
for number in range({_PEOPLE}):
    began = time.monotonic()
    row = NewCustomer(name=f"Person {{number}}", reference=f"PERSON{{number}}", phone=f"137{{number:04d}}8888")
    outcomes += [str(answer.outcome) for answer in register_customers([row], by=system_principal(), source="form")]
    took.append(time.monotonic() - began)
    time.sleep(0.01)
took.sort()
print(json.dumps({{"p95": took[int(len(took) * 0.95)], "worst": took[-1], "outcomes": sorted(set(outcomes))}}))
"""


def test_four_files_at_once_are_as_right_as_one_after_the_other(before, deliveries, copy):
    one_by_one, at_once = copy(before), copy(before)
    with one_by_one.site_open(), at_once.site_open():
        alone = {name: one_by_one.run(*d.command, status=d.status) for name, d in deliveries.items()}
        running = {name: at_once.start(*d.command) for name, d in deliveries.items()}
        told = {name: finished(process, deliveries[name].status) for name, process in running.items()}
    for name, result in told.items():
        for count in ("rows", "created", "updated", "unchanged", "skipped", "failed", "reasons"):
            assert result[count] == alone[name][count], (name, count)
    _assert_same(at_once, one_by_one)


def test_one_file_twice_at_once_is_taken_in_once(before, deliveries, copy):
    delivery = deliveries["dealings"]
    alone, home = copy(before), copy(before)
    with alone.site_open(), home.site_open():
        expected = alone.run(*delivery.command, status=1)
        running = [home.start(*delivery.command) for _ in range(3)]
        ended = [(*process.communicate(timeout=120), process.returncode) for process in running]
    assert [status for *_, status in ended] == [1, 1, 1]  # wrong rows, or told to wait
    refused = [err for out, err, _ in ended if not out.strip()]
    assert all("This very file is being imported at this moment." in err for err in refused)
    assert all("Traceback" not in err for _, err, _ in ended)
    assert home.rows("SELECT sum(created) FROM imports_import WHERE id > 3") == [(expected["created"],)]
    _assert_same(home, alone)


def test_people_work_while_files_come_in(before, deliveries, copy):
    home, alone = copy(before), copy(before)
    with home.site_open(), alone.site_open():
        running = [home.start(*deliveries[name].command) for name in ("dealings", "customers")]
        people = finished(home.start_script(_CREATE))
        for process in running:
            finished(process, 1)
        for name in ("dealings", "customers"):
            alone.run(*deliveries[name].command, status=1)
        finished(alone.start_script(_CREATE))
    print(
        f"\ncreating a customer during two imports: p95 {people['p95'] * 1000:.0f} ms, worst {people['worst'] * 1000:.0f} ms"
    )
    assert people["outcomes"] == ["created"]
    assert people["worst"] < _WORST_S
    _assert_same(home, alone)


def test_a_file_comes_in_during_a_refresh(history, deliveries, copy):
    refresh = ("refresh", "--as-of", "2025-06-30", "--json")
    file = deliveries["dealings"].command
    beside, after = copy(history), copy(history)
    with beside.site_open():
        running = [beside.start(*refresh), beside.start(*file)]
        people = finished(beside.start_script(_CREATE))
        finished(running[0])
        finished(running[1], 1)
        told = beside.run(*refresh)
        after.run(*file, status=1)
        finished(after.start_script(_CREATE))
        expected = after.run(*refresh)
    print(
        f"\ncreating a customer during a refresh: p95 {people['p95'] * 1000:.0f} ms, worst {people['worst'] * 1000:.0f} ms"
    )
    assert people["worst"] < _WORST_S
    assert told["customers"] == expected["customers"]
    assert told["dealings"] == expected["dealings"]
    _assert_same(beside, after, but=_IN_ANY_ORDER)
    now, then = edition_of(beside), edition_of(after)
    assert {table: now[table][0] for table in now} == {table: then[table][0] for table in then}
    nameless = ("firm", "feed", "kept_cycles", "kept_seasons", "kept_groups")  # the rows of the others name ids
    assert {table: now[table] for table in nameless} == {table: then[table] for table in nameless}
    whole = copy(beside)
    assert whole.run(*refresh, "--full")["incremental"] is False
    assert edition_of(whole) == now, "the increment is not what a whole edition is"


def test_two_refreshes_at_once_are_one(history, copy):
    home = copy(history)
    running = [home.start("refresh", "--as-of", "2025-06-30", "--json") for _ in range(3)]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in running]
    assert 0 in {status for *_, status in ended}
    for _, err, status in ended:
        assert status == 0 or "A refresh is running already" in err
        assert "Traceback" not in err


def _assert_same(one: Home, other: Home, *, but: set[str] = frozenset()) -> None:
    now, then = picture_of(one), picture_of(other)
    for table in then.keys() - {"dirty"} - but:
        assert now[table] == then[table], table
