"""Commands that make synthetic firms and measure the product on them."""

import json
from pathlib import Path

import click


@click.command("simulate")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--customers", default=10_000, show_default=True, type=click.IntRange(1, 100_000_000))
@click.option("--dealings", default=200_000, show_default=True, type=click.IntRange(0, 10_000_000_000), help="In all.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option("--references", is_flag=True, help="Give each dealing a reference of its own.")
@click.option("--json", "as_json", is_flag=True)
def simulate_command(
    folder: Path, customers: int, dealings: int, seed: int, *, references: bool, as_json: bool
) -> None:
    """Write a synthetic firm as Parquet into FOLDER, with its hidden truth beside."""
    from guanxi.project.simulation import FirmPlan, simulate_firm  # noqa: PLC0415 - numpy only where it is needed

    plan = FirmPlan(customers, dealings, seed, references=references)
    with click.progressbar(length=customers, label="customers", file=click.get_text_stream("stderr")) as bar:
        counts = simulate_firm(folder, plan, progress=lambda done: bar.update(done - bar.pos))
    click.echo(json.dumps(counts) if as_json else ", ".join(f"{n:,} {what}" for what, n in counts.items()))
