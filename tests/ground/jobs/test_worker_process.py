"""Real worker processes: killed with kill -9 in the middle of a job, or told to stop, the job is done all the same."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from guanxi.ground.jobs import queries, work
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.registry import register_job
from guanxi.ground.jobs.services import enqueue
from guanxi.ground.jobs.worker import is_dead

pytestmark = pytest.mark.django_db(transaction=True)

_WORKER = """
import django; django.setup()
import os, signal, time
from pathlib import Path
from guanxi.ground.jobs import registry
from guanxi.ground.jobs.worker import Worker
registry.TICKS.clear()
folder = Path({folder!r})
def die():
    (folder / "began").touch()
    os.kill(os.getpid(), signal.SIGKILL)
def last():
    (folder / "began").touch()
    time.sleep(60)
registry.register_job("die", die)
registry.register_job("last", last)
Worker(interval=0.05).run()
"""


def _start(folder: Path) -> subprocess.Popen:
    environment = os.environ | {"GUANXI_DATABASE_URL": _url()}
    process = subprocess.Popen([sys.executable, "-c", _WORKER.format(folder=str(folder))], env=environment)
    until = time.monotonic() + 30
    while not (folder / "began").exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    (folder / "began").unlink(missing_ok=True)
    return process


def _url() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    parts = {"dbname": known["NAME"], "user": known["USER"], "host": known["HOST"], "port": known["PORT"]}
    return "postgresql:///?" + "&".join(f"{key}={value}" for key, value in parts.items() if value)


def test_a_job_that_kills_its_worker_is_set_aside_after_three_of_them(jobs, tmp_path):
    register_job("die", lambda: None)
    enqueue("die", key="1")
    for attempt in (1, 2, 3):
        assert _start(tmp_path).wait(30) == -signal.SIGKILL
        assert queries.find_job("die", "1").status == JobStatus.RUNNING
        assert work.sweep_jobs(is_dead) == 1  # at once: the process is known to be gone
        assert queries.find_job("die", "1").attempts == attempt
    line = queries.find_job("die", "1")
    assert (line.status, line.trouble) == (JobStatus.SET_ASIDE, "The worker ended in the middle of attempt 3.")


def test_a_worker_told_to_stop_gives_its_job_back_and_ends(jobs, tmp_path):
    register_job("last", lambda: "done")
    enqueue("last", key="1")
    process = _start(tmp_path)
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert time.monotonic() - started < 10
    line = queries.find_job("last", "1")
    assert (line.status, line.attempts) == (JobStatus.READY, 0)
