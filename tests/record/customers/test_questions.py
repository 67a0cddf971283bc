"""Questions about customers: what each condition means, what is refused, groups with counts and sums."""

import base64
import datetime as dt

import pytest
from django.utils import translation

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Condition, Operator, Question, Sort
from guanxi.record.customers.choices import CustomerKind, Stage, State, Tier
from guanxi.record.customers.models import NEVER, City, Customer
from guanxi.record.customers.queries import grouping, list_customers, sources
from guanxi.record.customers.search import reindex_customers
from guanxi.record.customers.services import add_to_group, open_group
from guanxi.record.customers.sheet import CUSTOMERS
from tests.record.customers.rows import NOON, TODAY
from tests.stories.scene import SYSTEM


@pytest.fixture
def people(scene):
    """Six customers, each with something of its own."""
    scene.city = City.objects.create(name="广州", form="广州", name_key="guang zhou")
    days = {days: TODAY - dt.timedelta(days=days) for days in (0, 59, 60, 61)}
    scene.customer("王海峰", tier=Tier.A, state=State.ALARM, value=900_000, last_contact_on=days[61], city=scene.city)
    scene.customer("王芳", tier=Tier.B, value=250_000, last_contact_on=days[60], stage=Stage.LOST)
    scene.customer("Anna Wang", owner="mo", value=100_050, last_contact_on=days[59], city=scene.city)
    scene.customer("和众公司", owner="wu", kind=CustomerKind.ORGANISATION, value=0, last_contact_on=NEVER)
    scene.customer("李强", owner=None, team="oak", value=5, last_contact_on=days[0])
    scene.customer("赵敏", owner=None, value=-100, last_contact_on=NEVER, state=State.LAPSED)
    Customer.objects.update(created_on=days[60])
    for name, told in {
        "王海峰": {"birthday": dt.date(1971, 7, 1), "company": "Lighthouse"},
        "王芳": {"birthday": dt.date(1980, 2, 29), "company": "Light & Co", "created_on": days[0]},
        "Anna Wang": {"birthday": dt.date(1995, 12, 31), "source": "fair"},
    }.items():
        Customer.objects.filter(name=name).update(**told)
    reindex_customers(Customer.objects.values_list("pk", flat=True))
    return scene


def names(principal, *where: str, sort: str = "-value") -> list[str]:
    question = CUSTOMERS.read_question({"where": list(where), "sort": [sort]}, principal.clear_fields)
    with clock.frozen(NOON):
        return [row.name for row in list_customers(question, principal).rows]


ALL = ["王海峰", "王芳", "Anna Wang", "李强", "和众公司", "赵敏"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ([], ALL),
        (["tier.in.a,b"], ["王海峰", "王芳"]),
        (["tier.not_in.a,b"], ["Anna Wang", "李强", "和众公司", "赵敏"]),
        (["state.in.alarm", "tier.in.a"], ["王海峰"]),
        (["state.in.alarm|stage.in.lost"], ["王海峰", "王芳"]),
        (["kind.in.organisation"], ["和众公司"]),
        (["owner.nobody"], ["李强", "赵敏"]),
        (["owner.in.{wu}"], ["和众公司"]),
        (["owner.in.{wu}|owner.nobody"], ["李强", "和众公司", "赵敏"]),
        (["team.in.{elm}"], ["和众公司"]),
        (["team.in.{north}"], ALL[:-1]),  # with the teams below it
        (["city.in.{city}"], ["王海峰", "Anna Wang"]),
        (["city.empty", "value.at_least.1"], ["王芳"]),
        (["value.at_least.1000.5"], ["王海峰", "王芳", "Anna Wang"]),
        (["value.at_most.0"], ["和众公司", "赵敏"]),
        (["value.between.2500,0.01"], ["王芳", "Anna Wang", "李强"]),
        # the last 60 days are today and the sixty before it; "before" and "between" leave out who never was contacted
        (["last_contact.last.60"], ["王芳", "Anna Wang", "李强"]),
        (["last_contact.not_in_last.60"], ["王海峰", "和众公司", "赵敏"]),
        (["last_contact.before.-60d"], ["王海峰"]),
        (["last_contact.since.2026-06-30"], ["李强"]),
        (["last_contact.between.-61d,-60d"], ["王海峰", "王芳"]),
        (["last_contact.empty"], ["和众公司", "赵敏"]),
        (["last_contact.empty|value.at_least.9000"], ["王海峰", "和众公司", "赵敏"]),
        (["name.contains.王"], ["王海峰", "王芳"]),
        (["name.contains.wang"], ["王海峰", "王芳", "Anna Wang"]),
        (["name.contains.王", "name.contains.芳"], ["王芳"]),
        (["group.in.{vip}"], ["王芳", "李强"]),  # 李强 is in a group below it
        (["group.in.{vip}", "owner.nobody"], ["李强"]),
        # a birthday comes back every year: on 29 February in leap years, else the day before
        (["birthday.coming.1"], ["王海峰"]),
        (["birthday.coming.185"], ["王海峰", "Anna Wang"]),
        (["birthday.coming.242"], ["王海峰", "Anna Wang"]),
        (["birthday.coming.243"], ["王海峰", "王芳", "Anna Wang"]),
        (["birthday.before.1990-01-01"], ["王海峰", "王芳"]),
        (["birthday.empty", "owner.nobody"], ["李强", "赵敏"]),
        (["created.last.7"], ["王芳"]),
        (["company.contains.LIGHT"], ["王海峰", "王芳"]),
        (["company.is.light & co"], ["王芳"]),
        (["company.empty|created.last.7", "value.at_least.1000"], ["王芳", "Anna Wang"]),
        (["source.is.fair|owner.in.{wu}"], ["Anna Wang", "和众公司"]),
        (["source.empty", "tier.in.a,b"], ["王海峰", "王芳"]),
        (["owner.in.nobody22222x"], None),
        (["group.in.none"], []),
    ],
)
def test_what_a_condition_means(people, where, expected):
    vip = open_group("vip", by=SYSTEM)
    below = open_group("tea", by=SYSTEM, parent_id=vip)
    from guanxi.record.customers.models import Customer, Group

    keys = dict(Customer.objects.values_list("name", "pk"))
    add_to_group(vip, [keys["王芳"]], by=SYSTEM)
    add_to_group(below, [keys["李强"]], by=SYSTEM)
    places = {name: staff.code for name, staff in people.staff.items()}
    places |= {name: team.code for name, team in people.teams.items()}
    places |= {"city": str(people.city.pk), "vip": Group.objects.get(pk=vip).code}
    where = [text.format_map(places) for text in where]
    if expected is None:
        with pytest.raises(Refused):
            names(SYSTEM, *where)
    else:
        assert names(SYSTEM, *where) == expected


def test_mine_are_those_of_whoever_asks(people):
    assert names(people.person("lin"), "owner.me") == ["王海峰", "王芳"]
    assert names(people.person("gao"), "owner.me") == []
    assert names(SYSTEM, "owner.me") == []


def test_a_masked_birthday_is_neither_asked_nor_sorted_by(people):
    mei = people.person("mei")
    question = Question(Sort("value", descending=True), ((Condition("birthday", Operator.COMING, ("9",)),),))
    for asked in (question, Question(Sort("birthday", descending=False))):
        with pytest.raises(Refused):
            list_customers(asked, mei)
    assert {row.birthday for row in list_customers(Question(Sort("value", descending=True)), mei).rows} == {"", "****"}
    with pytest.raises(Refused):
        CUSTOMERS.read_question({"where": ["birthday.coming.9"]}, mei.clear_fields)


def test_what_no_index_tells_is_looked_up_of_few(people, monkeypatch):
    monkeypatch.setattr(sources, "COUNTED", 3)
    with pytest.raises(Refused) as refused:
        names(SYSTEM, "company.contains.light")
    assert refused.value.code == "customers.too_many_to_look"
    assert names(SYSTEM, "company.contains.light", "tier.in.a,b") == ["王海峰", "王芳"]


def test_an_order_that_no_index_gives_goes_on_from_page_to_page(people):
    """Who has none stands last, in both directions; somebody who left the list keeps its place."""
    question = Question(Sort("company", descending=False), limit=1)
    rest = ["王海峰", "Anna Wang", "和众公司", "李强", "赵敏"]
    first = list_customers(question, SYSTEM)
    assert [row.name for row in first.rows] == ["王芳"]
    assert "Light" not in base64.urlsafe_b64decode(first.next + "==").decode()  # no company in an address
    following = list_customers(question.changed(after=first.next, limit=9), SYSTEM)
    assert [row.name for row in following.rows] == rest
    Customer.objects.filter(name="王芳").update(deleted_at=NOON)
    assert [row.name for row in list_customers(question.changed(after=first.next, limit=9), SYSTEM).rows] == rest
    assert names(SYSTEM, sort="-company") == ["王海峰", *rest[1:]]
    with pytest.raises(Refused):
        list_customers(question.changed(sort=Sort("source", descending=False), after=first.next), SYSTEM)


def test_orders_by_what_others_know(people):
    known = {"risk": lambda ids, principal: {key: float(-key) for key in ids if key % 2}}
    ids = sorted(Customer.objects.values_list("pk", flat=True))
    odd, even = [key for key in ids if key % 2], [key for key in ids if not key % 2]
    for descending, expected in ((True, odd + even), (False, odd[::-1] + even)):
        found = list_customers(Question(Sort("risk", descending=descending)), SYSTEM, known)
        assert [row.id for row in found.rows] == expected


def test_nobody_sees_more_by_asking(people):
    lin, gao = people.person("lin"), people.person("gao")
    wu = people.staff["wu"].code
    assert names(lin, f"owner.in.{wu}|tier.in.none") == []
    assert names(gao, f"owner.in.{wu}") == []
    assert names(gao, "last_contact.empty") == ["赵敏"]  # of no team: in the pool of the whole firm
    assert names(people.person("du"), "owner.nobody") == []  # a reader does not see the pool


def test_a_masked_name_is_neither_asked_nor_sorted_by(people):
    marketer = people.person("mei")
    with pytest.raises(Refused):
        names(marketer, "name.contains.王")
    with pytest.raises(Refused):
        names(marketer, sort="name")


@pytest.mark.parametrize(
    "where",
    ["city.in.x", "city.in.-1", "value.at_least.x", "tier.in.d", "last_contact.since.yesterday", "name.is.王",
     "birthday.is.1", "owner.contains.x", "value.at_least.99999999999999999", "tier.empty"],
)  # fmt: skip
def test_a_question_that_no_page_asks_is_refused(people, where):
    with pytest.raises(Refused):
        names(SYSTEM, where)


def groups(principal, by: str, *where: str) -> list[tuple]:
    question = CUSTOMERS.read_question({"where": list(where), "by": [by]}, principal.clear_fields)
    found = list_customers(question, principal)
    assert found.rows == []
    with translation.override("en"):
        return [(str(one.label), one.count, one.sums["value"]) for one in found.groups]


def test_groups_count_and_sum_what_one_sees(people, monkeypatch):
    assert groups(SYSTEM, "tier") == [("A", 1, 900_000), ("B", 1, 250_000), ("–", 4, 99_955)]
    by_owner = [("", 2, -95), ("lin", 2, 1_150_000), ("mo", 1, 100_050), ("wu", 1, 0)]
    assert sorted(groups(SYSTEM, "owner")) == by_owner
    assert groups(people.person("gao"), "team") == [("oak", 4, 1_250_055), ("", 1, -100)]
    assert groups(people.person("lin"), "city", "value.at_least.1") == [("", 1, 250_000), ("广州", 1, 900_000)]
    assert groups(SYSTEM, "stage", "owner.nobody", "tier.in.a") == []
    assert groups(SYSTEM, "state", "last_contact.empty") == [("not yet known", 1, 0), ("lapsed", 1, -100)]
    monkeypatch.setattr(grouping, "MOST_GROUPED", 3)
    with pytest.raises(Refused, match="More than 3 rows fit"):
        groups(SYSTEM, "tier")


def test_the_place_of_a_page_belongs_to_its_order(people):
    question = Question(Sort("value", descending=True), limit=2)
    first = list_customers(question, SYSTEM)
    assert [row.name for row in first.rows] == ALL[:2]
    following = list_customers(question.changed(after=first.next), SYSTEM)
    assert [row.name for row in following.rows] == ALL[2:4]
    with pytest.raises(Refused):
        list_customers(Question(Sort("name", descending=True), after=first.next), SYSTEM)
