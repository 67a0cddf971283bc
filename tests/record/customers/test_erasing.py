"""Erasure: canaries found nowhere, sums kept, and nobody comes back by a file or an old backup."""

import pytest
from django.apps import apps
from django.db import connection

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.record.customers import queries, services
from guanxi.record.customers.choices import RelationKind
from guanxi.record.customers.models import Customer, IdentifierKey, Tombstone
from guanxi.record.customers.services import NewCustomer, NewRelation, erasing
from tests.record.customers.rows import NOON, WANG, picture, register
from tests.stories.scene import SYSTEM

CANARY = NewCustomer(
    name="金丝雀", reference="CANARY-1", phone="13811112222", email="canary@example.com", id_number=WANG, plate="粤Z99999",
    account="6222020099990000", member="CANARYM", company="金丝雀公司", address="金丝雀路 9 号", city="惠州", district="金丝雀区",
    source="金丝雀名单",
)  # fmt: skip
WORDS = ("金丝雀", "CANARY", "canary", "13811112222", "99999", "jin si que", WANG)


pytestmark = pytest.mark.usefixtures("noon")


def readable(cell: object) -> str:
    return bytes(cell).decode("utf-8", "ignore") if isinstance(cell, bytes | memoryview) else str(cell)


def everything() -> str:
    """Every cell of every table, as text."""
    text = []
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if not table.startswith("sqlite")]
        for table in tables:
            if table == "customers_document_fts":
                continue  # a contentless table has no rows to read; its own tables, which hold the words, have
            cursor.execute(f'SELECT * FROM "{table}"')
            text += [readable(cell) for row in cursor.fetchall() for cell in row]
    assert {model._meta.db_table for model in apps.get_models()} <= {*tables}
    return "\n".join(text)


def test_nothing_of_somebody_erased_is_found_anywhere(scene):
    [bird], [other] = register(CANARY), register(NewCustomer(name="王芳", reference="A1"))
    services.update_customer(bird.id, {"company": "金丝雀行"}, version=1, by=SYSTEM)
    services.record_preference(bird.id, field=5, text="金丝雀之歌", source="金丝雀", by=SYSTEM)
    services.relate_customers(bird.id, NewRelation(other.id, RelationKind.FRIEND, note="金丝雀"), by=SYSTEM)
    services.open_household("金丝雀家", [bird.id], by=SYSTEM)
    assert all(word in everything() for word in WORDS[:3])
    asked = []
    services.register_eraser("test", lambda ids: asked.append(list(ids)))
    try:
        services.erase_customer(bird.id, basis="PIPL 47", by=SYSTEM)
    finally:
        del erasing._erasers["test"]
    left = everything()
    assert [word for word in WORDS if word in left] == []
    assert asked == [[bird.id]]
    head = Customer.objects.get(pk=bird.id)
    assert (head.code, head.gone, head.name, head.created_on) == (bird.code, 1, "", NOON.date())
    assert queries.find("金丝雀", SYSTEM).rows == []
    assert queries.relations_of(other.id, SYSTEM) == []
    assert not IdentifierKey.objects.filter(customer_id=bird.id).exists()


def test_the_loser_of_a_merge_goes_with_the_winner(scene):
    [one], [two] = register(NewCustomer(name="王芳", reference="A1")), register(CANARY)
    code = services.merge_customers(one.id, two.id, by=SYSTEM)
    services.erase_customer(one.id, basis="asked", by=SYSTEM)
    assert [word for word in WORDS if word in everything()] == []
    with pytest.raises(Refused) as refused:
        services.unmerge_customers(code, by=SYSTEM)
    assert refused.value.code == "customers.merge_not_found"


def test_who_was_erased_does_not_come_back_by_a_file(scene):
    [bird] = register(CANARY)
    services.erase_customer(bird.id, basis="asked", by=SYSTEM)
    rows = register(
        CANARY,
        NewCustomer(name="金丝雀", phone="13811112222"),
        NewCustomer(name="别人", account="6222020099990000"),
        NewCustomer(name="别人", phone="13811112222"),  # the number may be somebody else's now
        NewCustomer(name="金丝雀"),
    )
    codes = [row.problem.refused.code if row.problem else row.outcome.value for row in rows]
    assert codes == ["customers.erased"] * 3 + ["created"] * 2
    assert services.register_references(["CANARY-1"], by=SYSTEM, source="feed") == {}


def test_an_erasure_is_done_again_after_an_old_backup(scene):
    [bird] = register(CANARY)
    before = picture()
    head = Customer.objects.filter(pk=bird.id).values().get()
    services.erase_customer(bird.id, basis="asked", by=SYSTEM)
    stones = services.tombstones()
    # the backup of yesterday
    Tombstone.objects.all().delete()
    Customer.objects.filter(pk=bird.id).update(
        **{key: value for key, value in head.items() if key not in {"id", "gone"}}
    )
    assert picture()["customers"] == before["customers"]
    with pytest.raises(Denied):
        services.reapply_tombstones(stones, by=scene.person("gao"))
    assert services.reapply_tombstones(stones, by=SYSTEM) == 1
    assert Customer.objects.get(pk=bird.id).name == ""
    assert {row[0] for row in stones} <= {row[0] for row in services.tombstones()}
    assert services.reapply_tombstones(stones, by=SYSTEM) == 0


def test_erasing_is_refused_without_ground_and_twice(scene):
    [bird] = register(CANARY)
    for arguments, code in (((bird.id, " "), "customers.no_basis"), ((10**9, "asked"), "customers.not_found")):
        with pytest.raises(Refused) as refused:
            services.erase_customer(arguments[0], basis=arguments[1], by=SYSTEM)
        assert refused.value.code == code
    services.erase_customer(bird.id, basis="asked", by=SYSTEM)
    for act, code in (
        (lambda: services.erase_customer(bird.id, basis="asked", by=SYSTEM), "customers.erased_already"),
        (lambda: services.restore_customers([bird.id], by=SYSTEM), "customers.not_deleted"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == code
