"""A worker killed in the middle of an import leaves it to the other one: nobody has to ask for it again (D1, R1)."""

import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.drills.homes import Home
from tests.drills.judging import assert_honest, assert_like_unbroken

pytestmark = pytest.mark.drill

_RUNNING, _DONE = 2, 3  # of jobs and of imports
_LONGEST_S = 150  # half a minute until the ticks of a dead worker are another's, and a minute between two of them


@pytest.mark.parametrize(("name", "point"), [("dealings", "import.committed"), ("customers", "import.noted")])
def test_the_other_worker_ends_what_a_killed_one_has_begun(name, point, before, deliveries, unbroken_import, copy):
    home, delivery = copy(before), deliveries[name]
    with home.site_open():
        assert home.run_killed("import.opened", *delivery.command, status=delivery.status) is None
        dying, other = home.start("worker", GUANXI_KILL_AT=point), None
        try:
            _wait_until(lambda: dying.poll() is not None or _jobs(home, _RUNNING), dying)
            other = home.start("worker")
            _wait_until(lambda: dying.poll() is not None, other)
            assert dying.returncode == -signal.SIGKILL
            assert_honest(home)
            assert _status(home) == _RUNNING
            _wait_until(lambda: _status(home) != _RUNNING and not _jobs(home, _RUNNING), other)
        finally:
            err = _ended(dying, other)
    assert "Traceback" not in err, err[-3000:]
    assert _jobs(home, _DONE) >= 1
    assert_like_unbroken(home, None, unbroken_import(name))


def _status(home: Home) -> int:
    return int(home.rows("SELECT status FROM imports_import ORDER BY id DESC LIMIT 1")[0][0])


def _jobs(home: Home, status: int) -> int:
    return int(home.rows(f"SELECT count(*) FROM jobs_job WHERE name = 'resume_imports' AND status = {status}")[0][0])


def _wait_until(done: Callable[[], object], living: "subprocess.Popen[str]") -> None:
    """Wait for something while a process does it; what that said, if it ends or takes too long instead."""
    end = time.monotonic() + _LONGEST_S
    while not done():
        assert living.poll() in {None, -signal.SIGKILL}, living.communicate()[1][-3000:]
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def _ended(*processes: "subprocess.Popen[str] | None") -> str:
    """End all of them in peace; what they said."""
    said = ""
    for process in filter(None, processes):
        if process.poll() is None:
            process.terminate()
        said += process.communicate(timeout=60)[1]
    return said
