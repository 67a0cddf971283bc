"""What a line of trade counts as. Pure; the warehouse says the same in SQL (insight/warehouse/sources.py)."""


def is_purchase(*, amount: int, quantity_milli: int | None, cancelled: bool) -> bool:
    """Whether a line is a purchase: not cancelled, amount not negative, quantity (where known) positive (decision 10)."""
    return not cancelled and amount >= 0 and (quantity_milli is None or quantity_milli > 0)
