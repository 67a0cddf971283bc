"""Lists of every noun answer as a slow reading of the rows does: random data, random questions, every person's sight."""

import base64
import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.engage.offers.choices import Issue, OfferStatus, RegulatoryClass
from guanxi.engage.offers.models import Offer
from guanxi.faces.desk.lists.nouns import LISTS_BY_NAME
from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import NO_VALUE, Condition, Filter, Kind, Operator, Question, Sheet, Sort, listing
from guanxi.ground.sheets.values import day_of
from guanxi.identity.models import Staff
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.identity.queries import system_principal
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.catalogue.models import Estate, Family, Product
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.choices import Channel, Stage, State, Tier
from guanxi.record.customers.models import NEVER, City, Customer
from guanxi.record.customers.queries import apart, sources
from guanxi.record.customers.queries import listing as customer_listing
from guanxi.record.dealings.models import Dealing
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Holding
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from tests.chances import examples
from tests.plans import plan_of
from tests.stories.scene import Scene, build_scene

NOON = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 30)
WHO = ("lin", "gao", "mei", "wu")
QUESTIONS = examples(40)  # a noun and person

pytestmark = pytest.mark.django_db


@dataclass
class Facts:
    """One row as the slow reading sees it: its key in lists, what each filter and sort looks at, whose customer it hangs on."""

    key: Any
    pk: int
    asks: dict[str, Any]
    sorts: dict[str, Any]
    customer: Customer | None = None
    extra: Any = None


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """Random rows of every noun, made once for all questions of this file."""
    from django.db import transaction

    with django_db_blocker.unblock(), clock.frozen(NOON):
        place = transaction.atomic()
        place.__enter__()
        try:
            yield _fill(build_scene(), random.Random(7))
        finally:
            transaction.set_rollback(True)
            place.__exit__(None, None, None)


@pytest.fixture
def noon():
    with clock.frozen(NOON):
        yield


# ---- the questions


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", list(LISTS_BY_NAME))
def test_random_questions_are_answered_as_a_slow_reading_does(world, noon, name, who):
    noun, by = LISTS_BY_NAME[name], world.person(who)
    try:
        noun.read(noun.sheet.read_question({}), by)
    except Denied:
        assert (name, who) in {("imports", "lin"), ("imports", "mei"), ("imports", "wu")}
        return
    chance = random.Random(f"{name} {who}")
    facts = [row for row in ROWS[name](world) if _sees(world, who, name, row)]
    assert facts, "a reading of nothing proves nothing"
    shown = 0
    for _round in range(QUESTIONS):
        question = _random_question(noun.sheet, facts, by.clear_fields, chance)
        wanted = [row for row in facts if _fits(noun.sheet, question, row, world.staff[who])]
        wanted = _in_order(wanted, question.sort) if name != "customers" else wanted
        found = _read_all(noun.read, question, by)
        keys = [KEYS[name](row) for row in found]
        if name == "customers":  # ties stand by value there; their order is tested where it is made
            assert sorted(keys) == sorted(row.key for row in wanted), question.text()
        else:
            assert keys == [row.key for row in wanted], question.text()
        shown += len(keys)
    assert shown > QUESTIONS


@pytest.mark.parametrize("who", ("lin", "gao", "mei"))
@pytest.mark.parametrize("name", [name for name in LISTS_BY_NAME if name != "imports"])
def test_groups_count_and_sum_what_one_sees(world, noon, name, who):
    noun, by = LISTS_BY_NAME[name], world.person(who)
    facts = [row for row in ROWS[name](world) if _sees(world, who, name, row)]
    for column in (one.name for one in noun.sheet.columns if one.grouped):
        groups = noun.read(replace(noun.sheet.read_question({}), group_by=column), by).groups
        wanted: dict[str, int] = {}
        for row in facts:
            wanted[row.asks[column] or ""] = wanted.get(row.asks[column] or "", 0) + 1
        told = {group.value: group.count for group in groups}
        assert told == {_group_value(column, value, row_count): row_count for value, row_count in wanted.items()}
        for summed in (one.name for one in noun.sheet.columns if one.summed and one.kind == Kind.MONEY):
            total = sum(row.extra if name == "dealings" else row.sorts[summed] for row in facts)
            assert sum(group.sums[summed] for group in groups) == total
        for group in groups[:3]:
            if group.value:
                inside = Condition(column, Operator.IN, (group.value,))
                question = noun.sheet.read_question({}).with_group((inside,))
                assert noun.read(question, by).count == group.count


def _group_value(_column: str, value: str, _count: int) -> str:
    return value


@pytest.mark.parametrize("name", list(LISTS_BY_NAME))
def test_strangers_see_no_list(world, noon, name):
    noun = LISTS_BY_NAME[name]
    question = noun.sheet.read_question({})
    try:
        rows = noun.read(question, ANONYMOUS).rows
    except Denied:
        rows = []
    assert list(rows) == []


@pytest.mark.parametrize("name", [name for name in LISTS_BY_NAME if name != "customers"])
def test_places_that_nobody_gave_out_are_refused(world, noon, name):
    noun, by = LISTS_BY_NAME[name], system_principal("command")
    plain = noun.sheet.read_question({})
    first = noun.read(replace(plain, limit=1), by)
    other = next(Sort(sort.removeprefix("-"), descending=not sort.startswith("-")) for sort in noun.sheet.sorts)
    for question in (
        replace(plain, after="W10"),
        replace(plain, after="nonsense"),
        replace(plain, after="é" * 40),
        replace(plain, sort=other, after=first.next),
    ):
        with pytest.raises(Refused) as refused:
            noun.read(question, by)
        assert refused.value.code == "sheets.bad_place"


# ---- the slow reading


def _fits(sheet: Sheet, question: Question, row: Facts, staff: Staff) -> bool:
    return all(
        any(_holds(sheet.filter_of(one.filter), one, row.asks[one.filter], staff) for one in group)
        for group in question.all_of
    )


def _holds(filter_: Filter, condition: Condition, value: Any, staff: Staff) -> bool:
    operator, values = condition.operator, condition.values
    if operator == Operator.EMPTY:
        return value in (None, "")
    if operator == Operator.NOBODY:
        return value is None
    if operator == Operator.ME:
        return value == staff.code
    if filter_.name == "birthday" and operator == Operator.COMING:
        return value is not None and any(_birthday_on(value, day) for day in range(int(values[0]) + 1))
    if filter_.kind in (Kind.DATE, Kind.MOMENT):
        return _day_holds(operator, values, value)
    if operator == Operator.IN:
        return value in values
    if operator == Operator.NOT_IN:
        return value not in values
    if filter_.kind in (Kind.MONEY, Kind.NUMBER):
        return value is not None and _amount_holds(operator, [Decimal(one) for one in values], value)
    if operator == Operator.CONTAINS:
        return all(piece in value.casefold() for piece in values[0].casefold().split())
    return value.casefold() == values[0].casefold()


def _birthday_on(birthday: dt.date, days: int) -> bool:
    day = TODAY + dt.timedelta(days=days)
    return clock.birthday_in(day.year, birthday.month, birthday.day) == day


def _day_holds(operator: Operator, values: tuple[str, ...], day: dt.date | None) -> bool:
    if operator in (Operator.LAST, Operator.NOT_IN_LAST):
        first = TODAY - dt.timedelta(days=int(values[0]))
        if day is None:
            return operator == Operator.NOT_IN_LAST
        return first <= day <= TODAY if operator == Operator.LAST else day < first
    if day is None:
        return False
    if operator == Operator.COMING:
        return TODAY <= day <= TODAY + dt.timedelta(days=int(values[0]))
    ends = [day_of(value, TODAY) for value in values]
    if operator == Operator.BETWEEN:
        return min(ends) <= day <= max(ends)
    return day >= ends[0] if operator == Operator.SINCE else day < ends[0]


def _amount_holds(operator: Operator, ends: list[Decimal], value: Decimal) -> bool:
    if operator == Operator.BETWEEN:
        return min(ends) <= value <= max(ends)
    return value >= ends[0] if operator == Operator.AT_LEAST else value <= ends[0]


def _in_order(rows: list[Facts], sort: Sort) -> list[Facts]:
    return sorted(rows, key=lambda row: (row.sorts[sort.column], row.pk), reverse=sort.descending)


def _read_all(read: Callable[..., Any], question: Question, by: Any) -> list[Any]:
    question = replace(question, limit=17)
    first = found = read(question, by)
    rows = list(found.rows)
    while found.next:
        found = read(replace(question, after=found.next), by)
        rows += found.rows
    assert len(rows) == first.count
    return rows


def _random_question(sheet: Sheet, facts: list[Facts], clear: frozenset[str], chance: random.Random) -> Question:
    asked = [
        one for one in sheet.filters if sheet.may_ask(one.name, clear) and one.name not in ("group", "customer", "card")
    ]
    filters = [
        one for one in asked if one.kind != Kind.MASKED
    ]  # pieces of names are searched: tested where that is made
    groups = []
    for _group in range(chance.choice((0, 1, 1, 2, 3))):
        picked = [chance.choice(filters) for _one in range(chance.choice((1, 1, 1, 2, 3)))]
        groups.append("|".join(_random_condition(sheet, one, facts, chance).text() for one in picked))
    sorts = [sort for sort in sheet.sorts if sheet.may_ask(sort.removeprefix("-"), clear)]
    sort = chance.choice(sorts).removeprefix("-")
    return sheet.read_question({"where": groups, "sort": [chance.choice(("", "-")) + sort]}, clear)


def _random_condition(sheet: Sheet, filter_: Filter, facts: list[Facts], chance: random.Random) -> Condition:
    operator = chance.choice(filter_.asks)
    there = [row.asks[filter_.name] for row in facts if row.asks[filter_.name] not in (None, "")]
    if operator in NO_VALUE or not there:
        return Condition(filter_.name, operator if operator in NO_VALUE else _without_rows(filter_, chance), ())
    if operator in (Operator.LAST, Operator.NOT_IN_LAST, Operator.COMING):
        return Condition(filter_.name, operator, (str(chance.randint(1, 400)),))
    if operator in (Operator.IN, Operator.NOT_IN):
        return Condition(
            filter_.name, operator, tuple({str(chance.choice(there)) for _ in range(chance.randint(1, 3))})
        )
    ends = 2 if operator == Operator.BETWEEN else 1
    return Condition(
        filter_.name, operator, tuple(_random_value(filter_, chance.choice(there), chance) for _ in range(ends))
    )


def _without_rows(filter_: Filter, _chance: random.Random) -> Operator:
    return next(operator for operator in filter_.asks if operator in NO_VALUE)


def _random_value(filter_: Filter, value: Any, chance: random.Random) -> str:
    if filter_.kind in (Kind.DATE, Kind.MOMENT):
        back = (value - TODAY).days
        return chance.choice((value.isoformat(), f"{back:+d}d", "today"))
    if filter_.kind in (Kind.TEXT, Kind.MASKED):
        at = chance.randrange(len(value))
        return value[at : at + 2].strip() or value.strip()
    return format(value, "f")


# ---- random rows


def _fill(scene: Scene, chance: random.Random) -> Scene:
    cities = [City.objects.create(name=name, form=name, name_key=name) for name in ("广州", "佛山")]
    families = [Family.objects.create(reference=name, name=name) for name in ("card", "loan")]
    products = [
        Product.objects.create(
            reference=f"P-{n}", name=f"Product {chr(65 + n)}", family=chance.choice([*families, None]),
            margin_rate_ppm=chance.choice((None, 150_000, 300_000)),
        )
        for n in range(12)
    ]  # fmt: skip
    for n in range(25):
        Estate.objects.create(
            name=f"Estate {n}", city=f"City {n % 4}" if n % 3 else "广州", district=chance.choice(("", "Tianhe")), aliases=[],
            handover_on=_day(chance),
        )  # fmt: skip
    for n in range(20):
        created, failed = chance.randint(0, 50), chance.randint(0, 3)
        Import.objects.create(
            kind=chance.choice(("customers", "dealings")), file_name=f"file {n}.csv", digest=str(n),
            status=chance.choice((ImportStatus.DONE, ImportStatus.FAILED)), by_kind="staff", by_code=scene.staff["gao"].code,
            started_at=NOON - dt.timedelta(hours=chance.randint(1, 2000)), rows=created + failed, created=created,
            failed=failed, feed=chance.choice(("", "nightly")),
        )  # fmt: skip
    customers = [_customer(scene, n, cities, chance) for n in range(40)]
    for n in range(110):
        _hanging(n, chance.choice(customers), products, scene, chance)
    _offer_some(scene, families, random.Random(11))
    return scene


def _offer_some(scene: Scene, families: list[Family], chance: random.Random) -> None:
    for n in range(25):
        Offer.objects.create(
            reference=f"offer_{n}", name_zh=chance.choice(("贷款", "", f"卡{n}")), name_en=chance.choice(("Loan", f"Card {n}")),
            status=chance.choice(list(OfferStatus)), issue=chance.choice(list(Issue)), family=chance.choice([*families, None]),
            regulatory_class=chance.choice(list(RegulatoryClass)), unit_value=chance.choice((None, 0, n * 100)), currency="CNY",
            valid_to=_day(chance), changed_at=NOON - dt.timedelta(hours=chance.randint(1, 900)), written_by=scene.staff["mei"],
            approved_by=scene.staff["gao"],
        )  # fmt: skip


def _customer(scene: Scene, n: int, cities: list[City], chance: random.Random) -> Customer:
    owner = chance.choice(("lin", "lin", "mo", "wu", None))
    team = chance.choice((None, "oak", "elm"))
    return scene.customer(
        f"客户{n}", owner, team=team, name_key=f"k{n:03d}", city=chance.choice([*cities, None]), tier=chance.choice(list(Tier)),
        state=chance.choice(list(State)), stage=chance.choice(list(Stage)), value=chance.randrange(0, 900_000, 100),
        last_contact_on=_day(chance, ahead=False) or NEVER, company=chance.choice(("", "Oak", "Oak & Co", "和众公司")),
        source=chance.choice(("", "web")), created_on=_day(chance, ahead=False) or TODAY,
        birthday=chance.choice((None, dt.date(1980 + n, n % 12 + 1, n % 28 + 1))),
    )  # fmt: skip


def _hanging(n: int, customer: Customer, products: list[Product], scene: Scene, chance: random.Random) -> None:
    status, offer = chance.choice(list(ActionStatus)), ("", "loan", "Tea")[n % 3]
    said = Outcome.ACCEPTED if status == ActionStatus.DONE else (Outcome.REFUSED, Outcome.NO_ANSWER)[n % 2]
    Action.objects.create(
        key=f"a{n}", customer=customer, owner=customer.owner, team=customer.team, action_class=chance.choice(list(ActionClass)),
        origin="x", reason="none", value_at_stake=chance.randrange(0, 500_000), due_on=_day(chance) or TODAY,
        proposed_on=_day(chance, ahead=False) or TODAY, status=status, channel=chance.choice((0, 2, 3)),
        not_now=NotNow.BUSY if status == ActionStatus.NOT_NOW else None,
        answered_by=scene.staff["lin"] if n % 3 else None,
        answered_at=NOON - dt.timedelta(hours=chance.randint(0, 900)) if n % 3 else None,
        offer=offer, outcome=said if offer else Outcome.NONE,
    )  # fmt: skip
    day = _day(chance, ahead=False) or TODAY
    Dealing.objects.create(
        customer=customer, occurred_at=NOON, occurred_on=day, amount=chance.choice((-1, 1)) * (n * 1_000 + 7),
        currency=chance.choice(("CNY", "CNY", "JPY")), product=chance.choice([*products, None]),
        channel=chance.choice((0, 1, 10)), category=chance.choice(("", "Tea", "coffee")), cancelled=chance.random() < 0.2,
    )  # fmt: skip
    Holding.objects.create(
        customer=customer, product=chance.choice([*products, None]), reference=f"H{n}", status=chance.choice(list(HoldingStatus)),
        opened_on=TODAY - dt.timedelta(days=n), renewal_on=_day(chance), closed_on=_day(chance),
    )  # fmt: skip
    Conversation.objects.create(
        customer=customer, at=NOON, on=_day(chance, ahead=False) or TODAY, channel=chance.choice((2, 3)),
        direction=chance.choice(list(Direction)), outcome=chance.choice(list(Outcome)), summary=f"Said {n} 茶", heard=Heard(n % 3),
        by=chance.choice((scene.staff["lin"], scene.staff["mo"], None)), follow_up_on=_day(chance),
    )  # fmt: skip


def _day(chance: random.Random, *, ahead: bool = True) -> dt.date | None:
    if chance.random() < 0.2:
        return None
    return TODAY + dt.timedelta(days=chance.randint(-300, 60 if ahead else 0))


# ---- the rows as facts


def _sees(world: Scene, who: str, name: str, row: Facts) -> bool:
    """Whose customers each person of the scene sees, by hand."""
    customer = row.customer
    if customer is None:
        return name != "staff" or who == "mei" or row.extra in ("oak", "elm", "north")
    owner = customer.owner.name if customer.owner else None
    if who == "mei":
        return True
    if who == "gao":
        return owner in ("lin", "mo") if owner else customer.team is None or customer.team.name == "oak"
    return owner == who


def _customers(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.code, row.pk,
            {
                "tier": Tier(row.tier).name.lower(), "state": State(row.state).name.lower(),
                "stage": Stage(row.stage).name.lower(), "kind": "person", "owner": row.owner.code if row.owner else None,
                "city": str(row.city_id) if row.city_id else None, "name": row.name, "value": Decimal(row.value) / 100,
                "last_contact": None if row.last_contact_on == NEVER else row.last_contact_on,
                "team": row.team.code if row.team else None, "company": row.company, "source": row.source,
                "created": row.created_on, "birthday": row.birthday,
            },
            {"value": row.value}, row,
        )
        for row in Customer.objects.select_related("owner", "team", "city")
    ]  # fmt: skip


def _actions(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.code, row.pk,
            {
                "status": ActionStatus(row.status).name.lower(), "action_class": ActionClass(row.action_class).name.lower(),
                "tier": Tier(row.customer.tier).name.lower(), "channel": Channel(row.channel).name.lower(),
                "owner": row.owner.code if row.owner else None, "due_on": row.due_on, "proposed_on": row.proposed_on,
                "value_at_stake": Decimal(row.value_at_stake) / 100, "answered_by": row.answered_by and row.answered_by.code,
                "answered_at": row.answered_at and clock.local_day(row.answered_at, "Asia/Shanghai"),
                "outcome": Outcome(row.outcome).name.lower(),
            },
            {
                "due_on": row.due_on, "value_at_stake": row.value_at_stake, "status": row.status,
                "action_class": row.action_class, "proposed_on": row.proposed_on, "tier": row.customer.tier,
                "answered_at": row.answered_at or dt.datetime(1900, 1, 1, tzinfo=dt.UTC), "channel": row.channel,
                "owner": row.owner.name_key if row.owner else "", "name": row.customer.name_key,
                "answered_by": row.answered_by.name_key if row.answered_by else "",
                "offer": row.offer, "outcome": row.outcome,
            },
            row.customer,
        )
        for row in Action.objects.select_related("customer__owner", "customer__team", "owner", "answered_by")
    ]  # fmt: skip


def _dealings(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.amount, row.pk,
            {
                "occurred_on": row.occurred_on, "amount": Decimal(row.amount) / 100 if row.currency == "CNY" else None,
                "product": row.product.code if row.product else None, "channel": Channel(row.channel).name.lower(),
                "tier": Tier(row.customer.tier).name.lower(), "category": row.category, "currency": row.currency,
                "cancelled": "yes" if row.cancelled else "no",
            },
            {
                "occurred_on": row.occurred_on, "amount": row.amount, "name": row.customer.name_key, "tier": row.customer.tier,
                "product": row.product.name if row.product else "", "category": row.category, "channel": row.channel,
                "quantity": 0, "order": row.order_reference, "cancelled": row.cancelled, "currency": row.currency,
            },
            row.customer,
            row.amount if row.currency == "CNY" else 0,
        )
        for row in Dealing.objects.select_related("customer__owner", "customer__team", "product")
    ]  # fmt: skip


def _holdings(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.opened_on, row.pk,
            {
                "status": HoldingStatus(row.status).name.lower(), "product": row.product.code if row.product else None,
                "tier": Tier(row.customer.tier).name.lower(), "opened_on": row.opened_on, "renewal_on": row.renewal_on,
                "closed_on": row.closed_on,
            },
            {
                "status": row.status, "product": row.product.name if row.product else "", "opened_on": row.opened_on,
                "renewal_on": row.renewal_on or NEVER, "closed_on": row.closed_on or NEVER,
                "name": row.customer.name_key, "tier": row.customer.tier,
            },
            row.customer,
        )
        for row in Holding.objects.select_related("customer__owner", "customer__team", "product")
    ]  # fmt: skip


def _conversations(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.summary, row.pk,
            {
                "on": row.on, "channel": Channel(row.channel).name.lower(), "by": row.by.code if row.by else None,
                "direction": Direction(row.direction).name.lower(), "outcome": Outcome(row.outcome).name.lower(),
                "heard": Heard(row.heard).name.lower(),
                "follow_up_on": row.follow_up_on, "summary": row.summary, "tier": Tier(row.customer.tier).name.lower(),
            },
            {
                "on": row.on, "follow_up_on": row.follow_up_on or NEVER, "outcome": row.outcome, "channel": row.channel,
                "name": row.customer.name_key, "tier": row.customer.tier, "direction": row.direction,
                "by": row.by.name_key if row.by else "",
            },
            row.customer,
        )
        for row in Conversation.objects.select_related("customer__owner", "customer__team", "by")
    ]  # fmt: skip


_COUNTED = ("created", "updated", "unchanged", "skipped", "failed")


def _imports(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.code, row.pk,
            {
                "kind": row.kind, "status": ImportStatus(row.status).name.lower(), "feed": row.feed,
                "started_at": clock.local_day(row.started_at, "Asia/Shanghai"), "failed": Decimal(row.failed),
                "rows": Decimal(row.rows), "file_name": row.file_name,
                **{name: Decimal(getattr(row, name)) for name in _COUNTED},
            },
            {
                "started_at": row.started_at, "file_name": row.file_name, "kind": row.kind, "status": row.status,
                "rows": row.rows, "feed": row.feed, **{name: getattr(row, name) for name in _COUNTED},
            },
        )
        for row in Import.objects.all()
    ]  # fmt: skip


def _staff(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.code, row.pk,
            {"role": row.role, "team": row.team.code, "name": row.name, "title": row.title, "reference": row.reference},
            {
                "name": row.name_key, "role": row.role, "team": row.team.lo, "title": row.title, "reference": row.reference,
            },
            None, row.team.name,
        )
        for row in Staff.objects.select_related("team")
    ]  # fmt: skip


def _products(world: Scene) -> list[Facts]:
    def percent(row: Product) -> Decimal | None:
        return None if row.margin_rate_ppm is None else Decimal(row.margin_rate_ppm) / 10_000

    return [
        Facts(
            row.code, row.pk,
            {
                "name": row.name, "reference": row.reference, "family": row.family.code if row.family else None,
                "margin": percent(row),
            },
            {
                "name": row.name, "reference": row.reference, "family": row.family.name if row.family else "",
                "margin": -1 if row.margin_rate_ppm is None else row.margin_rate_ppm,
            },
        )
        for row in Product.objects.select_related("family")
    ]  # fmt: skip


def _estates(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.code, row.pk,
            {"name": row.name, "city": row.city, "district": row.district, "handover_on": row.handover_on},
            {
                "name": row.name, "city": row.city, "district": row.district, "handover_on": row.handover_on or NEVER,
            },
        )
        for row in Estate.objects.all()
    ]  # fmt: skip


def _offers(world: Scene) -> list[Facts]:
    return [
        Facts(
            row.code, row.pk,
            {
                "status": OfferStatus(row.status).name.lower(), "issue": Issue(row.issue).name.lower(),
                "regulated": RegulatoryClass(row.regulatory_class).name.lower(), "reference": row.reference,
                "family": row.family.code if row.family else None, "name_zh": row.name_zh, "name_en": row.name_en,
                "valid_to": row.valid_to, "changed_at": clock.local_day(row.changed_at, "Asia/Shanghai"),
            },
            {
                "changed_at": row.changed_at, "reference": row.reference, "status": row.status, "issue": row.issue,
                "family": row.family.name if row.family else "", "regulated": row.regulatory_class,
                "value": -1 if row.unit_value is None else row.unit_value, "valid_to": row.valid_to or NEVER,
            },
        )
        for row in Offer.objects.select_related("family")
    ]  # fmt: skip


ROWS: dict[str, Callable[[Scene], list[Facts]]] = {
    "customers": _customers,
    "actions": _actions,
    "dealings": _dealings,
    "holdings": _holdings,
    "conversations": _conversations,
    "imports": _imports,
    "staff": _staff,
    "products": _products,
    "estates": _estates,
    "offers": _offers,
}


def _attribute(name: str, row: Any) -> Any:
    return getattr(row, name)


KEYS: dict[str, Callable[[Any], Any]] = {name: partial(_attribute, "code") for name in LISTS_BY_NAME} | {
    "dealings": partial(_attribute, "amount"),
    "holdings": partial(_attribute, "opened_on"),
    "conversations": partial(_attribute, "summary"),
}


INDEXES = {
    ("actions", "due_on"): "action_due",
    ("dealings", "occurred_on"): "dealing_day",
    ("holdings", "opened_on"): "holding_opened",
    ("holdings", "renewal_on"): "holding_renewal",
    ("conversations", "on"): "conversation_day",
    ("imports", "started_at"): "import_started",
    ("staff", "name"): "staff_name_key",
    ("products", "name"): "product_name",
    ("estates", "name"): "estate_name",
    ("offers", "changed_at"): "offer_changed",
}  # each order that is walked, and the index that gives it


def test_every_list_is_walked_in_its_usual_order_at_least():
    walked = {(name, column) for name, noun in LISTS_BY_NAME.items() if name != "customers" for column in noun.walks}
    assert walked == set(INDEXES)
    for noun in LISTS_BY_NAME.values():
        assert noun.sheet.read_question({}).sort.column in noun.walks, noun.name


@pytest.mark.parametrize("falls", (False, True))
@pytest.mark.parametrize(("name", "column"), INDEXES)
def test_a_walk_in_order_answers_as_gathering_does(world, noon, monkeypatch, name, column, falls):
    """Where more rows fit than are sorted at once, an index is walked: the same rows and places, page by page."""
    noun, chance, walks = LISTS_BY_NAME[name], random.Random(f"{name} {column} {falls}"), 0
    for who in ("lin", "gao", "mei"):
        by = world.person(who)
        if name == "imports" and who != "gao":
            continue
        facts = [row for row in ROWS[name](world) if _sees(world, who, name, row)]
        for number in range(3):
            asked = (
                _random_question(noun.sheet, facts, by.clear_fields, chance) if number else noun.sheet.read_question({})
            )
            question = replace(asked, sort=Sort(column, descending=falls), limit=chance.choice((5, 7, 17)))
            gathered = _pages(noun.read, question, by)
            with monkeypatch.context() as small:
                small.setattr(listing, "COUNTED", 4)
                walked = _pages(noun.read, question, by)
            assert [(page.rows, page.next) for page in walked] == [(page.rows, page.next) for page in gathered], (
                question.text()
            )
            walks += walked[0].is_more
    assert walks


@pytest.mark.parametrize("falls", (False, True))
@pytest.mark.parametrize(
    "where",
    [
        ("renewal_on.empty",),
        ("renewal_on.empty|renewal_on.since.2026-03-01",),
        ("renewal_on.before.2026-05-01", "renewal_on.since.2026-01-01"),
        ("renewal_on.empty|tier.in.a,b",),
        ("renewal_on.empty", "renewal_on.since.2026-01-01"),
    ],
)
def test_those_without_a_value_stand_in_a_walk_where_they_are_gathered(world, noon, monkeypatch, where, falls):
    noun, by = LISTS_BY_NAME["holdings"], world.person("mei")
    question = replace(
        noun.sheet.read_question({"where": list(where)}), sort=Sort("renewal_on", descending=falls), limit=6
    )
    gathered = _pages(noun.read, question, by)
    monkeypatch.setattr(listing, "COUNTED", 4)
    walked = _pages(noun.read, question, by)
    assert [(page.rows, page.next) for page in walked] == [(page.rows, page.next) for page in gathered]
    assert walked[0].is_more or len(where) == 2


@pytest.mark.parametrize("falls", (False, True))
@pytest.mark.parametrize(("name", "column"), INDEXES)
def test_a_walk_reads_the_index_of_its_order_whatever_else_is_asked(world, noon, monkeypatch, name, column, falls):
    noun, chance = LISTS_BY_NAME[name], random.Random(name)
    monkeypatch.setattr(listing, "COUNTED", 2)
    facts, plans = ROWS[name](world), 0
    for by in (system_principal("command"), world.person("gao")):
        if name == "staff" and by.team_ids:
            continue  # those of a branch are found by their teams
        for number in range(6):
            asked = (
                _random_question(noun.sheet, facts, by.clear_fields, chance) if number else noun.sheet.read_question({})
            )
            question = replace(asked, sort=Sort(column, descending=falls), limit=3)
            if not (first := noun.read(question, by)).is_more:
                continue
            with CaptureQueriesContext(connection) as caught:
                noun.read(replace(question, after=first.next), by)
            walks = [one["sql"] for one in caught.captured_queries if " ORDER BY " in one["sql"]]
            for plan in map(plan_of, walks):
                assert INDEXES[name, column] in plan, (question.text(), plan)
                assert "TEMP B-TREE" not in plan and "Sort" not in plan, (question.text(), plan)
            plans += len(walks)
    assert plans


def _pages(read: Callable[..., Any], question: Question, by: Any) -> list[Any]:
    pages = [read(question, by)]
    while pages[-1].next:
        assert len(pages) < 100, "a place leads back"
        pages.append(read(replace(question, after=pages[-1].next), by))
    return pages


def test_a_place_with_what_is_no_value_of_the_column_is_refused(world, noon, monkeypatch):
    noun, by = LISTS_BY_NAME["holdings"], system_principal("command")
    for value in ("no day", "2026-02-31", 7, "2026-01-01\0", "\ud800"):
        text = json.dumps(["-opened_on", value, 1])
        question = replace(
            noun.sheet.read_question({}), after=base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        )
        for bound in (10_000, 2):
            monkeypatch.setattr(listing, "COUNTED", bound)
            with pytest.raises(Refused) as refused:
                noun.read(question, by)
            assert refused.value.code == "sheets.bad_place", value


@pytest.mark.parametrize("name", list(LISTS_BY_NAME))
def test_where_many_fit_heads_offer_the_orders_that_so_many_can_be_put_into(world, noon, monkeypatch, name):
    """Head and answer agree, and nothing that is refused is on offer."""
    for place in (listing, sources, apart, customer_listing):
        monkeypatch.setattr(place, "COUNTED", 3)
    noun, by = LISTS_BY_NAME[name], system_principal("command")
    for sort in noun.sheet.sorts:
        question = noun.sheet.read_question({"sort": [sort]}, by.clear_fields)
        if sort.removeprefix("-") in noun.walks:
            assert noun.read(question, by).is_more, sort
            continue
        with pytest.raises(Refused) as refused:
            noun.read(question, by)
        assert refused.value.code == "sheets.too_many_to_sort", sort


def test_a_customers_name_stands_in_no_address(world, noon):
    noun, by = LISTS_BY_NAME["holdings"], world.person("gao")
    question = noun.sheet.read_question({"sort": ["name"]}, by.clear_fields)
    first = noun.read(replace(question, limit=1), by)
    assert first.rows[0].name not in base64.urlsafe_b64decode(first.next + "==").decode()
    assert noun.read(replace(question, limit=1, after=first.next), by).rows != first.rows
    with pytest.raises(Refused):  # the place of a row out of sight tells nothing
        noun.read(replace(question, after=first.next), world.person("wu"))


def test_too_many_rows_are_not_grouped(world, noon, monkeypatch):
    monkeypatch.setattr(listing, "MOST_GROUPED", 5)
    noun = LISTS_BY_NAME["dealings"]
    with pytest.raises(Refused) as refused:
        noun.read(noun.sheet.read_question({"by": ["product"]}), world.person("mei"))
    assert refused.value.code == "sheets.too_many_to_group"
