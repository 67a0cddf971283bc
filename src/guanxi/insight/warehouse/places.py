"""Where the warehouse keeps its files, and which edition is the current one."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Places:
    """The folders of one installation's warehouse. Everything in them can be rebuilt from the record."""

    root: Path

    @property
    def pointer(self) -> Path:
        """The file that names the current edition."""
        return self.root / "current"

    @property
    def lock(self) -> Path:
        return self.root / "refresh.lock"

    @property
    def spill(self) -> Path:
        """Where the engine puts what does not fit into memory."""
        return self.root / "spill"

    def edition(self, name: str) -> Path:
        """The file of a finished edition."""
        return self.root / "editions" / f"{name}.duckdb"

    def unfinished(self, name: str) -> Path:
        """The file of an edition while it is built; a name that no reader looks for."""
        return self.root / "editions" / f"{name}.building"

    def snapshot(self, name: str) -> Path:
        """The folder of Parquet files an edition was built from."""
        return self.root / "snapshots" / name

    @property
    def runs(self) -> Path:
        """The folder of the decision runs, beside the warehouse."""
        return self.root.parent / "decisions" / "runs"

    @property
    def trials(self) -> Path:
        """Who was in which arm of which offer, of all runs: what is learned from (decisions/offers/evidence.py). Unlike the rest
        it cannot be computed again, so it stands with the files that a backup holds.
        """
        return self.root.parent / "files" / "decisions" / "trials.parquet"

    def run(self, name: str) -> Path:
        """The folder of the decision run of an edition."""
        return self.runs / name

    def make(self) -> None:
        """Make the folders that are missing."""
        for folder in (self.root / "editions", self.root / "snapshots", self.spill, self.runs):
            folder.mkdir(parents=True, exist_ok=True)

    def current(self) -> str | None:
        """Name of the edition that readers open; None before the first refresh or when its file is gone."""
        try:
            name = self.pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return name if name and self.edition(name).exists() else None

    def point_to(self, name: str) -> None:
        """Make `name` the current edition, in one atomic step that survives a power failure."""
        aside = self.pointer.with_suffix(".new")
        with aside.open("w", encoding="ascii") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.pointer)
        folder = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def places() -> Places:
    """The warehouse of this installation."""
    return Places(Path(settings.GUANXI_HOME) / "warehouse")
