"""Children of customers (LEV-12): the month of birth, with a guardian's consent or not at all; it goes when the consent does."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.journal.queries import latest_acts
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import propose_actions
from guanxi.record.children import rules
from guanxi.record.children.models import Child
from guanxi.record.children.queries import children_of, entering_stage
from guanxi.record.children.services import erase_children, note_child, take_consent_back
from guanxi.record.customers.services import merge_customers, unmerge_customers
from tests.record.actions.rows import action_row
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 7, 5, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 7, 5)
MONTH = dt.date(2026, 1, 1)
ALLOWED = {"consent_way": "written", "consented_on": dt.date(2026, 2, 3)}


@pytest.mark.parametrize(
    ("born", "on", "stage"),
    [
        ("2026-01", "2026-06-30", 1),
        ("2026-01", "2026-07-01", 2),
        ("2026-01", "2026-12-31", 2),
        ("2026-01", "2027-01-01", 3),
        ("2023-08", "2026-07-31", 3),
        ("2023-08", "2026-08-01", 4),
        ("2020-08", "2026-07-31", 4),
        ("2020-08", "2026-08-01", None),
        ("2026-08", "2026-07-31", None),
    ],
)
def test_stages_begin_with_the_month(born, on, stage):
    assert rules.stage_on(dt.date.fromisoformat(f"{born}-01"), dt.date.fromisoformat(on)) == stage


def test_who_enters_a_stage_in_a_month_is_known_by_the_month_of_birth():
    born = {day.isoformat()[:7]: stage for day, stage in rules.months_entering(dt.date(2026, 7, 31)).items()}
    assert born == {"2026-07": 1, "2026-01": 2, "2025-07": 3, "2023-07": 4}
    assert dt.date(2025, 12, 1) in rules.months_entering(dt.date(2026, 12, 9))


@pytest.mark.parametrize(
    ("born", "others", "code"),
    [
        (dt.date(2026, 8, 1), 0, "not_a_minor"),
        (dt.date(2008, 7, 31), 0, "not_a_minor"),
        (MONTH, 10, "too_many"),
    ],
)
def test_what_is_no_child_of_a_customer_is_refused(born, others, code):
    there = [dt.date(2010 + n, 1, 1) for n in range(others)]
    with pytest.raises(Refused) as caught:
        rules.checked_month(born, today=TODAY, others=there)
    assert caught.value.code == f"children.{code}"
    assert rules.checked_month(dt.date(2008, 8, 31), today=TODAY, others=there[:9]) == dt.date(2008, 8, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("way", "on", "code"),
    [
        ("", dt.date(2026, 2, 3), "no_consent"),
        ("perhaps", dt.date(2026, 2, 3), "no_consent"),
        ("spoken", None, "no_consent"),
        ("spoken", dt.date(2026, 7, 6), "in_future"),
    ],
)
def test_without_a_guardians_consent_nothing_is_stored(scene, way, on, code):
    huang = scene.customer("黄永康")
    with clock.frozen(NOON), pytest.raises(Refused) as caught:
        note_child(huang.pk, born_in=MONTH, consent_way=way, consented_on=on, by=scene.person("lin"))
    assert caught.value.code == f"children.{code}"
    assert not Child.objects.exists()
    assert not Act.objects.filter(kind__startswith="child").exists()


@pytest.mark.django_db
def test_it_is_noted_once_and_read_by_who_records_consents(scene):
    huang, lin = scene.customer("黄永康"), scene.person("lin")
    with clock.frozen(NOON):
        first = note_child(huang.pk, born_in=dt.date(2026, 1, 19), by=lin, **ALLOWED)
        assert note_child(huang.pk, born_in=MONTH, by=lin, **ALLOWED) == first
        note_child(huang.pk, born_in=dt.date(2021, 3, 1), by=lin, **ALLOWED)
        found = children_of(huang.pk, principal=lin, on=TODAY)
        assert [(row.born_in, row.stage) for row in found] == [(dt.date(2021, 3, 1), 4), (MONTH, 2)]
        assert (found[1].consent_way, found[1].noted_by) == ("written", scene.staff["lin"].name)
        assert [children_of(huang.pk, principal=scene.person(name), on=TODAY) for name in ("du", "xu")] == [[], []]
        for act in (note_child, take_consent_back):
            with pytest.raises(Denied):
                act(huang.pk, born_in=MONTH, by=scene.person("du"))
            with pytest.raises(Refused):
                act(huang.pk, born_in=MONTH, by=scene.person("xu"))
    assert [line.payload for line in latest_acts(kinds=["child.noted"])] == [{}, {}]  # that, and not what
    assert entering_stage(TODAY) == [(huang.pk, first, 2)]
    assert entering_stage(dt.date(2026, 6, 30)) == entering_stage(dt.date(2026, 8, 1)) == []


@pytest.mark.django_db
def test_consent_taken_back_deletes_the_row_and_its_work_at_once(scene):
    huang, lin = scene.customer("黄永康"), scene.person("lin")
    with clock.frozen(NOON):
        child = note_child(huang.pk, born_in=MONTH, by=lin, **ALLOWED)
        kept = note_child(huang.pk, born_in=dt.date(2023, 7, 1), by=lin, **ALLOWED)
        facts = '{"stage":2,"month":"2026-07-01","also":[]}'
        rows = [
            action_row(customer, key=rules.keys_of(of)[stage - 1], origin="child_stage", reason="child_stage",
                action_class=2, reason_facts=facts)
            for customer, of, stage in ((huang, child, 2), (scene.customer("王芳"), kept, 4))
        ]  # fmt: skip
        propose_actions(rows, by=SYSTEM, as_of=TODAY)
        take_consent_back(huang.pk, born_in=MONTH, by=lin)
        assert list(Child.objects.values_list("pk", flat=True)) == [kept]
        gone, stays = (Action.objects.get(key=row["key"]) for row in rows)
        assert (gone.status, gone.reason_facts, gone.evidence) == (ActionStatus.WITHDRAWN, {}, {})
        assert (stays.status, stays.reason_facts["stage"]) == (ActionStatus.OPEN, 2)
        with pytest.raises(Refused):
            take_consent_back(huang.pk, born_in=MONTH, by=lin)
    kinds = Act.objects.filter(kind__startswith="child").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["child.noted", "child.noted", "child.consent_taken_back"]


@pytest.mark.django_db
def test_it_goes_with_a_merge_and_back_and_with_an_erasure(scene):
    winner, loser = scene.customer("黄永康"), scene.customer("黄永康")
    with clock.frozen(NOON):
        note_child(loser.pk, born_in=MONTH, by=SYSTEM, **ALLOWED)
        merge = merge_customers(winner.pk, loser.pk, by=SYSTEM)
        assert list(Child.objects.values_list("customer_id", flat=True)) == [winner.pk]
        unmerge_customers(merge, by=SYSTEM)
        assert list(Child.objects.values_list("customer_id", flat=True)) == [loser.pk]
        erase_children([loser.pk])
        assert not Child.objects.exists()
