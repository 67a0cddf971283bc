"""A run over offers as it is kept beside its edition: what each customer was decided by, so that it can be told without computing
the run again, and decided anew for one of them.

A folder an edition: `deciding.parquet`, the row of everybody who was decided on; `decided.parquet`, what came of it; `run.json`,
the terms of the run. Complete before its edition becomes the current one; a name that no edition has is read by nobody.
"""

import json
import os
import shutil
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.insight.decisions.arbitration import Chance, Condition, OfferTerms, Policy, Treatment
from guanxi.insight.decisions.arbitration.single import Terms
from guanxi.insight.decisions.offers.cells import BEGINNING, Tree
from guanxi.insight.decisions.offers.deciding import CLOSED, Decided
from guanxi.insight.decisions.offers.evidence import keep_trials
from guanxi.insight.decisions.offers.resting import RESTS, Rest, rests_by
from guanxi.insight.warehouse.places import Places, places
from guanxi.insight.warehouse.workbench import Workbench

FORMAT = 8  # raised when what is kept, or what the terms are made of, changes
_GROUP = 4_096  # rows that are read for one customer
# Of whom nothing is concluded from his own data nothing is kept either (IDC-03).
_DECIDING = """
    SELECT d.*, coalesce(c.contexts, CAST([] AS STRUCT(offer VARCHAR, channel INTEGER, context DOUBLE)[])) AS contexts,
        coalesce(r.rests, CAST([] AS STRUCT(offer VARCHAR, reason VARCHAR, cause VARCHAR, since DATE, until DATE)[])) AS rests
    FROM deciding d
    LEFT JOIN (
        SELECT customer_id,
            array_agg(struct_pack(offer := offer, channel := channel, context := context) ORDER BY offer, channel) AS contexts
        FROM (
            SELECT customer_id, offer, CAST(NULL AS INTEGER) AS channel, context FROM run_contexts
            UNION ALL SELECT customer_id, offer, channel, context FROM run_way_contexts
        ) t GROUP BY customer_id
    ) c ON c.customer_id = d.customer_id
    LEFT JOIN (
        SELECT customer_id, array_agg(struct_pack(offer := offer, reason := reason, cause := cause, since := since, until := until)
            ORDER BY offer, reason) AS rests
        FROM run_rests GROUP BY customer_id
    ) r ON r.customer_id = d.customer_id
    WHERE NOT d.is_unprofiled ORDER BY d.customer_id
"""


@dataclass(frozen=True, slots=True)
class KeptOffer:
    """Which version of an offer a run decided over."""

    reference: str
    code: str
    version: int
    issue: int


@dataclass(frozen=True)
class Kept:
    """A run that is kept. `terms` are those of single.weigh_one; `gates` of what came before them and was not weighed in money;
    offers: first those, then these; rejects as of Arbitration. tree: whose groups the chances are of; asked: by offer and avenue
    how many of each group were contacted and how many kept as controls (Tree.asked_in).
    """

    folder: Path
    edition: str
    as_of: date
    offers: tuple[KeptOffer, ...]
    terms: Terms
    rejects: tuple[Mapping[str, Any], ...]
    gates: tuple[OfferTerms, ...] = ()
    tree: Tree = BEGINNING
    asked: Mapping[tuple[str, int], tuple[list[float], list[float]]] = field(default_factory=dict)

    def row(self, customer_id: int) -> pa.Table:
        """The row of `deciding` of a customer, `contexts` and `rests`; no row where the run did not know him or was to conclude nothing."""
        return self._deciding.row(customer_id)

    def decided(self, customer_id: int) -> dict[str, Any] | None:
        """What was decided for a customer, with every factor of the score (arbitration/sql/decisions.sql); None for nothing."""
        rows: list[dict[str, Any]] = self._decided.row(customer_id).to_pylist()
        return rows[0] if rows else None

    def closed(self) -> pa.Table:
        """What was closed to somebody, whatever it would have been worth: customer_id, offer, reason (deciding.Asked)."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - only who asks

        rows = pq.read_table(self.folder / "deciding.parquet", columns=["customer_id", "closed"])
        words = pc.list_flatten(rows["closed"])
        parts = pc.split_pattern(words, "|", max_splits=1)
        whose = rows["customer_id"].take(pc.list_parent_indices(rows["closed"]))
        return pa.table([whose, pc.list_element(parts, 1), pc.list_element(parts, 0)], schema=CLOSED)

    @cached_property
    def _deciding(self) -> "_Sorted":
        return _Sorted(self.folder / "deciding.parquet")

    @cached_property
    def _decided(self) -> "_Sorted":
        return _Sorted(self.folder / "decided.parquet")


def contexts_of(row: pa.Table) -> tuple[dict[str, float], dict[tuple[str, int], float]]:
    """Of each offer (reference) the sum of the weights that counted for the customer of a row of `deciding.parquet`; and by offer
    and way what counted there instead.
    """
    told = row["contexts"][0].as_py()
    of_offers = {one["offer"]: one["context"] for one in told if one["channel"] is None}
    return of_offers, {(one["offer"], one["channel"]): one["context"] for one in told if one["channel"] is not None}


def rests_of(row: pa.Table) -> dict[tuple[str, str], Rest]:
    """What rested for the customer of a row of `deciding.parquet`, and because of which answer, by offer and reason."""
    return rests_by(row["rests"][0].as_py())


def current_run() -> Kept | None:
    """The run of the current edition; None where it decided over no offer, or where there is no edition."""
    where = places()
    name = where.current()
    return run_of(where, name) if name else None


def run_of(where: Places, edition: str) -> Kept | None:
    """The run that is kept beside an edition; None where there is none, or one of another format: until the next refresh. Read
    once a process.
    """
    folder = where.run(edition)
    there = _read.get(folder)
    if there is None:
        try:
            told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        except FileNotFoundError:  # or taken away by a refresh this very moment
            return None
        if told["format"] != FORMAT:
            return None
        there = _of_json(folder, told)
        _read.clear()
        _read[folder] = there
    return there


def keep_run(bench: Workbench, run: Decided, where: Places, *, edition: str, as_of: date) -> None:
    """Write a run to the folder of an edition, complete under its name or not there at all, and its trials. Reads `deciding`.

    A run that is broken off after that and made again begins no trial twice.
    """
    folder = where.run(edition)
    aside = folder.with_name(folder.name + ".building")
    aside.mkdir(parents=True)
    bench.register("run_contexts", run.stakes.contexts.of_offers)
    bench.register("run_way_contexts", run.stakes.contexts.of_ways)
    bench.register("run_rests", RESTS.empty_table() if run.rests is None else run.rests)
    bench.register("run_decided", run.found.decisions)
    for name, query in (("deciding", _DECIDING), ("decided", "SELECT * FROM run_decided ORDER BY customer_id")):
        bench.copy_parquet(query, aside / f"{name}.parquet", rows_a_group=_GROUP)
    for name in ("run_contexts", "run_way_contexts", "run_rests", "run_decided"):
        bench.unregister(name)
    with (aside / "run.json").open("w", encoding="utf-8") as file:
        json.dump(_as_json(run, edition, as_of), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder)
    if run.trials is not None:
        keep_trials(where.trials, run.trials)


def remove_other_runs(where: Places) -> None:
    """Remove every run but the current edition's: what earlier or broken refreshes left."""
    current = where.current()
    for folder in where.runs.glob("*"):
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)


_read: dict[Path, Kept] = {}


class _Sorted:
    """A Parquet file in the order of customer_id; safe between threads, for each question opens the file with its footer known."""

    def __init__(self, file: Path) -> None:
        import pyarrow.parquet as pq  # noqa: PLC0415 - only who asks

        self._file = file
        self._footer = pq.read_metadata(file)
        groups = [self._footer.row_group(number) for number in range(self._footer.num_row_groups)]
        # of no row at all there is one group, without any
        self._firsts = [group.column(0).statistics.min for group in groups if group.num_rows]

    def row(self, customer_id: int) -> pa.Table:
        """No row or one."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - only who asks

        group = bisect_right(self._firsts, customer_id) - 1
        with pq.ParquetFile(self._file, metadata=self._footer) as file:
            if group < 0:
                return file.schema_arrow.empty_table()
            rows = file.read_row_group(group, use_threads=False)
        return rows.filter(pc.equal(rows["customer_id"], customer_id))


def _as_json(run: Decided, edition: str, as_of: date) -> dict[str, Any]:
    stakes, found = run.stakes, run.found
    return {
        "format": FORMAT,
        "edition": edition,
        "as_of": as_of.isoformat(),
        "offers": [
            {"reference": one.reference, "code": one.code, "version": one.version, "issue": int(one.issue)}
            for one in (*stakes.first, *stakes.offers)
        ],
        "gates": [asdict(one) for one in stakes.gates],
        "terms": [asdict(one) for one in stakes.terms],
        "tree": stakes.tree.as_json(),
        "asked": [[*way, *stakes.tree.asked_in(one)] for way, one in sorted(stakes.evidence.items())],
        "chances": [[*place, one.p, one.tau, one.sd] for place, one in sorted(stakes.chances.items())],
        "policy": asdict(stakes.policy),
        "prices": found.prices,
        "rejects": found.rejects,
    }


def _of_json(folder: Path, told: dict[str, Any]) -> Kept:
    return Kept(
        folder=folder,
        edition=told["edition"],
        as_of=date.fromisoformat(told["as_of"]),
        offers=tuple(KeptOffer(**one) for one in told["offers"]),
        terms=Terms(
            offers=[_terms(one) for one in told["terms"]],
            chances={(one[0], one[1], one[2]): Chance(*one[3:]) for one in told["chances"]},
            policy=Policy(**told["policy"] | {"channel_reasons": tuple(told["policy"]["channel_reasons"])}),
            prices=told["prices"],
        ),
        rejects=tuple(told["rejects"]),
        gates=tuple(_terms(one) for one in told["gates"]),
        tree=Tree.of_json(told["tree"]),
        asked={(one[0], one[1]): (one[2], one[3]) for one in told["asked"]},
    )


def _terms(told: dict[str, Any]) -> OfferTerms:
    ways = tuple(
        Treatment(**one | {"opens": tuple(Condition(**each) for each in one["opens"])}) for one in told["treatments"]
    )
    conditions = tuple(Condition(**one) for one in told["conditions"])
    return OfferTerms(**told | {"treatments": ways, "conditions": conditions})
