"""A hundred thousand mutated files through reader and importer: no crash, no hang over 10 s, below 512 MB (trust.md S7)."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drills.homes import SERVER, Home

pytestmark = pytest.mark.drill

# Reading does not know the database: on PostgreSQL only what differs, the storing, is gone over again.
CASES = int(os.environ.get("DRILL_MUTATIONS", "10000" if SERVER else "100000"))
WORKERS = 2
_A_WORKER = 2_500  # cases of one process, so that what it gathers in memory is what a worker would
_HANG_S, _MOST_MB = 10.0, 512


@dataclass
class _Running:
    process: "subprocess.Popen[str]"
    home: Home
    first: int
    seen: str = ""
    since: float = 0.0

    def case(self) -> str:
        """Which case is in work, and for how long it has been."""
        file = self.home.path / "case"
        now = file.read_text() if file.exists() else ""
        if now != self.seen:
            self.seen, self.since = now, time.monotonic()
        return now

    def hangs(self) -> bool:
        return bool(self.case()) and time.monotonic() - self.since > _HANG_S


def test_mutated_files_are_refused_or_counted_never_worse(drill_folder, copy):
    fresh = Home.new(drill_folder / "mutated")
    waiting = list(range(0, CASES, _A_WORKER))[::-1]
    running: list[_Running] = []
    troubles: list[str] = []
    outcomes: dict[str, int] = {}
    slowest, memory = (0.0, -1), 0
    while waiting or running:
        while waiting and len(running) < WORKERS:
            running.append(_started(copy(fresh), waiting.pop()))
        time.sleep(0.2)
        for worker in list(running):
            if worker.process.poll() is None and not worker.hangs():
                continue
            running.remove(worker)
            told = _told(worker, troubles)
            slowest, memory = max(slowest, tuple(told["slowest"])), max(memory, told["memory_mb"])
            for name, count in told["outcomes"].items():
                outcomes[name] = outcomes.get(name, 0) + count
            worker.home.drop()
    print(f"\n{CASES} files: {outcomes}; slowest {slowest[0]:.2f} s (case {slowest[1]}), {memory} MB")
    fresh.drop()
    assert not troubles, "\n\n".join(troubles[:10])
    assert slowest[0] < _HANG_S
    assert memory < _MOST_MB
    assert outcomes["imported"] > CASES / 3, "most files are refused at the door: the mutations are too wild"


def _started(home: Home, first: int) -> _Running:
    script = "from tests.drills.mutation_worker import main; main()"
    process = home.start_script(script, str(home.path), str(first), str(min(_A_WORKER, CASES - first)))
    return _Running(process, home, first)


def _told(worker: _Running, troubles: list[str]) -> dict:
    """What a worker has found; a dead or hanging one is a finding itself, with the file that did it."""
    if worker.process.poll() is None or worker.process.returncode:
        hangs = worker.process.poll() is None
        worker.process.kill()
        _, err = worker.process.communicate()
        kept = Path(os.environ.get("TMPDIR", "/tmp")) / f"guanxi-case-{worker.case()}"
        for file in worker.home.path.glob("case-*"):
            shutil.copy(file, kept.with_suffix(file.suffix))
        what = "hangs" if hangs else f"ended with {worker.process.returncode}"
        troubles.append(f"case {worker.case()} {what} (a file of it: {kept}.*)\n{err[-2000:]}")
        return {"slowest": (0.0, -1), "memory_mb": 0, "outcomes": {}}
    told = json.loads((worker.home.path / "told.json").read_text())
    troubles += [
        f"case {finding['case']}: {finding['error']}\n{finding.get('trace', '')}" for finding in told["findings"]
    ]
    if told["left"]:
        troubles.append(f"cases from {worker.first} left something standing: {told['left']}")
    return told
