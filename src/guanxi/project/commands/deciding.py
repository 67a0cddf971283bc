"""Commands of decisions: rehearse what the published offers would come to."""

import json
from datetime import datetime

import click

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("rehearse")
@click.option("--as-of", type=_DAY, help="The day to decide for. Default: yesterday of the firm.")
@click.option(
    "--calls", type=click.FloatRange(0), help="Calls that people can make. Default: the firm's capacity of that day."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def rehearse_command(*, as_of: datetime | None, calls: float | None, as_json: bool) -> None:
    """Show who would get which published offer, and why the others would not. Nobody is contacted, nothing is written."""
    from guanxi.insight.decisions.offers import rehearse  # noqa: PLC0415 - heavy
    from guanxi.insight.refresh.running import yesterday  # noqa: PLC0415 - heavy

    told = rehearse(as_of.date() if as_of else yesterday(), calls=calls).as_json()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name in ("as_of", "customers", "contacted", "worth", "worth_plain", "prices", "not_weighed", "unknown"):
        click.echo(f"{name}: {json.dumps(told[name], ensure_ascii=False)}")
    for line in told["offers"]:
        click.echo(json.dumps(line, ensure_ascii=False))
