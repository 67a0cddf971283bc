"""The background work of a rehearsal: two policies over the whole firm. Run as a module it does the same in a process of its own."""

import datetime as dt
import json
import subprocess
import sys
from typing import Any

from guanxi.ground.movers import may_move
from guanxi.ground.refusals import Refused
from guanxi.project import set_up


def rehearse_policies(**asked: Any) -> dict[str, Any]:
    """What was asked for on the page of rehearsals (`day`, `variation`, `asked_by`), as it is kept; a refusal is kept with its words."""
    if may_move():
        return _rehearsed(asked)
    # on SQLite the worker's ticker has the record open beside this thread
    done = subprocess.run(
        [sys.executable, "-m", "guanxi.project.rehearsing"], input=json.dumps(asked), capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The rehearsal failed: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _rehearsed(asked: dict[str, Any]) -> dict[str, Any]:
    from guanxi.engage.policy.variation import read_variation  # after Django is set up
    from guanxi.insight.decisions.offers import compare  # the engines load only in the worker

    try:
        return compare(dt.date.fromisoformat(asked["day"]), read_variation(asked["variation"])).as_json()
    except Refused as refused:
        return {
            "refused": {"code": refused.code, "words": str(refused.words), "params": refused.kept_params()},
        }


if __name__ == "__main__":
    set_up()
    sys.stdout.write(json.dumps(_rehearsed(json.load(sys.stdin))))
