"""Prospects ranked by what they are worth to speak with (ACQ-03): with reasons, and only those who agreed."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.ground import clock
from guanxi.insight.estimates.prospects import LEAST_WON
from guanxi.insight.refresh.prospecting import tell_prospects
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.customers.choices import Channel, CustomerKind, RelationKind, Stage
from guanxi.record.customers.models import Customer, Relation, StageChange
from guanxi.record.standing.models import Growth
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
PAGE = "/insight/prospects/"
FIRM_TEAM = "oak"


def enter(scene, name: str, days: int, owner: str = "lin", stage: Stage = Stage.PROSPECT, **fields) -> Customer:
    """Somebody entered so many days ago."""
    staff, now = scene.staff[owner], clock.now()
    terms = {"created_on": scene.today - dt.timedelta(days), "created_at": now, "updated_at": now, "source": "车展"}
    return Customer.objects.create(name=name, owner=staff, team=staff.team, stage=stage, **terms | fields)


def agree(scene, customer: Customer, *purposes: Purpose, status: ConsentStatus = ConsentStatus.GRANTED) -> None:
    for purpose in purposes:
        channel = Channel.CALL if purpose == Purpose.MARKETING else Channel.UNKNOWN
        said = Statement(purpose, channel, status, at=clock.now() - dt.timedelta(1), source="x", evidence="1")
        record_consents([NewConsent(customer.pk, said)], by=scene.person("li"))


def refer(customer: Customer, by: Customer) -> None:
    Relation.objects.create(customer=customer, other=by, kind=RelationKind.REFERRER)


@pytest.fixture
def before(scene):
    """Two years ago: of 80 from the fair 6 became customers, of 60 by a friend's word 30, of whom each is worth 900."""
    friend = Customer.objects.get(name="王海峰")
    agree(scene, friend, Purpose.PROFILING)
    for number in range(140):
        is_fair = number < 80
        won = number < 6 or (not is_fair and number % 2 == 0)
        stage = Stage.CUSTOMER if won else Stage.PROSPECT
        source = "车展" if is_fair else "朋友介绍"
        value = (600_00 if is_fair else 900_00) if won else 0
        one = enter(scene, f"往年{number}", 700, "huang", stage, source=source, value=value)
        if not is_fair:
            refer(one, friend)
            agree(scene, one, Purpose.PROFILING)
        if won:
            on = scene.today - dt.timedelta(600)
            StageChange.objects.create(
                customer=one, at=clock.now(), on=on, from_stage=Stage.PROSPECT, to_stage=Stage.CUSTOMER, cause="x"
            )
    return scene


def tell(scene, unprofiled=()) -> dict:
    with Workbench.with_empty_edition() as bench:
        # in the edition the value of three years, the year's beside it
        people = Customer.objects.values_list("pk", "value")
        bench.register("given", pa.Table.from_pylist([{"id": key, "value": value} for key, value in people]))
        bench.run("INSERT INTO estimates (customer_id, value, lifetime_value) SELECT id, 7, value FROM given")
        told = tell_prospects(bench, as_of=scene.today, unprofiled=unprofiled)
    Growth.objects.update_or_create(team_id=None, defaults={"facts": {"prospects": told}})
    return told


def test_what_the_past_tells_of_each_cell_and_how_far_it_holds(before):
    told = tell(before)
    assert (told["entered"], told["won"]) == (140, 36)
    cells = {tuple(cell[0]): cell[1:] for cell in told["cells"]}
    fair, word = cells["person", "", "车展"], cells["person", "recommended", "朋友介绍"]
    assert (fair[:2], word[:2]) == ([80, 6], [60, 30])
    assert fair[2] < 0.2 < word[2] < 0.5  # shrunk to all, 36 of 140
    assert 600_00 < fair[3] < word[3] <= 900_00
    assert told["lift"]["people"] == 140
    assert told["lift"]["top"] > 1.3 * told["lift"]["all"]


def test_who_agreed_stands_there_by_worth_with_the_reason_and_who_did_not_is_counted(before, looking):
    friend, silent = Customer.objects.get(name="王海峰"), enter(before, "沉默", 900, stage=Stage.CUSTOMER)
    firm = enter(before, "恒远精密", 900, stage=Stage.CUSTOMER, kind=CustomerKind.ORGANISATION)
    fair, word, unheard, worker = (enter(before, name, 30, source=source) for name, source in (
        ("车展来客", "车展"), ("友人来客", "朋友介绍"), ("未问来客", "朋友介绍"), ("员工来客", "车展")
    ))  # fmt: skip
    stale = enter(before, "陈年来客", 366, source="朋友介绍")
    mute, refuser, other = enter(before, "无言", 20), enter(before, "拒绝", 20), enter(before, "别处", 20, "huang")
    for one, by in ((word, friend), (unheard, silent)):
        refer(one, by)
    Relation.objects.create(customer=worker, other=firm, kind=RelationKind.EMPLOYER)
    for one in (fair, word, unheard, worker, refuser, other, stale):
        agree(before, one, Purpose.MARKETING, Purpose.PROFILING)
    agree(before, refuser, Purpose.PROFILING, status=ConsentStatus.WITHDRAWN)
    agree(before, friend, Purpose.PROFILING)
    tell(before)
    answer = looking(before, "lin", language="en").get(PAGE)
    lines = {line.name: line for line in answer.context["page"].lines}
    assert set(lines) == {"车展来客", "友人来客", "未问来客", "员工来客"}
    assert next(iter(lines)) == "友人来客"
    assert "came by a customer’s word · 30 of 60 such became customers within a year" in lines["友人来客"].what
    assert "word" not in lines["未问来客"].what.replace(
        "朋友介绍", ""
    )  # who recommended him never agreed that it counts
    assert "works for 恒远精密" in lines["员工来客"].what
    assert "6 of 80 such became customers" in lines["车展来客"].what
    shown = words_of(answer)
    assert "without a yes to our offers: 1 · wish no advice from own data: 1 · entered more than a year ago: 1" in shown
    assert "times as often" in shown
    assert mute.name not in shown
    elsewhere = looking(before, "huang", language="en").get(PAGE)
    assert [line.name for line in elsewhere.context["page"].lines] == ["别处"]


def test_of_too_few_nobody_is_ranked_and_the_page_says_so(scene, looking):
    one = enter(scene, "来客", 30)
    agree(scene, one, Purpose.MARKETING)
    for number in range(LEAST_WON - 1):
        enter(scene, f"往年{number}", 700, stage=Stage.PROSPECT)
    assert tell(scene)["cells"] == []
    answer = looking(scene, "lin", language="en").get(PAGE)
    assert answer.context["page"].lines == []
    assert "19 prospects of more than a year ago are on record, 0 of them became customers: too few" in words_of(answer)
    Growth.objects.all().delete()
    assert looking(scene, "lin").get(PAGE).status_code == 200


def test_who_wants_no_advice_from_own_data_teaches_nothing(before):
    silent = list(Customer.objects.filter(name__startswith="往年", source="朋友介绍").values_list("pk", flat=True)[:10])
    assert tell(before, silent)["entered"] == 130


def test_no_other_question_is_understood_and_the_page_asks_little(before, looking, django_assert_max_num_queries):
    tell(before)
    client = looking(before, "lin")
    assert client.get(PAGE + "?x=1").status_code == 400
    with django_assert_max_num_queries(15):
        assert client.get(PAGE).status_code == 200
