"""Housing estates: made, completed, taken back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from guanxi.ground.completing import write_completion
from guanxi.ground.completion import Completion, Taken
from guanxi.ground.restoring import restore_cells
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.catalogue.models import Estate
from guanxi.record.catalogue.permissions import require_change
from guanxi.record.catalogue.rules import NewEstate, Problem, estate_cells

_STEP = 500
_CELLS = ("name", "city", "aliases", "district", "latitude", "longitude", "handover_on", "source", "is_demo")
_BLANK: dict[str, Any] = {
    "aliases": [],
    "district": "",
    "latitude": None,
    "longitude": None,
    "handover_on": None,
    "source": "",
}


def create_estates(rows: Sequence[NewEstate], *, by: Principal) -> list[Taken | Problem]:
    """Make estates, or complete those whose city and name are known: one answer a row, in order.

    One transaction, one act in the journal. Raises Denied; a bad row is an answer, not an error.
    """
    require_change(by)
    with transaction.atomic():
        answers = store_estates(rows)
        if any(isinstance(answer, Taken) and (answer.old or answer.fate == "created") for answer in answers):
            record_act("estates.recorded", by=by.actor, noun=Noun("estates", ""), payload={"rows": len(answers)})
    return answers


def store_estates(rows: Sequence[NewEstate]) -> list[Taken | Problem]:
    """As create_estates, without right and journal: for imports, whose engine has asked and journals the batch."""
    read = [estate_cells(row) for row in rows]
    known = _known(sorted({cells["name"] for cells in read if isinstance(cells, dict)}))
    completion = Completion(((row["city"], row["name"]), row.pop("id"), row) for row in known)
    answers: list[Taken | Problem] = []
    for row, cells in zip(rows, read, strict=True):
        if isinstance(cells, Problem):
            answers.append(cells)
            continue
        identity = (cells["city"], cells["name"])
        # where an estate came from is said of a new one only: the same file a second time changes nothing
        blank = _BLANK | {"is_demo": row.is_demo, "source": cells["source"] or ""}
        answers.append(completion.take(identity, cells | {"source": None}, blank=blank))
    write_completion(
        Estate, completion, changing=("aliases", "district", "latitude", "longitude", "handover_on", "source")
    )
    return answers


def remove_estates(ids: Sequence[int]) -> None:
    """Take estates back."""
    for start in range(0, len(ids), _STEP):
        Estate.objects.filter(pk__in=ids[start : start + _STEP]).delete()


def remove_demo_estates(*, kept: Collection[int]) -> None:
    """Delete the demo's estates, except those `kept` because an address stands in one of them."""
    Estate.objects.filter(is_demo=True).exclude(pk__in=kept).delete()


def restore_estates(images: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]]) -> list[int]:
    """Set cells back where nobody changed them since; returns the ids of estates that were changed."""
    return restore_cells(Estate, images)


def _known(names: Sequence[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for start in range(0, len(names), _STEP):
        rows += Estate.objects.filter(name__in=names[start : start + _STEP], deleted_at=None).values("id", *_CELLS)
    return rows
