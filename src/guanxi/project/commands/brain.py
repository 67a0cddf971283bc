"""Commands of insight: refresh the figures, ask an estimate, count by two dimensions."""

import json
from dataclasses import replace
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
    """Ask one estimate of the current edition, with its grade against the simple rule on the firm's own data; the page of insight shows
    the grade that each was given last.
    """
    from guanxi.identity.queries import firm_day
    from guanxi.insight.appraisal.grades import keep_grade
    from guanxi.insight.refresh.running import not_ahead
    from guanxi.insight.warehouse.places import places
    from guanxi.insight.warehouse.reading import open_edition

    asked = Asked(_day(as_of), _day(calibrate_to), **how)
    with open_edition(seconds=_SECONDS) as edition:
        asked = replace(asked, as_of=asked.as_of or not_ahead(edition))
        told = ANSWERS[name](edition, asked)
    keep_grade(name, told, as_of=asked.as_of or firm_day(), where=places())
    _say(told, as_json=as_json)


@click.command("pivot")
@click.argument("rows")
@click.argument("columns", default="")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def pivot_command(rows: str, columns: str, *, as_json: bool) -> None:
    """Count the customers of the current edition, with their value and volume, by one dimension or two: kind, stage, tier, loyalty,
    rfm, risk, team, manager, city, source, since (year of the first purchase) and last (quarter of the last one).
    """
    from guanxi.identity.queries import firm, firm_day
    from guanxi.insight.analysis.pivot import pivot
    from guanxi.insight.warehouse.reading import open_edition
    from guanxi.project.commands.naming import named
    from guanxi.record.consents.queries import unprofiled_ids

    with open_edition() as edition:
        found = pivot(edition, rows, columns, aside=unprofiled_ids(firm_day()))
    cells = {name: found.cells[name].to_pylist() for name in found.cells.column_names}
    cells |= {"row": named(rows, cells["row"]), "column": named(columns, cells["column"])}
    told = [dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True)]
    asked = {"rows": rows, "columns": columns, "currency": firm().currency}
    if as_json:
        click.echo(json.dumps({**asked, "cells": told, "totals": found.totals}, ensure_ascii=False))
        return
    for cell in [*told, {"row": "=", "column": "", **found.totals}]:
        click.echo("\t".join(str(value) for value in cell.values()))


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
