"""Of whom an act of another noun is: code, owner and value of a customer in sight."""

from dataclasses import dataclass

from guanxi.identity.principals import Principal
from guanxi.record.customers.services.seeing import seen_customer


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose customer it is; `value` in minor units of the firm's currency, a year."""

    id: int
    code: str
    owner_id: int | None
    team_id: int | None
    value: int
    kind: int = 0


def seen_head(customer_id: int, *, by: Principal) -> Owned:
    """Return one customer whom `by` sees. Raises Refused (customers.not_found)."""
    customer = seen_customer(customer_id, by)
    return Owned(customer.pk, customer.code, customer.owner_id, customer.team_id, customer.value, customer.kind)
