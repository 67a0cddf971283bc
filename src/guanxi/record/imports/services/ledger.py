"""The ledger of one import: found or opened, written with each batch in the batch's own transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.bulk import insert
from guanxi.record.imports.choices import OPEN, ImportStatus, Outcome
from guanxi.record.imports.importers.importing import Written
from guanxi.record.imports.mapping import Columns
from guanxi.record.imports.models import BeforeImage, Import, ImportBatch, ImportProblem
from guanxi.record.imports.reading.batches import BadRow, Batch
from guanxi.record.imports.rules import (
    Counts,
    added_reasons,
    count_outcomes,
    created_mask,
    pack_integers,
    pack_outcomes,
    pack_words,
    stored_mask,
    unpack_integers,
    unpack_outcomes,
)

MAX_SHOWN = 20

_OTHER_MAPPING = gettext_noop(
    "This file was imported before with other columns or options (import {code}). Take that import back first, or import it "
    "in the same way."
)
_OTHER_USER = gettext_noop("Somebody else's import of this file was interrupted (import {code}).")


@dataclass(slots=True)
class Ledger:
    """An open import. `prior` are earlier imports of the same file: rows they have stored are not stored again. `told`
    are those of them that were read to the end in the same way, youngest first.
    """

    record: Import
    by: Principal
    prior: list[int]
    resumed: bool
    journals: bool
    told: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        r = self.record
        return Counts(r.rows, r.created, r.updated, r.unchanged, r.skipped, r.failed, dict(r.reasons))

    def done_rows(self) -> int:
        """The last row that has been committed; 0 before the first."""
        last = self.record.batches.order_by("-first_row").values_list("first_row", "count").first()
        return last[0] + last[1] - 1 if last else 0

    def stored_before(self, batch: Batch) -> dict[int, int]:
        """Offset → id of the rows of a batch that earlier imports of this very file have created."""
        return self._ids_before(batch, self.prior, created_mask)

    def known_before(self, batch: Batch) -> dict[int, int]:
        """Offset → id of the records that the rows of a batch became when this very file was last imported."""
        return self._ids_before(batch, self.told[:1], stored_mask) if self.told else {}

    def settled(self, batch: Batch, known: Mapping[int, int]) -> dict[int, int]:
        """Offset → id of the rows of a batch that this very file contradicts further down: the last row of a file
        counts, it was stored by an earlier import, and saying the earlier word again would only change it to and fro.
        """
        if not known:
            return {}
        images = BeforeImage.objects.filter(import_ref_id__in=self.told, row_id__in=set(known.values()))
        last = dict(images.values("row_id").annotate(last=Max("row")).values_list("row_id", "last"))
        return {offset: row_id for offset, row_id in known.items() if last.get(row_id, 0) > batch.first_row + offset}

    def write(self, batch: Batch, written: Written) -> None:
        """Note what a batch became, in its transaction: the batch, its problems, its before-images, the counts, one act."""
        outcomes = bytes(written.outcomes)
        failures = [_reason(bad) for offset, bad in written.problems.items() if outcomes[offset] == Outcome.FAILED]
        counts = count_outcomes(outcomes, failures)
        ImportBatch.objects.create(
            import_ref=self.record,
            first_row=batch.first_row,
            count=batch.count,
            outcomes=pack_outcomes(outcomes),
            ids=pack_integers(written.ids),
            lines=pack_integers(batch.lines),
            made={name: pack_words(ids) for name, ids in written.made.items() if len(ids)},
        )
        self._write_problems(batch, written.problems)
        self._write_images(batch, written)
        self._add(counts)
        if self.journals:
            payload = {
                "first_row": batch.first_row,
                "rows": counts.rows,
                "created": counts.created,
                "updated": counts.updated,
                "failed": counts.failed,
            }
            record_act(
                f"{self.record.kind}.imported", by=self.by.actor, noun=Noun("import", self.record.code), payload=payload
            )

    def note_columns(self, refused: Mapping[str, Refused]) -> None:
        """Say once of an import from which columns nothing is taken: problems of row 0, which is the head."""
        if not refused or self.record.problems.filter(row=0).exists():
            return
        rows = []
        for column, why in refused.items():
            rows.append((self.record.pk, 0, 1, excerpt(column, 120), why.code[:60], *_reason_of(why), ""))
            self.shown.append(_line(1, excerpt(column), explain(why)))
        insert(ImportProblem, _PROBLEM, rows[:_MOST_COLUMNS])

    def reload(self, *, shown: int) -> None:
        """After a batch that was rolled back: the counts as they stand in the database."""
        self.record.refresh_from_db()
        del self.shown[shown:]

    def finish(self, status: ImportStatus) -> None:
        """Close the ledger."""
        self.record.status, self.record.finished_at = status, clock.now()
        self.record.save(update_fields=["status", "finished_at", "facts"])

    def _ids_before(self, batch: Batch, imports: Sequence[int], mask_of: Callable[[bytes], bytes]) -> dict[int, int]:
        end = batch.first_row + batch.count
        found: dict[int, int] = {}
        rows = ImportBatch.objects.filter(import_ref_id__in=imports, undone=False, first_row__lt=end)
        for first, outcomes, ids in rows.filter(first_row__gt=batch.first_row - _MOST_ROWS).values_list(
            "first_row", "outcomes", "ids"
        ):
            mask = mask_of(unpack_outcomes(bytes(outcomes)))
            low, high = max(batch.first_row, first), min(end, first + len(mask))
            if low >= high or not any(mask[low - first : high - first]):
                continue
            numbers = unpack_integers(bytes(ids))
            found |= {row - batch.first_row: numbers[row - first] for row in range(low, high) if mask[row - first]}
        return found

    def _write_problems(self, batch: Batch, problems: Mapping[int, BadRow]) -> None:
        rows = []
        for offset, bad in sorted(problems.items()):
            line, why = batch.lines[offset], (_reason(bad), *_reason_of(bad.refusal))
            rows.append(
                (self.record.pk, batch.first_row + offset, line, bad.column[:120], *why, excerpt(bad.value, 200))
            )
            if len(self.shown) < MAX_SHOWN:
                self.shown.append(_line(line, bad.column, explain(bad.refusal)))
        insert(ImportProblem, _PROBLEM, rows)

    def _write_images(self, batch: Batch, written: Written) -> None:
        insert(
            BeforeImage,
            ("import_ref_id", "row", "table", "row_id", "old", "new"),
            [
                (
                    self.record.pk,
                    batch.first_row + image.offset,
                    image.table,
                    image.row_id,
                    _json(image.old),
                    _json(image.new),
                )
                for image in written.before
            ],
        )

    def _add(self, counts: Counts) -> None:
        names = ("rows", "created", "updated", "unchanged", "skipped", "failed")
        self.record.reasons = added_reasons(self.record.reasons, counts.reasons)
        Import.objects.filter(pk=self.record.pk).update(
            reasons=self.record.reasons, tries=1, **{name: F(name) + getattr(counts, name) for name in names}
        )
        self.record.tries = 1  # the process lives, and has made progress
        for name in names:
            setattr(self.record, name, getattr(self.record, name) + getattr(counts, name))


_PROBLEM = ("import_ref_id", "row", "line", "column", "reason", "words", "params", "value")
_MOST_COLUMNS = 50
_MOST_ROWS = 1_000_000  # no batch has more rows


def open_ledger(wanted: Import, *, by: Principal, by_row: bool, journals: bool) -> Ledger:
    """The interrupted import of the same file, to be continued, or a new one (saved). The caller holds the file's lock.

    Raises Refused when an earlier import of this file was asked for in another way and its rows still stand.
    """
    same = _same_file(wanted)
    unfinished = same.filter(status__in=OPEN).first()
    if unfinished is not None:
        if (unfinished.by_kind, unfinished.by_code) != (wanted.by_kind, wanted.by_code):
            raise Refused("imports.other_user", _OTHER_USER, code=unfinished.code)
        if not _asked_alike(unfinished, wanted):
            raise Refused("imports.other_mapping", _OTHER_MAPPING, code=unfinished.code)
    prior = _prior(wanted, (ImportStatus.DONE, ImportStatus.FAILED)) if by_row else []
    if unfinished is None:
        wanted.save(force_insert=True)
    return Ledger(unfinished or wanted, by, prior, unfinished is not None, journals=journals, told=_told(wanted))


def try_ledger(wanted: Import, *, by: Principal, by_row: bool) -> Ledger:
    """A new ledger for a dry run, in a transaction that will be rolled back: what an import under way has stored counts
    as stored. Raises Refused as open_ledger does.
    """
    prior = _prior(wanted, (*OPEN, ImportStatus.DONE, ImportStatus.FAILED)) if by_row else []
    told = _told(wanted)
    wanted.save(force_insert=True)
    return Ledger(wanted, by, prior, resumed=False, journals=False, told=told)


def _same_file(wanted: Import) -> QuerySet[Import]:
    return Import.objects.filter(kind=wanted.kind, digest=wanted.digest).order_by("-pk")


def _prior(wanted: Import, statuses: Sequence[ImportStatus]) -> list[int]:
    before = _same_file(wanted).filter(status__in=statuses)
    for earlier in before:
        if earlier.created and not _asked_alike(earlier, wanted):
            raise Refused("imports.other_mapping", _OTHER_MAPPING, code=earlier.code)
    return [earlier.pk for earlier in before]


def _told(wanted: Import) -> list[int]:
    done = _same_file(wanted).filter(status=ImportStatus.DONE)
    return [earlier.pk for earlier in done if _asked_alike(earlier, wanted)]


def stored_ids(batch: ImportBatch) -> list[int]:
    """Ids of the rows that a batch left standing in the record."""
    mask = stored_mask(unpack_outcomes(bytes(batch.outcomes)))
    return [row_id for row_id, stands in zip(unpack_integers(bytes(batch.ids)), mask, strict=True) if stands]


def created_ids(batch: ImportBatch) -> list[int]:
    """Ids of the rows that a batch created."""
    mask = created_mask(unpack_outcomes(bytes(batch.outcomes)))
    return [row_id for row_id, made in zip(unpack_integers(bytes(batch.ids)), mask, strict=True) if made]


def new_import(
    kind: str, *, by: Principal, digest: str, name: str, mapping: Columns, options: Mapping[str, Any]
) -> Import:
    """An import not saved yet."""
    return Import(
        kind=kind,
        file_name=excerpt(name, 200),
        digest=digest,
        mapping={field: list(columns) for field, columns in mapping.items()},
        options=dict(options),
        status=ImportStatus.RUNNING,
        by_kind=by.kind.value,
        by_code=by.code,
        started_at=clock.now(),
    )


def explain(refusal: Refused) -> str:
    """A refusal in the active language."""
    return refusal.in_words(gettext)


def _asked_alike(earlier: Import, wanted: Import) -> bool:
    """Whether both would read the same rows in the same way; what they then do about unknown customers may differ."""
    shaping = ("currency", "zone", "encoding")
    return earlier.mapping == wanted.mapping and all(
        earlier.options.get(name) == wanted.options.get(name) for name in shaping
    )


def _reason(bad: BadRow) -> str:
    return bad.refusal.code[:60]


def _reason_of(refusal: Refused) -> tuple[str, str]:
    return str(refusal.words), _json(refusal.kept_params())


def _line(line: int, column: str, words: str) -> str:
    return gettext("Line {line}, {column}: {words}").format(line=line, column=column or "–", words=words)


def _json(cells: Mapping[str, Any]) -> str:
    return json.dumps(cells, ensure_ascii=False, cls=DjangoJSONEncoder)
