"""Build the demo firm through the real services: what planning.py put on paper, in bulk, all of it marked as demo."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.completion import Taken
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity import queries as identity
from guanxi.identity.principals import Principal
from guanxi.identity.services import declare_demo
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.project.demonstration import assortment, staffing
from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast import estates
from guanxi.project.demonstration.cast.story import Story, Talk
from guanxi.project.demonstration.farewells import know_the_market
from guanxi.project.demonstration.filling import told_rows
from guanxi.project.demonstration.lines import dealings_table
from guanxi.project.demonstration.market import enter_costs
from guanxi.project.demonstration.offering import make_offers
from guanxi.project.demonstration.planning import Plan, plan_firm
from guanxi.project.demonstration.rivals import RIVALS
from guanxi.project.demonstration.suitability import tests_of
from guanxi.project.demonstration.visits import points_of
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.services import NewView, save_view
from guanxi.record.catalogue.queries import rival_ids
from guanxi.record.catalogue.services import create_estates, create_products, products_by_reference
from guanxi.record.consents.services import record_consents
from guanxi.record.conversations.rules import NewConversation
from guanxi.record.conversations.services import store_conversations
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.queries.presence import has_demo_customers, has_own_customers
from guanxi.record.customers.services import NewAddress, NewCustomer, change_address, change_stage, register_customers
from guanxi.record.customers.services.filling import fill_cards, fill_groups, fill_households, fill_ties
from guanxi.record.dealings.services import record_dealings
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.rules import NewBalance, NewHolding
from guanxi.record.holdings.services import record_holdings, store_balances
from guanxi.record.suitability.services import note_test

_NAMED = gettext_noop("This firm has customers already; the demo goes into an empty one.")
_VIEWS = tuple(
    NewView(noun="customer", name=name, question=question, sharing=Sharing.PUBLIC, is_demo=True)
    for name, question in (
        (
            gettext_noop("A customers, no contact for 60 days"),
            "where=tier.in.a&where=last_contact.not_in_last.60&sort=-value",
        ),
        (gettext_noop("Organisations"), "where=kind.in.organisation&sort=-value"),
    )
)
Ids = Mapping[str, int]


def build_demo(*, by: Principal, customers: int, seed: int) -> dict[str, int]:
    """Fill the empty firm: houses, staff, products, people, three years of trade ending today, open promises.

    The same seed on the same day builds the same firm. Refused when the firm has customers already. Returns counts.
    """
    if has_own_customers() or has_demo_customers():
        raise Refused("demo.not_empty", _NAMED)
    zone = identity.firm().zone
    today = clock.local_day(clock.now(), zone)
    plan = plan_firm(customers=customers, seed=seed, today=today)
    with clock.frozen(_hour_of(today, zone)):  # so that two builds of a day agree in every instant
        declare_demo(by=by, is_demo=True)
        staff = staffing.take_on_everybody(by=by)
        create_products(assortment.new_products(), by=by)
        know_the_market(by=by)
        make_offers(staff, today)
        enter_costs(today, by=by)
        ids = _register(by, plan, zone)
        holdings = _hold(by, plan.held, ids)
        table = dealings_table(plan, ids, holdings)
        record_dealings(table, by=by, cause="demo")
        _log_talks(by, plan, ids, {reference: one.pk for reference, one in staff.items()})
        _tell(by, plan, ids)
        _test(by, plan, ids, {reference: one.pk for reference, one in staff.items()})
        for view in _VIEWS:
            save_view(view, by=by)
    return {"customers": len(ids), "dealings": table.num_rows}


def _hour_of(day: dt.date, zone: str) -> dt.datetime:
    return clock.start_of_day(day, zone) + dt.timedelta(hours=1)


def _register(by: Principal, plan: Plan, zone: str) -> Ids:
    """Register the people month by month as they came, those before the three years year by year; reference → id."""
    first = plan.dates[0].item()

    def came(row: NewCustomer) -> tuple[int, int]:
        day = row.created_on or plan.today
        return day.year, day.month if day >= first else 0

    ids: dict[str, int] = {}
    for _, some in groupby(sorted(plan.rows, key=lambda row: (came(row), row.reference)), key=came):
        batch = list(some)
        with clock.frozen(_hour_of(max(row.created_on or plan.today for row in batch), zone)):
            answers = register_customers(batch, by=by, source="demo")
        ids |= {row.reference: answer.id for row, answer in zip(batch, answers, strict=True) if answer.id}
    return ids


def _hold(by: Principal, held: Sequence[Held], ids: Ids) -> dict[tuple[int, str], int]:
    """Record holdings with their balances; (customer's id, family) → id of the holding by which lines are dealt."""
    products = products_by_reference(sorted({one.product for one in held})).ids
    rows = [
        NewHolding(
            reference=one.reference,
            customer_id=ids[one.customer],
            product_id=products[one.product],
            status=HoldingStatus.CLOSED if one.closed_on else HoldingStatus.OPEN,
            opened_on=one.opened_on,
            closed_on=one.closed_on or "",
            renewal_on=one.renewal_on or "",
            attributes=one.attributes,
            is_demo=True,
        )
        for one in held
    ]
    taken = [answer.known.id for answer in record_holdings(rows, by=by) if isinstance(answer, Taken)]
    made = [(one, holding) for one, holding in zip(held, taken, strict=True) if holding is not None]
    currency = identity.firm().currency
    balances = [
        NewBalance(holding_id=holding, day=day, amount=str(amount), currency=currency)
        for one, holding in made
        for day, amount in one.balances
    ]
    with transaction.atomic():
        store_balances(balances, customers={holding: ids[one.customer] for one, holding in made})
        entry = Entry(Noun("balances", "demo"), payload={"rows": len(balances)}, count=len(balances))
        record_acts("balances.imported", [entry], by=by.actor)
    return {(ids[one.customer], one.family): holding for one, holding in made if one.family}


def _log_talks(by: Principal, plan: Plan, ids: Ids, staff: Ids) -> None:
    """Store contacts, each noted by the colleague it names."""
    zone = identity.firm().zone
    rivals = rival_ids(RIVALS)
    rows = [_conversation(talk, plan.today, zone, (ids, staff, rivals)) for talk in plan.story.talks]
    with transaction.atomic():
        store_conversations(sorted(rows, key=lambda row: (row.at, row.customer_id)))
        entry = Entry(Noun("conversations", "demo"), payload={"rows": len(rows)}, count=len(rows))
        record_acts("conversations.imported", [entry], by=by.actor)


def _conversation(talk: Talk, today: dt.date, zone: str, keys: tuple[Ids, Ids, Ids]) -> NewConversation:
    customers, staff, rivals = keys
    on = today - dt.timedelta(days=talk.days_ago)
    return NewConversation(
        customer_id=customers[talk.customer],
        at=clock.start_of_day(on, zone) + dt.timedelta(minutes=talk.minute),
        on=on,
        channel=talk.channel,
        direction=talk.direction,
        summary=talk.summary,
        outcome=talk.outcome,
        follow_up_on=None if talk.owed_in is None else today + dt.timedelta(days=talk.owed_in),
        by_staff_id=staff[talk.colleague],
        points=points_of(talk),
        heard=talk.heard,
        rival_id=rivals[talk.rival] if talk.rival else None,
        is_demo=True,
    )


def _tell(by: Principal, plan: Plan, ids: Ids) -> None:
    """What was told, agreed to and changed: cards, consents, ties, households, groups, losses and moves."""
    zone = identity.firm().zone
    told = told_rows(plan.story, ids, plan.today, zone)
    fill_cards(told.cards, by=by)
    record_consents(told.consents, by=by)
    fill_ties(told.ties, by=by)
    fill_households(told.households, by=by, is_demo=True)
    fill_groups(told.groups, by=by, is_demo=True)
    for loss in plan.story.losses:
        on = plan.today - dt.timedelta(days=loss.days_ago)
        change_stage([ids[loss.customer]], to=Stage.LOST, cause=loss.cause, by=by, on=on)
    _move(by, plan.story, ids, plan.today, zone)


def _test(by: Principal, plan: Plan, ids: Ids, staff: Ids) -> None:
    """Note the tests of who holds funds, each done before his manager."""
    owners = {row.reference: row.owner for row in plan.rows}
    for one in tests_of(plan.held, plan.today):
        tested_by = staff.get(owners.get(one.customer, ""))
        note_test(ids[one.customer], level=one.level, tested_on=one.on, tested_by=tested_by, by=by)


def _move(by: Principal, story: Story, ids: Ids, today: dt.date, zone: str) -> None:
    """Enter the register of estates and let people move, each on the day on which it was told."""
    register = estates(today)
    answers = create_estates(register, by=by)
    known = {
        row.name: answer.known.id for row, answer in zip(register, answers, strict=True) if isinstance(answer, Taken)
    }
    for move in story.moves:
        address = NewAddress(move.text, move.city, move.district, estate_id=known[move.estate], source="电话")
        with clock.frozen(_hour_of(today - dt.timedelta(days=move.days_ago), zone)):
            change_address(ids[move.customer], address, by=by)
