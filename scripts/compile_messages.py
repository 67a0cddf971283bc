"""Compile every translation catalogue (.po) below a folder into the .mo that Django reads, without gettext's programs."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path) -> None:
    """Write `source` (.po) beside itself as .mo; a catalogue that cannot be read stops with its line."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    for po in sorted(Path(sys.argv[1]).rglob("*.po")):
        compile_catalogue(po)
