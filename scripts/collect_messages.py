"""Collect every translatable string of code and templates into the catalogues, without gettext's programs.

`make messages` calls it. New strings come in untranslated, strings that are gone leave, translations stay.
"""

import re
import sys
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "guanxi"
CATALOGUES = PACKAGE / "locale"
_FIRST = (
    CATALOGUES / "zh_Hans" / "LC_MESSAGES" / "django.po"
)  # the source is English, so Chinese is the one that must be there
_HEADER = (
    "# Translations of Guanxi. Words a customer manager uses; `make messages` collects, tests/architecture checks."
)
# function → which arguments are the message; (n, "c") is a context
_FUNCTIONS: dict[str, tuple | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "told": None,  # commands.speaking
    "say": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_STRING = r"""u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\({_STRING}(?:, ?{_STRING})?(?:, ?{_STRING})?")


def collect_messages() -> Catalog:
    """Return a catalogue of every message in the package, with the files it stands in."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        for _, message, _, context in extract_from_file("python", path, keywords=_FUNCTIONS):
            catalogue.add(message, locations=[_place(path)], context=context)
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        for message, context in _messages_of_template(path.read_text(encoding="utf-8")):
            catalogue.add(message, locations=[_place(path)], context=context)
    return catalogue


def update_catalogue(path: Path, collected: Catalog) -> bool:
    """Bring one .po up to `collected`; True when its messages changed."""
    catalogue = _read_catalogue(path)
    before = {(message.context, message.id) for message in catalogue if message.id}
    catalogue.update(collected, no_fuzzy_matching=True)
    changed = before != {(message.context, message.id) for message in catalogue if message.id}
    if changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
    return changed


def missing_translations(path: Path, collected: Catalog) -> list[str]:
    """Messages of `collected` that the catalogue at `path` lacks, leaves empty or marks fuzzy, as words for a person."""
    catalogue = _read_catalogue(path)
    return [
        f"{message.locations[0][0]}: {message.id!r}"
        for message in collected
        if message.id and not _is_translated(catalogue.get(message.id, message.context))
    ]


def _read_catalogue(path: Path) -> Catalog:
    locale = path.parent.parent.name
    if not path.exists():
        return Catalog(
            locale=locale, project="Guanxi", version="", header_comment=_HEADER, charset="utf-8", fuzzy=False
        )
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _messages_of_template(source: str) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    # Django itself turns a template into calls of gettext with the rest blanked out
    from django.utils.translation.template import templatize

    for match in _CALL.finditer(templatize(source)):
        words = [literal_eval(group) for group in match.groups()[1:] if group]
        context = words.pop(0) if "p" in match[1] else None
        yield ((words[0], words[1]) if "n" in match[1] else words[0]), context


def _place(path: Path) -> tuple[str, int]:
    return path.relative_to(ROOT).as_posix(), 1


if __name__ == "__main__":
    found = collect_messages()
    for catalogue_path in sorted({*CATALOGUES.rglob("*.po"), _FIRST}):
        told = "changed" if update_catalogue(catalogue_path, found) else "as it was"
        print(f"{catalogue_path.relative_to(ROOT)}: {told}", file=sys.stderr)
