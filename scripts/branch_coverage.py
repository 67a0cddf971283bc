"""Say how much of rules and insight the tests have seen, lines and branches, from what slipcover counted; fail under the bound.

python scripts/branch_coverage.py branches.json 95
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path


def judged(counted: dict) -> Iterator[tuple[str, int, int]]:
    """File, seen and unseen lines and branches of `rules.py`, of what lies in a folder `rules`, and of insight."""
    for file, told in counted["files"].items():
        parts = Path(file).parts
        if parts[-1] == "rules.py" or "rules" in parts or "insight" in parts:
            found = told["summary"]
            seen = found["covered_lines"] + found["covered_branches"]
            yield file, seen, found["missing_lines"] + found["missing_branches"]


def main() -> int:
    """The exit status: 1 under the bound."""
    file, bound = Path(sys.argv[1]), float(sys.argv[2])
    rows = list(judged(json.loads(file.read_text(encoding="utf-8"))))
    seen, unseen = sum(row[1] for row in rows), sum(row[2] for row in rows)
    share = 100 * seen / max(seen + unseen, 1)
    told = [
        f"{missing:5d} not seen in {name}" for name, _, missing in sorted(rows, key=lambda row: -row[2])[:10] if missing
    ]
    sys.stdout.write("\n".join([*told, f"{share:.1f} % of {len(rows)} files seen, at least {bound:g} asked", ""]))
    return share < bound


if __name__ == "__main__":
    sys.exit(main())
