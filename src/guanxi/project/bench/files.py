"""Write a part of a simulated firm's customers as people's files: a workbook, and contact cards as a phone gives them."""

import sys
from pathlib import Path
from typing import Any


def main(data: str, kind: str, rows: str) -> None:
    """Read `customers.parquet` in the folder `data` and write customers-ROWS.xlsx or contacts-ROWS.vcf beside it."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - the bench's own process needs only the names

    table = pq.read_table(Path(data) / "customers.parquet").slice(0, int(rows))
    write = {"xlsx": _write_workbook, "vcf": _write_cards}[kind]
    write(Path(data) / file_name(kind, int(rows)), table.to_pylist())


def file_name(kind: str, rows: int) -> str:
    """The file's name."""
    return f"{'customers' if kind == 'xlsx' else 'contacts'}-{rows}.{kind}"


def _write_workbook(file: Path, rows: list[dict[str, Any]]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - only for workbooks

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(file)


def _write_cards(file: Path, rows: list[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        for number, row in enumerate(rows):
            lines = [
                *("BEGIN:VCARD", "VERSION:3.0", f"FN:{row['name']}", f"N:{row['name']};;;;"),
                f"TEL;TYPE=CELL:{row.get('phone') or f'139{number:08}'}",
                *([f"EMAIL:{row['email']}"] if row.get("email") else []),
                *(["PHOTO;ENCODING=b;TYPE=JPEG:" + "A" * 60, *[" " + "A" * 75] * 20] if number % 10 == 0 else []),
                "END:VCARD",
            ]
            out.write("\r\n".join(lines) + "\r\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
