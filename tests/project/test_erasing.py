"""An erased person is found nowhere: canaries in every noun, looked for in every table of the database."""

import datetime as dt

import pytest
from django.db import connection

from guanxi.ground import clock
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel, PreferenceField
from guanxi.record.customers.services import NewCustomer, erase_customer, record_preference, register_customers
from guanxi.record.holdings.rules import NewHolding
from guanxi.record.holdings.services import record_holdings
from guanxi.record.imports.importers import customers as customers_importer
from guanxi.record.imports.services import erasing

pytestmark = pytest.mark.django_db
CANARY = "金丝雀"


def _tables_with(word):
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if "_fts" in table:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(word in str(cell) for row in cursor.fetchall() for cell in row):
                found.append(table)
    return sorted(found)


def test_every_noun_forgets_an_erased_person():
    by = system_principal("command")
    with clock.frozen(dt.datetime(2026, 7, 1, 4, 0, tzinfo=dt.UTC)):
        found_firm(by=by, name="和众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
        rows = [
            NewCustomer(name=f"{CANARY}甲", phone="13812340001", reference=f"{CANARY}-1", address=f"{CANARY}路 1 号"),
            NewCustomer(name="别人", phone="13812340002"),
        ]
        person, other = (answer.id for answer in register_customers(rows, by=by, source="form"))
        log_conversation(person, by=by, channel=Channel.CALL, summary=f"{CANARY}说了什么")
        log_conversation(other, by=by, channel=Channel.CALL, summary="别人的话")
        record_preference(person, field=PreferenceField.TOPICS, text=f"{CANARY}爱谈的", source="本人", by=by)
        record_holdings([NewHolding(reference=f"{CANARY}-合同", customer_id=person, attributes={"车": CANARY})], by=by)
        at = clock.now() - dt.timedelta(days=1)
        said = Statement(
            Purpose.MARKETING, Channel.CALL, ConsentStatus.GRANTED, at=at, source="网点", evidence=f"{CANARY}签字"
        )
        record_consents([NewConsent(person, said)], by=by)
        assert len(_tables_with(CANARY)) >= 6
        erase_customer(person, basis="本人要求", by=by)
    assert _tables_with(CANARY) == []
    assert _tables_with("13812340001") == []
    assert _tables_with("别人的话") == ["conversations_conversation"]


def test_before_images_of_customers_are_found_by_the_name_their_importer_gives():
    assert erasing.CUSTOMERS == customers_importer.TABLE
