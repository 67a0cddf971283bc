"""What insight found of losses is brought into the record: new ones, changed ones, and who came back. Loss rows stay."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from guanxi.ground.ids import new_codes
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.services.handing_out import take_back
from guanxi.record.consents.queries import unprofiled_ids
from guanxi.record.customers.bulk import day, insert, rows_of, steps_of, update
from guanxi.rescue.winback.choices import Arm, Excluded, Reason
from guanxi.rescue.winback.models import Loss
from guanxi.rescue.winback.services.asking import question_key
from guanxi.rescue.winback.services.pursuing import work_key

if TYPE_CHECKING:
    import pyarrow as pa

_STEP = 2_000  # rows of one transaction: less than 100 ms of SQLite's lock (decision 12)
_KEYS = 5_000  # keys of one query
_FIXED = ("key", "customer_id", "lost_on", "known_on", "first_on")
_STATED = (
    # compared, in this order
    "tier product_id worth reason confidence found evidence cause rival offer way value per_unit excluded".split()
)
_BLANK: dict[str, Any] = {"declared": 0, "words": "", "arm": 0, "handed_offer": "", "brought": 0}

Row = tuple[Any, ...]


def keep_losses(
    rows: "pa.Table", *, by: Principal, as_of: dt.date, returned: Iterable[tuple[str, dt.date]] = ()
) -> dict[str, int]:
    """Bring losses to what insight states and return the counts new, changed, returned and gone.

    rows: one a lost customer, in the columns of _FIXED and _STATED (money in minor units); a known loss keeps its days and
    what people said of it. returned: keys of losses after which the customer bought again, and the day. An open loss that
    neither names was none: it goes with the work that it caused, unless it became known after `as_of`, or a person wrote
    down why or handed it out: then it stays and nobody is pursued for it. Writes in steps, each with its journal row; the
    same again writes nothing.
    """
    require(by, Permission.RUN_REFRESH)
    known = {row[0]: row[1:] for row in Loss.objects.filter(returned_on=None).values_list("key", "pk", *_STATED)}
    stated = _by_key(rows)
    fresh = [key for key in stated if key not in known]
    changed = [(known[key][0], *found) for key, found in stated.items() if key in known and found != known[key][1:]]
    over = {key: on for key, on in returned if key in known and key not in stated}
    gone = known.keys() - stated.keys() - over.keys()
    spared = _spared(as_of) if gone else {}
    changed += [
        (known[key][0], *known[key][1:-1], Excluded.NOT_LOST.value)
        for key in gone & {key for key, was_known in spared.items() if was_known}
        if known[key][-1] != Excluded.NOT_LOST
    ]
    none = {key: known[key][0] for key in gone - spared.keys()}
    counts = {"new": len(fresh), "changed": len(changed), "returned": len(over), "gone": len(none)}
    again = _back_again(fresh)
    changed += [(pk, *stated[key]) for key, pk in again.items()]
    new = [key for key in fresh if key not in again]
    _write(_whole(rows, new, stated), changed, by=by, as_of=as_of)
    take_back([make(key) for key in sorted(none) for make in (question_key, work_key)], by=by)
    _end(over, sorted(none.values()), [*again.values()], by=by, as_of=as_of)
    return counts


def keep_brought(rows: Iterable[tuple[str, int]], *, by: Principal, as_of: dt.date) -> int:
    """Keep what those contributed who were handed out or kept back (key of the loss, minor units); returns how many changed. The same
    again writes nothing. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    known = {
        key: (pk, brought)
        for key, pk, brought in Loss.objects.exclude(arm=Arm.NONE).values_list("key", "pk", "brought")
    }
    changed = [(known[key][0], brought) for key, brought in rows if key in known and known[key][1] != brought]
    for start in range(0, len(changed), _STEP):
        with transaction.atomic():
            update(Loss, ("brought",), changed[start : start + _STEP])
            _journal({"changed": len(changed[start : start + _STEP])}, by, as_of)
    return len(changed)


def _spared(as_of: dt.date) -> dict[str, bool]:
    """Open losses that hold the work of people, and those that a refresh of an earlier day cannot know of; and whether they were
    known by then. Of who wants no advice from own data nothing is spared (IDC-03).
    """
    of_people = ~Q(declared=Reason.UNKNOWN) | ~Q(arm=Arm.NONE) | Q(known_on__gt=as_of)
    found = Loss.objects.filter(of_people, returned_on=None).values_list("key", "customer_id", "known_on")
    aside = set(unprofiled_ids(as_of))
    return {key: known_on <= as_of for key, customer, known_on in found if customer not in aside}


def _by_key(rows: "pa.Table") -> dict[str, Row]:
    """What is stated of each key, in the order of _STATED: by columns, for dicts of a row cost ten times as much."""
    if not rows.num_rows:
        return {}
    columns = (rows[name].to_pylist() for name in _STATED)
    return dict(zip(rows["key"].to_pylist(), zip(*columns, strict=True), strict=True))


def _whole(rows: "pa.Table", keys: Sequence[str], stated: Mapping[str, Row]) -> list[Row]:
    """The rows of some keys as they are written, each with a code; days as the text that both databases take."""
    if not keys:
        return []
    columns = [rows[name].cast("string") if name.endswith("_on") else rows[name] for name in _FIXED]
    fixed = {row[0]: row for row in zip(*(column.to_pylist() for column in columns), strict=True)}
    blank = tuple(_BLANK.values())
    return [(code, *fixed[key], *stated[key], *blank) for key, code in zip(keys, new_codes(len(keys)), strict=True)]


def _back_again(fresh: Sequence[str]) -> dict[str, int]:
    """Losses of these keys that had ended: what ended them was taken back."""
    sql = f"SELECT key, id FROM {Loss._meta.db_table} WHERE key IN {{given}}"  # noqa: S608 - a name of our own
    return dict(row for step in steps_of(fresh, _KEYS) for row in rows_of(sql, step))


def _write(fresh: Sequence[Row], changed: Sequence[Row], *, by: Principal, as_of: dt.date) -> None:
    for start in range(0, max(len(fresh), len(changed)), _STEP):
        new, renewed = fresh[start : start + _STEP], changed[start : start + _STEP]
        with transaction.atomic():
            if new:
                insert(Loss, ("code", *_FIXED, *_STATED, *_BLANK), new)
            if renewed:
                update(Loss, _STATED, renewed)
            _journal({"new": len(new), "changed": len(renewed)}, by, as_of)


def _end(
    over: Mapping[str, dt.date], none: Sequence[int], again: Sequence[int], *, by: Principal, as_of: dt.date
) -> None:
    ids = dict(Loss.objects.filter(returned_on=None).values_list("key", "pk")) if over else {}
    rows = [(ids[key], day(on)) for key, on in sorted(over.items())]
    for start in range(0, max(len(rows), len(none), len(again)), _STEP):
        ended, gone = rows[start : start + _STEP], none[start : start + _STEP]
        with transaction.atomic():
            if ended:
                update(Loss, ("returned_on",), ended)
            Loss.objects.filter(pk__in=gone).delete()
            Loss.objects.filter(pk__in=again[start : start + _STEP]).update(returned_on=None)
            _journal({"returned": len(ended), "gone": len(gone)}, by, as_of)


def _journal(counts: dict[str, int], by: Principal, as_of: dt.date) -> None:
    payload = {"as_of": as_of.isoformat(), "new": 0, "changed": 0, "returned": 0, "gone": 0} | counts
    record_act("losses.kept", by=by.actor, noun=Noun("refresh", as_of.isoformat()), payload=payload)
