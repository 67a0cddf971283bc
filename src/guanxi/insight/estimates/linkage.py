"""Who may be one and the same, entered twice: probabilistic linkage after Fellegi and Sunter (1969), computed by Splink.

Every pair that agrees in something telling is compared field by field; what agreement and difference are worth is learnt
from the people themselves, by expectation maximisation, without labels. A pair is a suggestion for a person to confirm: no
chain of pairs is ever drawn together (estimates.md, lesson 5), and nothing here merges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from guanxi.ground.refusals import gettext_noop

from .evidence import NotEnoughData

if TYPE_CHECKING:
    from splink import Linker, SplinkDataFrame  # for types only

NOBODY_ALIKE = gettext_noop(
    "nobody has a day, a number or a whole name in common with anybody, so nothing can be learnt"
)
# Pairs to compare for each of the people, at most; where there are few people, so many in all.
_PAIRS_EACH, _FEW = 0.5, 500_000
# Pairs that a lesson looks at, and the share of true pairs that agree in what is certain (set by judgement).
_PAIRS_A_LESSON, _CERTAIN = 200_000, 0.7
_YEAR, _MONTH = 4, 7  # of a day written YYYY-MM-DD, or nearly where it is written without dashes
_BEGINNING = 2  # of a name
# What a pair must have in common to be compared: columns, each whole or its first so many characters.
Rule = list[tuple[str, int | None]]


class Field(StrEnum):
    """What a column holds, which says how two of its values are compared."""

    GIVEN_NAME = "given name"
    SURNAME = "surname"
    NAME = "name"  # whole, as in Chinese
    DAY = "day"  # YYYY-MM-DD or YYYYMMDD: of birth
    EMAIL = "email"
    NUMBER = "number"  # of a phone, a card, an account: one's own, sometimes mistyped
    PLACE = "place"  # a city or quarter; to share a rare one says more
    WORDS = "words"  # a street, a company
    CODE = "code"  # a postcode, the number of a house


@dataclass(frozen=True)
class Links:
    """`pairs`: Arrow `left right weight probability`, heaviest first, the weight in bits, of `compared` pairs. `model`: what
    agreement was found to be worth, to be given again where learning anew is not wanted.
    """

    pairs: pa.Table
    compared: int
    model: Mapping[str, Any]


def link_people(
    people: pa.Table,
    fields: Mapping[str, Field],
    *,
    other: pa.Table | None = None,
    model: Mapping[str, Any] | None = None,
    least_weight: float = 0.0,
) -> Links:
    """Find pairs that may be the same: among `people`, or between them and `other` where that is given.

    A table has the text column `id` and those of `fields`; empty text is unknown. `least_weight` in bits: at 0 it is as
    likely as not. The same people and model give the same pairs. Raises ValueError for a table without a column that is
    named, NotEnoughData where nobody agrees with anybody in what would teach.
    """
    from splink import DuckDBAPI

    engine = DuckDBAPI()
    both = [table for table in (people, other) if table is not None]
    tables = [_cleaned(table, fields, first=place * len(people)) for place, table in enumerate(both)]
    given = [engine.register(table, table_name=f"people_{i}") for i, table in enumerate(tables)]
    linker = _with_model(given, model) if model is not None else _taught(given, tables, fields)
    blocked = linker.inference.compute_blocked_pairs_for_predict()
    found = linker.inference.predict(threshold_match_weight=least_weight).as_pyarrow_table()
    ids = pa.chunked_array([chunk for table in both for chunk in table["id"].cast(pa.string()).chunks])
    weighed = pa.table(
        {
            "left": ids.take(found["id_l"]),
            "right": ids.take(found["id_r"]),
            "weight": found["match_weight"],
            "probability": found["match_probability"],
        }
    )
    order = [("weight", "descending"), ("left", "ascending"), ("right", "ascending")]
    return Links(weighed.sort_by(order), _count(linker, blocked), linker.misc.save_model_to_json())


def _cleaned(table: pa.Table, fields: Mapping[str, Field], *, first: int) -> pa.Table:
    """Small letters without space around, empty ones unknown; the part of an address before its @ beside it. Rows are
    numbered: pairs of numbers are joined in half the time of pairs of text.
    """
    import numpy as np
    import pyarrow.compute as pc

    missing = {"id", *fields} - set(table.column_names)
    if missing:
        raise ValueError(f"no column {', '.join(sorted(missing))}")
    columns = {"id": pa.array(np.arange(first, first + len(table)))}
    for name, kind in fields.items():
        text = pc.utf8_trim_whitespace(pc.utf8_lower(table[name].cast(pa.string())))
        columns[name] = pc.if_else(pc.equal(text, ""), None, text)
        if kind == Field.EMAIL:
            # flattened: the raw field of whoever has none is an empty text, which they would all have in common
            (columns[f"{name}_user"],) = pc.extract_regex(columns[name], "^(?P<user>[^@]+)@").combine_chunks().flatten()
    return pa.table(columns)


def _taught(given: "list[SplinkDataFrame]", tables: list[pa.Table], fields: Mapping[str, Field]) -> "Linker":
    from splink import Linker, SettingsCreator

    lessons = [rule for rule in _lessons(fields) if _pairs_of(tables, rule)]
    certain: list[Any] = [" and ".join(f"l.{column} = r.{column}" for column in rule) for rule in _certain(fields)]
    if not certain or not lessons:
        raise NotEnoughData("estimate.nobody_alike", NOBODY_ALIKE)
    settings = SettingsCreator(
        link_type="dedupe_only" if len(given) == 1 else "link_only",
        comparisons=_comparisons(fields),
        blocking_rules_to_generate_predictions=[_blocked_on(rule) for rule in _affordable(tables, fields)],
        unique_id_column_name="id",
        retain_matching_columns=False,
    )
    linker = Linker(given, settings, log_level=40)
    training = linker.training
    training.estimate_probability_two_random_records_match(certain, recall=_CERTAIN)
    training.estimate_u_using_random_sampling(max_pairs=_PAIRS_A_LESSON, seed=1)
    for rule in lessons:
        training.estimate_parameters_using_expectation_maximisation(_blocked_on(rule), max_pairs=_PAIRS_A_LESSON)
    return linker


def _with_model(given: "list[SplinkDataFrame]", model: Mapping[str, Any]) -> "Linker":
    from splink import Linker

    return Linker(given, dict(model), log_level=40)


def _comparisons(fields: Mapping[str, Field]) -> list[Any]:
    from splink import comparison_library as library

    given, surname = _named(fields, Field.GIVEN_NAME), _named(fields, Field.SURNAME)
    together = len(given) == len(surname) == 1
    found: list[Any] = [library.ForenameSurnameComparison(*given, *surname)] if together else []
    for column, kind in fields.items():
        match kind:
            case Field.GIVEN_NAME | Field.SURNAME | Field.NAME if not (together and kind != Field.NAME):
                found.append(library.NameComparison(column))
            case Field.DAY | Field.NUMBER:
                found.append(library.DamerauLevenshteinAtThresholds(column, [1, 2]))
            case Field.EMAIL:
                found.append(library.EmailComparison(column))
            case Field.PLACE:
                alike = library.JaroWinklerAtThresholds(column, [0.9])
                found.append(alike.configure(term_frequency_adjustments=True))
            case Field.WORDS:
                found.append(library.JaroWinklerAtThresholds(column, [0.9, 0.7]))
            case Field.CODE:
                found.append(library.DamerauLevenshteinAtThresholds(column, [1]))
    return found


def _named(fields: Mapping[str, Field], *kinds: Field) -> list[str]:
    return [column for column, kind in fields.items() if kind in kinds]


def _certain(fields: Mapping[str, Field]) -> list[list[str]]:
    """What only the same person has in common."""
    names, days = _named(fields, Field.GIVEN_NAME, Field.SURNAME, Field.NAME), _named(fields, Field.DAY)
    own = _named(fields, Field.NUMBER, Field.EMAIL)
    return [[*names, day] for day in days if names] + [[number, names[-1]] for number in own if names]


def _lessons(fields: Mapping[str, Field]) -> list[Rule]:
    """What is held fixed while the worth of the others is learnt: each lesson teaches what it does not hold."""
    names = _named(fields, Field.GIVEN_NAME, Field.SURNAME, Field.NAME)
    own = _named(fields, Field.DAY, Field.NUMBER, Field.EMAIL)
    return [_whole([column]) for column in own[:2]] + ([_whole(names)] if names else [])


def _candidates(fields: Mapping[str, Field]) -> list[Rule]:
    """Rules of blocking, the most telling first: a pair that agrees in all of one is compared."""
    names = _named(fields, Field.GIVEN_NAME, Field.SURNAME, Field.NAME)
    days, places = _named(fields, Field.DAY), _named(fields, Field.PLACE, Field.CODE)
    own, words = _named(fields, Field.NUMBER, Field.EMAIL), _named(fields, Field.WORDS)
    users = [f"{column}_user" for column in _named(fields, Field.EMAIL)]
    rules: list[Rule] = [_whole([column]) for column in own]
    rules += [_whole(names)] if names else []
    rules += [[(day, None), (name, _BEGINNING)] for day in days for name in names]
    rules += [_whole([*names, place]) for place in places if names]
    rules += [[*_whole(names), (day, _YEAR)] for day in days if names]
    rules += [_whole([column]) for column in (*days, *words)]
    rules += [_whole([name, place]) for name in names for place in places]
    rules += [[(name, None), (day, _YEAR)] for name in names for day in days]
    rules += [[(name, _BEGINNING) for name in names]] if len(names) > 1 else []
    rules += [[(day, _MONTH), (place, None)] for day in days for place in places]
    return rules + [_whole([column]) for column in (*users, *names)]


def _whole(columns: list[str]) -> Rule:
    return [(column, None) for column in columns]


def _blocked_on(rule: Rule) -> Any:
    from splink import block_on

    return block_on(*(column if chars is None else f"substr({column}, 1, {chars})" for column, chars in rule))


def _affordable(tables: list[pa.Table], fields: Mapping[str, Field]) -> list[Rule]:
    """The rules in their order; one that would make the pairs of all of them too many is left out."""
    rules, people = _candidates(fields), sum(map(len, tables))
    most = max(_FEW, _PAIRS_EACH * people)
    if people * (people - 1) // 2 <= most:
        return rules
    kept, total = [], 0
    for rule in rules:
        pairs = _pairs_of(tables, rule)
        if total + pairs <= most:
            kept.append(rule)
            total += pairs
    return kept


def _pairs_of(tables: list[pa.Table], rule: Rule) -> int:
    """How many pairs agree in that: within the one table, or between the two."""
    import pyarrow.compute as pc

    def blocks(table: pa.Table) -> pa.Table:
        keys = {
            f"key_{place}": table[column] if chars is None else pc.utf8_slice_codeunits(table[column], 0, chars)
            for place, (column, chars) in enumerate(rule)
        }
        return pa.table(keys).drop_null().group_by([*keys]).aggregate([([], "count_all")])

    first = blocks(tables[0])
    if len(tables) == 1:
        count = first["count_all"]
        return int(pc.sum(pc.divide(pc.multiply(count, pc.subtract(count, 1)), 2)).as_py() or 0)
    second = blocks(tables[1]).rename_columns({"count_all": "others"})
    both = first.join(second, [name for name in first.column_names if name != "count_all"], join_type="inner")
    return int(pc.sum(pc.multiply(both["count_all"], both["others"])).as_py() or 0)


def _count(linker: "Linker", blocked: "SplinkDataFrame") -> int:
    rows = linker.misc.query_sql(f"SELECT count(*) AS pairs FROM {blocked.physical_name}")  # noqa: S608 - Splink's own name
    return int(rows.as_record_list()[0]["pairs"])
