"""`guanxi serve`: there soon, both children alive, clean at the end, and in words when it cannot begin."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installation import Installation, answers, free_port

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")


def _until(done, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not (answer := done()) and time.monotonic() < end:
        time.sleep(0.05)
    return bool(answer)


def _children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(folder.name))
    return sorted(found)


@contextmanager
def _served(firm: Installation, *arguments: str) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    process = firm.start("serve", "--port", str(port), *arguments)
    try:
        assert _until(lambda: answers(f"http://127.0.0.1:{port}") or process.poll() is not None)
        yield process, port
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        process.stderr.close()


def _sealed(firm: Installation) -> bool:
    return firm.json("doctor")["checks"]["journal"]["facts"]["not_sealed_yet"] == 0


@pytest.mark.both
def test_it_serves_works_and_ends_clean(firm):
    del firm.environment["GUANXI_ASSETS_FROM_SOURCE"]  # as people start it: assets are collected first
    with _served(firm) as (process, port):
        web, worker = _children(process.pid)
        assert len(_children(web)) == 2
        assert _until(lambda: _sealed(firm), 20)  # the worker's first tick
        process.send_signal(signal.SIGTERM)
        assert process.wait(12) == 0
        assert process.stderr.read() == f"Guanxi is on http://127.0.0.1:{port}\n"
        assert [pid for pid in (web, worker) if Path(f"/proc/{pid}").exists()] == []
        assert not answers(f"http://127.0.0.1:{port}")
    assert (firm.home / "static" / ".collected").exists()


def test_ctrl_c_ends_it_clean(firm):
    with _served(firm) as (process, _):
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        assert process.wait(12) == 0
        assert "Traceback" not in process.stderr.read()


def test_a_killed_worker_is_started_again(firm):
    with _served(firm) as (process, port):
        web, worker = _children(process.pid)
        os.kill(worker, signal.SIGKILL)
        assert _until(lambda: len(_children(process.pid)) == 2 and worker not in _children(process.pid))
        assert web in _children(process.pid)
        assert answers(f"http://127.0.0.1:{port}")


def test_without_the_web_server_the_whole_ends(firm):
    with _served(firm) as (process, _):
        web, worker = _children(process.pid)
        os.kill(web, signal.SIGKILL)
        assert process.wait(20) != 0
        assert not Path(f"/proc/{worker}").exists()


@pytest.mark.drill
def test_a_worker_does_not_outlive_a_killed_parent(firm):
    with _served(firm) as (process, _):
        _, worker = _children(process.pid)
        process.kill()
        assert _until(lambda: not Path(f"/proc/{worker}").exists())


def test_the_web_can_be_served_without_a_worker(firm):
    with _served(firm, "--no-worker", "--processes", "1") as (process, _):
        [web] = _children(process.pid)
        assert len(_children(web)) == 1


def test_a_taken_port_is_said_in_words(firm):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = firm.run("serve", "--port", str(port), expect=1).stderr
    assert said == f"Port {port} is taken by another program. Stop it, or choose another one with --port.\n"
