"""What was last said of each estimate: its grade against the simple rule, why, and what is missing (`guanxi estimate NAME` keeps it)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.places import Places

_FILE: Final = "grades.json"


@dataclass(frozen=True)
class Graded:
    """One estimate as it was last asked: of which day, how good it is (A to C, "" for what is only counted) and why, and what it lacks."""

    name: str
    as_of: date | None
    grade: str
    reason: Sentence | None
    missing: tuple[Sentence, ...]


def keep_grade(name: str, told: Mapping[str, Any], *, as_of: date | None, where: Places) -> None:
    """Keep what an estimate says of itself in place of what it said before. One who writes at a time is enough: it is told again."""
    kept = _read(where)
    reason = told.get("grade_reason")
    kept[name] = {
        "as_of": as_of and as_of.isoformat(),
        "grade": str(told.get("grade", "")),
        "reason": _as_json(reason) if reason else None,
        "missing": [_as_json(one) for one in told.get("missing", ())],
    }
    where.root.mkdir(parents=True, exist_ok=True)
    aside = where.root / f"{_FILE}.writing"
    aside.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    aside.replace(where.root / _FILE)


def grades_kept(where: Places) -> list[Graded]:
    """What is kept, by name; nothing where nobody asked."""
    return [
        Graded(
            name,
            date.fromisoformat(one["as_of"]) if one["as_of"] else None,
            one["grade"],
            _sentence(one["reason"]) if one["reason"] else None,
            tuple(_sentence(each) for each in one["missing"]),
        )
        for name, one in sorted(_read(where).items())
    ]


def _read(where: Places) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads((where.root / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept


def _as_json(said: str) -> dict[str, Any]:
    """The sentence behind a text; of a text that knows none the text itself, with nothing to fill."""
    if isinstance(said, Said):
        params = {
            name: value if isinstance(value, int | float) else str(value)
            for name, value in said.sentence.params.items()
        }
        return {"words": said.sentence.words, "params": params}
    return {"words": said.replace("{", "{{").replace("}", "}}"), "params": {}}


def _sentence(kept: Mapping[str, Any]) -> Sentence:
    return Sentence(kept["words"], kept["params"])
