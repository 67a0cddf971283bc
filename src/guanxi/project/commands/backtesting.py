"""The command of back-tests: what a detector would have stated in past months, and what came of it."""

import json
from datetime import datetime
from typing import Any

import click

from guanxi.identity.queries import firm, system_principal
from guanxi.insight.trials import TRIED, keep_run, let_reach_people
from guanxi.record.signals.choices import SignalKind

# The keys of backtesting.TRIALS, which a test compares: naming them loads no engine.
DETECTORS = tuple(
    kind.value
    for kind in (
        SignalKind.SPEND_DROP,
        SignalKind.INACTIVITY,
        SignalKind.CREDIT_DOWNSHIFT,
        SignalKind.BALANCE_RUNOFF,
        SignalKind.PROMISE_BROKEN,
        SignalKind.SERVICE_FRICTION,
    )
)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("backtest")
@click.argument("detector", type=click.Choice(DETECTORS))
@click.option("--as-of", type=_DAY, help="The last day that is known. Default: the last day of the data.")
@click.option("--months", type=click.IntRange(1, 60), default=12, show_default=True, help="Closed months to replay.")
@click.option(
    "--looked-at", is_flag=True, help="You have looked at it: let the alarms reach people, the next refresh on."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def backtest_command(detector: str, *, as_of: datetime | None, months: int, looked_at: bool, as_json: bool) -> None:
    """Replay past months on the current edition: how many alarms, how many truly left, how late. Without --looked-at nothing
    is written.
    """
    from guanxi.insight.refresh.replaying import replay_detector  # noqa: PLC0415 - heavy

    if looked_at and detector not in TRIED:
        raise click.UsageError(f"Alarms of {detector} wait for no look: they reach people as they are found.")
    own = firm().thresholds
    told = replay_detector(detector, own, as_of=as_of.date() if as_of else None, months=months)
    if looked_at:
        by = system_principal()
        keep_run(told, own, by=by)
        let_reach_people(detector, by=by)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _print(told)


def _print(told: dict[str, Any]) -> None:
    for name in ("detector", "as_of", "months", "customers", "customer_months"):
        click.echo(f"{name}: {told[name]}")
    columns = list(next(iter(told["states"].values())))
    click.echo(" ".join([f"{'':10}", *(f"{name:>12}" for name in columns)]))
    within = {"within": told["within"]} if told["within"] else {}
    for state, row in (told["states"] | within).items():
        figures = ("–" if row[name] is None else f"{row[name]:,}" for name in columns)
        click.echo(" ".join([f"{state:10}", *(f"{figure:>12}" for figure in figures)]))
    means = [row["means"] for row in within.values()]
    for words in (told["at_risk_means"], told["left_means"], *means, *told["missing"]):
        click.echo(words)
