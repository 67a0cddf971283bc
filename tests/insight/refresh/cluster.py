"""A standalone cluster of Spark on this machine: one master, two workers, all on loopback."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

WORKERS = 2
_PATIENCE = 120.0  # seconds until all have come: machines that test are busy


@contextmanager
def standalone(folder: Path) -> Iterator[str]:
    """The address of the master, its workers being there; all of them end with the block."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port, page = _free_port(), _free_port()
    master = f"spark://127.0.0.1:{port}"
    env = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder)}
    deploy = "org.apache.spark.deploy"
    started = [
        _start(home, folder / "master.log", env, f"{deploy}.master.Master", "--port", port, "--webui-port", page)
    ]
    terms = ("--cores", 1, "--memory", "1g", "--webui-port", 0, "--work-dir", folder)
    try:
        logs = [folder / f"worker-{number}.log" for number in range(WORKERS)]
        started += [_start(home, log, env, f"{deploy}.worker.Worker", *terms, master) for log in logs]
        _wait_for(f"http://127.0.0.1:{page}/json/")
        yield master
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def _start(home: Path, log: Path, env: dict[str, str], *words: object) -> "subprocess.Popen[bytes]":
    kind, *rest = (str(word) for word in words)
    command = [str(home / "bin" / "spark-class"), kind, "--host", "127.0.0.1", *rest]
    with log.open("wb") as out:
        return subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)


def _wait_for(page: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(page, timeout=5) as answer:
                if json.load(answer)["aliveworkers"] == WORKERS:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    raise TimeoutError(f"no {WORKERS} workers came to the master")


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
