"""What came of earlier decisions: trials of each run by arm, and who said yes within their windows (decisioning.md 3.6).

Of those who were to be contacted the ones count whom somebody asked, so that want of time does not pass for refusal; whom people
choose to ask among them is thereby taken to be chance. Controls count whole.
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guanxi.engage.offers.choices import RegulatoryClass, Way
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.insight.decisions.offers.asking import avenue
from guanxi.insight.estimates.response import DECAY, Answers, read_answers
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Outcome

CELLS: Final = 16  # tier (0 unknown) x state, as deciding.sql numbers them
FORGOTTEN: Final = 400  # days after which a trial weighs less than a fifth and goes: 0.97 ** 57 is 0.18
TRIALS: Final = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("offer", pa.string()),
        ("avenue", pa.int32()),
        ("cell", pa.int32()),
        ("is_treated", pa.bool_()),
        ("begun_on", pa.date32()),
        ("until", pa.date32()),
    ]
)
Evidence = Mapping[tuple[str, int], Answers]  # by offer and avenue, arrays over the cells
_SQL: Final = Path(__file__).parent / "sql"
# Days in which a yes counts: decisioning.md 3.6; of what goes by post [j].
_BY_CLASS: Final = {RegulatoryClass.CREDIT: 30, RegulatoryClass.INSURANCE: 45}
_BY_WAY: Final = {Way.VISIT: 14, Way.CALL: 14, Way.LETTER: 14, Way.INSERT: 14, Way.SMS: 7, Way.APP: 7, Way.EMAIL: 7}


def window_of(offer: PublishedOffer, way: Way) -> int:
    """Days from the decision on in which a yes counts as an answer to it."""
    return max(_BY_CLASS.get(RegulatoryClass(offer.regulatory_class), 0), _BY_WAY[way])


def read_trials(file: Path) -> pa.Table:
    """The trials that are kept; none where there is no file."""
    return pq.read_table(file, schema=TRIALS) if file.exists() else TRIALS.empty_table()


def but_of(trials: pa.Table, customers: Sequence[int]) -> pa.Table:
    """The trials of everybody else: who wants no advice from own data is learned from no more, and leaves none behind (IDC-03)."""
    return trials.filter(pc.invert(pc.is_in(trials["customer_id"], pa.array(customers, pa.int64()))))


def keep_trials(file: Path, trials: pa.Table) -> None:
    """Write the trials whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".writing")
    with aside.open("wb") as written:
        pq.write_table(trials, written, compression="zstd")
        written.flush()
        os.fsync(written.fileno())
    aside.replace(file)


def with_decisions(
    bench: Workbench, trials: pa.Table, decisions: pa.Table, offers: Sequence[PublishedOffer], *, on: dt.date
) -> pa.Table:
    """The trials with those that the decisions of a day begin, less those that are forgotten or whose customer has gone.

    decisions: of arbitrate, over `deciding` and `customers` of the workbench. The same decisions twice begin nothing more.
    """
    windows = [
        {"offer": offer.reference, "avenue": avenue(offer.purpose, one.way), "days": window_of(offer, one.way)}
        for offer in offers
        for one in offer.treatments
    ]
    schema = pa.schema([("offer", pa.string()), ("avenue", pa.int32()), ("days", pa.int32())])
    bench.register("windows", pa.Table.from_pylist(windows, schema=schema))
    bench.register("decided_now", decisions)
    bench.register("trials", trials)
    found = bench.arrow(_SQL / "trials.sql", on=on, forgotten=-FORGOTTEN).cast(TRIALS)
    for name in ("windows", "decided_now", "trials"):
        bench.unregister(name)
    return found


def evidence_of(
    bench: Workbench, trials: pa.Table, said: pa.Table, offers: Sequence[PublishedOffer], *, on: dt.date
) -> Evidence:
    """What is known of each offer on each way in each cell, a week weighing 0.97 of the next; ways without an ended trial are
    left out.

    said: of resting.said_by; who was to be contacted counts if he is among them in the window. Yes is an accepted offer, or a
    product of it (of its family where it names none) opened within the window, in both arms; of an offer that names neither,
    controls tell nothing and are not counted.
    """
    targets = [{"offer": one.reference, "product": one.product, "family": one.family} for one in offers]
    schema = pa.schema([(name, pa.string()) for name in ("offer", "product", "family")])
    bench.register("targets", pa.Table.from_pylist(targets, schema=schema))
    bench.register("trials", trials)
    bench.register("said", said)
    rows = bench.arrow(_SQL / "evidence.sql", on=on, accepted=int(Outcome.ACCEPTED)).to_pylist()
    for name in ("targets", "trials", "said"):
        bench.unregister(name)
    counts: dict[tuple[str, int], np.ndarray] = {}
    names = ("treated", "treated_yes", "control", "control_yes")
    for row in rows:
        there = counts.setdefault((row["offer"], row["avenue"]), np.zeros((4, CELLS)))
        there[:, row["cell"]] += [DECAY ** row["weeks"] * row[name] for name in names]
    return {way: read_answers(*columns) for way, columns in counts.items()}
