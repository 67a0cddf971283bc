"""Sealing: blocks of finished transactions, each chained to the one before (design: patterns, section 5).

Finished on PostgreSQL: every act whose transaction lies below the snapshot's xmin, never by id, because a smaller id
may commit later, and never by waiting for gaps of ids, because a rolled-back insert leaves one for ever. On SQLite,
with one writer at a time, ids commit in their order.
"""

from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from guanxi.ground import clock
from guanxi.ground.secrets import keyring
from guanxi.journal.models import Act, Seal
from guanxi.journal.rules import GENESIS, Root, seal_hash


@dataclass(frozen=True)
class _Block:
    """Which acts the next seal covers."""

    epoch: int
    by_tx: bool
    after_id: int  # the last id of the epochs before
    mark_from: int
    mark_to: int


def seal_acts() -> int:
    """Seal every act of finished transactions that no seal covers yet; returns how many.

    Safe to call from several places at once: of two that would follow the same seal one gives up and returns 0.
    """
    last = _last_seal()
    if last and not _is_anything_new(last):
        return 0
    try:
        with transaction.atomic():
            return _seal_finished(_last_seal())
    except IntegrityError:
        return 0


@transaction.atomic
def start_epoch() -> None:
    """After a restore: seal all that the old database left unsealed and begin to count transactions anew."""
    _end_epoch(_last_seal())
    if last := _last_seal():
        _open_epoch(last)


def _seal_finished(last: Seal | None) -> int:
    if last and _is_foreign(last):  # somebody restored without telling us
        _end_epoch(last)
        last = _open_epoch(_last_seal() or last)
    epoch = last.epoch if last else 1
    start = last.mark_to if last else 0
    return _write_seal(last, _Block(epoch, _by_tx(), _id_before(epoch), start, _first_unfinished_mark()))


def _write_seal(last: Seal | None, block: _Block) -> int:
    """Write the seal over a block, if it holds any act; returns how many it holds."""
    position = "tx" if block.by_tx else "id"
    rows = Act.objects.filter(
        **{f"{position}__gte": block.mark_from, f"{position}__lt": block.mark_to}, pk__gt=block.after_id
    ).order_by(*dict.fromkeys((position, "id")))
    root = Root(keyring().journal_key)
    lowest = highest = 0
    for pk, tx, row_hash in rows.values_list("pk", "tx", "row_hash").iterator(chunk_size=5000):
        root.add(pk, tx, bytes(row_hash))
        lowest, highest = min(lowest or pk, pk), max(highest, pk)
    if root.count:
        _chain(last, block, ids=(lowest, highest), root=root)
    return root.count


def _end_epoch(last: Seal | None) -> None:
    """Seal what the database of `last` had committed after it."""
    by_tx = last.by_tx if last else _by_tx()
    acts = Act.objects.all() if by_tx else Act.objects.filter(tx=0)
    top = acts.aggregate(top=Max("tx" if by_tx else "id"))["top"] or 0
    epoch, start = (last.epoch, last.mark_to) if last else (1, 0)
    _write_seal(last, _Block(epoch, by_tx, _id_before(epoch), start, max(top + 1, start)))


def _open_epoch(last: Seal) -> Seal:
    """Write the empty seal that begins an epoch: ids up to its `id_to` belong to the epochs before."""
    top = Seal.objects.aggregate(top=Max("id_to"))["top"]
    mark = 0 if _by_tx() else top + 1
    block = _Block(last.epoch + 1, _by_tx(), top, mark, mark)
    return _chain(last, block, ids=(top + 1, top), root=Root(keyring().journal_key))


def _chain(last: Seal | None, block: _Block, *, ids: tuple[int, int], root: Root) -> Seal:
    seal = Seal(
        at=clock.now(),
        previous=bytes(last.hash) if last else GENESIS,
        epoch=block.epoch,
        by_tx=block.by_tx,
        mark_from=block.mark_from,
        mark_to=block.mark_to,
        id_from=ids[0],
        id_to=ids[1],
        count=root.count,
        root=root.digest(),
    )
    seal.hash = seal_hash(seal, keyring().journal_key)
    seal.save(force_insert=True)
    return seal


def _last_seal() -> Seal | None:
    return Seal.objects.order_by("-pk").first()


def _id_before(epoch: int) -> int:
    """The last id of the epochs before; 0 for the first."""
    opening = Seal.objects.filter(epoch=epoch, count=0).order_by("pk").first()
    return opening.id_to if opening else 0


def _is_foreign(last: Seal) -> bool:
    """True when `last` was made by another kind of database, or by a cluster that had counted further than this one."""
    return last.by_tx != _by_tx() or (last.by_tx and last.mark_to > _snapshot("xmax"))


def _is_anything_new(last: Seal) -> bool:
    """A cheap look without a write lock, for the sealer calls every second."""
    if _is_foreign(last):
        return True
    since = {"tx__gte": last.mark_to} if last.by_tx else {"pk__gte": last.mark_to}
    return Act.objects.filter(**since).exists()


def _first_unfinished_mark() -> int:
    """Acts below this position are all committed, or gone for good."""
    return _snapshot("xmin") if _by_tx() else (Act.objects.aggregate(top=Max("id"))["top"] or 0) + 1


def _by_tx() -> bool:
    return connection.vendor == "postgresql"


def _snapshot(edge: Literal["xmin", "xmax"]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_snapshot_{edge}(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
