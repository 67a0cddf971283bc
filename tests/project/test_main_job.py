"""The main job on real input, by the product's own commands in a fresh home: from files to who needs me today, and why."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from uuid import uuid4

import pyarrow.parquet as pq
import pytest

Run = Callable[..., dict]
CDNOW_MAP = "customer=customer_id,occurred_at=date,quantity=cds,amount=amount"
RETAIL_MAP = "customer=customer_id,occurred_at=invoice_date,quantity=quantity,unit_price=unit_price,order=invoice,product=stock_code"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a new database on the tests' server; empty for SQLite in the home."""
    url = os.environ.get("GUANXI_TEST_DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    name = f"guanxi_job_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        parts = conninfo_to_dict(url) | {"dbname": name}  # the host may be the folder of a socket
        yield "postgresql:///?" + "&".join(f"{key}={value}" for key, value in parts.items())
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def runner(environment: dict[str, str]) -> Run:
    """Run `guanxi …` in that environment; answers what stands on standard output as JSON, {} when there is nothing."""

    def run(*arguments: str, status: int = 0) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "guanxi", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == status, done.stderr[-3000:]
        if status:
            return {"words": done.stderr}
        return json.loads(done.stdout) if done.stdout else {}

    return run


@pytest.fixture(scope="module")
def cdnow_environment(tmp_path_factory, database) -> dict[str, str]:
    home = tmp_path_factory.mktemp("cdnow")
    # where Spark is installed it is refused for its master, where it is not for that
    return os.environ | {"GUANXI_HOME": str(home), "GUANXI_DATABASE_URL": database, "GUANXI_SPARK_MASTER": "nowhere"}


@pytest.fixture(scope="module")
def cdnow(cdnow_environment, shared_data) -> Run:
    run = runner(cdnow_environment)
    run("init")
    file = str(shared_data / "cdnow_sample_transactions.csv.gz")
    told = run("import", "dealings", file, "--map", CDNOW_MAP, "--create-customers", "--json")
    assert (told["rows"], told["created"], told["failed"]) == (6919, 6919, 0)
    return run


def _further_estimates(environment: dict[str, str]) -> None:
    at = ("--as-of", "1997-09-30")
    silent = ("reasons", "second_lifetime", "claims")
    without = ("affinity", "uplift")  # no products, and nobody drawn by lot
    loyalty, acquisition, *others, loss, survival, replayed, affinity, uplift = _asked_in_one_process(
        environment,
        ("estimate", "loyalty", *at),
        ("estimate", "acquisition", *at),
        *(("estimate", name, *at) for name in silent),
        ("estimate", "loss"),
        ("estimate", "survival", "--as-of", "1998-06-30"),
        ("backtest", "inactivity"),
        *(("estimate", name) for name in without),
    )
    observed = loyalty["traits"]["regular"]["observed"]  # four purchase days or more
    assert (loyalty["customers"], loyalty["shown"], observed) == (2357, 0, 293)
    assert (acquisition["new"], acquisition["regained"], acquisition["existing"]) == (2357, 0, 0)
    assert [(told["model"], told["grade"], bool(told["missing"])) for told in others] == [
        (n, "C", True) for n in silent
    ]
    assert (loss["customers"], loss["holdout"]["customers"], loss["holdout"]["actual"]) == (839, 793, 103)
    lost = (survival["model"], survival["customers"], survival["parameters"]["lost"])
    assert lost == ("kaplan_meier", 2357, 1518)
    # all of 2,357 but the eight who had lapsed by June 1997
    judged = (replayed["as_of"], replayed["months"], replayed["customers"], replayed["missing"])
    assert judged == ("1998-06-30", 12, 2349, [])
    stated = {state: row["judged"] + row["undecided"] for state, row in replayed["states"].items()}
    assert stated == {"watch": 470, "alarm": 306, "lapsed": 1865}
    assert [(told["model"], told["customers"], told["grade"], len(told["missing"])) for told in (affinity, uplift)] == [
        (name, 0, "C", 1) for name in without
    ]


_ONE_AFTER_THE_OTHER = """
import json, sys
from guanxi.project.commands import main
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["guanxi", *arguments, "--json"]
    main()
"""


def _asked_in_one_process(environment: dict[str, str], *commands: tuple[str, ...]) -> list[dict]:
    """What commands that only read answer, each as on the command line; a process each would take most of the time to start."""
    done = subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_THE_OTHER, json.dumps(commands)],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found, left = [], done.stdout.lstrip()
    while left:
        answer, end = json.JSONDecoder().raw_decode(left)
        found.append(answer)
        left = left[end:].lstrip()
    return found


def test_cdnow_from_the_file_to_the_exports(cdnow, cdnow_environment, tmp_path):
    assert "guanxi refresh" in cdnow("estimate", "lifetime", "--json", status=1)["words"]
    told = cdnow("refresh", "--as-of", "1997-09-30", "--json")
    assert (told["as_of"], told["customers"], told["dealings"], told["incremental"]) == (
        "1997-09-30",
        2357,
        6919,
        False,
    )
    assert sum(told["signals"]["inactivity"].values()) > 0
    assert (told["actions"] > 0, told["on_trial"]) == (True, {})  # nobody works here yet whom an alarm could reach

    cut = ("--calibrate-to", "1997-09-30", "--json")
    told = cdnow("estimate", "lifetime", "--model", "bg_nbd", "--unit", "week", *cut)
    assert told["parameters"] == pytest.approx(
        {"r": 0.242595, "alpha": 4.413603, "a": 0.792922, "b": 2.425906}, rel=1e-3
    )
    assert told["log_likelihood"] == pytest.approx(-9582.429, abs=0.01)
    assert (round(told["holdout"]["predicted"]), told["holdout"]["actual"]) == (1653, 1882)
    told = cdnow("estimate", "lifetime", "--model", "pareto_nbd", "--unit", "week", *cut)
    assert told["log_likelihood"] == pytest.approx(-9594.976, abs=0.01)
    told = cdnow("estimate", "spending", *cut)
    assert (told["customers"], round(told["log_likelihood"], 3)) == (946, -4055.918)
    told = cdnow("estimate", "concentration", "--of", "revenue", "--gross", "--json")
    assert (told["customers"], round(told["top_20"], 3), round(told["gini"], 3)) == (2357, 0.675, 0.631)

    if not os.environ.get("GUANXI_TEST_SAMPLE"):  # they read the warehouse alone: once, beside one database, is enough
        _further_estimates(cdnow_environment)

    for kind, name in (("standing", "s.parquet"), ("signals", "signals.csv"), ("actions", "actions.csv")):
        cdnow("export", kind, str(tmp_path / name))
    table = pq.read_table(tmp_path / "s.parquet")
    assert table.num_rows == 2357
    rows = {row["customer"]: row for row in table.to_pylist()}
    # customer 1: bought on 1 and 18 January, 2 August and 12 December 1997, as the file says
    assert [rows["1"][name] for name in ("frequency", "recency_days", "age_days")] == [2, 59, 272]
    assert rows["1"]["monetary"] == pytest.approx((29.73 + 14.96) / 2)
    letters = [row["tier_strict"] for row in rows.values()]
    assert [letters.count(letter) for letter in "ABC"] == [471, 1415, 471]
    with (tmp_path / "signals.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert {row["kind"] for row in found} >= {"inactivity"}
    assert all(row["explanation"] for row in found)
    with (tmp_path / "actions.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert {row["customer"] for row in found} <= set(rows)
    assert all(row["reason"] for row in found)


@pytest.mark.drill
def test_the_same_again_is_an_increment_that_changes_nothing(cdnow, tmp_path):
    cdnow("refresh", "--as-of", "1997-09-30", "--json")
    cdnow("export", "standing", str(tmp_path / "one.parquet"))
    told = cdnow("refresh", "--as-of", "1997-09-30", "--json")
    assert (told["incremental"], told["why_whole"]) == (True, "")
    cdnow("export", "standing", str(tmp_path / "two.parquet"))
    assert pq.read_table(tmp_path / "one.parquet").equals(pq.read_table(tmp_path / "two.parquet"))


@pytest.mark.parametrize("command", [["refresh"], ["export", "standing", "s.csv"]])
def test_before_init_it_says_what_to_do(tmp_path, command):
    run = runner(os.environ | {"GUANXI_HOME": str(tmp_path), "GUANXI_DATABASE_URL": ""})
    assert run(*command, status=1)["words"] == "There is no firm here yet: run “guanxi init” first.\n"


def test_a_worker_whose_ticker_has_the_record_open_refreshes_in_a_process_of_its_own(cdnow, cdnow_environment):
    code = """
import json, threading, django; django.setup()
from django.db import connection
from guanxi.identity.queries import firm
opened, done = threading.Event(), threading.Event()
def tick():
    firm(); opened.set(); done.wait(200); connection.close()
threading.Thread(target=tick, daemon=True).start(); opened.wait(20)
from guanxi.project.schedules import refresh_nightly
print(json.dumps(refresh_nightly("2026-03-02"))); done.set()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=cdnow_environment, capture_output=True, text=True, timeout=200, check=True
    )
    told = json.loads(done.stdout)
    # the first of this home where another worker runs the tests before this one
    assert told["customers"] == 2357
    assert told["why_whole"] in ("", "first")


def test_wrong_use_ends_with_2_and_words(cdnow):
    assert "'astrology'" in cdnow("estimate", "astrology", status=2)["words"]
    assert "Spark" in cdnow("refresh", "--engine", "spark", status=1)["words"]
    assert "--as-of" in cdnow("refresh", "--as-of", "yesterday", status=2)["words"]


@pytest.mark.drill
def test_online_retail_finds_no_interior_optimum_and_says_so(tmp_path, shared_data):
    run = runner(os.environ | {"GUANXI_HOME": str(tmp_path), "GUANXI_DATABASE_URL": ""})
    run("init", "--currency", "GBP", "--zone", "Europe/London")
    file = str(shared_data / "online_retail_2010_2011.parquet")
    told = run("import", "dealings", file, "--map", RETAIL_MAP, "--create-customers", "--json")
    assert (told["rows"], told["skipped"], told["reasons"]) == (541_909, 135_080, {"no_customer": 135_080})
    told = run("refresh", "--as-of", "2011-06-30", "--json")
    assert (told["customers"], told["dealings"]) == (4372, 406_829)
    told = run("estimate", "lifetime", "--calibrate-to", "2011-06-30", "--unit", "week", "--json")
    assert told["boundary"] == "nobody leaves: plain NBD"
    assert told["holdout"]["predicted"] == pytest.approx(5636, abs=1)
    told = run("estimate", "concentration", "--gross", "--json")
    assert (told["customers"], round(told["top_20"], 4)) == (4339, 0.7462)
