"""A nightly file of 40,000 policies, delivered twice and once at 60 % of its volume (OPS-07, at its own size)."""

from pathlib import Path

import pytest

from tests.drills.homes import Home
from tests.drills.pictures import picture_of

pytestmark = pytest.mark.drill

POLICIES, CUSTOMERS = 40_000, 9_000
AS_OF = ("refresh", "--as-of", "2026-06-30", "--json")
_COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "failed")


def policies(folder: Path, name: str, numbers: range, *more: int, status: str = "open") -> Path:
    """A delivery that names policies by number."""
    file = folder / name
    rows = [
        f"P{n:06},C{n % CUSTOMERS},LIFE{n % 7},202{n % 6}-0{n % 9 + 1}-17,2027-0{n % 9 + 1}-01,{status}"
        for n in (*numbers, *more)
    ]
    file.write_text("\n".join(["reference,customer,product,opened_on,renewal_on,status", *rows]) + "\n")
    return file


def test_twice_and_once_at_sixty_percent(drill_folder, tmp_path):
    home = Home.new(drill_folder / "nightly")

    def deliver(file: Path, *options: str, status: int = 0) -> dict:
        command = ("import", "holdings", str(file), "--feed", "policies", "--create-customers", *options, "--json")
        return home.run(*command, status=status)

    first = deliver(policies(tmp_path, "monday.csv", range(POLICIES)))
    assert [first[name] for name in _COUNTS] == [POLICIES, POLICIES, 0, 0, 0, 0]
    stood = picture_of(home)
    again = deliver(policies(tmp_path, "tuesday.csv", range(POLICIES)))
    assert [again[name] for name in _COUNTS] == [POLICIES, 0, 0, POLICIES, 0, 0]
    assert again["known_to_one_side"] == {"record": [], "file": []}
    assert home.run(*AS_OF)["waits"] == []
    noticed = picture_of(home)

    half = policies(tmp_path, "wednesday.csv", range(POLICIES * 6 // 10), status="closed")
    held = deliver(half, status=1)
    assert (held["held"], held["usual_rows"]) == ("feed_incomplete", POLICIES)
    assert [held[name] for name in _COUNTS] == [24_000, 0, 0, 0, 24_000, 0]
    (wait,) = home.run(*AS_OF)["waits"]
    assert (wait["detector"], wait["code"], wait["params"]) == ("*", "feed_held", {"feed": "policies"})
    now = picture_of(home)
    for table in ("customers_customer", "holdings_holding", "catalogue_product"):
        assert now[table] == stood[table], table
    for table in ("signals_signal", "actions_action"):
        assert now[table] == noticed[table], table

    whole = deliver(policies(tmp_path, "thursday.csv", range(1, POLICIES), POLICIES, POLICIES + 1))
    assert [whole[name] for name in _COUNTS] == [POLICIES + 1, 2, 0, POLICIES - 1, 0, 0]
    assert whole["known_to_one_side"] == {"record": ["P000000"], "file": ["P040000", "P040001"]}
    assert home.run(*AS_OF)["waits"] == []
    assert home.run("doctor", "--json")["healthy"]
    home.drop()
