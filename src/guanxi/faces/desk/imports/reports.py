"""The pages after an import was asked for: its progress, its report, rows to be corrected, the records it made."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanxi.faces.desk.imports import wording
from guanxi.faces.desk.imports.presenters import Count, hidden
from guanxi.faces.desk.imports.wording import rows_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, listed, refusal_words, sentences
from guanxi.ground.refusals import Refused
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.queries import ImportRow, RejectedRow
from guanxi.record.imports.registry import importer_of
from guanxi.record.imports.services.undoing import UNDOABLE

MOST_SAID = 20
MOST_CORRECTED = 30
_UNDER_WAY = (ImportStatus.RUNNING, ImportStatus.UNDOING)
_SLOW = dt.timedelta(seconds=20)  # without a row: the worker is busy with something else, or there is none


@dataclass(frozen=True)
class Progress:
    """How far it is: `done` of `total` rows (0 while nobody knows), in words, and what one may do meanwhile."""

    done: int
    total: int
    words: str
    note: str
    is_import: bool


@dataclass(frozen=True)
class Problem:
    """A row that was not stored, or was stored with a remark."""

    line: str
    column: str
    words: str
    value: str


@dataclass(frozen=True)
class ReportPage:
    """`files` are (address, words) of what can be taken along; `undo` says what taking it back would do."""

    code: str
    title: str
    sentence: str
    back: tuple[str, str]
    status: ImportStatus
    progress: Progress | None
    counts: list[Count]
    total: str
    problems: list[Problem]
    is_cut: bool
    files: list[tuple[str, str]]
    correct: str
    facts: list[tuple[str, str]]
    undo: str
    may_go_on: bool
    again: str
    corrects: str
    problem: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class CorrectionsPage:
    """`rows` are (row, its line in the file, why it was not stored, its cells)."""

    code: str
    title: str
    back: tuple[str, str]
    heads: list[tuple[str, str]]
    rows: list[tuple[int, str, str, list[tuple[int, str, bool]]]]
    more: str


def is_undoing(row: ImportRow) -> bool:
    """Whether it is being taken back at this moment."""
    return row.status == ImportStatus.UNDOING


def report_page(
    row: ImportRow, said: Sequence[tuple[int, int, str, Refused, str]], look: Look, *, undone: int, problem: str
) -> ReportPage:
    """An import under way, done, or taken back."""
    is_done = row.status not in _UNDER_WAY
    address = {name: reverse(f"import_{name}", args=[row.code]) for name in ("problems", "rejected", "duplicates")}
    files = [(address["problems"], _("All reasons as a file"))] if row.has_problems and is_done else []
    if row.facts.in_file or row.facts.known:
        files.append((address["duplicates"], _("Rows that are one customer, as a file")))
    can_correct = bool(row.facts.rejected) and row.status == ImportStatus.DONE
    if can_correct:
        files.insert(
            0,
            (address["rejected"], _("Only these rows, each with its reason, as a file to be corrected and sent again")),
        )
    return ReportPage(
        code=row.code,
        title=_title(row),
        sentence=_sentence(row),
        back=(reverse("imports"), _("Imports")),
        status=row.status,
        progress=None if is_done else _progress(row, look, undone=undone),
        counts=_counts(row) if is_done or row.counts.rows else [],
        total=rows_words(row.counts.rows),
        problems=_problems(row, said)[:MOST_SAID],
        is_cut=len(said) > MOST_SAID,
        files=files if row.status != ImportStatus.UNDONE else [],
        correct=reverse("import_corrections", args=[row.code]) if can_correct else "",
        facts=_facts(row, look),
        undo=_undo_words(row),
        may_go_on=row.status == ImportStatus.STOPPED,
        again=reverse("import_new", args=[row.kind]) if row.kind in wording.KINDS else "",
        corrects=reverse("import", args=[row.facts.corrects]) if row.facts.corrects else "",
        problem=problem,
        trouble=row.words if row.status in (ImportStatus.FAILED, ImportStatus.STOPPED, ImportStatus.HELD) else "",
    )


def corrections_page(
    row: ImportRow, heads: Sequence[tuple[int, str, str]], rows: Sequence[RejectedRow]
) -> CorrectionsPage:
    """The rows that were not stored, as fields."""
    last = rows[-1].row if rows else 0
    here = reverse("import_corrections", args=[row.code])
    return CorrectionsPage(
        code=row.code,
        title=_("Correct the rows that were not stored"),
        back=(reverse("import", args=[row.code]), row.file_name),
        heads=[(column, label) for _place, column, label in heads],
        rows=[
            (
                one.row,
                cells.number(one.line),
                refusal_words(one.reason) if one.reason else "",
                [(place, text, place == one.blamed) for (place, _c, _l), text in zip(heads, one.cells, strict=True)],
            )
            for one in rows
        ],
        more=f"{here}?after={last}" if len(rows) == MOST_CORRECTED and row.facts.rejected > MOST_CORRECTED else "",
    )


def _undo_words(row: ImportRow) -> str:
    """What taking an import back would do; '' where there is nothing to take back."""
    if row.status not in UNDOABLE or row.status in (ImportStatus.RUNNING, ImportStatus.UNDOING):
        return ""
    parts = []
    if row.counts.created:
        new = ngettext("{count} new record goes", "{count} new records go", row.counts.created)
        parts.append(new.format(count=cells.number(row.counts.created)))
    if row.counts.updated:
        changed = ngettext("{count} changed record returns", "{count} changed records return", row.counts.updated)
        parts.append(changed.format(count=cells.number(row.counts.updated)))
    return listed(parts)


def _title(row: ImportRow) -> str:
    counts = row.counts
    if row.status == ImportStatus.RUNNING:
        return _("The file is being imported")
    if row.status == ImportStatus.UNDOING:
        return _("The import is being taken back")
    if row.status == ImportStatus.UNDONE:
        return _("The import has been taken back")
    if row.status == ImportStatus.READY:
        return _("The file is not here any more")
    if row.status != ImportStatus.DONE:
        return _("The import did not come to its end")
    new, changed = cells.number(counts.created), cells.number(counts.updated)
    if counts.created and counts.updated:
        return _("{new} new, {changed} completed").format(new=new, changed=changed)
    if counts.created:
        return ngettext("{new} new record", "{new} new records", counts.created).format(new=new)
    if counts.updated:
        return ngettext("{changed} record completed", "{changed} records completed", counts.updated).format(
            changed=changed
        )
    return _("Nothing had to be changed")


def _sentence(row: ImportRow) -> str:
    facts = row.facts
    if row.status == ImportStatus.UNDONE:
        removed = ngettext("{count} record was removed.", "{count} records were removed.", facts.removed)
        restored = ngettext("{count} was set back.", "{count} were set back.", facts.restored)
        kept = ngettext(
            "{count} stays, because somebody changed or used it since.",
            "{count} stay, because somebody changed or used them since.",
            facts.kept,
        )
        parts = ((removed, facts.removed), (restored, facts.restored), (kept, facts.kept))
        return sentences(words.format(count=cells.number(count)) for words, count in parts if count)
    if row.status == ImportStatus.READY:
        return _("Files that nobody imports are removed after a day. Choose it again.")
    failed = row.counts.failed
    if row.status == ImportStatus.DONE and failed:
        words = ngettext(
            "{count} row was set aside: correct it below.", "{count} rows were set aside: correct them below.", failed
        )
        return words.format(count=cells.number(failed))
    return ""


def _problems(row: ImportRow, said: Sequence[tuple[int, int, str, Refused, str]]) -> list[Problem]:
    labels = {one.name: str(one.label) for one in importer_of(row.kind).fields}
    return [
        Problem(
            cells.number(line) if line else "",
            labels.get(column, column),
            refusal_words(reason),
            hidden(column, value),
        )
        for _row, line, column, reason, value in said
    ]


def _progress(row: ImportRow, look: Look, *, undone: int) -> Progress:
    undoing = row.status == ImportStatus.UNDOING
    done, total = (undone, row.counts.rows) if undoing else (row.counts.rows, max(row.facts.about, row.counts.rows))
    if total:
        words = _("{done} of {total} rows").format(done=cells.number(done), total=cells.number(total))
    else:
        words = rows_words(done)
    note = _("You may leave this page; it goes on, and the list of imports shows how far it is.")
    if undoing:
        note = _("You may leave this page: the taking back goes on.")
    if not done and look.now - row.started_at > _SLOW and not undoing:
        note = _("It waits for its turn: another long job is being done. You may leave this page.")
    return Progress(done, total, words, note, is_import=not undoing)


def _counts(row: ImportRow) -> list[Count]:
    counts, facts = row.counts, row.facts
    doors = row.status in (ImportStatus.DONE, ImportStatus.FAILED)
    here = reverse("import_records", args=[row.code])
    told = (
        ("created", pgettext("import", "New"), counts.created, ""),
        ("updated", pgettext("import", "Completed"), counts.updated, _("known already, something was added or newer")),
        ("unchanged", pgettext("import", "Unchanged"), counts.unchanged, _("stood there already")),
    )
    shown = [
        Count(label, cells.number(count), under, href=f"{here}?what={what}" if doors and count else "")
        for what, label, count, under in told
    ]
    shown.append(
        Count(
            pgettext("import", "Passed over"),
            cells.number(counts.skipped),
            sentences(wording.skipped_words(counts.reasons)),
        )
    )
    tone, href = ("watch", "#problems") if counts.failed else ("", "")
    shown.append(Count(pgettext("import", "Not taken in"), cells.number(counts.failed), tone=tone, href=href))
    if facts.in_file and row.status != ImportStatus.UNDONE:
        href = reverse("import_duplicates", args=[row.code])
        shown.append(Count(_("of these the same as an earlier row"), cells.number(facts.in_file), href=href))
    return shown


def _facts(row: ImportRow, look: Look) -> list[tuple[str, str]]:
    started = row.started_at.astimezone(look.now.tzinfo)
    told = [
        (_("File"), row.file_name),
        (pgettext("import", "What"), str(wording.KINDS.get(row.kind, row.kind))),
        (_("Begun"), f"{cells.day_words(started.date(), look.today)} {started:%H:%M}"),
    ]
    if row.finished_at:
        seconds = (row.finished_at - row.started_at).total_seconds()
        told.append((_("Time taken"), _("{seconds} s").format(seconds=cells.decimals(seconds))))
    told.append((_("State"), dotted([row.status.label, row.feed])))
    return told
