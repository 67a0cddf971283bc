"""Acts: what winning customers cost is entered and taken back, and so is the size of the market."""

from datetime import date

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.transactions import hold_alone
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.market.models import Effort, MarketSize
from guanxi.record.market.permissions import ENTER
from guanxi.record.market.rules import NewEffort, checked_effort, checked_size

_TAKEN = gettext_noop("What this source cost in some of these days is entered already; take it back to enter it anew.")
_GONE = gettext_noop("It was taken back meanwhile.")


@transaction.atomic
def enter_effort(effort: NewEffort, *, by: Principal, is_demo: bool = False) -> str:
    """Enter what was spent on winning customers, and return its code: of one kind and source no day counts twice.

    Raises Denied, Refused as `rules.checked_effort`, and market.taken.
    """
    require(by, ENTER)
    columns = checked_effort(effort, currency=firm().currency, today=firm_day())
    hold_alone("efforts")
    same = Effort.objects.filter(kind=effort.kind, source=columns["source"])
    if same.filter(since__lte=effort.until, until__gte=effort.since).exists():
        raise Refused("market.taken", _TAKEN)
    row = Effort.objects.create(entered_by_id=by.staff_id, is_demo=is_demo, **columns)
    _kept("effort.entered", row.code, by, source=row.source, spent=row.total, customers=row.customers)
    return row.code


@transaction.atomic
def take_back_effort(code: str, *, by: Principal) -> None:
    """Take back what was entered. Raises Denied, Refused where it is gone."""
    require(by, ENTER)
    row = Effort.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise Refused("market.gone", _GONE)
    row.delete()
    _kept("effort.taken_back", code, by, source=row.source, spent=row.total, customers=row.customers)


@transaction.atomic
def enter_market_size(on: date, amount: str, told_by: str, *, by: Principal, is_demo: bool = False) -> None:
    """Enter a year's sales of the whole market as they were known on a day; the same day again replaces it. Raises Denied,
    Refused as `rules.checked_size`.
    """
    require(by, ENTER)
    currency = firm().currency
    size, source = checked_size(on, amount, told_by, currency=currency, today=firm_day())
    said = {"amount": size, "currency": currency, "told_by": source, "entered_by_id": by.staff_id, "is_demo": is_demo}
    MarketSize.objects.update_or_create(on=on, defaults=said)
    record_act(
        "market.sized",
        by=by.actor,
        noun=Noun("firm", "1"),
        payload={"day": on.isoformat(), "size": size, "source": source},
    )


def remove_demo_market(*, by: Principal) -> None:
    """Delete what the demo entered, in the caller's transaction. Raises Denied."""
    require(by, Permission.ADMINISTER)
    Effort.objects.filter(is_demo=True).delete()
    MarketSize.objects.filter(is_demo=True).delete()
    record_act("market.demo_removed", by=by.actor, noun=Noun("firm", "1"), payload={})


def _kept(kind: str, code: str, by: Principal, **payload: object) -> None:
    record_act(kind, by=by.actor, noun=Noun("effort", code), payload=payload)
