"""Commands of decisions: rehearse what the published offers would come to."""

import json
from datetime import date, datetime
from typing import Any, TextIO

import click

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("rehearse")
@click.option("--as-of", type=_DAY, help="The day to decide for. Default: yesterday of the firm.")
@click.option(
    "--calls", type=click.FloatRange(0), help="Calls that people can make. Default: the firm's capacity of that day."
)
@click.option(
    "--variation",
    type=click.File(encoding="utf-8"),
    help="A JSON file of what to set otherwise; both sides are shown, with winners and losers.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def rehearse_command(*, as_of: datetime | None, calls: float | None, variation: TextIO | None, as_json: bool) -> None:
    """Show who would get which published offer, and why the others would not. Nobody is contacted, nothing is written."""
    from guanxi.insight.decisions.offers import rehearse  # noqa: PLC0415 - heavy
    from guanxi.insight.refresh.running import yesterday  # noqa: PLC0415 - heavy

    on = as_of.date() if as_of else yesterday()
    if variation is not None:
        if calls is not None:
            raise click.UsageError("--calls belongs to the firm's policy alone: name the capacity in the variation.")
        _compare(on, variation, as_json=as_json)
        return
    told = rehearse(on, calls=calls).as_json()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    _tell(told)


def _compare(on: date, file: TextIO, *, as_json: bool) -> None:
    from guanxi.engage.policy.variation import read_variation  # noqa: PLC0415 - as above
    from guanxi.insight.decisions.offers import compare  # noqa: PLC0415 - as above

    try:
        given = json.load(file)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"The variation is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise click.UsageError("The variation is a JSON object.")
    told = compare(on, read_variation(given)).as_json()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for side in ("own", "other"):
        click.echo(f"-- {side}")
        _tell(told[side] or told["own"])
    click.echo("-- segments")
    for segment in told["segments"]:
        click.echo(json.dumps(segment, ensure_ascii=False))


def _tell(told: dict[str, Any]) -> None:
    for name in ("as_of", "customers", "contacted", "worth", "worth_plain", "prices", "not_weighed", "unknown"):
        click.echo(f"{name}: {json.dumps(told[name], ensure_ascii=False)}")
    for line in told["offers"]:
        click.echo(json.dumps(line, ensure_ascii=False))
