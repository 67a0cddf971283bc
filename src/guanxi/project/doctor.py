"""The doctor: looks at everything that must never be wrong, says in words what is, and repairs what can only be late."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from guanxi.ground import secrets
from guanxi.ground.jobs import queries as jobs
from guanxi.ground.outbox import queries as outbox
from guanxi.ground.refusals import Refused
from guanxi.journal.verifying import verify
from guanxi.record.customers import list_indexes, search
from guanxi.record.imports.choices import ImportStatus

_SAMPLE = 200  # customers whose search documents are compared with fresh ones
_MOST = 20  # troubles of one kind that are written out


@dataclass
class Finding:
    """What one look found: troubles in words, what was repaired (when it was to be), and facts worth noting."""

    name: str
    repair: bool = False
    troubles: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "troubles": self.troubles,
            "repaired": self.repaired,
            "facts": self.facts,
            "seconds": round(self.seconds, 3),
        }


Look = Callable[[Finding], None]


def examine(*, repair: bool = False) -> Iterator[Finding]:
    """Look at everything, one finding after the other; with `repair` build what is missing and can be built.

    Without the tables of this version only the keys and the tables themselves are looked at.
    """
    for name, look in LOOKS.items():
        finding = Finding(name, repair=repair)
        started = time.perf_counter()
        try:
            look(finding)
        except Refused as refusal:
            finding.troubles.append(refusal.in_words(_))
        finding.seconds = time.perf_counter() - started
        yield finding
        if name == "migrations" and finding.troubles:
            return


def _look_at_keys(finding: Finding) -> None:
    ring = secrets.keyring(settings.GUANXI_HOME)
    finding.facts["data_keys"] = ring.data_keys
    if ring.place is None:
        return
    for path in secrets.open_to_others(ring.place):
        if finding.repair:
            path.chmod(0o600)
            words = _("The key file {file} is closed to other users of this machine now.")
            finding.repaired.append(words.format(file=path.name))
        else:
            words = _("Other users of this machine can read the key file {file}. Call: chmod 600 {file}")
            finding.troubles.append(words.format(file=path))


def _look_at_migrations(finding: Finding) -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        words = _("{count} changes of the tables are waiting. Call: guanxi migrate")
        finding.troubles.append(words.format(count=len(waiting)))


def _look_at_journal(finding: Finding) -> None:
    verdict = verify()
    finding.facts |= {"acts": verdict.acts, "not_sealed_yet": verdict.waiting, "seals": verdict.seals}
    finding.facts |= {"erased_payloads": verdict.erased, "head": verdict.head}
    if verdict.broken:
        finding.troubles.append(_("The journal was tampered with. {words}").format(words=verdict.broken))


def _look_at_indexes(finding: Finding) -> None:
    missing = list_indexes.build_list_indexes() if finding.repair else list_indexes.missing_list_indexes()
    if missing:
        (finding.repaired if finding.repair else finding.troubles).append(
            _("Indexes of the customer lists: {names}").format(names=", ".join(missing))
        )


def _look_at_search(finding: Finding) -> None:
    if missing := search.count_missing():
        if finding.repair:
            finding.repaired.append(_("Made findable: {count} customers.").format(count=search.index_missing()))
        else:
            finding.troubles.append(_("{count} customers cannot be found by the search.").format(count=missing))
    sample = _sample_of_customers()
    with transaction.atomic():
        stale = search.reindex_customers(sample)
        transaction.set_rollback(True)
    finding.facts["compared"] = len(sample)
    if stale and finding.repair:
        words = _("The search of all customers was written anew: {count}.")
        finding.repaired.append(words.format(count=search.rebuild_search()))
    elif stale:
        words = _("{stale} of {count} customers looked at are found by words of before.")
        finding.troubles.append(words.format(stale=stale, count=len(sample)))


def _look_at_imports(finding: Finding) -> None:
    """Each finished import: the five counts add up to its rows, and so do its batches; one that was held has stored
    none. An import that was stopped because it broke off again and again waits for a person.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, file_name, words FROM imports_import WHERE status = %s", [ImportStatus.STOPPED])
        words = _("Import {code} ({name}): {words}")
        finding.troubles += [
            words.format(code=code, name=name, words=told) for code, name, told in cursor.fetchmany(_MOST)
        ]
        cursor.execute(_UNBALANCED)
        for code, rows, counted, batched in cursor.fetchmany(_MOST):
            words = _("Import {code}: {rows} rows, {counted} counted, {batched} in its batches.")
            finding.troubles.append(words.format(code=code, rows=rows, counted=counted, batched=batched))


_UNBALANCED = """
    SELECT i.code, i.rows, i.created + i.updated + i.unchanged + i.skipped + i.failed AS counted,
           COALESCE(b.batched, 0) AS batched
    FROM imports_import i
    LEFT JOIN (SELECT import_ref_id, SUM(count) AS batched FROM imports_importbatch GROUP BY import_ref_id) b
           ON b.import_ref_id = i.id
    WHERE i.finished_at IS NOT NULL
      AND (i.rows <> i.created + i.updated + i.unchanged + i.skipped + i.failed
           OR (COALESCE(b.batched, 0) <> i.rows AND NOT (b.batched IS NULL AND i.skipped = i.rows)))
    ORDER BY i.id
"""


def _look_at_jobs(finding: Finding) -> None:
    for job in jobs.stuck_jobs(_MOST):
        words = _("Job {id} ({name}, {key}): {status}. {trouble}")
        facts = {"id": job.id, "name": job.name, "key": job.key, "status": job.status.label, "trouble": job.trouble}
        finding.troubles.append(words.format(**facts).rstrip())
    for message in outbox.unsettled(_MOST):
        words = _("Message {id} by {channel}: {status}. {trouble}")
        facts = {"id": message.id, "channel": message.channel, "status": message.status.label}
        finding.troubles.append(words.format(**facts, trouble=message.trouble).rstrip())
    for run in jobs.latest_runs("nightly", 1):
        finding.facts["last_night"] = run.due_on.isoformat()


def _look_for_orphans(finding: Finding) -> None:
    """Links that the database itself does not check, for the sake of fast loads (decision of the dealings table)."""
    for model in apps.get_models():
        for column in model._meta.local_fields:
            if isinstance(column, models.ForeignKey) and not getattr(column, "db_constraint", True):
                _count_orphans(finding, model, column)


def _count_orphans(finding: Finding, model: type[models.Model], column: models.ForeignKey) -> None:
    table, there = model._meta.db_table, column.related_model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT DISTINCT {column.column} AS id FROM {table}"  # noqa: S608 - names of our own models
            f" WHERE {column.column} IS NOT NULL) wanted"
            f" WHERE NOT EXISTS (SELECT 1 FROM {there} WHERE {there}.id = wanted.id)"
        )
        if lost := cursor.fetchone()[0]:
            words = _("{table} points to {lost} rows of {there} that are not there ({column}).")
            finding.troubles.append(words.format(table=table, lost=lost, there=there, column=column.column))


def _sample_of_customers() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer WHERE gone = 0 ORDER BY random() LIMIT %s", [_SAMPLE])
        return [row[0] for row in cursor.fetchall()]


LOOKS: dict[str, Look] = {
    "keys": _look_at_keys,
    "migrations": _look_at_migrations,
    "journal": _look_at_journal,
    "list_indexes": _look_at_indexes,
    "search": _look_at_search,
    "imports": _look_at_imports,
    "jobs": _look_at_jobs,
    "orphans": _look_for_orphans,
}
