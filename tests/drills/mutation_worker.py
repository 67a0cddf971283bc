"""One process of the fuzz drill: mutated files through reader and importer, one JSON line of findings on standard output.

Called as `python -m tests.drills.mutation_worker HOME FIRST COUNT`. Which case is in work stands in HOME/case, so that
the drill can name the one that killed or stopped this process.
"""

import json
import os
import random
import resource
import sys
import time
import traceback
from pathlib import Path

SLOW_S = 10.0
_ADDRESS_SPACE = 8 << 30  # beyond it memory is refused, so that a hostile length fails here and not on the machine
_REAL_EVERY = 100  # each hundredth file is imported in earnest and undone
_PARQUET_SHARE = 0.15


def main() -> None:
    home, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    os.environ |= {"GUANXI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "guanxi.project.settings"}
    import django

    django.setup()
    from tests.drills.mutation_cases import Cases

    cases = Cases(home)
    findings: list[dict[str, object]] = []
    slowest, memory = (0.0, -1), 0
    for number in range(first, first + count):
        (home / "case").write_text(str(number))
        began = time.monotonic()
        try:
            cases.run(number, real=number % _REAL_EVERY == 0)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the finding
            if isinstance(error, KeyboardInterrupt):
                raise
            findings.append({"case": number, "error": repr(error)[:300], "trace": traceback.format_exc()[-1500:]})
        slowest = max(slowest, (time.monotonic() - began, number))
        now = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if now > memory + 64 and number > first + 50:
            findings += [{"case": number, "error": f"memory rose to {now} MB"}] if now > 512 else []
        memory = max(memory, now)
    told = {"slowest": slowest, "memory_mb": memory, "outcomes": cases.outcomes, "findings": findings, "left": cases.left()}
    print(json.dumps(told, ensure_ascii=False))


def rng_of(number: int) -> random.Random:
    """The random numbers of one case: the same on every machine."""
    return random.Random(f"guanxi {number}")


if __name__ == "__main__":
    main()
