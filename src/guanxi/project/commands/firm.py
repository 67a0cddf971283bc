"""Commands on the installation: set up, migrate, serve, look after."""

import click
from django.conf import settings
from django.core.management import call_command

from guanxi.ground import secrets
from guanxi.identity import queries, services


@click.command("init")
@click.option("--name", default="关系", help="Name of the firm.")
@click.option("--currency", default="CNY", show_default=True)
@click.option("--zone", default="Asia/Shanghai", show_default=True)
@click.option("--language", default="zh-hans", show_default=True, type=click.Choice(["zh-hans", "en"]))
def init_command(name: str, currency: str, zone: str, language: str) -> None:
    """Make a new firm in an empty GUANXI_HOME: keys, database, the firm itself."""
    settings.GUANXI_HOME.mkdir(parents=True, exist_ok=True)
    secrets.create_keys(secrets.key_folder(settings.GUANXI_HOME))
    call_command("migrate", verbosity=0, interactive=False)
    services.found_firm(by=queries.system_principal(), name=name, currency=currency, zone=zone, language=language)
    click.echo(f"Ready: {name} in {settings.GUANXI_HOME} ({currency}, {zone}, {language}).", err=True)


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to this version."""
    call_command("migrate", verbosity=1, interactive=False)
