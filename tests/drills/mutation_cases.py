"""The cases of the fuzz drill: case number → file → dry run (or import and undo), and what must be true of it."""

import csv
from collections import Counter
from pathlib import Path
from random import Random

from django.db import connection

from guanxi.ground.refusals import Refused
from guanxi.identity.queries import system_principal
from guanxi.project.registrations import register_importers
from guanxi.record.imports.services import ImportOptions, import_file, preview_file, undo_import
from tests.drills import samples
from tests.drills.mutations import mutated_file

_PARQUET_SHARE = 0.15
_SHARES = {"dealings": 8, "customers": 8, "holdings": 2, "balances": 1, "conversations": 2, "products": 1, "estates": 1}
_HERE = " WHERE customer_id IN (SELECT id FROM customers_customer WHERE deleted_at IS NULL)"
# What stands; deleted customers are kept whole so that they can be restored, and cities are words.
_STANDS = {
    "customers_customer": " WHERE deleted_at IS NULL",
    "customers_identifierkey": _HERE,
    "customers_identifier": _HERE,
    "customers_address": _HERE,
    "consents_consent": _HERE,
    "dealings_dealing": "",
    "holdings_holding": " WHERE deleted_at IS NULL",
    "holdings_balance": "",
    "conversations_conversation": " WHERE deleted_at IS NULL",
    "catalogue_product": " WHERE deleted_at IS NULL",
    "catalogue_family": "",
    "catalogue_estate": " WHERE deleted_at IS NULL",
}


class Cases:
    """Runs cases in one home, which a dry run leaves as it was."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._by = system_principal()
        register_importers()
        self._samples = {kind: [make() for make in makers] for kind, makers in samples.SAMPLES.items()}
        self.outcomes: Counter[str] = Counter()
        self._before = _counts()

    def file_of(self, number: int) -> tuple[str, Path]:
        """(kind, path) of a case; the file is written into the home."""
        rng = Random(f"guanxi {number}")
        kind, (name, data) = self._drawn(rng)
        if not name.endswith(".parquet") or rng.random() < 0.6:
            data = mutated_file(name, data, rng)
        path = self._home / f"case-{name}"
        path.write_bytes(data)
        return kind, path

    def run(self, number: int, *, real: bool) -> None:
        """One case. Raises whatever goes wrong; a refusal in plain words is an answer like another."""
        kind, path = self.file_of(number)
        options = ImportOptions(create_customers=True, dry_run=not real)
        try:
            if number % 10 == 0:
                preview_file(path, kind, by=self._by)
            report = import_file(path, kind, by=self._by, options=options)
        except Refused as refusal:
            self.outcomes[refusal.code if str(refusal) else "a refusal without words"] += 1
            return
        told = report.as_json()
        parts = [told[name] for name in ("created", "updated", "unchanged", "skipped", "failed")]
        assert sum(parts) == told["rows"], f"counts do not add up: {told}"
        assert sum(told["reasons"].values()) == told["skipped"] + told["failed"], f"reasons do not add up: {told}"
        assert "imports.unexpected" not in told["reasons"], f"a row that nobody has thought of: {told}"
        self.outcomes["imported"] += 1
        self.outcomes["rows"] += told["rows"]
        self.outcomes["rows failed"] += told["failed"]
        if real:
            self._check_report(told)
            undo_import(told["import"], by=self._by)

    def left(self) -> dict[str, int]:
        """What stands in the record that did not when the worker began; nothing, but for the acts of real imports."""
        now = _counts()
        return {table: now[table] - self._before[table] for table in now if now[table] != self._before[table]}

    def _check_report(self, told: dict[str, object]) -> None:
        if told["problems"] is None:
            assert not told["failed"], "failed rows and no report of them"
            return
        with Path(str(told["problems"])).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) >= int(str(told["failed"])) + int(str(told["skipped"])), (
            "a row that is not stored is not reported"
        )
        assert all(row["words"] for row in rows)

    def _drawn(self, rng: Random) -> tuple[str, samples.Sample]:
        if rng.random() < _PARQUET_SHARE:
            return "dealings", samples.parquet(rng)
        kind = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        return kind, rng.choice(self._samples[kind])


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table, where in _STANDS.items():
            cursor.execute(f"SELECT count(*) FROM {table}{where}")
            found[table] = cursor.fetchone()[0]
    return found
