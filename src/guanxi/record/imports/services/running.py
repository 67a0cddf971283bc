"""Importing a file: looked at, mapped, then batch by batch, each with its ledger in one transaction."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import transaction

from guanxi.ground.clock import zone_named
from guanxi.ground.kill_points import kill_point
from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.customers.bulk import analyse_new_tables, loading
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.folders import drop_source, keep_source, only_one, place_of
from guanxi.record.imports.importers.importing import Importer, Run
from guanxi.record.imports.keeping import PROBLEM
from guanxi.record.imports.mapping import Columns, checked_mapping
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import require_import
from guanxi.record.imports.reading.batches import Source
from guanxi.record.imports.reading.opening import open_source
from guanxi.record.imports.reading.scanning import Scan
from guanxi.record.imports.registry import importer_of
from guanxi.record.imports.rules import facts_of, head_of
from guanxi.record.imports.services import feeds, strikes
from guanxi.record.imports.services.changing import refuse_half_of_another, refuse_other_digest, stop_changed
from guanxi.record.imports.services.committing import Committer
from guanxi.record.imports.services.doubles import count_doubles, write_doubles
from guanxi.record.imports.services.ledger import Ledger, explain, new_import, open_ledger, try_ledger
from guanxi.record.imports.services.options import ImportOptions, Report
from guanxi.record.imports.services.pace import Pace, is_alone
from guanxi.record.imports.services.rejecting import write_rejected
from guanxi.record.imports.services.reporting import trouble_of, write_problems

_FEED = 64  # characters of the name of a delivery

Progress = Callable[[int], None]

_NO_ROWS = gettext_noop("The file has a head but no rows below it.")
_TOO_MANY = gettext_noop("The file has more than {most} rows; import it with the command line.")
_FEED_TOO_LONG = gettext_noop("The name of the delivery “{feed}” is too long; at most {most} characters are kept.")


def import_file(
    path: Path, kind: str, *, by: Principal, options: ImportOptions, progress: Progress | None = None
) -> Report:
    """Import a file, or continue where an earlier call was cut off; the same file a second time changes nothing.

    progress: called with the number of rows done. Raises Denied; Refused in plain words for a file, a mapping or
    options that cannot be, before anything is stored. Bad rows are counted, never raised.
    """
    importer = importer_of(kind)
    require_import(by, importer, creates_customers=options.create_customers)
    if len(checked(options.feed)) > _FEED:
        raise Refused("imports.feed_too_long", _FEED_TOO_LONG, feed=excerpt(options.feed), most=_FEED)
    scan, source = open_source(path, encoding=options.encoding, name=options.file_name)
    refuse_other_digest(scan, options.digest)
    mapping = _mapping(importer, options.mapping, source)
    work = _Work(importer, source, scan, mapping, by, options, progress or (lambda rows: None))
    work.check_rows()
    if options.dry_run:
        return work.dry_run()
    with only_one(kind, scan.digest), loading():
        return work.run(path)


def _mapping(importer: Importer, given: Columns | None, source: Source) -> dict[str, tuple[str, ...]]:
    if given is None:
        mapping = importer.guess(source.columns)
    else:
        mapping = checked_mapping(importer.fields, given, source.columns)
    importer.check(mapping)
    return mapping


class _Work:
    """One call of import_file."""

    def __init__(
        self,
        importer: Importer,
        source: Source,
        scan: Scan,
        mapping: Columns,
        by: Principal,
        options: ImportOptions,
        progress: Progress,
    ) -> None:
        self._began = time.monotonic()
        self._importer, self._source, self._scan = importer, source, scan
        self._mapping, self._by, self._options, self._progress = mapping, by, options, progress
        self._columns = list(dict.fromkeys(chain.from_iterable(mapping.values())))
        own = firm()
        currency = (options.currency or own.currency).upper()
        minor_digits(currency)
        self._run = Run(
            by=by,
            mapping=mapping,
            currency=currency,
            zone=zone_named(options.zone or own.zone),
            source="",
            create_customers=options.create_customers,
            with_private=options.with_private,
            is_demo=options.is_demo,
        )

    def check_rows(self) -> None:
        """Raise Refused for a file without rows, or with more than this call may take."""
        first = next(iter(self._source.batches(self._columns, size=1)), None)
        if first is None:
            raise Refused("reading.no_rows", _NO_ROWS)
        most = self._options.most_rows
        if most and next(iter(self._source.batches(self._columns[:1], size=1, after=most)), None) is not None:
            raise Refused("imports.too_many_rows", _TOO_MANY, most=most)

    def run(self, path: Path) -> Report:
        """Open or continue the ledger and store batch after batch."""
        refuse_half_of_another(self._importer, self._scan, place_of(path))
        ledger = self._open(path)
        if not self._options.unattended:
            strikes.begin(ledger.record)
        ledger.note_columns(self._refused_columns())
        if usual := self._held(ledger):
            return self._report(ledger, usual_rows=usual)
        self._importer.start(self._with_source(ledger), rows=self._source.about_rows, alone=is_alone())
        try:
            self._store(ledger)
        except Exception:  # whatever it was: the file may have been changed under the reader
            if self._scan.is_unchanged():
                raise
            raise stop_changed(ledger) from None
        return self._finish(ledger)

    def dry_run(self) -> Report:
        """Everything but the writing: one transaction, rolled back; after ten seconds of it the rest is not looked at."""
        record = self._new_record("")
        report = None
        try:
            with transaction.atomic():
                ledger = try_ledger(record, by=self._by, by_row=self._importer.by_row)
                self._importer.start(self._with_source(ledger), rows=0, alone=False)
                complete = True
                ledger.note_columns(self._refused_columns())
                committer = Committer(self._importer, ledger)
                for page in self._source.batches(self._columns, size=self._importer.batch[0]):
                    committer.commit(page)
                    if time.monotonic() - self._began > self._options.trial_s:
                        complete = False
                        break
                report = self._report(ledger, complete=complete)
                report.code, report.trouble = "", trouble_of(ledger.record)
                if self._importer.tells_doubles:
                    report.doubles = count_doubles(ledger.record)
                raise _RollBack
        except _RollBack:
            assert report is not None  # noqa: S101 - set before the only raise
            return report

    def _new_record(self, name: str) -> Import:
        options = self._options.stored() | {
            "currency": self._run.currency,
            "zone": self._run.zone.key,
            "encoding": self._source.encoding,
        }
        kind, digest = self._importer.kind, self._scan.digest
        record = new_import(kind, by=self._by, digest=digest, name=name, mapping=self._mapping, options=options)
        record.head = head_of(self._source.columns, but=PROBLEM)
        return record

    def _open(self, path: Path) -> Ledger:
        record = self._new_record(self._options.file_name or path.name)
        record.feed, record.is_demo = self._options.feed, self._options.is_demo
        record.place = "" if self._options.unattended else place_of(path)
        ledger = open_ledger(record, by=self._by, by_row=self._importer.by_row, journals=not self._importer.journals)
        keep_source(ledger.record.code, path)
        kill_point("import.opened")
        return ledger

    def _held(self, ledger: Ledger) -> int:
        """The usual volume of the feed, when this delivery is so far below it that it is held; else 0."""
        if not self._options.feed or self._options.even_if_incomplete or ledger.record.rows:
            return 0
        rows = sum(page.count for page in self._source.batches(self._columns[:1], size=100_000))
        usual = feeds.usual_rows(self._options.feed, kind=self._importer.kind, before=ledger.record)
        if not feeds.is_incomplete(rows, usual):
            return 0
        feeds.hold(ledger, rows=rows, usual=usual)
        drop_source(ledger.record.code)
        return usual

    def _store(self, ledger: Ledger) -> None:
        """All rows that are not stored yet. Raises what a reader says of a file that is changed while it is read."""
        committer, pace = Committer(self._importer, ledger), Pace(self._importer.batch)
        strikes.store_carefully(ledger, self._source, self._columns, committer)
        for page in self._source.batches(self._columns, size=self._importer.batch[1], after=ledger.done_rows()):
            kill_point("import.read")
            start = 0
            while start < page.count:
                self._scan.check_unchanged()
                stop = min(start + pace.size, page.count)
                batch = page if (start, stop) == (0, page.count) else page.slice(start, stop)
                pace.took(batch.count, committer.commit(batch))
                kill_point("import.committed")
                self._progress(ledger.record.rows)
                start = stop
        self._scan.check_unchanged()

    def _finish(self, ledger: Ledger) -> Report:
        kill_point("import.read_all")
        self._importer.finish()
        analyse_new_tables()
        kill_point("import.indexed")
        report = self._report(ledger)
        report.problems = write_problems(ledger.record)
        facts = replace(facts_of(ledger.record.facts), rejected=write_rejected(ledger.record, self._source))
        if self._importer.tells_doubles:
            doubles = report.doubles = write_doubles(ledger.record, by=self._by, with_known=not ledger.told)
            facts = replace(facts, in_file=doubles.in_file, known=doubles.known)
        ledger.record.facts = facts.as_json()
        kill_point("import.reported")
        if self._options.feed:
            report.one_side = feeds.known_to_one_side(ledger.record, self._importer)
        ledger.finish(ImportStatus.DONE)
        report.status = ImportStatus.DONE
        kill_point("import.finished")
        drop_source(ledger.record.code)
        report.seconds = time.monotonic() - self._began
        return report

    def _refused_columns(self) -> Mapping[str, Refused]:
        return self._importer.refused_columns(self._source.columns, self._mapping)

    def _with_source(self, ledger: Ledger) -> Run:
        return self._run.named(f"import {ledger.record.code}")

    def _report(self, ledger: Ledger, **more: Any) -> Report:
        return Report(
            code=ledger.record.code,
            kind=self._importer.kind,
            status=ImportStatus(ledger.record.status),
            counts=ledger.counts,
            mapping=self._mapping,
            encoding=self._source.encoding,
            seconds=time.monotonic() - self._began,
            first_problems=tuple(ledger.shown),
            resumed=ledger.resumed,
            rule=str(self._importer.rule),
            refused_columns={column: explain(why) for column, why in self._refused_columns().items()},
            **more,
        )


class _RollBack(Exception):
    """Ends a dry run."""
