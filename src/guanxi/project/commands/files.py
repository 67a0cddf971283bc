"""Commands on files: taking them in, giving them out."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from guanxi.ground.refusals import Refused
from guanxi.project.commands.speaking import refusal_in_words, say, told


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
        raise click.UsageError(told("Say what to import: KIND FILE."))
    if kind not in kinds():
        raise click.UsageError(told("{kind} cannot be imported. Kinds: {kinds}.", kind=kind, kinds=", ".join(kinds())))
    if not file.is_file():
        raise click.UsageError(told("There is no file {file}.", file=file))
    _import(kind, file, mapping, as_json=as_json, **options)


def _import(kind: str, file: Path, mapping: tuple[str, ...], *, as_json: bool, **options: Any) -> None:
    from django.utils import translation  # noqa: PLC0415 - only where files are taken in

    from guanxi.identity.queries import firm, system_principal  # noqa: PLC0415 - as above
    from guanxi.record.imports.mapping import parse_mapping  # noqa: PLC0415 - as above
    from guanxi.record.imports.services import ImportOptions, import_file  # noqa: PLC0415 - as above

    try:
        given = parse_mapping(mapping) if mapping else None
    except Refused as refusal:
        raise click.UsageError(refusal_in_words(refusal)) from None
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
        say(
            "Import {code}: {removed} removed, {restored} restored, {kept} kept.",
            err=False, code=code, removed=undone.removed, restored=undone.restored, kept=len(undone.kept),
        )  # fmt: skip


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
        click.echo("\r" * is_terminal + told("{rows} rows", rows=f"{rows:,}"), nl=not is_terminal, err=True)

    return show


def _words(report: Any) -> str:
    counts = report.counts
    numbers = {
        name: f"{getattr(counts, name):,}" for name in ("rows", "created", "updated", "unchanged", "skipped", "failed")
    }
    lines = [
        told(
            "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {skipped} skipped, {failed} failed, "
            "in {seconds} s.",
            seconds=f"{report.seconds:.1f}",
            **numbers,
        )
    ]
    if report.encoding not in ("", "utf-8", "utf-8-sig"):
        lines.append(told("Read as {encoding}.", encoding=report.encoding))
    if not report.code:
        lines += [told("Nothing was stored: this was a dry run."), report.rule]
    if report.problems:
        lines.append(told("What was not stored, and why: {file}", file=report.problems))
    if report.doubles and report.doubles.file:
        lines.append(
            told(
                "{in_file} rows named a customer of an earlier row, {known} one who was known before: {file}",
                in_file=f"{report.doubles.in_file:,}",
                known=f"{report.doubles.known:,}",
                file=report.doubles.file,
            )
        )
    if report.code:
        lines.append(told("To take it back: guanxi import --undo {code}", code=report.code))
    return "\n".join(lines)
