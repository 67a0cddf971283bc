"""A standalone cluster of Spark on this machine: one master, so many workers of one core, all on loopback."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from socket import socket

_PATIENCE = 120.0  # seconds until all have come: machines that test are busy
_COME = "Successfully registered with master"  # as a worker's log says it
_DEPLOY = "org.apache.spark.deploy"


@contextmanager
def standalone(folder: Path, *, workers: int) -> Iterator[str]:
    """The address of the master, its workers being there; all of them end with the block. Their logs lie in the folder.

    Raises TimeoutError when not all workers come within two minutes, LookupError where pyspark is not installed.
    """
    spark = find_spec("pyspark")
    if spark is None or spark.origin is None:
        raise LookupError("pyspark")
    home = Path(spark.origin).parent
    port = _free_port()
    master = f"spark://127.0.0.1:{port}"
    env = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder)}
    started = [_start(home, folder / "master.log", env, "master.Master", "--port", port, "--webui-port", 0)]
    terms = ("--cores", 1, "--memory", "1g", "--webui-port", 0, "--work-dir", folder)
    logs = [folder / f"worker-{number}.log" for number in range(workers)]
    try:
        started += [_start(home, log, env, "worker.Worker", *terms, master) for log in logs]
        _wait_for(logs)
        yield master
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def _start(home: Path, log: Path, env: dict[str, str], *words: object) -> "subprocess.Popen[bytes]":
    kind, *rest = (str(word) for word in words)
    command = [str(home / "bin" / "spark-class"), f"{_DEPLOY}.{kind}", "--host", "127.0.0.1", *rest]
    with log.open("wb") as out:
        return subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)


def _wait_for(logs: list[Path]) -> None:
    end = time.monotonic() + _PATIENCE
    while not all(_COME in log.read_text(encoding="utf-8", errors="replace") for log in logs):
        if time.monotonic() > end:
            raise TimeoutError(f"not all of {len(logs)} workers came to the master")
        time.sleep(0.5)


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
