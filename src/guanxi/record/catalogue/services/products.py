"""Products and their families: made, completed, taken back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from guanxi.ground.completing import write_completion
from guanxi.ground.completion import Completion, Taken
from guanxi.ground.ids import new_codes
from guanxi.ground.restoring import restore_cells
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.catalogue.models import Family, Product
from guanxi.record.catalogue.permissions import require_change
from guanxi.record.catalogue.rules import MAX_REFERENCE, NewProduct, Problem, product_cells

_STEP = 500
_CELLS = ("reference", "name", "family_id", "margin_rate_ppm", "is_premium", "is_demo")


@dataclass(slots=True)
class Found:
    """Ids by reference; `created` are those that were not there."""

    ids: dict[str, int] = field(default_factory=dict)
    created: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Stored:
    """One answer a row, in order, and the ids of families that were made for them."""

    answers: list[Taken | Problem]
    families: list[int]


def create_products(rows: Sequence[NewProduct], *, by: Principal) -> list[Taken | Problem]:
    """Make products, or complete those whose reference is known: one answer a row, in order.

    One transaction, one act in the journal. Raises Denied; a bad row is an answer, not an error.
    """
    require_change(by)
    with transaction.atomic():
        answers = store_products(rows).answers
        taken = [answer for answer in answers if isinstance(answer, Taken) and (answer.old or answer.fate == "created")]
        if taken:
            record_act("products.recorded", by=by.actor, noun=Noun("products", ""), payload={"rows": len(taken)})
    return answers


def store_products(rows: Sequence[NewProduct]) -> Stored:
    """As create_products, without right and journal: for imports, whose engine has asked and journals the batch."""
    read = [product_cells(row) for row in rows]
    families, made = _families({cells["family"] for cells in read if isinstance(cells, dict) and cells["family"]})
    known = _known({cells["reference"] for cells in read if isinstance(cells, dict)})
    completion = Completion((row["reference"], row.pop("id"), row) for row in known)
    answers: list[Taken | Problem] = []
    for row, cells in zip(rows, read, strict=True):
        if isinstance(cells, Problem):
            answers.append(cells)
            continue
        family = cells.pop("family")
        cells["family_id"] = families[family] if family else None
        blank = {
            "name": cells["reference"],
            "family_id": None,
            "margin_rate_ppm": None,
            "is_premium": None,
            "is_demo": row.is_demo,
        }
        answers.append(completion.take(cells["reference"], cells, blank=blank))
    write_completion(Product, completion, changing=("name", "family_id", "margin_rate_ppm", "is_premium"))
    return Stored(answers, made)


def products_by_reference(references: Collection[str]) -> Found:
    """Products by reference (in normal form), unknown ones made with the reference as name; in the caller's transaction."""
    found = Found({row["reference"]: row["id"] for row in _known(references)})
    missing = [reference for reference in sorted(references) if reference not in found.ids]
    made = Product.objects.bulk_create(
        [
            Product(code=code, reference=reference, name=reference)
            for code, reference in zip(new_codes(len(missing)), missing, strict=True)
        ],
        batch_size=_STEP,
    )
    fresh = {product.reference: product.pk for product in made}
    return Found(found.ids | fresh, set(fresh.values()))


def remove_products(ids: Sequence[int]) -> None:
    """Take products back that nothing refers to (the caller has looked)."""
    for start in range(0, len(ids), _STEP):
        Product.objects.filter(pk__in=ids[start : start + _STEP]).delete()


def remove_demo_products(*, kept: Collection[int], families_kept: Collection[int] = ()) -> None:
    """Delete the demo's products and families, except those kept because something else refers to them."""
    gone = Product.objects.filter(is_demo=True).exclude(pk__in=kept)
    families = set(gone.filter(family__isnull=False).values_list("family_id", flat=True))
    gone.delete()
    remove_families(sorted(families.difference(families_kept)))


def remove_families(ids: Sequence[int]) -> None:
    """Take families back that have no product."""
    Family.objects.filter(pk__in=ids, products=None).delete()


def restore_products(images: Sequence[tuple[int, Mapping[str, Any], Mapping[str, Any]]]) -> list[int]:
    """Set cells back where nobody changed them since; returns the ids of products that were changed."""
    return restore_cells(Product, images)


def _known(references: Iterable[str]) -> list[dict[str, Any]]:
    wanted = sorted(reference for reference in references if len(reference) <= MAX_REFERENCE)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(wanted), _STEP):
        there = Product.objects.filter(reference__in=wanted[start : start + _STEP], deleted_at=None)
        rows += there.values("id", *_CELLS)
    return rows


def _families(references: Collection[str]) -> tuple[dict[str, int], list[int]]:
    there = dict(Family.objects.filter(reference__in=references).values_list("reference", "pk"))
    missing = [reference for reference in sorted(references) if reference not in there]
    made = Family.objects.bulk_create([Family(reference=reference, name=reference) for reference in missing])
    return there | {family.reference: family.pk for family in made}, [family.pk for family in made]
