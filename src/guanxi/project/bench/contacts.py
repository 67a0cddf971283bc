"""Import a file of contacts as the web does, in a process that has run for a while. Prints JSON: the import's counts,
and the wall and CPU seconds from the click to the report.
"""

import json
import sys
import time
from pathlib import Path

from guanxi.project import set_up

_MOST = 5_000  # what the web imports inside a request
_FIRST = "BEGIN:VCARD\nVERSION:3.0\nFN:Bench\nTEL:13900000000\nEND:VCARD\n"


def main(file: str) -> None:
    """Import `file` after another one, which has brought in the libraries."""
    set_up()
    from guanxi.identity.queries import system_principal  # noqa: PLC0415 - needs the settings
    from guanxi.project.registrations import register_importers  # noqa: PLC0415
    from guanxi.record.imports.services import ImportOptions, import_file  # noqa: PLC0415

    register_importers()
    by, options = system_principal("bench"), ImportOptions(most_rows=_MOST)
    first = Path(file).with_name("first.vcf")
    first.write_text(_FIRST)
    import_file(first, "customers", by=by, options=options)
    began, cpu = time.perf_counter(), time.process_time()
    report = import_file(Path(file), "customers", by=by, options=options)
    facts = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
    print(json.dumps(report.as_json() | facts))


if __name__ == "__main__":
    main(*sys.argv[1:])
