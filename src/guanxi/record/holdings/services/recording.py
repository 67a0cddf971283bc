"""Holdings: opened, completed, taken back. Known by the firm's own number."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from guanxi.ground.completing import write_completion
from guanxi.ground.completion import Completion, Taken
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.restoring import restore_cells
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.permissions import visible_ids
from guanxi.record.customers.services import hold_customers, mark_dirty
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Holding
from guanxi.record.holdings.rules import NewHolding, Problem, holding_cells

_STEP = 500
_CELLS = (
    "reference",
    "customer_id",
    "product_id",
    "status",
    "opened_on",
    "closed_on",
    "renewal_on",
    "attributes",
    "is_demo",
)
_CHANGING = tuple(name for name in _CELLS if name not in ("reference", "is_demo"))
_BLANK: dict[str, Any] = {
    "product_id": None,
    "status": int(HoldingStatus.OPEN),
    "opened_on": None,
    "closed_on": None,
    "renewal_on": None,
    "attributes": {},
}

_NO_CUSTOMER = gettext_noop("A holding needs a customer.")
_ELSEWHERE = gettext_noop("This holding is already known elsewhere in the firm.")


def record_holdings(rows: Sequence[NewHolding], *, by: Principal) -> list[Taken | Problem]:
    """Open holdings, or complete those whose reference is known: one answer a row, in order.

    One transaction, one act in the journal; the customers are marked for the next refresh. Customers and holdings that
    `by` does not see are problems. Raises Denied.
    """
    require(by, Permission.EDIT_HOLDINGS)
    with transaction.atomic():
        answers = store_holdings(rows, by=by)
        if any(isinstance(answer, Taken) and (answer.old or answer.fate == "created") for answer in answers):
            record_act("holdings.recorded", by=by.actor, noun=Noun("holdings", ""), payload={"rows": len(answers)})
    return answers


def store_holdings(rows: Sequence[NewHolding], *, by: Principal) -> list[Taken | Problem]:
    """As record_holdings, without right and journal: for imports, whose engine has asked and journals the batch."""
    hold_customers()
    read = [holding_cells(row) for row in rows]
    known = _known(sorted({cells["reference"] for cells in read if isinstance(cells, dict)}))
    seen = _seen(rows, known, by)
    completion = Completion((row["reference"], row.pop("id"), row) for row in known)
    elsewhere = {row["reference"] for row in known if row["customer_id"] not in seen}
    answers: list[Taken | Problem] = []
    there = {row["reference"]: row["attributes"] for row in known}
    for row, cells in zip(rows, read, strict=True):
        if isinstance(cells, Problem):
            answers.append(cells)
            continue
        if (refused := _refusal(cells, there, elsewhere, seen)) is not None:
            answers.append(refused)
            continue
        if cells["attributes"] is not None:  # a row names some attributes and leaves the others as they are
            cells["attributes"] = there[cells["reference"]] = there.get(cells["reference"], {}) | cells["attributes"]
        there.setdefault(cells["reference"], {})
        answers.append(completion.take(cells["reference"], cells, blank=_BLANK | {"is_demo": row.is_demo}))
    write_completion(Holding, completion, changing=_CHANGING)
    _mark(answers)
    return answers


def remove_holdings(ids: Sequence[int]) -> None:
    """Take holdings back that nothing refers to (the caller has looked)."""
    for start in range(0, len(ids), _STEP):
        rows = Holding.objects.filter(pk__in=ids[start : start + _STEP])
        mark_dirty(rows.values_list("customer_id", flat=True))
        rows.delete()


def remove_holdings_of(customer_ids: Sequence[int]) -> None:
    """Delete holdings and balances of customers who go for good, in the caller's transaction."""
    for start in range(0, len(customer_ids), _STEP):
        Holding.objects.filter(customer_id__in=customer_ids[start : start + _STEP]).delete()


def restore_holdings(images: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]]) -> list[int]:
    """Set cells back where nobody changed them since; returns the ids of holdings that were changed."""
    kept = restore_cells(Holding, images)
    ids = sorted({row_id for row_id, _, _ in images})
    for start in range(0, len(ids), _STEP):
        mark_dirty(Holding.objects.filter(pk__in=ids[start : start + _STEP]).values_list("customer_id", flat=True))
    mark_dirty(new["customer_id"] for _, _, new in images if "customer_id" in new)
    return kept


def _seen(rows: Sequence[NewHolding], known: Sequence[Mapping[str, Any]], by: Principal) -> set[int]:
    customers = {row.customer_id for row in rows if row.customer_id} | {row["customer_id"] for row in known}
    wanted = sorted(customers)
    return {c for start in range(0, len(wanted), _STEP) for c in visible_ids(by, wanted[start : start + _STEP])}


def _refusal(cells: Mapping[str, Any], there: Mapping[str, Any], elsewhere: set[str], seen: set[int]) -> Problem | None:
    if cells["reference"] in elsewhere:
        return Problem("reference", Refused("holdings.known_elsewhere", _ELSEWHERE))
    if cells["customer_id"] is None and cells["reference"] not in there:
        return Problem("customer", Refused("holdings.no_customer", _NO_CUSTOMER))
    if cells["customer_id"] is not None and cells["customer_id"] not in seen:
        return Problem("customer", Refused("customers.not_found", gettext_noop("The customer is not found.")))
    return None


def _known(references: Sequence[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for start in range(0, len(references), _STEP):
        there = Holding.objects.filter(reference__in=references[start : start + _STEP], deleted_at=None)
        rows += there.values("id", *_CELLS)
    return rows


def _mark(answers: Sequence[Taken | Problem]) -> None:
    """Customers whose holdings changed, the former one too where a holding moved."""
    dirty = set()
    for answer in answers:
        if isinstance(answer, Taken) and answer.fate != "unchanged":
            dirty |= {answer.known.cells["customer_id"], answer.old.get("customer_id")} - {None}
    mark_dirty(sorted(dirty))
