"""What an import must leave behind, whatever happened to the process that did it."""

from dataclasses import dataclass

from tests.drills.homes import Home
from tests.drills.pictures import Names, Picture, acts_of, ledger_of, picture_of

# Beyond these a run counts its batches differently when it was cut off; what they add up to is in the ledger.
_ACTS_BY_BATCH = {"dealings.imported", "holdings.imported", "customers.imported"}
_IMPORTS_BEFORE = 3  # of the firm before its deliveries
_TABLES = {
    "customers": "customers_customer",
    "dealings": "dealings_dealing",
    "holdings": "holdings_holding",
    "products": "catalogue_product",
}


@dataclass(frozen=True)
class Unbroken:
    """What one delivery leaves when nobody disturbs it."""

    picture: Picture
    ledger: Picture
    acts: dict[str, int]
    report: str
    seconds: float


def left_by(home: Home, *, seconds: float) -> Unbroken:
    """What stands in a firm after a delivery that took so long."""
    ((code,),) = home.rows("SELECT code FROM imports_import ORDER BY id DESC LIMIT 1")
    return Unbroken(picture_of(home), ledger_of(home), acts_of(home), report_of(home, code), seconds)


def report_of(home: Home, code: str) -> str:
    """The report that a person gets of an import: each row that is not stored, and why."""
    return (home.path / "files" / "imports" / code / "problems.csv").read_text(encoding="utf-8-sig")


def assert_honest(home: Home) -> None:
    """What stands in the record is what the ledger shows, to the row."""
    imports = home.rows(
        "SELECT id, kind, rows, created, updated, unchanged, skipped, failed FROM imports_import ORDER BY id"
    )
    for import_id, _, rows, *counts in imports:
        assert sum(counts) == rows
        covered = home.rows(
            f"SELECT first_row, count FROM imports_importbatch WHERE import_ref_id = {import_id} ORDER BY 1"
        )
        assert sum(count for _, count in covered) == rows
        assert [first for first, _ in covered] == [
            1 + sum(count for _, count in covered[:n]) for n in range(len(covered))
        ]
    codes, names = home.rows("SELECT code FROM imports_import ORDER BY id"), Names(home)
    fates = [ledger_of(home, code, names=names) for (code,) in codes]
    created = {"customers": 0, "dealings": 0, "holdings": 0}
    made = {"customers": 0, "products": 0}
    for (_, kind, *_), ledger in zip(imports, fates, strict=True):
        named = [fate[1] for fate in ledger["fates"].values() if fate[0] == 1]
        assert not [name for name in named if name is None or "is not there" in name], (
            "the ledger shows what is not stored"
        )
        created[kind] += len(named)
        for noun, _ in ledger["made"]:
            made[noun] += 1
    stands = {noun: home.rows(f"SELECT count(*) FROM {table}")[0][0] for noun, table in _TABLES.items()}
    assert stands == {
        "customers": created["customers"] + made["customers"],
        "dealings": created["dealings"],
        "holdings": created["holdings"],
        "products": made["products"],
    }, "something is stored that the ledger does not show"


def assert_like_unbroken(home: Home, told: dict | None, unbroken: Unbroken) -> None:
    """The delivery stands as if nobody had disturbed it: record, ledger, journal, report, and what the command said, if it was one."""
    picture, ledger, acts = unbroken.picture, unbroken.ledger, unbroken.acts
    codes = [code for (code,) in home.rows(f"SELECT code FROM imports_import WHERE id > {_IMPORTS_BEFORE} ORDER BY id")]
    own = ledger_of(home, codes[0])
    assert told is None or told["import"] == codes[-1]
    if told and len(codes) == 1:
        counts = ("rows", "created", "updated", "unchanged", "skipped", "failed")
        assert [told[name] for name in counts] == own["head"][1:7]
    elif told:  # cut off when it was done already: the command has found the same file again, each time
        assert told["created"] == 0
    assert_honest(home)
    for part in ("fates", "head", "made", "problems", "images"):
        assert own[part] == ledger[part], part
    assert report_of(home, codes[0]) == unbroken.report
    now = picture_of(home)
    for table in picture:
        assert now[table] == picture[table], table
    if len(codes) == 1:
        done = {kind: count for kind, count in acts_of(home).items() if kind not in _ACTS_BY_BATCH}
        assert done == {kind: count for kind, count in acts.items() if kind not in _ACTS_BY_BATCH}
    assert home.rows("SELECT count(*) FROM imports_import WHERE status <> 3") == [(0,)]
