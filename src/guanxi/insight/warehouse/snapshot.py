"""Taking a snapshot: one Parquet file a table, moved out of the record in one consistent view."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from guanxi.ground.kill_points import kill_point
from guanxi.insight.warehouse.record_view import RecordView
from guanxi.insight.warehouse.sources import DIRTY, RECORD_TOTALS, SOURCES, TOTALS_SCHEMA, Blind
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.catalogue.prohibited import UNOFFERED, blocked_subject, likely_words


@dataclass(frozen=True)
class Totals:
    """What all lines of dealings add up to: their number, their amounts, their hashes; and how many are in another currency than the
    firm's, which count nowhere.
    """

    lines: int
    amount: int
    hash: int
    foreign: int = field(default=0, compare=False)


def dirty_customers(view: RecordView) -> pa.Table:
    """The dirty list as this view sees it: `entry` (its id) and `customer_id`, in the order of entries."""
    schema = pa.schema([("entry", pa.int64()), ("customer_id", pa.int64())])
    return view.table(DIRTY.replace("SELECT", "SELECT id AS entry,") + " ORDER BY id", schema)


def customer_count(view: RecordView) -> int:
    """How many customers the record has, deleted and merged ones among them."""
    found = view.table("SELECT count(*) AS n FROM customers_customer", pa.schema([("n", pa.int64())]))
    return int(found["n"][0].as_py())


def blind_to(view: RecordView) -> Blind:
    """The products that arrive nowhere, by the words of their reference, name and family."""
    columns = [("id", pa.int64()), ("words", pa.string())]
    rows = view.table(
        "SELECT p.id, p.reference || ' ' || p.name || ' ' || coalesce(f.reference, '') AS words"
        " FROM catalogue_product p LEFT JOIN catalogue_family f ON f.id = p.family_id ORDER BY p.id",
        pa.schema(columns),
    )
    likely = rows.filter(pc.match_substring_regex(rows["words"], likely_words(UNOFFERED), ignore_case=True))
    return Blind(tuple(row["id"] for row in likely.to_pylist() if blocked_subject(row["words"], subjects=UNOFFERED)))


def record_totals(view: RecordView, *, currency: str, blind: Blind) -> Totals:
    """What the lines in the record add up to (one pass over the table, nothing moved)."""
    query = blind.laid_over(RECORD_TOTALS.replace("{currency}", currency))
    row = view.table(query, TOTALS_SCHEMA).to_pylist()[0]
    return Totals(row["lines"], row["amount"], row["hash"], row["foreign_lines"])


def take_snapshot(
    view: RecordView, bench: Workbench, folder: Path, *, currency: str, only_dirty: bool, blind: Blind
) -> None:
    """Write `folder`/<table>.parquet for every source; with `only_dirty` the large ones hold dirty customers only.

    The folder appears under its name when it is complete.
    """
    aside = folder.with_name(folder.name + ".building")
    aside.mkdir(parents=True)
    for source in SOURCES:
        rows = view.stream(source.query(currency=currency, only_dirty=only_dirty, blind=blind), source.schema)
        bench.write_parquet(rows, aside / f"{source.name}.parquet")
        kill_point("refresh.snapshot")
    aside.rename(folder)
