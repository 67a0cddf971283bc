"""What came of earlier decisions: trials of each run by arm, and who said yes within their windows (decisioning.md 3.6).

How many say yes is told by those whom somebody asked, so that want of time does not pass for refusal. What asking changes is told by
the arms as they were drawn, whole, and by what was taken out or bought, which is seen in both of them alike.
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guanxi.engage.offers.choices import PAPER, Issue, RegulatoryClass, Way
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.insight.decisions.offers.asking import avenue
from guanxi.insight.decisions.offers.cells import BEGINNING, MOST_CELLS, TRAITS, Group, Tree, digit
from guanxi.insight.decisions.offers.resting import SAID
from guanxi.insight.estimates.growing import Counted, Division, grow_tree
from guanxi.insight.estimates.response import DECAY, Answers, read_answers
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import Purpose
from guanxi.record.conversations.choices import Outcome
from guanxi.record.standing.rules import end_of_quarter, quarter_of

FORGOTTEN: Final = 400  # days after which a trial weighs less than a fifth and goes: 0.97 ** 57 is 0.18
TRIALS: Final = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("offer", pa.string()),
        ("avenue", pa.int32()),
        ("bands", pa.int32()),  # of his traits then (cells.py)
        ("is_treated", pa.bool_()),
        ("begun_on", pa.date32()),
        ("until", pa.date32()),
    ]
)
# What an offer is about: references of a product and of a family, "" where it names none.
TARGETS: Final = pa.schema([(name, pa.string()) for name in ("offer", "product", "family")])
Evidence = Mapping[tuple[str, int], Answers]  # by offer and avenue, arrays over the groups of a tree
ENOUGH: Final = 1_000  # who were contacted and said yes, before cells are told by them [j]
_COUNTS: Final = ("treated", "treated_yes", "control", "control_yes", "assigned", "assigned_yes")
IN_CONTACT: Final = (
    1_000  # the avenue of what was proposed while somebody was here: no run drew who, and no way brought it
)
_SQL: Final = Path(__file__).parent / "sql"
# Days in which a yes counts: decisioning.md 3.6; of what goes by post [j].
_BY_CLASS: Final = {RegulatoryClass.CREDIT: 30, RegulatoryClass.INSURANCE: 45}
_BY_COUPON: Final = 45  # of a partner's offer on paper: it has to be taken to him [j]
_BY_WAY: Final = {Way.VISIT: 14, Way.CALL: 14, Way.LETTER: 14, Way.INSERT: 14, Way.SMS: 7, Way.APP: 7, Way.EMAIL: 7}


@dataclass(frozen=True)
class Heard:
    """What there is to learn from: trials of earlier runs, and what customers said (resting.said_by).

    Who was to be contacted was asked if he is among `said` in the window, and said yes if he accepted, or took the product of it (one
    of its family where it names none): opened or first bought within the window. The arms are compared by what was taken alone;
    of an offer that names neither, or of which the record shows no taking at all, they tell nothing and are not counted.
    """

    trials: pa.Table
    said: pa.Table


def window_of(offer: PublishedOffer, way: Way) -> int:
    """Days from the decision on in which a yes counts as an answer to it."""
    coupon = _BY_COUPON if offer.issue == Issue.PARTNER and way in PAPER else 0
    return max(_BY_CLASS.get(RegulatoryClass(offer.regulatory_class), 0), _BY_WAY[way], coupon)


def in_contact(avenue: int) -> int:
    """The number under which the chances of a way are known while somebody is here."""
    return IN_CONTACT + avenue


def read_trials(file: Path) -> pa.Table:
    """The trials that are kept; none where there is no file, or one without bands, which tells no tree where they belong."""
    if not file.exists() or "bands" not in pq.read_schema(file).names:
        return TRIALS.empty_table()
    return pq.read_table(file, schema=TRIALS)


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
    bench: Workbench,
    trials: pa.Table,
    decisions: pa.Table,
    offers: Sequence[PublishedOffer],
    *,
    on: dt.date,
    today: dt.date | None = None,
    said: pa.Table | None = None,
) -> pa.Table:
    """The trials with those that the decisions of a day begin, less those that are forgotten or whose customer has gone.

    said: of resting.said_by; what customers answered to a proposal in a contact is a trial from that day on, IN_CONTACT, where
    none of the same offer was running that it belongs to. Told by people who asked, it has no controls.
    today: where it is earlier than the day that is decided for, no trial is forgotten that is remembered today.
    decisions: of arbitrate, over `deciding` and `customers` of the workbench. The same decisions twice begin nothing more.
    """
    windows = [
        {"offer": offer.reference, "avenue": avenue(offer.purpose, one.way), "days": window_of(offer, one.way)}
        for offer in offers
        for one in offer.treatments
    ]
    windows += [{"offer": one.reference, "avenue": IN_CONTACT, "days": window_of(one, Way.CALL)} for one in offers]
    schema = pa.schema([("offer", pa.string()), ("avenue", pa.int32()), ("days", pa.int32())])
    bench.register("windows", pa.Table.from_pylist(windows, schema=schema))
    bench.register("decided_now", decisions)
    bench.register("trials", trials)
    bench.register("said", SAID.empty_table() if said is None else said)
    kept_from = min(on, today or on) - dt.timedelta(days=FORGOTTEN)
    found = bench.arrow(_SQL / "trials.sql", on=on, kept_from=kept_from, in_contact=IN_CONTACT).cast(TRIALS)
    for name in ("windows", "decided_now", "trials", "said"):
        bench.unregister(name)
    return found


def evidence_of(
    bench: Workbench,
    heard: Heard,
    offers: Sequence[PublishedOffer],
    tree: Tree,
    *,
    on: dt.date,
) -> Evidence:
    """What is known of each offer on each way in each cell, a week weighing 0.97 of the next; ways without an ended trial are
    left out. Of the groups above the cells there are no counts of their own.

    """
    rows = _counted(bench, heard, offers, tree.cells_of(_bands(heard)), on=on)
    counts: dict[tuple[str, int], np.ndarray] = {}
    for row in rows.to_pylist():
        there = counts.setdefault((row["offer"], row["avenue"]), np.zeros((len(_COUNTS), len(tree.groups))))
        there[:, row["place"]] += [DECAY ** row["weeks"] * row[name] for name in _COUNTS]
    return {way: read_answers(*columns) for way, columns in counts.items()}


def tree_of(bench: Workbench, heard: Heard, offers: Sequence[PublishedOffer], *, on: dt.date) -> Tree:
    """The tree by which it is learned on a day: grown from all trials that had ended when the quarter began and that none of its nights
    forgets, so that cells stay what they are for three months; the declared one while fewer than ENOUGH of them said yes, or where
    nothing parts them.

    Offers of partners do not count: what tells their customers apart may be what they may not know.
    """
    own = [offer for offer in offers if offer.purpose != Purpose.PARTNER]
    began, forgotten = quarter_of(on), end_of_quarter(on) - dt.timedelta(days=FORGOTTEN)
    lasting = pc.and_(
        pc.greater(heard.trials["until"], pa.scalar(forgotten)), pc.not_equal(heard.trials["avenue"], IN_CONTACT)
    )
    heard = replace(heard, trials=heard.trials.filter(lasting))
    if heard.trials.num_rows < ENOUGH:
        return BEGINNING
    rows = _counted(bench, heard, own, _bands(heard), on=began, weekly=False)
    answers = pc.sum(rows["treated_yes"]).as_py() or 0
    if answers < ENOUGH:
        return BEGINNING
    ways = pc.binary_join_element_wise(rows["offer"], rows["avenue"].cast(pa.string()), "|").combine_chunks()
    bands = rows["place"].to_numpy()
    counted = Counted(
        ways.dictionary_encode().indices.to_numpy().astype(np.int64),
        np.stack([digit(bands, trait.name) for trait in TRAITS], axis=1),
        _arms(rows),
    )
    groups = [Group(one.parent, *_told(one)) for one in grow_tree(counted, most=MOST_CELLS)]
    return Tree(tuple(groups), began, answers) if len(groups) > 1 else BEGINNING


def _arms(rows: pa.Table) -> np.ndarray:
    """contacted, of these yes, controls, of these yes of each row: where there are controls the arms as they were drawn, else whom
    somebody asked.
    """
    column = {name: rows[name].to_numpy().astype(np.float64) for name in _COUNTS}
    is_compared = column["assigned"] > 0
    contacted = np.where(is_compared, column["assigned"], column["treated"])
    yes = np.where(is_compared, column["assigned_yes"], column["treated_yes"])
    return np.stack([contacted, yes, column["control"], column["control_yes"]], axis=1)


def _told(one: Division) -> tuple[str, int, int]:
    return (TRAITS[one.trait].name, one.low, one.high) if one.parent >= 0 else ("", 0, 0)


def _bands(heard: Heard) -> np.ndarray:
    return np.asarray(heard.trials["bands"].to_numpy())


def _counted(
    bench: Workbench,
    heard: Heard,
    offers: Sequence[PublishedOffer],
    places: np.ndarray,
    *,
    on: dt.date,
    weekly: bool = True,
) -> pa.Table:
    """Ended trials by offer, avenue, place (given of each trial) and, `weekly`, whole weeks since they began (evidence.sql)."""
    targets = [{"offer": one.reference, "product": one.product, "family": one.family} for one in offers]
    bench.register("targets", pa.Table.from_pylist(targets, schema=TARGETS))
    bench.register("trials", heard.trials.append_column("place", pa.array(places, pa.int32())))
    bench.register("said", heard.said)
    rows = bench.arrow(
        _SQL / "evidence.sql",
        on=on,
        accepted=int(Outcome.ACCEPTED),
        weekly=weekly,
        remembered=FORGOTTEN,
        in_contact=IN_CONTACT,
    )
    for name in ("targets", "trials", "said"):
        bench.unregister(name)
    return rows
