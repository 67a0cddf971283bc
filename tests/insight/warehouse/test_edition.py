"""What an edition holds, and that it adds up to the record it was built from."""

import pytest

from guanxi.ground import clock
from guanxi.insight.warehouse import edition
from guanxi.insight.warehouse.edition import Building, Terms, build_edition, publish
from guanxi.insight.warehouse.places import Places
from guanxi.insight.warehouse.record_view import open_record
from guanxi.insight.warehouse.sources import SOURCES
from guanxi.record.catalogue.models import Rival, RivalPromotion
from guanxi.record.customers.choices import RelationKind
from guanxi.record.customers.models import Customer, DirtyCustomer, Relation
from guanxi.record.dealings.models import Dealing
from guanxi.record.signals.choices import Judgement, SignalKind
from guanxi.record.signals.models import Signal
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.models import Suppression
from tests.insight.warehouse.scene import CNY, add_customers, add_dealings, add_product, day, mark_dirty, new_places

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def where(tmp_path) -> Places:
    return new_places(tmp_path)


def build(where: Places, name: str, base: str | None = None, terms: Terms = CNY) -> Building:
    with open_record() as view:
        return build_edition(view, name=name, base=base, terms=terms, where=where)


def rows(building: Building, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in building.bench.arrow(sql).to_pylist()]


def test_several_lines_of_a_day_are_one_row(where):
    wang, li = add_customers(2)
    add_dealings([(wang, day(0), 1000), (wang, day(0), 250), (wang, day(3), 40), (li, day(0), 7)])
    made = build(where, "e1")
    assert rows(made, "SELECT * FROM days ORDER BY customer_id, day") == [
        (wang, day(0), 1250, 1250, 2, True, 1250),
        (wang, day(3), 40, 40, 1, True, 40),
        (li, day(0), 7, 7, 1, True, 7),
    ]
    assert rows(made, "SELECT * FROM months ORDER BY customer_id") == [
        (wang, day(0), 1290, 1290, 3),
        (li, day(0), 7, 7, 1),
    ]
    assert rows(made, "SELECT * FROM feed ORDER BY day") == [(day(0), 3, 1257), (day(3), 1, 40)]
    assert (made.customers, made.dealings, made.why_whole) == (2, 4, "asked")


def test_what_is_a_purchase_and_what_counts(where):
    (wang,) = add_customers(1)
    add_dealings([(wang, day(0), 900)], quantity_milli=1000)
    add_dealings([(wang, day(0), -300)], quantity_milli=-1000)
    add_dealings([(wang, day(1), -50)])  # a refund alone: money, no purchase
    add_dealings([(wang, day(2), 0)])  # amount 0 is a purchase (decision 10)
    add_dealings([(wang, day(3), 10)], quantity_milli=0)  # quantity 0 is none
    add_dealings([(wang, day(4), 10)], cancelled=True)
    add_dealings([(wang, day(5), 10)], currency="USD")
    made = build(where, "e1")
    assert rows(made, "SELECT day, gross, net, lines, is_purchase FROM days ORDER BY day") == [
        (day(0), 900, 600, 2, True),
        (day(1), 0, -50, 1, False),
        (day(2), 0, 0, 1, True),
        (day(3), 0, 10, 1, False),
    ]
    assert made.dealings == 7


def test_what_was_bought_and_who_came_by_whose_word(where):
    wang, li, zhou = add_customers(3, source="网点")
    card, loan = add_product(), add_product()
    add_dealings([(wang, day(0), 10), (wang, day(5), 20), (wang, day(9), -5)], product=card)
    add_dealings([(wang, day(3), 10), (li, day(3), 10)], product=loan)
    add_dealings([(li, day(4), 10)])
    Relation.objects.create(customer_id=wang, other_id=li, kind=RelationKind.REFERRER, told_on=day(2))
    Relation.objects.create(customer_id=zhou, other_id=li, kind=RelationKind.REFERRER)
    Relation.objects.create(customer_id=zhou, other_id=wang, kind=RelationKind.REFERRER, ended_on=day(1))
    Relation.objects.create(customer_id=wang, other_id=zhou, kind=RelationKind.SPOUSE)
    made = build(where, "e1")
    bought, referred = "SELECT * FROM bought ORDER BY 1, 2", "SELECT * FROM referrals ORDER BY 1, 2"
    assert rows(made, bought) == [
        (wang, card.pk, day(0), day(5), 2, 25),
        (wang, loan.pk, day(3), day(3), 1, 10),
        (li, loan.pk, day(3), day(3), 1, 10),
    ]
    assert rows(made, referred) == [(wang, li, day(2)), (zhou, li, day(0))]
    assert rows(made, "SELECT DISTINCT source FROM customers") == [("网点",)]
    publish(made, where)
    # the one who recommended becomes another, and a new word of mouth is told: an increment knows both
    Customer.objects.filter(pk=li).update(merged_into=zhou)
    Dealing.objects.filter(customer_id=li).update(customer_id=zhou)
    Relation.objects.create(customer_id=zhou, other_id=wang, kind=RelationKind.REFERRER, told_on=day(7))
    mark_dirty([li, zhou])
    later = build(where, "e2", base="e1")
    whole = build(where, "e3")
    assert later.why_whole in ("", "many")
    for sql in (bought, referred):
        assert rows(later, sql) == rows(whole, sql)
    assert rows(whole, referred) == [(wang, zhou, day(2)), (zhou, wang, day(7))]


def test_where_we_failed_somebody_is_what_he_complained_of_and_what_we_promised_in_vain(where):
    wang, li, gone = add_customers(3)
    Customer.objects.filter(pk=gone).update(deleted_at=clock.now())
    for who, cause in ((wang, Cause.COMPLAINT), (wang, Cause.HARDSHIP), (gone, Cause.COMPLAINT)):
        Suppression.objects.create(customer_id=who, cause=cause, since_on=day(3), recorded_on=day(9), why="w")
    stated = [
        (li, "a", SignalKind.PROMISE_BROKEN, None),
        (li, "b", SignalKind.PROMISE_BROKEN, Judgement.TRUE),
        (li, "c", SignalKind.PROMISE_BROKEN, Judgement.WRONG),
        (li, "d", SignalKind.SPEND_DROP, None),
    ]
    for place, (who, key, kind, judgement) in enumerate(stated):
        Signal.objects.create(
            key=key, customer_id=who, kind=kind, state="alarm", occurred_on=day(5 + place), detected_on=day(9),
            changed_on=day(9), judgement=judgement,
        )  # fmt: skip
    rival = Rival.objects.create(name="r")
    for since, gone_at in ((0, None), (7, clock.now())):
        RivalPromotion.objects.create(rival=rival, since=day(since), until=day(since + 3), deleted_at=gone_at)
    made = build(where, "e1")
    failed, promoted = "SELECT * FROM failures ORDER BY 1, 2", "SELECT * FROM promotions"
    assert rows(made, failed) == [(wang, day(3)), (li, day(5)), (li, day(6))]
    assert rows(made, promoted) == [(day(0), day(3))]
    publish(made, where)
    Suppression.objects.filter(cause=Cause.COMPLAINT, customer_id=wang).delete()  # taken back: noted in error
    RivalPromotion.objects.all().delete()
    later = build(where, "e2", base="e1")
    assert (rows(later, failed), rows(later, promoted)) == ([(li, day(5)), (li, day(6))], [])


def test_margin_is_rounded_a_line_and_defaults_to_the_firms(where):
    (wang,) = add_customers(1)
    third, unknown = add_product(333_333), add_product()
    add_dealings([(wang, day(0), 100), (wang, day(0), 100), (wang, day(0), -100)], product=third)  # 33 + 33 − 33
    add_dealings([(wang, day(1), 100)], product=unknown)
    add_dealings([(wang, day(2), 101)])
    made = build(where, "e1", terms=Terms("CNY", "Asia/Shanghai", 0.5))
    assert rows(made, "SELECT margin FROM days ORDER BY day") == [(33,), (50,), (51,)]


def test_deleted_and_merged_customers_have_no_days_but_their_lines_are_checked(where):
    wang, li, zhang = add_customers(3)
    add_dealings([(pk, day(0), 5) for pk in (wang, li, zhang)])
    Customer.objects.filter(pk=li).update(deleted_at="2026-02-01T00:00:00Z")
    Customer.objects.filter(pk=zhang).update(merged_into=wang)
    made = build(where, "e1")
    assert rows(made, "SELECT customer_id FROM days") == [(wang,)]
    assert rows(made, "SELECT customer_id FROM customers") == [(wang,)]
    assert made.dealings == 3


def test_an_empty_record_gives_an_empty_edition(where):
    made = build(where, "e1")
    assert (made.customers, made.dealings) == (0, 0)
    named = [source.name for source in SOURCES if source.name != "lines"]
    assert {name: made.bench.scalar(f"SELECT count(*) FROM {name}") for name in named} == dict.fromkeys(named, 0)


def test_an_increment_takes_in_changes_removals_and_returns(where):
    ids = add_customers(10)
    add_dealings([(pk, day(n), 100 + n) for pk in ids for n in range(5)])
    publish(build(where, "e1"), where)
    DirtyCustomer.objects.all().delete()
    add_dealings([(ids[0], day(9), 77)])
    Dealing.objects.filter(customer_id=ids[1], occurred_on=day(0)).update(amount=1)
    Customer.objects.filter(pk=ids[2]).update(deleted_at="2026-02-01T00:00:00Z")
    mark_dirty(ids[1:3])
    made = build(where, "e2", base="e1")
    assert made.why_whole == ""
    assert fingerprint(made) == fingerprint(build(where, "e3"))
    assert made.bench.scalar("SELECT count(*) FROM days WHERE customer_id = $pk", pk=ids[2]) == 0
    assert sorted(made.dirty["customer_id"].to_pylist()) == ids[:3]


def test_a_change_that_forgot_the_dirty_list_is_found_and_built_whole(where):
    ids = add_customers(10)
    add_dealings([(pk, day(n), 100 + n) for pk in ids for n in range(5)])
    publish(build(where, "e1"), where)
    DirtyCustomer.objects.all().delete()
    first, second = Dealing.objects.filter(customer_id=ids[0])[:2]
    Dealing.objects.filter(pk=first.pk).update(occurred_on=second.occurred_on)
    Dealing.objects.filter(pk=second.pk).update(occurred_on=first.occurred_on)
    made = build(where, "e2", base="e1")
    assert made.why_whole == "disagreement"
    assert fingerprint(made) == fingerprint(build(where, "e3"))


@pytest.mark.parametrize("deleted_at", ["2026-02-01T00:00:00Z", None])
def test_a_customer_deleted_or_restored_behind_the_dirty_list_is_found(where, deleted_at):
    ids = add_customers(10)
    add_dealings([(pk, day(0), 100) for pk in ids])
    Customer.objects.filter(pk=ids[0]).update(deleted_at=None if deleted_at else "2026-01-31T00:00:00Z")
    publish(build(where, "e1"), where)
    DirtyCustomer.objects.all().delete()
    Customer.objects.filter(pk=ids[0]).update(deleted_at=deleted_at)
    assert build(where, "e2", base="e1").why_whole == "disagreement"


def test_other_terms_other_margins_or_many_changes_are_built_whole(where):
    ids = add_customers(10)
    product = add_product(500_000)
    add_dealings([(pk, day(0), 100) for pk in ids], product=product)
    publish(build(where, "e1"), where)
    assert build(where, "e2", base="e1").why_whole == "many"
    DirtyCustomer.objects.all().delete()
    assert build(where, "e3", base="e1").why_whole == ""
    assert build(where, "e4", base="e1", terms=Terms("CNY", "Asia/Shanghai", 0.9)).why_whole == "terms"
    product.margin_rate_ppm = 400_000
    product.save()
    made = build(where, "e5", base="e1")
    assert made.why_whole == "margins"
    assert made.bench.scalar("SELECT sum(margin) FROM days") == 400


def test_a_damaged_base_is_built_whole(where):
    ids = add_customers(2)
    add_dealings([(pk, day(0), 100) for pk in ids])
    publish(build(where, "e1"), where)
    DirtyCustomer.objects.all().delete()
    where.edition("e1").write_bytes(b"no warehouse")
    made = build(where, "e2", base="e1")
    assert (made.why_whole, made.dealings) == ("damaged", 2)


def test_only_the_current_edition_stays(where):
    publish(build(where, "e1"), where)
    build(where, "broken").bench.close()
    publish(build(where, "e2"), where)
    edition.remove_others(where)
    assert where.current() == "e2"
    assert [path.name for path in (where.root / "editions").iterdir()] == ["e2.duckdb"]
    assert [path.name for path in (where.root / "snapshots").iterdir()] == ["e2"]


def fingerprint(building: Building) -> dict[str, list]:
    """Every table of an edition, row by row."""
    tables = ("customers", "products", "days", "months", "feed", "holdings", "conversations", "checks", "firm")
    return {name: sorted(map(repr, rows(building, f"SELECT * FROM {name}"))) for name in tables}
