"""Acts on the catalogue."""

from guanxi.record.catalogue.services.estates import (
    create_estates,
    remove_demo_estates,
    remove_estates,
    restore_estates,
    store_estates,
)
from guanxi.record.catalogue.services.market import (
    list_rival,
    note_price_change,
    note_promotion,
    relist_rival,
    remove_demo_rivals,
    return_price_change,
    return_promotion,
    unlist_rival,
    withdraw_price_change,
    withdraw_promotion,
)
from guanxi.record.catalogue.services.products import (
    Found,
    create_products,
    products_by_reference,
    remove_demo_products,
    remove_families,
    remove_products,
    restore_products,
    store_products,
)
from guanxi.record.catalogue.services.writing import write_estate, write_product

__all__ = [
    "Found",
    "create_estates",
    "create_products",
    "list_rival",
    "note_price_change",
    "note_promotion",
    "products_by_reference",
    "relist_rival",
    "remove_demo_estates",
    "remove_demo_products",
    "remove_demo_rivals",
    "remove_estates",
    "remove_families",
    "remove_products",
    "restore_estates",
    "restore_products",
    "return_price_change",
    "return_promotion",
    "store_estates",
    "store_products",
    "unlist_rival",
    "withdraw_price_change",
    "withdraw_promotion",
    "write_estate",
    "write_product",
]
