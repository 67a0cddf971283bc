"""Commands on the installation: set up, migrate, serve, look after."""

import json
import sys
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from guanxi.ground import clock, money, secrets
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity import queries, services
from guanxi.project.commands.speaking import refusal_in_words, say, speaking
from guanxi.project.first_views import keep_first_views

_NO_FIRM = gettext_noop("There is no firm here yet ({home}). Call: guanxi init")
_THERE = gettext_noop("There is a firm here already ({home}). Choose another GUANXI_HOME for a new one.")
_NO_DATABASE = gettext_noop("The database cannot be reached: {words}")
_NOT_MIGRATED = gettext_noop("The tables are of another version. Call: guanxi migrate")


def _currency(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        money.minor_digits(value)
    except Refused as refusal:
        raise click.BadParameter(refusal_in_words(refusal)) from refusal
    return value


def _zone(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        clock.zone_named(value)
    except Refused as refusal:
        raise click.BadParameter(refusal_in_words(refusal)) from refusal
    return value


@click.command("init")
@click.option("--name", default="关系", show_default=True, help="Name of the firm.")
@click.option("--currency", default="CNY", show_default=True, callback=_currency, help="ISO code of its currency.")
@click.option("--zone", default="Asia/Shanghai", show_default=True, callback=_zone, help="Its time zone.")
@click.option("--language", default="zh-hans", show_default=True, type=click.Choice(["zh-hans", "en"]))
@click.option("--json", "as_json", is_flag=True, help="One machine-readable result on standard output.")
def init_command(*, name: str, currency: str, zone: str, language: str, as_json: bool) -> None:
    """Make a new firm in an empty GUANXI_HOME: keys, database, the firm itself."""
    home = settings.GUANXI_HOME
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _has_firm():
        raise Refused("firm.exists", _THERE, home=str(home))
    secrets.create_keys(secrets.key_folder(home))
    call_command("migrate", verbosity=0, interactive=False)
    services.found_firm(by=queries.system_principal(), name=name, currency=currency, zone=zone, language=language)
    keep_first_views(by=queries.system_principal())
    if as_json:
        result = {"home": str(home), "name": name, "currency": currency, "zone": zone, "language": language}
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    say(
        "Ready: {name} in {home} ({currency}, {zone}, {language}).",
        name=name, home=home, currency=currency, zone=zone, language=language,
    )  # fmt: skip
    say("Next, somebody who can sign in: guanxi admin you@your-firm.example")


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to this version."""
    _has_firm()
    call_command("migrate", verbosity=1, interactive=False)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each of them.")
@click.option("--no-worker", is_flag=True, help="Without the worker: another process does the background work.")
def serve_command(*, host: str, port: int, processes: int, threads: int, no_worker: bool) -> None:
    """Serve the site on this machine, with the worker beside it. SIGTERM or Ctrl-C stops both."""
    from guanxi.project import serving  # loads the web server only here

    _be_ready()
    sys.exit(serving.serve(serving.Terms(host, port, processes, threads, with_worker=not no_worker)))


@click.command("worker")
def worker_command() -> None:
    """Do the background work: jobs, ticks, the night. `guanxi serve` starts one by itself."""
    from guanxi.ground.jobs.worker import Worker

    _be_ready()
    say("The worker is at work. Ctrl-C stops it.")
    Worker().run()


@click.command("doctor")
@click.option("--repair", is_flag=True, help="Build what is missing and can be built.")
@click.option("--json", "as_json", is_flag=True, help="One machine-readable result on standard output.")
def doctor_command(*, repair: bool, as_json: bool) -> None:
    """Look at everything that must never be wrong; exit status 1 when something is."""
    from guanxi.project.doctor import examine

    _has_firm()
    findings = []
    with speaking(to_programs=as_json):
        for finding in examine(repair=repair):
            findings.append(finding)
            sign = "!!" if finding.troubles else "ok"
            click.echo(f"{sign} {finding.name} ({finding.seconds:.1f} s)", err=True)
            for line in (*finding.troubles, *finding.repaired):
                click.echo(f"   {line}", err=True)
    healthy = not any(finding.troubles for finding in findings)
    if as_json:
        checks = {finding.name: finding.as_json() for finding in findings}
        click.echo(json.dumps({"healthy": healthy, "checks": checks}, ensure_ascii=False))
    sys.exit(0 if healthy else 1)


@click.command("rekey")
@click.option("--continue", "is_continued", is_flag=True, help="Go on after an interruption, without a new key.")
@click.option("--json", "as_json", is_flag=True, help="One machine-readable result on standard output.")
def rekey_command(*, is_continued: bool, as_json: bool) -> None:
    """Make a new data key and encrypt everything with it. Older keys stay, for backups and running programs."""
    from guanxi.project import rekeying

    _be_ready()
    by = queries.system_principal()
    if not is_continued:
        key = f"data-{rekeying.rotate_key(by=by)}"
        say("The new key is {key}. If this is interrupted: guanxi rekey --continue", key=key)
    counts = rekeying.renew_everything(by=by, watch=_say_progress)
    click.echo(err=True)
    say("Done. Start running programs again so that they use the new key.")
    if as_json:
        click.echo(json.dumps({"key": secrets.keyring().current, "renewed": counts}))


def _say_progress(what: str, done: int) -> None:
    click.echo(f"\r{what}: {done}   ", err=True, nl=False)


def _be_ready() -> None:
    """Refuse to begin without a firm, or with tables of another version."""
    if not _has_firm():
        raise Refused("firm.missing", _NO_FIRM, home=str(settings.GUANXI_HOME))
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("firm.not_migrated", _NOT_MIGRATED)


def _has_firm() -> bool:
    """Whether there is a firm. Refused when the database does not answer."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False  # looking must not make a file
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Refused("firm.no_database", _NO_DATABASE, words=str(error).strip()) from error
    try:
        return queries.is_set_up()
    except DatabaseError:  # no tables yet
        return False
