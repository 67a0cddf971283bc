"""The command of back-tests: what a detector would have stated in past months, and what came of it."""

import json
from datetime import datetime
from typing import Any

import click

from guanxi.identity.queries import firm
from guanxi.record.signals.choices import SignalKind

# The keys of backtesting.TRIALS, which a test compares: naming them loads no engine.
DETECTORS = tuple(
    kind.value
    for kind in (
        SignalKind.SPEND_DROP,
        SignalKind.INACTIVITY,
        SignalKind.CREDIT_DOWNSHIFT,
        SignalKind.PROMISE_BROKEN,
        SignalKind.SERVICE_FRICTION,
    )
)
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_SECONDS = 1800.0


@click.command("backtest")
@click.argument("detector", type=click.Choice(DETECTORS))
@click.option("--as-of", type=_DAY, help="The last day that is known. Default: the last day of the data.")
@click.option("--months", type=click.IntRange(1, 60), default=12, show_default=True, help="Closed months to replay.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def backtest_command(detector: str, *, as_of: datetime | None, months: int, as_json: bool) -> None:
    """Replay past months on the current edition: how many alarms, how many truly left, how late. Nothing is written."""
    from guanxi.insight.detectors.backtesting import Replay, backtest  # noqa: PLC0415 - heavy
    from guanxi.insight.warehouse.reading import open_edition  # noqa: PLC0415 - heavy
    from guanxi.record.actions.queries import kept_steps, planned_promises  # noqa: PLC0415 - as above
    from guanxi.record.consents.queries import unprofiled_ids  # noqa: PLC0415 - as above

    with open_edition(seconds=_SECONDS) as edition:
        day = as_of.date() if as_of else edition.scalar("SELECT max(day) FROM feed")
        aside = unprofiled_ids(day) if day else []
        asked = Replay(day, months, firm().thresholds, kept_steps, planned_promises, aside)
        told = backtest(edition, detector, asked)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _print(told)


def _print(told: dict[str, Any]) -> None:
    for name in ("detector", "as_of", "months", "customers", "customer_months"):
        click.echo(f"{name}: {told[name]}")
    columns = list(next(iter(told["states"].values())))
    click.echo(" ".join([f"{'':10}", *(f"{name:>12}" for name in columns)]))
    for state, row in told["states"].items():
        figures = ("–" if row[name] is None else f"{row[name]:,}" for name in columns)
        click.echo(" ".join([f"{state:10}", *(f"{figure:>12}" for figure in figures)]))
    for words in (told["at_risk_means"], told["left_means"], *told["missing"]):
        click.echo(words)
