"""The demo goes, and only it: what is the firm's own stays, down to the row, also where it leant on the demo."""

import datetime as dt

import pyarrow as pa
import pytest
from click.testing import CliRunner
from django.db import connection

from guanxi.ground import clock
from guanxi.identity.choices import TeamKind
from guanxi.identity.permissions import Denied
from guanxi.identity.queries import firm, is_closed_demo, system_principal, top_team
from guanxi.identity.services import NewStaff, open_team, take_on_staff
from guanxi.project.commands.demonstration import demo_command
from guanxi.project.demonstration.clearing import clear_demo
from guanxi.record.catalogue.rules import NewEstate, NewProduct
from guanxi.record.catalogue.services import create_estates, create_products, products_by_reference
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind
from guanxi.record.customers.services import (
    NewAddress,
    NewCustomer,
    NewRelation,
    add_to_group,
    change_address,
    record_preference,
    register_customers,
    relate_customers,
)
from guanxi.record.dealings.services import record_dealings
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import record_holdings
from tests.stories.demo import NOON, TODAY

# in CI the browser clears a demo by its one click, and compares what it says with what goes
pytestmark = [pytest.mark.django_db, pytest.mark.drill]
BY = system_principal("demo")
ROOMS = ("identity", "catalogue", "customers", "consents", "holdings", "dealings", "conversations", "signals", "standing", "actions", "bookmarks", "offers", "credit")  # fmt: skip
# Acts and seals are never taken back; editions and cities are no demo's; the next refresh reads the dirty list and counts
# the cells of the whole again (`guanxi demo --clear` calls it).
LASTING = {
    "customers_dirtycustomer", "customers_city", "identity_firm",
    "standing_edition", "standing_cell", "standing_flow", "standing_alarmcell", "standing_growth",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def counted():
    with connection.cursor() as cursor:
        tables = [
            t for t in connection.introspection.table_names(cursor) if t.split("_")[0] in ROOMS and "_fts" not in t
        ]
        found = {}
        for table in sorted(set(tables) - LASTING):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def add_own(demo):
    """A customer of the firm's own with something in every room, leaning on the demo wherever one can."""
    team = open_team(by=BY, name="自有团队", kind=TeamKind.TEAM, parent=top_team())
    lin = take_on_staff(by=BY, person=NewStaff(name="自有经理", role="manager", team=team, reference="OWN-1"))
    create_products([NewProduct(reference="OWN-P", name="自有产品", family="自有")], by=BY)
    create_estates([NewEstate(name="自有楼盘", city="广州")], by=BY)
    (own,) = register_customers([NewCustomer(name="钱自有", phone="13912345678", owner=lin.code)], by=BY, source="form")
    products = products_by_reference(["OWN-P", "GARAGE-OIL"]).ids
    at = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    columns = {
        "customer_id": [own.id] * 2,
        "occurred_at": [at] * 2,
        "occurred_on": [at.date()] * 2,
        "amount": [100, 200],
    }
    table = pa.table(columns | {"currency": ["CNY"] * 2, "product_id": [products["OWN-P"], products["GARAGE-OIL"]]})
    record_dealings(table, by=BY, cause="own")
    record_holdings([NewHolding(reference="OWN-H", customer_id=own.id, product_id=products["OWN-P"])], by=BY)
    log_conversation(own.id, by=BY, channel=Channel.CALL, summary="自己的客户")
    record_preference(own.id, field=PreferenceField.MUSIC, text="古琴", source="客户本人", by=BY)
    relate_customers(own.id, NewRelation(demo.id("DEMO-WANG"), RelationKind.FRIEND), by=BY)
    add_to_group(demo.one("SELECT id FROM customers_group WHERE name LIKE '建材圈%%'"), [own.id], by=BY)
    estate = demo.one("SELECT id FROM catalogue_estate WHERE name LIKE '星河湾%%'")
    change_address(own.id, NewAddress("星河湾 9 栋", "广州", estate_id=estate), by=BY)
    return own


def test_clearing_takes_the_demo_and_only_it(demo):
    own = add_own(demo)
    log_conversation(demo.id("DEMO-LI"), by=BY, channel=Channel.CALL, summary="演示里的")
    gone = clear_demo(by=BY)
    assert (gone["customers"], gone["dealings"]) == (240, demo.counts["dealings"])
    left = {table: count for table, count in counted().items() if count}
    documents = {table for table in left if table.startswith("customers_document")}
    assert {table: count for table, count in left.items() if table not in documents} == {
        "identity_team": 2,  # the firm itself and the own team
        "identity_staff": 1,
        "catalogue_product": 2,  # one of the demo's, for the own customer bought it
        "catalogue_family": 2,
        "catalogue_estate": 2,  # one of the demo's, for he lives in it
        "customers_customer": 1,
        "customers_identifier": 1,
        "customers_identifierkey": 1,
        "customers_address": 1,
        "customers_preference": 1,
        "customers_stagechange": 1,
        "customers_group": 3,  # the one he is in, and the two above it
        "customers_groupmember": 1,
        "holdings_holding": 1,
        "dealings_dealing": 2,
        "conversations_conversation": 1,
    }
    assert demo.rows("SELECT id, name FROM customers_customer") == [(own.id, "钱自有")]
    assert demo.one("SELECT summary FROM conversations_conversation") == "自己的客户"


def test_after_that_nobody_comes_in_by_the_public_password_and_it_can_be_built_again(demo):
    assert firm().is_demo
    account = next(a for a in _accounts() if a.email == "manager@demo.guanxi")
    assert not is_closed_demo(account)
    clear_demo(by=BY)
    assert not firm().is_demo
    assert _accounts() == []
    assert clear_demo(by=BY)["customers"] == 0


def test_only_an_administrator_clears(demo):
    before = counted()
    for who in ("manager", "leader", "marketer", "service"):
        with pytest.raises(Denied):
            clear_demo(by=demo.staff(who))
    assert counted() == before
    assert clear_demo(by=demo.staff("admin"))["customers"] == 240
    assert clock.local_day(clock.now(), "Asia/Shanghai") == TODAY


def test_called_again_the_command_keeps_what_is_there_and_prints_the_sign_ins(demo):
    before = counted()
    told = CliRunner().invoke(demo_command, [])
    assert (told.exit_code, counted()) == (0, before)
    assert "manager@demo.guanxi      demo-Guanxi-1" in told.output


def _accounts():
    from guanxi.identity.models import Account

    return list(Account.objects.all())
