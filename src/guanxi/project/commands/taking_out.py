"""The command that takes data out."""

from datetime import datetime
from pathlib import Path

import click

from guanxi.identity.queries import system_principal
from guanxi.project.commands.speaking import say


@click.command("export")
@click.argument("kind")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as-of", type=click.DateTime(formats=["%Y-%m-%d"]), help="As things stood at the end of this day.")
@click.option("--columns", default="", help="Only these columns, in this order, separated by commas.")
def export_command(kind: str, file: Path, as_of: datetime | None, columns: str) -> None:
    """Write KIND (standing signals actions dealings customers) to FILE (.csv .xlsx .parquet).

    Money is in whole units of its currency (1234.50), days are YYYY-MM-DD, an empty cell means that it is not known. CSV
    is UTF-8; a text that a spreadsheet would run as a formula has an apostrophe before it, which an import takes away.
    """
    from guanxi.project.exports import export

    picked = [name.strip() for name in columns.split(",") if name.strip()]
    rows = export(kind, file, by=system_principal(), as_of=as_of.date() if as_of else None, columns=picked)
    say("{rows} rows in {file}", rows=rows, file=file)
