"""Building an edition aside, whole or as an increment on the one before, and making it the current one."""

import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from guanxi.ground.kill_points import kill_point
from guanxi.insight.warehouse import snapshot
from guanxi.insight.warehouse.places import Places
from guanxi.insight.warehouse.record_view import RecordView
from guanxi.insight.warehouse.sources import SOURCES, Blind
from guanxi.insight.warehouse.workbench import Unreadable, Workbench

_SQL = Path(__file__).parent / "sql"
_ALL_ARE_FRESH = "CREATE OR REPLACE TEMP VIEW fresh_days AS SELECT * FROM days"
_REDONE_ARE_FRESH = """
CREATE OR REPLACE TEMP VIEW fresh_days AS SELECT * FROM days WHERE customer_id IN (SELECT customer_id FROM redone)
"""
# Raised when the tables or their meaning change: older editions are then no base for increments.
FORMAT = "11"
# Reading more than this share of the customers one by one costs more than reading all in one pass.
LARGEST_INCREMENT = 0.3


@dataclass(frozen=True)
class Terms:
    """By what money is counted: the firm's currency, its zone, and the margin rate of lines whose product has none."""

    currency: str
    zone: str
    margin_rate: float


@dataclass
class Building:
    """An edition that is being built, open on its workbench.

    `why_whole` says why it was not built as an increment, in a word ('' when it was). `dirty` is the list of changed
    customers that this edition has taken in: `entry`, `customer_id`. `foreign`: lines in another currency, which count nowhere.
    """

    name: str
    bench: Workbench
    dirty: pa.Table
    why_whole: str
    customers: int
    dealings: int
    foreign: int = 0


class Disagreement(Exception):
    """The edition does not add up to what stands in the record."""


class Engine(StrEnum):
    """What computes an edition."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def build_edition(
    view: RecordView, *, name: str, base: str | None, terms: Terms, where: Places, engine: Engine = Engine.DUCKDB
) -> Building:
    """Build the edition `name` from the record as `view` sees it.

    `base` is the edition to increment, None to build whole. What cannot be incremented rightly is built whole, and
    Building.why_whole says why: first, engine, format, terms, margins, many, disagreement. Raises Disagreement when even the
    whole edition does not add up to the record. Spark builds whole, always: its tables cannot be changed row by row.
    """
    dirty = snapshot.dirty_customers(view)
    blind = snapshot.blind_to(view)
    totals = snapshot.record_totals(view, currency=terms.currency, blind=blind)
    why_whole = "engine" if base is not None and engine is Engine.SPARK else _why_whole(view, base, dirty)
    if base is not None and not why_whole:
        bench, why_whole = _open_copy(base, name, where)
        if bench is not None:
            why_whole = _increment(view, bench, name=name, dirty=dirty, terms=terms, where=where, blind=blind)
            if not why_whole and not _disagrees(bench, totals):
                return _finished(name, bench, dirty, "", totals)
            bench.close()
        discard(name, where)
    bench = _open_new(name, where, engine)
    _build_whole(view, bench, name=name, terms=terms, where=where, blind=blind)
    if _disagrees(bench, totals):
        bench.close()
        raise Disagreement(f"Edition {name} does not add up to the record.")
    return _finished(name, bench, dirty, why_whole or "disagreement", totals)


def check_engine(engine: Engine) -> None:
    """Raise Refused, in words, where the engine cannot run; afterwards it does."""
    if engine is Engine.SPARK:
        from guanxi.insight.warehouse.spark_workbench import open_session  # noqa: PLC0415 - only where Spark is asked for

        open_session()


def publish(building: Building, where: Places) -> None:
    """Complete the edition's file, give it its name and make it the one that readers open."""
    building.bench.finish()
    where.unfinished(building.name).replace(where.edition(building.name))
    kill_point("refresh.before_swap")
    where.point_to(building.name)


def discard(name: str, where: Places) -> None:
    """Remove what was built of an edition, finished or not."""
    for file in (where.edition(name), where.unfinished(name)):
        file.unlink(missing_ok=True)
        file.with_name(file.name + ".wal").unlink(missing_ok=True)
    for folder in (where.snapshot(name), where.snapshot(name + ".building")):
        shutil.rmtree(folder, ignore_errors=True)


def remove_others(where: Places) -> None:
    """Remove every edition and snapshot but the current one's: what earlier or broken refreshes left."""
    kept = where.current()
    names = {
        path.name.split(".")[0] for folder in ("editions", "snapshots") for path in (where.root / folder).iterdir()
    }
    for name in names - {kept}:
        discard(name, where)
    for left in where.spill.iterdir():
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _why_whole(view: RecordView, base: str | None, dirty: pa.Table) -> str:
    if base is None:
        return "asked"
    changed = pc.count_distinct(dirty["customer_id"]).as_py()
    return "many" if changed > LARGEST_INCREMENT * snapshot.customer_count(view) else ""


def _open_new(name: str, where: Places, engine: Engine) -> Workbench:
    if engine is Engine.DUCKDB:
        return Workbench(where.unfinished(name), spill=where.spill)
    from guanxi.insight.warehouse.spark_workbench import SparkWorkbench  # noqa: PLC0415 - only where Spark is asked for

    return SparkWorkbench(where.unfinished(name), spill=where.spill)


def _open_copy(base: str, name: str, where: Places) -> tuple[Workbench | None, str]:
    """A copy of the file costs a tenth of copying the rows by queries, and readers keep the original."""
    shutil.copyfile(where.edition(base), where.unfinished(name))
    try:
        return Workbench(where.unfinished(name), spill=where.spill), ""
    except Unreadable:
        return None, "damaged"


def _increment(
    view: RecordView,
    bench: Workbench,
    *,
    name: str,
    dirty: pa.Table,
    terms: Terms,
    where: Places,
    blind: Blind,
) -> str:
    """Take the changed customers out of the base's copy and fill them in anew; a word when that cannot be right."""
    if bench.scalar("SELECT value FROM meta WHERE name = 'format'") != _format():
        return "format"
    if Terms(**bench.arrow("SELECT currency, zone, margin_rate FROM firm").to_pylist()[0]) != terms:
        return "terms"
    target = where.snapshot(name)
    snapshot.take_snapshot(view, bench, target, currency=terms.currency, only_dirty=True, blind=blind)
    _show(bench, where.snapshot(name))
    if bench.scalar((_SQL / "changed_margins.sql").read_text(encoding="utf-8")):
        return "margins"
    bench.register("redone", dirty)
    bench.run(_SQL / "take_out.sql")
    bench.run(_REDONE_ARE_FRESH)
    bench.run(_SQL / "fill.sql")
    bench.run("UPDATE meta SET value = $name WHERE name = 'edition'", name=name)
    return ""


def _build_whole(view: RecordView, bench: Workbench, *, name: str, terms: Terms, where: Places, blind: Blind) -> None:
    bench.run(_SQL / "edition.sql")
    bench.run(
        "INSERT INTO firm VALUES ($currency, $zone, $rate);"
        "INSERT INTO meta VALUES ('edition', $name), ('format', $format)",
        currency=terms.currency,
        zone=terms.zone,
        rate=terms.margin_rate,
        name=name,
        format=_format(),
    )
    target = where.snapshot(name)
    snapshot.take_snapshot(view, bench, target, currency=terms.currency, only_dirty=False, blind=blind)
    _show(bench, where.snapshot(name))
    bench.run(_ALL_ARE_FRESH)
    bench.run(_SQL / "fill.sql")


def _format() -> str:
    """The format of tables and what they hold: which categories come in depends on the firm's own list as well."""
    return " ".join([FORMAT, *sorted(settings.GUANXI_BLOCKED_CATEGORIES)])


def _show(bench: Workbench, folder: Path) -> None:
    for source in SOURCES:
        bench.show_parquet(f"new_{source.name}", folder / f"{source.name}.parquet")


def _disagrees(bench: Workbench, totals: snapshot.Totals) -> bool:
    own = bench.arrow(_SQL / "totals.sql").to_pylist()[0]
    fits = own["strangers"] == 0 and own["missing"] == 0
    return not fits or snapshot.Totals(own["lines"], own["amount"], own["hash"]) != totals


def _finished(name: str, bench: Workbench, dirty: pa.Table, why_whole: str, totals: snapshot.Totals) -> Building:
    customers = bench.scalar("SELECT count(*) FROM customers")
    dealings = bench.scalar("SELECT CAST(coalesce(sum(lines), 0) AS BIGINT) FROM checks")
    return Building(name, bench, dirty, why_whole, int(customers), int(dealings), totals.foreign)
