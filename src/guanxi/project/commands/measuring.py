"""Commands that make synthetic firms and measure the product on them."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guanxi.project.commands.speaking import told

if TYPE_CHECKING:
    from guanxi.project.simulation import Trade


@click.command("simulate")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--customers", default=10_000, show_default=True, type=click.IntRange(1, 100_000_000))
@click.option("--dealings", default=200_000, show_default=True, type=click.IntRange(0, 10_000_000_000), help="In all.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option("--references", is_flag=True, help="Give each dealing a reference of its own.")
@click.option(
    "--trade",
    type=click.Choice(["shops", "visits", "cards", "bank"]),
    default="shops",
    show_default=True,
    help="How people buy; a bank has accounts, salaries (as many as there are) and addresses instead.",
)
@click.option("--json", "as_json", is_flag=True)
def simulate_command(
    folder: Path, customers: int, dealings: int, seed: int, *, references: bool, trade: "Trade", as_json: bool
) -> None:
    """Write a synthetic firm as Parquet into FOLDER, with its hidden truth beside."""
    from guanxi.project.simulation import FirmPlan, simulate_firm  # noqa: PLC0415 - numpy only where it is needed

    plan = FirmPlan(customers, dealings, seed, references=references, trade=trade)
    with click.progressbar(length=customers, label="customers", file=sys.stderr) as bar:
        try:
            counts = simulate_firm(folder, plan, progress=lambda done: bar.update(done - bar.pos))
        except ValueError as refused:
            raise click.ClickException(str(refused)) from refused
    click.echo(json.dumps(counts) if as_json else ", ".join(f"{n:,} {what}" for what, n in counts.items()))


@click.command("bench")
@click.argument("names", nargs=-1)
@click.option("--customers", default=100_000, show_default=True, type=click.IntRange(100))
@click.option("--dealings-each", default=20, show_default=True, type=click.IntRange(1))
@click.option("--database-url", default="", help="An empty PostgreSQL database to fill; without it SQLite.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where throw-away data go.")
@click.option(
    "--executors", multiple=True, type=click.IntRange(1, 64), help="With engines: on a cluster of so many; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="Accepted for symmetry: figures are JSON lines anyway.")
def bench_command(
    names: tuple[str, ...],
    *,
    customers: int,
    dealings_each: int,
    database_url: str,
    folder: Path | None,
    executors: tuple[int, ...],
    as_json: bool,
) -> None:
    """Measure: each figure beside its comparison, as JSON lines (wall, CPU of the process, peak memory, load)."""
    del as_json
    import tempfile  # noqa: PLC0415

    from guanxi.project.bench.cases import CASES, Setting  # noqa: PLC0415

    if unknown := set(names) - CASES.keys():
        there = {"names": ", ".join(sorted(unknown)), "cases": ", ".join(CASES)}
        raise click.UsageError(told("There is no bench {names}. There are: {cases}.", **there))
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as scratch:
        setting = Setting(folder or Path(scratch), customers, dealings_each, database_url, executors)
        for name in names or CASES:
            for figure in CASES[name](setting):
                click.echo(figure.line())
