"""The record as plain rows, to be compared: without ids that differ from run to run, without ledger and journal."""

from typing import Any

from django.apps import apps

LEDGER = {"imports", "journal", "jobs", "outbox"}
VOLATILE = {"dirtycustomer", "tombstone"}


def record_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every noun, ids and all: what undoing must bring back."""
    return {
        model._meta.label_lower: sorted(model._base_manager.values(), key=repr)
        for model in apps.get_models()
        if model.__module__.startswith("guanxi.record.")
        and model._meta.app_label not in LEDGER
        and model._meta.model_name not in VOLATILE
    }


def dealings_by_reference() -> list[tuple[Any, ...]]:
    """What the dealings say, whatever their ids."""
    from guanxi.record.catalogue.models import Product
    from guanxi.record.dealings.models import Dealing

    products = dict(Product.objects.values_list("pk", "reference"))
    names = ("customer__reference", "occurred_at", "occurred_on", "amount", "currency", "quantity_milli", "unit_price_micro",
             "channel", "price_tier", "category", "order_reference", "reference", "cancelled", "product_id")  # fmt: skip
    rows = Dealing.objects.values_list(*names)
    return sorted(((*row[:-1], products.get(row[-1])) for row in rows), key=repr)


def holdings_by_reference() -> list[tuple[Any, ...]]:
    """What the holdings say, whatever their ids."""
    from guanxi.record.holdings.models import Holding

    names = (
        "reference",
        "customer__reference",
        "product__reference",
        "status",
        "opened_on",
        "closed_on",
        "renewal_on",
        "attributes",
    )
    return sorted(Holding.objects.values_list(*names), key=repr)
