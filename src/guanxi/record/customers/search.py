"""The search documents: one set of grams a customer, renewed by one function, asked by one function (patterns.md section 3).

A document holds the grams of name, phones, references and preference card (ground.text.grams) and two scope tokens, o<owner> and
t<team> (0 for none), so that what one may see is part of the match. PostgreSQL keeps hashes in `bigint[]` under GIN.
SQLite keeps the text beside a contentless FTS5 table, whose 'delete' command needs exactly the text that went in.
"""

# ruff: noqa: S608 - tables and columns are our own words; everything given is a parameter

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from guanxi.ground.text.grams import (
    GramQuery,
    gram_hash,
    gram_hashes,
    hashed_documents,
    name_grams,
    phone_grams,
    phrase_grams,
    reference_grams,
)
from guanxi.record.customers.bulk import on_postgresql, rows_of
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.models import PRESENT, Customer, Identifier, Preference
from guanxi.record.customers.permissions import Reach

DOCUMENTS, INDEX, FTS = "customers_document", "customers_document_grams", "customers_document_fts"
STEP = 2_000
_NOTHING_MERGED = 2  # changes of rows below which FTS5 says that a merge found nothing to do
_GRAMS = {
    int(IdentifierKind.PHONE): phone_grams,
    int(IdentifierKind.REFERENCE): reference_grams,
    int(IdentifierKind.MEMBER): reference_grams,
}
SEARCHED = tuple(_GRAMS)

Document = tuple[int, set[str]]


def grams_of(
    name: str,
    identifiers: Iterable[tuple[int, str]],
    *,
    owner_id: int | None,
    team_id: int | None,
    told: Iterable[str] = (),
) -> set[str]:
    """Return the grams of a customer; `identifiers` are (kind, norm), of which phones, references and members count;
    `told` the lines of the preference card.
    """
    grams = name_grams(name).union(*map(phrase_grams, told))
    for kind, norm in identifiers:
        if kind in _GRAMS:
            grams |= _GRAMS[kind](norm)
    grams.add(f"o{owner_id or 0}")
    grams.add(f"t{team_id or 0}")
    return grams


def add_documents(documents: Sequence[Document]) -> None:
    """Write documents of customers that have none, in the caller's transaction."""
    if not documents:
        return
    if on_postgresql():
        _copy_documents([key for key, _ in documents], hashed_documents([grams for _, grams in documents]))
        return
    texts = [(key, " ".join(sorted(grams))) for key, grams in documents]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {DOCUMENTS} (customer_id, grams) VALUES (%s, %s)", texts)
        cursor.executemany(f"INSERT INTO {FTS} (rowid, grams) VALUES (%s, %s)", texts)


def reindex_customers(ids: Iterable[int]) -> int:
    """Renew the documents of customers from their rows, in the caller's transaction; return how many changed.

    Call it after every write of a name, phone, reference, preference, owner or team, and after deleting, merging and
    restoring.
    """
    wanted = sorted(set(ids))
    return sum(_renew(wanted[start : start + STEP]) for start in range(0, len(wanted), STEP))


def index_missing(*, step: int = 5_000) -> int:
    """Write the documents that a large import left for later; one transaction a step, so it may be stopped and called
    again. Returns how many it wrote. With many to write on PostgreSQL the index is built after them.
    """
    with _index_aside(many=count_missing() > 100_000):
        written, last = 0, 0
        while ids := _missing_after(last, step):
            with transaction.atomic():
                add_documents(_documents(ids))
            written, last = written + len(ids), ids[-1]
    return written


def count_missing() -> int:
    """Return how many present customers have no document (for `guanxi doctor`)."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING.format(columns="count(*)"))
        return int(cursor.fetchone()[0])


def rebuild_search() -> int:
    """Write every document anew and return how many: equal to what the single renewals have left (tested)."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not on_postgresql():
            cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('delete-all')")
        cursor.execute(f"DELETE FROM {DOCUMENTS}")
    return index_missing()


def forget_words(*, many: int = 50_000) -> bool:
    """Rewrite the index of SQLite so that words of deleted documents are gone from its pages too, and return whether it
    was done: with more than `many` documents it takes seconds and is left to the night (forget_words_in_steps).
    PostgreSQL's VACUUM does the same.
    """
    if on_postgresql():
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {DOCUMENTS} LIMIT %s)", [many + 1])
        if cursor.fetchone()[0] > many:
            return False
        cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('optimize')")
    return True


def forget_words_in_steps(*, pages: int = 500) -> int:
    """The same however many documents there are, for the night: `pages` a transaction, so that nobody waits for long.
    Returns the number of steps; 0 on PostgreSQL. Not inside a transaction: it would hold SQLite's lock to its end.
    """
    if on_postgresql():
        return 0
    steps, size = 0, -pages  # a negative number first: merge all segments into one, where there are several
    with connection.cursor() as cursor:
        while True:
            before = _changes()
            cursor.execute(f"INSERT INTO {FTS} ({FTS}, rank) VALUES ('merge', %s)", [size])
            if _changes() - before < _NOTHING_MERGED:
                return steps
            steps, size = steps + 1, pages


def _changes() -> int:
    driver: Any = connection.connection
    return int(driver.total_changes)


def candidates(way: GramQuery, reach: Reach, limit: int) -> list[int]:
    """Return at most `limit` ids whose documents match one way to understand a text, within a reach."""
    if reach.nobody or not (way.all_of or way.any_of):
        return []
    need, either = list(way.all_of), [list(way.any_of)] if way.any_of else []
    if reach.owner_id:
        need.append(f"o{reach.owner_id}")
    elif reach.team_ids:
        either.append([f"t{team}" for team in (*reach.team_ids, *((0,) if reach.pool else ()))])
    without = [] if reach.pool or reach.owner_id else ["o0"]
    with connection.cursor() as cursor:
        cursor.execute(*(_ask_hashes if on_postgresql() else _ask_fts)(need, either, without, limit))
        return [row[0] for row in cursor.fetchall()]


def _ask_hashes(need: list[str], either: list[list[str]], without: list[str], limit: int) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    params: list[Any] = []
    if need:
        conditions.append("grams @> %s::bigint[]")
        params.append(gram_hashes(need))
    for tokens in either:
        conditions.append("grams && %s::bigint[]")
        params.append(gram_hashes(tokens))
    for token in without:
        conditions.append("NOT grams @> ARRAY[%s::bigint]")
        params.append(gram_hash(token))
    return f"SELECT customer_id FROM {DOCUMENTS} WHERE {' AND '.join(conditions)} LIMIT %s", [*params, limit]


def _ask_fts(need: list[str], either: list[list[str]], without: list[str], limit: int) -> tuple[str, list[Any]]:
    # Grams are letters and digits only (ground.text.grams); the quotes are for words like AND.
    parts = [f'"{token}"' for token in need]
    parts += [f"({' OR '.join(f'{chr(34)}{token}{chr(34)}' for token in tokens)})" for tokens in either]
    match = " AND ".join(parts) + "".join(f' NOT "{token}"' for token in without)
    return f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s LIMIT %s", [match, limit]


def _renew(ids: list[int]) -> int:
    texts = dict(_documents(ids))
    old = dict(rows_of(f"SELECT customer_id, grams FROM {DOCUMENTS} WHERE customer_id IN {{given}}", ids))
    new: dict[int, object]
    if on_postgresql():
        new = {key: gram_hashes(grams) for key, grams in texts.items()}
    else:
        new = {key: " ".join(sorted(grams)) for key, grams in texts.items()}
    stale = [key for key in old if new.get(key) != old[key]]
    fresh = [key for key in new if old.get(key) != new[key]]
    _drop_documents({key: old[key] for key in stale})
    add_documents([(key, texts[key]) for key in fresh])
    return len({*stale, *fresh})


def _drop_documents(old: dict[int, Any]) -> None:
    if not old:
        return
    if not on_postgresql():
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {FTS} ({FTS}, rowid, grams) VALUES ('delete', %s, %s)",
                list(old.items()),
            )
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {DOCUMENTS} WHERE customer_id = %s", [(key,) for key in old])


def _documents(ids: Sequence[int]) -> list[Document]:
    heads = Customer.objects.filter(PRESENT, pk__in=ids).values_list("pk", "name", "owner_id", "team_id")
    marks: dict[int, list[tuple[int, str]]] = {}
    known = Identifier.objects.filter(customer_id__in=ids, is_live=True, kind__in=SEARCHED)
    for customer_id, kind, norm in known.values_list("customer_id", "kind", "norm"):
        marks.setdefault(customer_id, []).append((kind, norm))
    told: dict[int, list[str]] = {}
    for customer_id, text in Preference.objects.filter(customer_id__in=ids, ended_on=None).values_list(
        "customer_id", "text"
    ):
        told.setdefault(customer_id, []).append(text)
    return [
        (key, grams_of(name, marks.get(key, ()), owner_id=owner_id, team_id=team_id, told=told.get(key, ())))
        for key, name, owner_id, team_id in heads
    ]


def _copy_documents(keys: Sequence[int], documents: Iterable[list[int]]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {DOCUMENTS} (customer_id, grams) FROM STDIN") as copy,
    ):
        # a list of integers is written as PostgreSQL writes an array, but for its brackets
        lines = [f"{key}\t{{{str(hashes)[1:-1]}}}\n" for key, hashes in zip(keys, documents, strict=True)]
        copy.write("".join(lines))


_MISSING = f"""
    SELECT {{columns}} FROM customers_customer c
    LEFT JOIN {DOCUMENTS} d ON d.customer_id = c.id
    WHERE c.deleted_at IS NULL AND c.merged_into_id IS NULL AND d.customer_id IS NULL
"""


def _missing_after(last: int, step: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_MISSING.format(columns="c.id") + " AND c.id > %s ORDER BY c.id LIMIT %s", [last, step])
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _index_aside(*, many: bool) -> Iterator[None]:
    """Drop the GIN index before very many documents are written and build it after them (PostgreSQL)."""
    aside = many and on_postgresql()
    with connection.cursor() as cursor:
        if aside:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
        try:
            yield
        finally:
            if aside:
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON {DOCUMENTS} USING gin (grams)")
