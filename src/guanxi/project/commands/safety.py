"""Commands against loss: backup and restore."""

import json
from pathlib import Path

import click

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.queries import system_principal
from guanxi.project.commands.speaking import say

_DISK = gettext_noop("The disk refused: {words}")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--with-keys", is_flag=True, help="Put the keys into it too: then it opens everything; keep it under lock."
)
@click.option("--json", "as_json", is_flag=True, help="One machine-readable result on standard output.")
def backup_command(*, file: Path, with_keys: bool, as_json: bool) -> None:
    """Write record and files to FILE while people go on working. The warehouse is rebuilt, so it is not in it."""
    from guanxi.project.archive.writing import make_backup

    try:
        made = make_backup(file.absolute(), by=system_principal(), with_keys=with_keys)
    except OSError as error:
        raise Refused("backup.disk", _DISK, words=str(error)) from error
    say("{file}: {size} bytes, {entries} entries.", file=file, size=f"{made.size:,}", entries=made.entries)
    if not with_keys:
        say("Without the keys: keep a copy of the folder keys/ apart from it, or nothing in it can be opened.")
    if as_json:
        click.echo(json.dumps(made.as_json()))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--erased",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="List of people erased since; default: erased.json in GUANXI_HOME, where there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="One machine-readable result on standard output.")
def restore_command(*, file: Path, erased: Path | None, as_json: bool) -> None:
    """Bring the backup FILE back into an empty GUANXI_HOME (and an empty database)."""
    from guanxi.project.archive.restoring import restore_backup

    try:
        restored = restore_backup(file, erased=erased)
    except OSError as error:
        raise Refused("backup.disk", _DISK, words=str(error)) from error
    say("Restored as of {moment}. Now call: guanxi doctor, then guanxi refresh", moment=restored.made_at)
    if restored.held:
        say("{count} messages were waiting; they are held, for they may have been sent since.", count=restored.held)
    if restored.erased:
        say("{count} people who had been erased since the backup are erased again.", count=restored.erased)
    if as_json:
        click.echo(json.dumps(restored.as_json()))
