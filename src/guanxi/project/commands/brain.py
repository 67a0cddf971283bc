"""Commands of insight: refresh the figures, ask an estimate."""

import json
from datetime import date, datetime
from typing import Any

import click

from guanxi.ground.refusals import gettext_noop
from guanxi.identity.queries import system_principal
from guanxi.project.commands.answers import ANSWERS, Asked
from guanxi.project.commands.speaking import say

_DAY = click.DateTime(formats=["%Y-%m-%d"])
# A person waits at the terminal and has asked for the whole firm.
_SECONDS = 1800.0
_STEPS = {
    "edition": gettext_noop("Moving the record into a new edition"),
    "estimates": gettext_noop("Estimating every customer"),
    "detectors": gettext_noop("Looking for who has left the own habit"),
    "decisions": gettext_noop("Deciding what to do next"),
    "swap": gettext_noop("Making the edition the current one"),
    "standing": gettext_noop("Publishing where customers stand"),
    "signals": gettext_noop("Writing signals"),
    "actions": gettext_noop("Proposing actions"),
    "headlines": gettext_noop("Updating lists"),
    "done": gettext_noop("Done"),
}


@click.command("refresh")
@click.option("--full", is_flag=True, help="Read everything again, not only what changed.")
@click.option("--as-of", type=_DAY, help="The last day that counts. Default: yesterday.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def refresh_command(*, full: bool, as_of: datetime | None, engine: str, as_json: bool) -> None:
    """Bring estimates, signals, actions and standing up to date."""
    from guanxi.insight.refresh import refresh

    report = refresh(by=system_principal(), as_of=_day(as_of), full=full, engine=engine, watch=say_step)
    _say(report.as_json(), as_json=as_json)


@click.command("estimate")
@click.argument("name", type=click.Choice(list(ANSWERS)))
@click.option("--model", type=click.Choice(["bg_nbd", "pareto_nbd"]), default="bg_nbd", show_default=True)
@click.option("--as-of", type=_DAY, help="The last day that counts. Default: the last day of the data.")
@click.option("--calibrate-to", type=_DAY, help="Fit up to this day and hold the rest against the fit.")
@click.option("--unit", type=click.Choice(["day", "week"]), default="week", show_default=True)
@click.option("--of", type=click.Choice(["revenue", "value"]), default="revenue", show_default=True)
@click.option("--gross", is_flag=True, help="Count purchases only; leave refunds out.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def estimate_command(
    name: str, *, as_of: datetime | None, calibrate_to: datetime | None, as_json: bool, **how: Any
) -> None:
    """Ask one estimate of the current edition, with its grade against the simple rule on the firm's own data."""
    from guanxi.insight.warehouse.reading import open_edition

    asked = Asked(_day(as_of), _day(calibrate_to), **how)
    with open_edition(seconds=_SECONDS) as edition:
        told = ANSWERS[name](edition, asked)
    _say(told, as_json=as_json)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def say_step(step: str) -> None:
    """Say what a refresh is at."""
    say(_STEPS.get(step, step))


def _say(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for key, value in told.items():
        if key != "curve":
            click.echo(f"{key}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value}")
