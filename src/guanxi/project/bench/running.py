"""Run the product's own commands as whole processes and read what the operating system accounted for them."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

_LOOKS: Final = 0.02  # seconds between two looks at how much memory a process holds


@dataclass(frozen=True)
class Figure:
    """One measured run. CPU is the process with its finished children, not a database server beside it."""

    what: str
    size: int
    database: str
    wall_s: float
    cpu_s: float
    peak_mb: float
    rows_per_s: float | None = None
    ratio: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """The figure as one JSON line with the load of the machine, numbers rounded for reading."""
        known = {key: value for key, value in asdict(self).items() if value not in (None, {})}
        rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in known.items()}
        return json.dumps(rounded | {"load": round(os.getloadavg()[0], 2)}, ensure_ascii=False)


@dataclass(frozen=True)
class Finished:
    """What a finished process printed on standard output, and what it used."""

    out: str
    wall_s: float
    cpu_s: float
    peak_mb: float

    def result(self) -> dict[str, Any]:
        """Its standard output read as JSON."""
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed


@dataclass(frozen=True)
class Home:
    """A throw-away installation: its folder and its database ('' is SQLite)."""

    folder: Path
    database_url: str = ""

    @property
    def database(self) -> str:
        """The database's name as figures quote it."""
        return "postgresql" if self.database_url else "sqlite"

    def environment(self) -> dict[str, str]:
        """The environment in which the product's commands work on this home."""
        # as installed: the modules stand compiled, also where the machine that measures writes no bytecode
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder.parent / "bytecode")}
        own = {"GUANXI_HOME": str(self.folder), "GUANXI_DATABASE_URL": self.database_url}
        return {**os.environ, **compiled, **own}

    def run(self, *arguments: str) -> Finished:
        """Run `guanxi …` on this home to its end. Raises RuntimeError with its last words when it fails."""
        return run_process([sys.executable, "-m", "guanxi", *arguments], self.environment())


def run_process(command: Sequence[str], environment: Mapping[str, str]) -> Finished:
    """Run a process to its end and account for it: user and system seconds by wait4, peak resident memory by its own high-water mark.

    The peak that wait4 tells begins with that of whoever started the process (Linux carries it over), and what measures is often the
    larger of the two.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        child = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=errors)
        peak, ended = 0.0, 0
        while not ended:
            time.sleep(_LOOKS)
            peak = max(peak, _high_water(child.pid))
            ended, status, usage = os.wait4(child.pid, os.WNOHANG)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if child.returncode != 0:
            words = errors.read().decode(errors="replace").strip()[-2000:]
            raise RuntimeError(f"{' '.join(command[2:])} failed with {child.returncode}: {words}")
        return Finished(out.read().decode(), wall, usage.ru_utime + usage.ru_stime, peak or usage.ru_maxrss / 1024)


def _high_water(process: int) -> float:
    """The most that a process has held in memory so far, in MB; 0 where nobody says so, or it is over."""
    try:
        told = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmHWM:")), 0.0)
