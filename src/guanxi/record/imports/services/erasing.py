"""What goes when a person is erased: the cells that imports had changed about him."""

from collections.abc import Sequence

from guanxi.record.imports.models import BeforeImage

CUSTOMERS = "customers.customer"  # as the importer of customers names it
_STEP = 2_000


def erase_before_images(customer_ids: Sequence[int]) -> None:
    """Delete before-images of erased customers' own rows (customers.register_eraser); undoing leaves the erased alone."""
    for start in range(0, len(customer_ids), _STEP):
        some = customer_ids[start : start + _STEP]
        BeforeImage.objects.filter(table=CUSTOMERS, row_id__in=some).delete()
