"""The command that fills the demo firm."""

import click

from guanxi.identity.queries import system_principal
from guanxi.project.commands.brain import say_step
from guanxi.project.commands.speaking import say


@click.command("demo")
@click.option("--customers", default=2_000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option("--clear", is_flag=True, help="Take the demo away instead: it and only it.")
def demo_command(customers: int, seed: int, *, clear: bool) -> None:
    """Fill an empty firm with the demo and refresh it; print the sign-ins. One that is there already stays as it is."""
    if clear:
        _clear()
        return
    from guanxi.project.demonstration.staffing import PASSWORD, POSTS  # noqa: PLC0415 - engines only where they are needed
    from guanxi.record.customers.queries.presence import has_demo_customers  # noqa: PLC0415

    if has_demo_customers():
        say("The demo is here already.")
    else:
        _fill(customers, seed)
    for post in POSTS:
        if post.email:
            click.echo(f"{post.email:24} {PASSWORD}   {post.name}, {post.title}")


def _fill(customers: int, seed: int) -> None:
    from guanxi.insight.refresh.running import refresh  # noqa: PLC0415
    from guanxi.project.demonstration.building import build_demo  # noqa: PLC0415
    from guanxi.project.demonstration.working import work_a_month  # noqa: PLC0415

    by = system_principal("demo")
    counts = build_demo(by=by, customers=customers, seed=seed)
    say(
        "{customers} customers, {dealings} dealings. Refreshing …",
        customers=f"{counts['customers']:,}",
        dealings=f"{counts['dealings']:,}",
    )
    work_a_month(by=by)
    report = refresh(by=by, watch=say_step)
    say("{count} actions for today.", count=report.actions)


def _clear() -> None:
    from guanxi.insight.refresh.running import refresh  # noqa: PLC0415
    from guanxi.project.demonstration.clearing import clear_demo  # noqa: PLC0415

    by = system_principal("demo")
    counts = clear_demo(by=by)
    refresh(by=by, full=True, watch=say_step)
    say("Gone: {what}.", err=False, what=", ".join(f"{what} {count:,}" for what, count in counts.items()))
