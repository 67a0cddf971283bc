"""Start the web server on a home, wait for its first answer, read its memory, stop it. Prints JSON."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

_PATIENCE_S = 30


def main() -> None:
    """Measure one start of `guanxi serve --no-worker` on the home of the environment."""
    port = _free_port()
    command = [sys.executable, "-m", "guanxi", "serve", "--no-worker"]
    began = time.perf_counter()
    server = subprocess.Popen(
        command, env={**os.environ, "PORT": str(port)}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        _first_answer(port, began)
        seconds = time.perf_counter() - began
        for _ in range(20):  # a worker at work, not at rest
            _ask(port)
        memory = max(_resident_mb(pid) for pid in _family(server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(server.pid, 0)
    print(json.dumps({"start_s": seconds, "worker_mb": memory, "cpu_s": usage.ru_utime + usage.ru_stime}))


def _first_answer(port: int, began: float) -> None:
    while time.perf_counter() - began < _PATIENCE_S:
        try:
            _ask(port)
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"The server did not answer within {_PATIENCE_S} s.")


def _ask(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/account/login/")
    connection.getresponse().read()
    connection.close()


def _family(pid: int) -> list[int]:
    """A process and its children (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
