"""One process of the fuzz drill: mutated files through reader and importer; what it found stands in HOME/told.json.

Which case is in work stands in HOME/case, so that the drill can name the one that killed or stopped this process.
"""

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path

_ADDRESS_SPACE = 8 << 30  # beyond it memory is refused, so that a hostile length fails here and not on the machine
_REAL_EVERY = 100  # each hundredth file is imported in earnest and undone
_MOST_FINDINGS = 20


def main() -> None:
    """Arguments: home, first case, how many. Django is set up."""
    from tests.drills.mutation_cases import Cases

    home, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    with (home / "stderr").open("w") as file:
        os.dup2(file.fileno(), 2)  # nobody reads the pipe until the end
    cases = Cases(home)
    findings: list[dict[str, object]] = []
    slowest = (0.0, -1)
    for number in range(first, first + count):
        (home / "case").write_text(str(number))
        began = time.monotonic()
        try:
            cases.run(number, real=number % _REAL_EVERY == 0)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the finding; panics are no Exception
            findings.append({"case": number, "error": repr(error)[:300], "trace": traceback.format_exc()[-1500:]})
        slowest = max(slowest, (time.monotonic() - began, number))
    halved = [line for line in (home / "stderr").read_text().splitlines() if "are tried in halves" in line]
    findings += [{"case": first, "error": f"a batch that was not stored at once: {line[:300]}"} for line in halved]
    told = {
        "slowest": slowest,
        "memory_mb": _most_memory_mb(),
        "outcomes": cases.outcomes,
        "troubles": len(findings),
        "findings": findings[:_MOST_FINDINGS],
        "left": cases.left(),
    }
    (home / "told.json").write_text(json.dumps(told, ensure_ascii=False))


def _most_memory_mb() -> int:
    """The most that this process ever held. Not ru_maxrss: it begins with what the process held that started this one."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    raise LookupError("VmHWM")
