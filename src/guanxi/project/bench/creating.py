"""Create customers one at a time, as a web process does, while something large runs beside. Prints JSON: n, p50, p95 and
worst in ms.
"""

import json
import subprocess
import sys
import time

from guanxi.project import set_up

_LEAST, _MOST, _PAUSE_S = 100, 2_000, 0.02


def main(beside: str, data: str) -> None:
    """`beside`: nothing, import (of the dealings in `data`) or refresh."""
    set_up()
    from guanxi.identity.queries import system_principal  # noqa: PLC0415 - needs the settings
    from guanxi.record.customers.services import NewCustomer, register_customers  # noqa: PLC0415
    from guanxi.record.imports.services import site_open  # noqa: PLC0415

    arguments = {
        "import": ["import", "dealings", f"{data}/dealings.parquet", "--json"],
        "refresh": ["refresh", "--full", "--json"],
    }
    by, large = system_principal("bench"), None
    took: list[float] = []
    with site_open():  # what an import looks for, to keep the lock of SQLite short
        if beside in arguments:
            large = subprocess.Popen([sys.executable, "-m", "guanxi", *arguments[beside]], stdout=subprocess.DEVNULL)
            time.sleep(3)
        while len(took) < _MOST and (len(took) < _LEAST or (large is not None and large.poll() is None)):
            name = f"Bench {beside} {len(took)}"
            began = time.perf_counter()
            register_customers([NewCustomer(name=name)], by=by, source="bench")
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(_PAUSE_S)
        if large is not None:
            large.wait()
    took.sort()
    print(
        json.dumps(
            {
                "n": len(took),
                "p50_ms": took[len(took) // 2],
                "p95_ms": took[int(len(took) * 0.95)],
                "worst_ms": took[-1],
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
