"""Commands of insight: refresh the figures, ask an estimate."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from guanxi.ground.refusals import gettext_noop
from guanxi.identity.queries import firm, system_principal
from guanxi.project.commands.speaking import say

if TYPE_CHECKING:
    from guanxi.insight.warehouse.reading import Reader

_DAY = click.DateTime(formats=["%Y-%m-%d"])
# Asked of the customers' relations, not of their purchases alone: answered by `_ask_relations`.
_RELATIONS = ["loyalty", "reasons", "second_lifetime", "acquisition", "claims"]
_ESTIMATES = ["lifetime", "spending", "concentration", "rfm", "tiers", "value", *_RELATIONS]
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
@click.argument("name", type=click.Choice(_ESTIMATES))
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
    told = _estimate(name, as_of=_day(as_of), calibrate_to=_day(calibrate_to), **how)
    _say(told, as_json=as_json)


def _estimate(name: str, *, as_of: date | None, calibrate_to: date | None, **how: Any) -> dict[str, Any]:
    from guanxi.insight.appraisal.concentration import appraise_concentration
    from guanxi.insight.appraisal.fitting import Question, appraise_lifetime, appraise_spending
    from guanxi.insight.appraisal.summaries import appraise_summary
    from guanxi.insight.appraisal.tiering import tier_rule
    from guanxi.insight.warehouse.reading import open_edition

    asked = Question(as_of, calibrate_to, how["unit"], how["gross"])
    with open_edition(seconds=_SECONDS) as edition:
        if name == "lifetime":
            return appraise_lifetime(edition, how["model"], asked)
        if name == "spending":
            return appraise_spending(edition, asked, currency=firm().currency)
        if name == "concentration":
            return appraise_concentration(edition, of=how["of"], as_of=as_of, gross=how["gross"])
        if name in _RELATIONS:
            return _ask_relations(edition, name, as_of)
        rule = tier_rule(firm().thresholds)
        return appraise_summary(edition, name, as_of=as_of, currency=firm().currency, rule=rule)


def _ask_relations(edition: "Reader", name: str, as_of: date | None) -> dict[str, Any]:
    from guanxi.insight.appraisal import acquisition, claims, leaving, loyalty

    currency = firm().currency
    answers: dict[str, Callable[[], dict[str, Any]]] = {
        "loyalty": lambda: loyalty.tell_loyalty(edition, as_of=as_of),
        "reasons": lambda: leaving.tell_reasons(edition, as_of=as_of, currency=currency),
        "second_lifetime": lambda: leaving.tell_second_lifetime(edition, as_of=as_of, currency=currency),
        "acquisition": lambda: acquisition.tell_acquisition(edition, as_of=as_of, currency=currency),
        "claims": lambda: claims.tell_claims(edition, as_of=as_of),
    }
    return answers[name]()


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
