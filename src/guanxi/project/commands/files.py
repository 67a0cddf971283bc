"""Commands on files: taking them in, giving them out."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from guanxi.ground.refusals import Refused


@click.command("import")
@click.argument("kind", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN,…", help="Which column is which field; guessed without it."
)
@click.option("--create-customers", is_flag=True, help="Make customers whose reference is not known.")
@click.option("--currency", default="", help="Currency of amounts; default the firm's.")
@click.option("--zone", default="", help="Zone of local times; default the firm's.")
@click.option("--encoding", default="", help="Encoding of a text file, where it cannot be told from the file.")
@click.option("--feed", default="", help="Name of a regular delivery: far smaller than usual, it is held.")
@click.option("--even-if-incomplete", is_flag=True, help="Apply a delivery of a feed however small it is.")
@click.option("--with-private", is_flag=True, help="Take in contacts that are marked as private.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--undo", "undo_code", default="", metavar="CODE", help="Take an import back.")
@click.option("--resume", "resume_code", default="", metavar="CODE", help="Go on with an import that was cut off.")
@click.option("--json", "as_json", is_flag=True, help="Print one machine-readable result.")
def import_command(
    kind: str | None,
    file: Path | None,
    undo_code: str,
    resume_code: str,
    *,
    mapping: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> None:
    """Take FILE in as KIND: customers holdings dealings balances conversations products estates.

    CSV (any encoding, gzip too), xlsx, vCard, Parquet. The same command again continues a cut-off import, and changes
    nothing when it was done.
    """
    from guanxi.record.imports.registry import kinds  # noqa: PLC0415 - only where files are taken in

    if undo_code:
        _undo(undo_code, as_json=as_json)
        return
    if resume_code:
        _resume(resume_code, as_json=as_json)
        return
    if kind is None or file is None:
        raise click.UsageError("Say what to import: KIND FILE.")
    if kind not in kinds():
        raise click.UsageError(f"{kind} cannot be imported. Kinds: {', '.join(kinds())}.")
    if not file.is_file():
        raise click.UsageError(f"There is no file {file}.")
    _import(kind, file, mapping, as_json=as_json, **options)


def _import(kind: str, file: Path, mapping: tuple[str, ...], *, as_json: bool, **options: Any) -> None:
    from django.utils import translation  # noqa: PLC0415 - only where files are taken in

    from guanxi.identity.queries import firm, system_principal  # noqa: PLC0415 - as above
    from guanxi.record.imports.mapping import parse_mapping  # noqa: PLC0415 - as above
    from guanxi.record.imports.services import ImportOptions, import_file  # noqa: PLC0415 - as above

    try:
        given = parse_mapping(mapping) if mapping else None
    except Refused as refusal:
        raise click.UsageError(str(refusal)) from None
    asked = ImportOptions(mapping=given, **options)
    with translation.override(firm().language):  # the words beside rows that failed are kept with the import
        report = import_file(file, kind, by=system_principal(), options=asked, progress=_progress())
    _show(report, as_json=as_json)
    if not report.succeeded and not (options["dry_run"] and not report.counts.failed):
        sys.exit(1)


def _resume(code: str, *, as_json: bool) -> None:
    from guanxi.identity.queries import system_principal  # noqa: PLC0415 - only where files are taken in
    from guanxi.record.imports.services import resume_import  # noqa: PLC0415 - as above

    report = resume_import(code, by=system_principal())
    _show(report, as_json=as_json)
    if not report.succeeded:
        sys.exit(1)


def _show(report: Any, *, as_json: bool) -> None:
    for line in report.first_problems:
        click.echo(line, err=True)
    click.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else _words(report))


def _undo(code: str, *, as_json: bool) -> None:
    from guanxi.identity.queries import system_principal  # noqa: PLC0415 - only where files are taken in
    from guanxi.record.imports.services import undo_import  # noqa: PLC0415 - as above

    undone = undo_import(code, by=system_principal())
    result = {"import": undone.code, "removed": undone.removed, "restored": undone.restored, "kept": undone.kept}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        click.echo(
            f"Import {code}: {undone.removed:,} removed, {undone.restored:,} restored, {len(undone.kept):,} kept."
        )


def _progress() -> Any:
    """Rows done, on standard error: rewritten in place on a terminal, a line now and then elsewhere."""
    import time  # noqa: PLC0415 - beside its only use

    is_terminal = sys.stderr.isatty()
    shown = time.monotonic()

    def show(rows: int) -> None:
        nonlocal shown
        if time.monotonic() - shown < (0.2 if is_terminal else 5):
            return
        shown = time.monotonic()
        click.echo(f"\r{rows:,} rows" if is_terminal else f"{rows:,} rows", nl=not is_terminal, err=True)

    return show


def _words(report: Any) -> str:
    counts = report.counts
    text = (
        f"{counts.rows:,} rows: {counts.created:,} created, {counts.updated:,} updated, {counts.unchanged:,} unchanged, "
        f"{counts.skipped:,} skipped, {counts.failed:,} failed, in {report.seconds:.1f} s."
    )
    if report.encoding not in ("", "utf-8", "utf-8-sig"):
        text += f"\nRead as {report.encoding}."
    if not report.code:
        text += "\nNothing was stored: this was a dry run.\n" + report.rule
    if report.problems:
        text += f"\nWhat was not stored, and why: {report.problems}"
    if report.doubles and report.doubles.file:
        text += (
            f"\n{report.doubles.in_file:,} rows named a customer of an earlier row, {report.doubles.known:,} one who was "
            f"known before: {report.doubles.file}"
        )
    if report.code:
        text += f"\nTo take it back: guanxi import --undo {report.code}"
    return text
