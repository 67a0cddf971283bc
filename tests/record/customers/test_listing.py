"""Lists of customers: every combination equals a full scan, is bounded, walks an index, and respects rights."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from django.db import connection

from guanxi.ground import sheets
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Question
from guanxi.ground.text.grams import name_grams, query_grams
from guanxi.record.customers import bulk, list_indexes, search
from guanxi.record.customers.choices import CustomerKind, Stage, State, Tier
from guanxi.record.customers.models import NEVER, City, Customer, Group, GroupMember
from guanxi.record.customers.permissions import reach_of, visible_to
from guanxi.record.customers.queries import apart, customer_rows, list_customers, listing, sources
from guanxi.record.customers.queries.listing import places_of
from guanxi.record.customers.queries.seeking import Params, found_by
from guanxi.record.customers.queries.sources import source_of
from guanxi.record.customers.queries.wishing import reach_clauses
from guanxi.record.customers.rules import wishes
from guanxi.record.customers.rules.listing import FAR, Place, Sort, Wanted, place_text
from guanxi.record.customers.rules.wishes import CLOSED, NONE, Need, Way, Words, all_but, birthdays_until, wish_of
from guanxi.record.customers.services.writing import HEAD_COLUMNS
from tests.stories.scene import SYSTEM

COUNT = 900
SEEN_BY = ("lin", "gao", "du", "fei", "mei", "xu")
FIRST = dt.date(2026, 1, 1)
COMPANIES = ("", "", "Oak & Co", "oak", "和众公司", "100%_'s")
BIRTHDAYS = (
    None,
    dt.date(1980, 2, 29),
    dt.date(1990, 2, 28),
    dt.date(1971, 12, 31),
    dt.date(2001, 1, 1),
    dt.date(1985, 6, 3),
)
NAMES = ("wang fang", "li qiang", "zhang wei", "O'Brien", "王芳", "王海峰", "zz")


@pytest.fixture
def crowd(scene, monkeypatch):
    """Customers in random places; thresholds so low that every way of finding is taken."""
    monkeypatch.setattr(sources, "GATHERED", 40)
    monkeypatch.setattr(sources, "COUNTED", 150)
    monkeypatch.setattr(sources, "MEMBERS", COUNT // 3)  # one group is too large to lead to its members
    monkeypatch.setattr(listing, "COUNTED", 150)
    monkeypatch.setattr(apart, "COUNTED", 150)
    draw = random.Random(7)
    cities = [
        City.objects.create(name=name, form=name, name_key=key).pk
        for name, key in (("广州", "guang zhou"), ("深圳", "shen zhen"), ("北京", "bei jing"))
    ]
    groups = [Group.objects.create(name=name).pk for name in ("vip", "regulars", "tea", "nobody")]
    people = [*scene.staff.values(), None, None]
    now = connection.ops.adapt_datetimefield_value(dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
    rows, papers, members = [], [], []
    for key in bulk.next_ids(Customer, COUNT):
        owner = draw.choice(people)
        team = owner.team_id if owner else draw.choice([None, *(t.pk for t in scene.teams.values())])
        name = draw.choice(NAMES)
        day = FIRST + dt.timedelta(days=draw.randrange(40)) if draw.random() < 0.8 else NEVER
        # fmt: off
        rows.append((
            key, f"c{key:011}", draw.choice([1, 1, 1, 2]), name, name.lower(), "", 0, bulk.day(draw.choice(BIRTHDAYS)),
            draw.choice(COMPANIES), "", draw.choice(("", "web", "Fair")),
            owner.pk if owner else None, team, draw.choice([*cities, None]),
            draw.choice(Stage.values), draw.choice(State.values), draw.choice(Tier.values), draw.choice([0, 0, 5, 70, 900]),
            bulk.day(day), 1, bulk.day(FIRST + dt.timedelta(days=draw.randrange(40))), now, now, False,
        ))
        # fmt: on
        papers.append((key, search.grams_of(name, (), owner_id=owner.pk if owner else None, team_id=team)))
        members += [
            (group, key) for group, share in zip(groups, (0.5, 0.25, 0.05, 0), strict=True) if draw.random() < share
        ]
    bulk.insert(Customer, HEAD_COLUMNS, rows)
    search.add_documents(papers)
    bulk.insert(GroupMember, ("group_id", "customer_id"), members)
    gone = [row[0] for row in rows[::17]]
    Customer.objects.filter(pk__in=gone).update(deleted_at=dt.datetime(2026, 6, 2, tzinfo=dt.UTC))
    return Crowd(scene, cities, groups)


class Crowd:
    """What random wishes are drawn from."""

    def __init__(self, scene, cities, groups):
        self.scene, self.groups = scene, groups
        self.members = {
            "owner_id": [NONE, *(s.pk for s in scene.staff.values())],
            "team_id": [NONE, *(t.pk for t in scene.teams.values())],
            "city_id": [NONE, *cities],
            **CLOSED,
        }

    def need(self, draw) -> Need:
        column = draw.choice(
            [*self.members, "value", "value", "last_contact_on", "last_contact_on", "name", "group", "far"]
        )
        if column == "far":
            return far_need(draw)
        if column == "value":
            low, high = sorted(draw.sample([0, 1, 5, 6, 70, 100, 900, 1000], 2))
            return Need("value", spans=(draw.choice([(low, None), (None, high), (low, high)]),))
        if column == "last_contact_on":
            low, high = (FIRST + dt.timedelta(days=d) for d in sorted(draw.sample(range(40), 2)))
            spans = [(low, None), (None, high), (dt.date(1900, 1, 2), high), (low, high), (NEVER, NEVER)]
            return Need(column, spans=(draw.choice(spans),))
        if column == "name":
            return name_test(draw.choice(["wang", "王", "王海", "zhang", "o'br", "nobody at all"]))
        if column == "group":
            return Need("group", values=tuple(sorted(draw.sample(self.groups, draw.choice([1, 1, 2])))))
        members = self.members[column]
        some = tuple(sorted(draw.sample(members, draw.randint(1, min(3, len(members))))))
        return all_but(column, some) if column in CLOSED and draw.random() < 0.3 else Need(column, values=some)


def far_need(draw) -> Need:
    """Of something that no index carries."""
    column = draw.choice(wishes.FAR)
    if column == "birth_day":
        first = draw.choice((dt.date(2027, 2, 25), dt.date(2028, 2, 25), dt.date(2026, 12, 30)))
        return Need(column, spans=birthdays_until(first, first + dt.timedelta(days=draw.choice((0, 3, 4, 365)))))
    if column == "birthday":
        return draw.choice(
            (Need(column, values=(NONE,)), Need(column, spans=((dt.date(1980, 1, 1), dt.date(1990, 2, 28)),)))
        )
    if column == "created_on":
        return Need(column, spans=((FIRST + dt.timedelta(days=draw.randrange(40)), None),))
    texts = ("Oak", "oak", "公司", "100%", "%", "_", "'", "web", "FAIR")
    return Need(
        column, words=(draw.choice((Words(draw.choice(texts)), Words(draw.choice(texts), True), Words("", True))),)
    )


def name_test(text: str) -> Need:
    return Need("name", ways=tuple(Way(way.all_of, way.any_of) for way in query_grams(text)))


def passes(customer: Customer, need: Need, groups: dict[int, set[int]]) -> bool:
    """The obvious way to ask one customer."""
    if need.column == "group":
        return any(customer.pk in groups[group] for group in need.values)
    if need.column == "name":
        grams = name_grams(customer.name)
        return any(grams >= set(way.all_of) and (not way.any_of or grams & set(way.any_of)) for way in need.ways)
    if need.column == "birth_day":
        day = customer.birthday
        return day is not None and any(low <= 100 * day.month + day.day <= high for low, high in need.spans)
    value = getattr(customer, need.column)
    if need.words:
        text = value.lower()
        return any(text == one.text.lower() if one.is_whole else one.text.lower() in text for one in need.words)
    if need.column == "birthday":
        return (
            value is None
            if need.values
            else value is not None and any(low <= value <= high for low, high in need.spans)
        )
    if need.spans:
        return any((low is None or low <= value) and (high is None or value <= high) for low, high in need.spans)
    return (value or NONE) in need.values


def full_scan(clauses, wanted: Wanted, principal) -> list[int]:
    """The obvious way: every visible row, filtered and sorted in Python."""
    rows = Customer.objects.filter(visible_to(principal)).select_related("owner", "city", "team")
    groups: dict[int, set[int]] = {group: set() for group in Group.objects.values_list("pk", flat=True)}
    for group, customer in GroupMember.objects.values_list("group_id", "customer_id"):
        groups[group].add(customer)
    kept = [c for c in rows if all(any(passes(c, need, groups) for need in clause) for clause in clauses)]
    kept.sort(key=lambda c: (c.value, c.pk), reverse=True)
    down = wanted.descending
    if wanted.sort in FAR:
        column = {Sort.CREATED: "created_on"}.get(wanted.sort, wanted.sort.value)
        told = sorted(
            (c for c in kept if getattr(c, column, None)), key=lambda c: (getattr(c, column), c.pk), reverse=down
        )
        return [c.pk for c in told] + sorted(c.pk for c in kept if not getattr(c, column, None))
    keys = {
        Sort.VALUE: lambda c: (c.value, c.pk),
        Sort.LAST_CONTACT: lambda c: (c.last_contact_on, c.pk),
        Sort.NAME: lambda c: (c.name_key.encode(), c.pk),
        Sort.OWNER: lambda c: (c.owner is None, c.owner.name_key if c.owner else "", c.owner_id or 0),
        Sort.CITY: lambda c: (c.city is None, c.city.name_key if c.city else "", c.city_id or 0),
        Sort.TEAM: lambda c: (c.team is None, c.team.lo if c.team else 0, c.team_id or 0),
    }
    kept.sort(key=keys.get(wanted.sort, lambda c: getattr(c, wanted.sort.value)), reverse=down)
    return [c.pk for c in kept]


def all_pages(wanted: Wanted, principal) -> list[int]:
    found, after = [], ""
    for _ in range(COUNT):
        page = places_of(replace(wanted, after=after), principal)
        found += page.ids
        after = page.next
        if not after:
            return found
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.drill) for seed in (1, 2, 3))])
def test_random_combinations_equal_a_full_scan(crowd, seed):
    draw = random.Random(20260630 + seed)
    principals = [SYSTEM, *(crowd.scene.person(name) for name in SEEN_BY)]
    sizes = set()
    for _ in range(30):
        principal = draw.choice(principals)
        clauses = [
            tuple(crowd.need(draw) for _ in range(draw.choice([1, 1, 1, 2, 3])))
            for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 4]))
        ]
        wanted = Wanted(
            wish_of([*clauses, *reach_clauses(reach_of(principal))]),
            draw.choice(list(Sort)),
            draw.random() < 0.5,
            limit=draw.choice([5, 40, 150]),
        )
        if wanted.sort == Sort.NAME and "name" not in principal.clear_fields:
            continue
        if wanted.sort == Sort.BIRTHDAY and "birthday" not in principal.clear_fields:
            continue
        expected = full_scan(clauses, wanted, principal)
        told = [clause for clause in clauses if not any(need.column in wishes.FAR for need in clause)]
        if wanted.wish.is_far and not wanted.wish.is_empty and len(full_scan(told, wanted, principal)) > 150:
            refused_for("customers.too_many_to_look", wanted, principal)
            continue
        if wanted.sort in FAR and len(expected) > 150:
            refused_for("sheets.too_many_to_sort", wanted, principal)
            continue
        sizes.add((len(expected) >= 40) + (len(expected) > 150))
        assert all_pages(wanted, principal) == expected, (clauses, wanted, principal.name)
        page = places_of(wanted, principal)
        assert (page.count, page.is_more) == (min(len(expected), 150), len(expected) > 150)
    assert sizes == {0, 1, 2}  # gathered by every source, and walked


def test_members_of_a_group_stand_sorted_whatever_its_size(crowd):
    for group in crowd.groups:  # half, a quarter, a twentieth of all, nobody
        clauses = [(Need("group", values=(group,)),), (Need("stage", values=tuple(Stage.values[1:])),)]
        for sort, is_down in ((Sort.STATE, True), (Sort.STATE, False), (Sort.TIER, False), (Sort.VALUE, True)):
            wanted = Wanted(wish_of(clauses), sort, is_down, limit=40)
            assert all_pages(wanted, SYSTEM) == full_scan(clauses, wanted, SYSTEM)


def refused_for(code: str, wanted: Wanted, principal) -> None:
    with pytest.raises(Refused) as refused:
        places_of(wanted, principal)
    assert refused.value.code == code


def explained(sql: str, params=None) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # On a few rows, with figures as old as the last ANALYZE, it may prefer to sort: what is asked is whether it must.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {sql}", params or None)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params or None)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


OLD = Need("last_contact_on", spans=((None, dt.date(2026, 1, 9)),))


@pytest.mark.both
@pytest.mark.parametrize(
    ("clauses", "who", "index", "walked"),
    [
        ([], "SYSTEM", "by_value", "by_value"),
        ([(Need("city_id", values=(1,)),)], "SYSTEM", "of_city", "of_city"),
        ([(Need("owner_id", values=(1, 2)),)], "SYSTEM", "of_owner", "of_owner"),
        ([(Need("owner_id", values=(0,)),)], "SYSTEM", "of_owner", "of_owner"),
        ([(Need("stage", values=(Stage.LOST,)),)], "SYSTEM", "of_stage", "of_stage"),
        ([(Need("state", values=(State.ALARM,)),)], "gao", "of_team", "of_team"),
        ([(Need("team_id", values=(3, 4, 5, 6)),)], "SYSTEM", "of_team", "by_value"),  # too many arms for one walk
        ([(Need("tier", values=(Tier.A,)),), (OLD,)], "lin", "of_owner", "of_owner"),
        ([(OLD,)], "SYSTEM", "by_contact", "by_value"),
        ([(Need("kind", values=(CustomerKind.ORGANISATION,)), OLD)], "gao", "of_team", "of_team"),
    ],
)
def test_the_plan_names_the_index(crowd, clauses, who, index, walked):
    person = SYSTEM if who == "SYSTEM" else crowd.scene.person(who)
    wish = wish_of([*clauses, *reach_clauses(reach_of(person))])
    params = Params()
    for part in source_of(wish, reach_of(person)).parts(params):
        plan = explained(f"SELECT 1 FROM {part} LIMIT 10001", params.given)
        # PostgreSQL chooses by statistics, among indexes that all serve; SQLite is told.
        assert (f"customer_{index}" if connection.vendor == "sqlite" else "customer_") in plan
        assert "Seq Scan" not in plan
    for order in (listing._VALUE, *listing._ORDERS.values()):
        params = Params()
        plan = explained(
            listing._walked(wish, order, "", "ORDER BY {column} DESC, id DESC LIMIT 81", params), params.given
        )
        if connection.vendor == "sqlite":
            assert (f"customer_{walked}" if order is listing._VALUE else order.index.name) in plan
            assert "TEMP B-TREE" not in plan


@pytest.mark.both
def test_a_range_is_searched_in_the_index_of_its_number(crowd):
    wish = wish_of([(OLD,), (Need("value", spans=((5, None),)), Need("tier", values=(Tier.A,)))])
    params = Params()
    (part,) = found_by("last_contact_on", wish, params)
    plan = explained(f"SELECT 1 FROM {part} LIMIT 10001", params.given)
    assert "customer_" in plan
    if connection.vendor == "sqlite":
        assert "customer_by_contact (gone=? AND state=? AND tier=? AND last_contact_on<?)" in plan


@pytest.mark.both
def test_the_indexes_of_the_migration_are_those_of_the_module(scene):
    assert list_indexes.missing_list_indexes() == []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'customers_customer'")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'customers_customer' AND type = 'index'")
        there = {
            " ".join(str(row[0]).replace("public.", "").replace("USING btree ", "").split())
            for row in cursor.fetchall()
        }
    wanted = {index.statement(connection.vendor).replace("IF NOT EXISTS ", "") for index in list_indexes.LIST_INDEXES}
    assert wanted <= there
    list_indexes.drop_list_indexes()
    assert len(list_indexes.missing_list_indexes()) == 7
    assert len(list_indexes.build_list_indexes()) == 7
    assert list_indexes.missing_list_indexes() == []


def test_a_page_costs_the_same_queries_at_1_and_at_30_rows(crowd, django_assert_max_num_queries):
    leader, manager = crowd.scene.person("gao"), crowd.scene.person("lin")
    for sort, most in (("value", 3), ("name", 3), ("last_contact", 3), ("company", 4), ("birthday", 4)):
        for limit in (1, 30):
            with django_assert_max_num_queries(most):
                asks = leader if most == 3 else manager
                page = list_customers(Question(sheets.Sort(sort, descending=True), limit=limit), asks)
            assert len(page.rows) == limit


def test_rows_are_masked_for_whoever_does_not_read_the_field(crowd):
    question = Question(sheets.Sort("value", descending=True), limit=1)
    assert list_customers(question, SYSTEM).rows[0].name in set(NAMES)
    assert list_customers(question, crowd.scene.person("mei")).rows[0].name in {"w*", "l*", "z*", "O*", "王*", "王**"}


def test_sorting_by_a_masked_name_is_refused(crowd):
    with pytest.raises(Refused) as refused:
        list_customers(Question(sheets.Sort("name", descending=True)), crowd.scene.person("mei"))
    assert refused.value.code == "customers.may_not_sort"


def test_a_place_may_not_name_somebody_unseen(crowd):
    lin = crowd.scene.person("lin")
    foreign = Customer.objects.exclude(visible_to(lin, gone=True)).order_by("-name_key").first()
    wanted = Wanted(wish_of(reach_clauses(reach_of(lin))), Sort.NAME, descending=False)
    told = places_of(replace(wanted, after=place_text(wanted, Place(foreign.pk))), lin)
    start = customer_rows(places_of(wanted, lin).ids, lin)
    assert told.ids == [row.id for row in start if ("", foreign.pk) < (row.name.lower(), row.id)]


@pytest.mark.parametrize(
    "after",
    ["x", "%00", "W10", "bnVsbA", "WyJ2YWx1ZSIsdHJ1ZSwxXQ", "é", "eyJ9", "9" * 5000,
     "WyJ2YWx1ZSIsdHJ1ZSwxLCJhIixudWxsXQ", "WyJ2YWx1ZSIsZmFsc2UsMSwyLG51bGxd", "WyJ0aWVyIix0cnVlLDEsMixudWxsXQ"],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(crowd, after):
    for sort in (Sort.VALUE, Sort.TIER):
        with pytest.raises(Refused) as refused:
            places_of(Wanted(wish_of([]), sort, after=after), SYSTEM)
        assert refused.value.code == "customers.bad_list"
