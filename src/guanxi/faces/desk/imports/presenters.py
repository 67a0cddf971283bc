"""The pages before an import: choosing a file, putting columns to fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanxi.faces.desk.imports import wording
from guanxi.faces.desk.imports.wording import rows_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese, listed, sentences
from guanxi.ground.text.masks import mask_id_number
from guanxi.identity.permissions import Permission
from guanxi.identity.queries import firm
from guanxi.record.imports.mapping import Field
from guanxi.record.imports.queries import Prepared, importable_kinds
from guanxi.record.imports.registry import importer_of

_HAN = re.compile("[\u3400-\u9fff]")
_HIDDEN = ("id_number", "account")
_ATTRIBUTES = "attributes."


@dataclass(frozen=True)
class Choice:
    """One option of a select."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class ChoosingPage:
    kind: str
    title: str
    back: tuple[str, str]
    about: str
    accept: str
    formats: str
    recognised: str
    rule: str
    encodings: list[Choice]
    kinds: list[Choice]
    most: int
    problem: str = ""

    @property
    def most_mb(self) -> int:
        """The largest file, in MB."""
        return self.most >> 20


@dataclass(frozen=True)
class ColumnRow:
    """A column of the file: where it goes, and what the trial said of it."""

    place: int
    name: str
    samples: list[str]
    filled: str
    choices: list[Choice]
    chosen: str
    hint: str = ""
    tone: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class Count:
    """A figure of a trial, with what it means and a door to its rows on the page."""

    label: str
    value: str
    under: str = ""
    tone: str = ""
    href: str = ""


@dataclass(frozen=True)
class MappingPage:
    code: str
    kind: str
    title: str
    back: tuple[str, str]
    sentence: str
    file_name: str
    about_file: str
    sections: list[tuple[str, list[ColumnRow]]]
    bare: list[ColumnRow]
    bare_words: str
    counts: list[Count]
    counts_note: str
    problems: list[tuple[str, str, str, str]]
    may_import: bool
    button: str
    options: Mapping[str, Any]
    encodings: list[Choice]
    rule: str
    problem: str = ""
    trouble: str = ""
    other: list[str] = field(default_factory=list)


def choosing_page(kind: str, look: Look, *, problem: str, encoding: str) -> ChoosingPage:
    """The page on which a file is chosen."""
    importer = importer_of(kind)
    return ChoosingPage(
        kind=kind,
        title=str(wording.TITLES[kind]),
        back=back_of(kind),
        about=str(wording.ABOUT[kind]),
        accept=".csv,.txt,.tsv,.gz,.xlsx,.xlsm" + (",.vcf" if kind == "customers" else ""),
        formats=_("CSV, Excel (.xlsx), contact cards (.vcf)") if kind == "customers" else _("CSV, Excel (.xlsx)"),
        recognised=listed(one.label for one in importer.fields if one.name not in ("private", "code")),
        most=settings.UPLOAD_MOST_BYTES,
        rule=str(importer.rule),
        encodings=_encodings(encoding),
        kinds=[
            Choice(reverse("import_new", args=[other]), str(wording.KINDS[other]), other == kind)
            for other in importable_kinds(look.principal)
        ],
        problem=problem,
    )


def sample_head(kind: str) -> list[str]:
    """Names of columns that are recognised, in the language of the person."""
    return [
        _sample_name(one) for one in importer_of(kind).fields if one.name not in ("private", "code", "attributes.*")
    ]


def rights_of(kind: str) -> Sequence[Permission]:
    """What else than importing a kind needs."""
    return importer_of(kind).permissions


def back_of(kind: str) -> tuple[str, str]:
    """Where the page of an import leads back to: (address, words)."""
    if kind in wording.LISTS:
        return reverse(wording.LISTS[kind]), str(wording.KINDS[kind])
    return reverse("imports"), _("Imports")


def hidden(field: str, text: str) -> str:
    """A cell as a page shows it to whoever passes by: numbers of papers and accounts with their ends only."""
    return mask_id_number(text).replace("*", "•") if field in _HIDDEN else text


def mapping_page(found: Prepared, look: Look, *, problem: str = "") -> MappingPage:
    """The page on which columns are put to fields, with what a trial of it found."""
    rows = _column_rows(found)
    careful = [row for row in rows if row.tone]
    bare = [row for row in rows if not row.tone and not row.samples]
    mapped = [row for row in rows if not row.tone and row.samples and row.chosen]
    left = [row for row in rows if row not in careful and row not in mapped and row not in bare]
    sections = [(_("Please look at these"), careful), (_("Put to a field"), mapped), (_("Not imported"), left)]
    trial = found.trial
    missing = wording.reason_words(found.missing, found.fields) if found.missing else ""
    may_import = not missing and not (trial and trial.refusal)
    rows_in = trial.counts["rows"] if trial and trial.complete and not trial.refusal else 0
    return MappingPage(
        code=found.code,
        kind=found.kind,
        title=_("Which column goes where?"),
        back=(reverse("import_new", args=[found.kind]), str(wording.TITLES[found.kind])),
        sentence=_sentence(found, careful, len(careful) + len(mapped)),
        file_name=found.file_name,
        about_file=_about_file(found),
        sections=[(label, some) for label, some in sections if some],
        bare=bare,
        bare_words=_("Empty in the first rows: {columns}").format(columns=listed(row.name for row in bare))
        if bare
        else "",
        counts=_counts(found) if trial and not trial.refusal else [],
        counts_note=_counts_note(found),
        problems=_problems(found),
        may_import=may_import,
        button=_("Import {rows}").format(rows=rows_words(rows_in)) if rows_in else _("Import the file"),
        options=_options(found, look),
        encodings=_encodings(found.encoding) if found.look.format in ("csv", "vcard") else [],
        rule=found.rule,
        problem=problem,
        trouble=missing or (trial.refusal if trial else ""),
    )


def _column_rows(found: Prepared) -> list[ColumnRow]:
    by_column = {column: name for name, columns in found.mapping.items() for column in columns}
    wrong = found.trial.by_column if found.trial else {}
    is_cards = found.look.format == "vcard"
    rows = []
    for place, column in enumerate(found.look.columns):
        chosen = by_column.get(column, "")
        count = wrong.get(column, 0) or (wrong.get(chosen, 0) if len(found.mapping.get(chosen, ())) == 1 else 0)
        refused = found.refused_columns.get(column)
        samples = found.look.samples[place]
        rows.append(
            ColumnRow(
                place=place,
                name=str(wording.CARD_COLUMNS.get(column, column)) if is_cards else column,
                samples=[hidden(chosen, text) for text in samples],
                filled=cells.percent(found.look.filled[place]),
                choices=_field_choices(found.fields, chosen),
                chosen="attributes.*" if chosen.startswith(_ATTRIBUTES) else chosen,
                hint=wording.reason_words(refused) if refused else "",
                tone="watch" if count or refused else "",
                wrong=cells.number(count) if count else "",
            )
        )
    return rows


def _field_choices(fields: Sequence[Field], chosen: str) -> list[Choice]:
    wanted = "attributes.*" if chosen.startswith(_ATTRIBUTES) else chosen
    return [Choice("", _("do not import"), not wanted)] + [
        Choice(one.name, str(one.label), one.name == wanted) for one in fields
    ]


def _sentence(found: Prepared, careful: Sequence[ColumnRow], taken: int) -> str:
    total = sum(1 for samples in found.look.samples if samples)
    parts = [_("{taken} of {total} columns are imported.").format(taken=taken, total=total)]
    if careful:
        look = ngettext("{count} needs your look.", "{count} need your look.", len(careful))
        parts.append(look.format(count=len(careful)))
    parts.append(_("Nothing is stored before you import."))
    return sentences(parts)


def _about_file(found: Prepared) -> str:
    trial = found.trial
    exact = trial is not None and trial.complete and not trial.refusal
    about = rows_words(found.facts.about)
    return dotted(
        [
            about if exact or found.look.format == "parquet" else _("about {rows}").format(rows=about),
            wording.format_words(found.look.format),
            wording.encoding_words(found.look.encoding) if found.look.encoding else "",
        ]
    )


def _counts(found: Prepared) -> list[Count]:
    trial = found.trial
    assert trial is not None  # noqa: S101 - asked by its caller
    counts = trial.counts
    shown = [Count(pgettext("import", "New"), cells.number(counts["created"]))]
    shown.append(
        Count(
            pgettext("import", "Completed"),
            cells.number(counts["updated"]),
            _("known already, something is added or newer"),
        )
    )
    if counts["unchanged"]:
        shown.append(
            Count(pgettext("import", "Unchanged"), cells.number(counts["unchanged"]), _("stands there already"))
        )
    if trial.in_file:
        shown.append(
            Count(_("The same as an earlier row"), cells.number(trial.in_file), _("becomes one record"), "watch")
        )
    if counts["skipped"]:
        shown.append(
            Count(
                pgettext("import", "Passed over"),
                cells.number(counts["skipped"]),
                sentences(wording.skipped_words(trial.reasons)),
            )
        )
    tone = "watch" if counts["failed"] else ""
    href = "#problems" if counts["failed"] else ""
    shown.append(
        Count(
            pgettext("import", "Not taken in"),
            cells.number(counts["failed"]),
            _("kept as a file, each row with its reason"),
            tone,
            href,
        )
    )
    return shown


def _counts_note(found: Prepared) -> str:
    trial = found.trial
    if trial is None or trial.refusal:
        return ""
    rows = rows_words(trial.counts["rows"])
    return rows if trial.complete else _("the first {rows}").format(rows=rows)


def _problems(found: Prepared) -> list[tuple[str, str, str, str]]:
    """(line, column, what stands there, why) of the first rows that would not be stored."""
    rows = found.trial.rows if found.trial else ()
    labels = {one.name: str(one.label) for one in found.fields}
    return [
        (
            cells.number(int(str(line))),
            labels.get(str(column), str(column)),
            hidden(str(column), str(value)),
            str(words),
        )
        for _row, line, column, words, value in rows
    ]


def _options(found: Prepared, look: Look) -> dict[str, Any]:
    names = {one.name for one in found.fields}
    mapped = set(found.mapping)
    return {
        "customers": found.kind != "customers" and "customer" in names,
        "create_customers": found.create_customers,
        "private": found.look.format == "vcard" or "private" in mapped,
        "with_private": found.with_private,
        "money": "currency" in names or "amount" in names,
        "currency": found.currency or look.currency,
        "times": bool(names & {"occurred_at", "at"}),
        "zone": found.zone or firm().zone,
    }


def _encodings(chosen: str) -> list[Choice]:
    return [Choice("", _("recognised by itself"), not chosen)] + [
        Choice(value, label, value == chosen) for value, label in wording.ENCODINGS
    ]


def _sample_name(one: Field) -> str:
    chinese = next((name for name in one.synonyms if _HAN.search(name)), "") if is_chinese() else ""
    return chinese or one.name
