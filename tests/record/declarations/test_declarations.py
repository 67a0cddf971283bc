"""SEG-06: what organisations and people declare, each with source and day; the 3 × 3 × 3 matrix of scale, volume and credit."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.journal.models import Act
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.declarations.choices import Fact
from guanxi.record.declarations.models import Declaration
from guanxi.record.declarations.queries import declared_of, organisations_graded, organisations_in, version_of
from guanxi.record.declarations.rules import DEFAULTS, Cell, cell_of, checked_facts, cuts_of, grade_of
from guanxi.record.declarations.services import declare_facts, erase_declarations
from guanxi.record.standing.models import Standing

CUTS = cuts_of({}, minor=100)
F = Fact


@pytest.mark.parametrize(
    ("stated", "volume", "cell"),
    [
        ({F.EMPLOYEES: 299, F.CREDIT: 3}, 10_000_000, "123"),
        ({F.EMPLOYEES: 300, F.CREDIT: 2}, 9_999_999, "212"),
        ({F.EMPLOYEES: 1_000, F.CREDIT: 1}, 100_000_000, "331"),
        ({F.TURNOVER: 40_000_000_000, F.CREDIT: 1}, 0, "311"),
        ({F.EMPLOYEES: 5_000, F.TURNOVER: 2_000_000_000}, None, "200"),  # whoever is of a class meets both
        ({F.EMPLOYEES: 10, F.TURNOVER: 40_000_000_000, F.HIGH_TECH: 1}, -5, "110"),
        ({}, None, "000"),
    ],
)
def test_a_cell_is_graded_by_the_stated_cuts(stated, volume, cell):
    assert cell_of(stated, volume, CUTS).code == cell


def test_the_cuts_are_the_firms_own_where_it_has_set_them():
    own = cuts_of({"grade.employees_middle": 50, "grade.volume_high": 2_000, "tiers.share_a": 0.3}, minor=1)
    assert (own.employees, own.volume) == ((50, 1_000), (100_000, 2_000))
    assert [grade_of(amount, own.volume) for amount in (1_999, 2_000, 99_999, 100_000)] == [1, 2, 2, 3]
    assert cuts_of({}, minor=100).turnover == (2_000_000_000, 40_000_000_000)
    assert len(DEFAULTS) == 6


@pytest.mark.parametrize(
    ("stated", "kind", "code"),
    [
        ({F.EMPLOYEES: 5}, CustomerKind.PERSON, "declarations.not_of_kind"),
        ({F.STABLE_INCOME: 1}, CustomerKind.ORGANISATION, "declarations.not_of_kind"),
        ({F.CREDIT: 4}, CustomerKind.ORGANISATION, "declarations.beyond"),
        ({F.EMPLOYEES: 0}, CustomerKind.ORGANISATION, "declarations.beyond"),
        ({F.TURNOVER: -1}, CustomerKind.ORGANISATION, "declarations.beyond"),
        ({F.HIGH_TECH: 2}, CustomerKind.ORGANISATION, "declarations.beyond"),
        ({99: 1}, CustomerKind.ORGANISATION, "declarations.not_of_kind"),
    ],
)
def test_what_does_not_fit_is_refused(stated, kind, code):
    with pytest.raises(Refused) as refused:
        checked_facts(stated, kind=kind)
    assert refused.value.code == code


@pytest.mark.django_db
def test_facts_are_noted_whole_kept_with_their_source_and_ended(scene):
    lin, today = scene.person("lin"), clock.local_day(clock.now(), "Asia/Shanghai")
    company = scene.customer("恒远精密", kind=CustomerKind.ORGANISATION).pk
    first = {F.EMPLOYEES: 84, F.HIGH_TECH: 1, F.EXPORTER: 1}
    told = {"source": "年报", "told_on": today - dt.timedelta(9)}
    assert declare_facts(company, stated=first, version=0, by=lin, **told) == 3
    assert declare_facts(company, stated={F.EMPLOYEES: 90, F.HIGH_TECH: 1}, source="财务总监", version=3, by=lin) == 1
    assert [(one.fact, one.amount, one.source) for one in declared_of(company, principal=lin)] == [
        (F.EMPLOYEES, 90, "财务总监"), (F.HIGH_TECH, 1, "年报"),
    ]  # fmt: skip
    assert Declaration.objects.filter(ended_on=today).count() == 2
    version = version_of(company)
    same = {"stated": {F.EMPLOYEES: 90, F.HIGH_TECH: 1}, "source": "again", "by": lin}
    assert declare_facts(company, version=version, **same) == 0
    assert version_of(company) == version  # nothing new: whoever looked at it may still write
    assert Act.objects.filter(kind="declaration.noted").count() == 2
    for wrong, code in (
        ({"source": " "}, "declarations.no_source"),
        ({"told_on": today + dt.timedelta(1)}, "declarations.in_future"),
    ):
        with pytest.raises(Refused) as refused:
            declare_facts(company, **{"stated": {}, "source": "x", "version": version, "by": lin} | wrong)
        assert refused.value.code == code
    with pytest.raises(Denied):
        declare_facts(company, stated={}, source="x", version=version, by=ANONYMOUS)
    assert declared_of(company, principal=ANONYMOUS) == []
    erase_declarations([company])
    assert not Declaration.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("first", [{F.EMPLOYEES: 84, F.GROUP: 1}, {F.GROUP: 1}, {}], ids=["more", "one", "none"])
def test_what_a_colleague_noted_meanwhile_is_not_ended_by_a_page_that_did_not_show_it(scene, first):
    lin, company = scene.person("lin"), scene.customer("恒远精密", kind=CustomerKind.ORGANISATION).pk
    declare_facts(company, stated={F.EMPLOYEES: 84}, source="年报", version=0, by=lin)
    looked = version_of(company)
    declare_facts(company, stated=first, source="同事", version=looked, by=lin)
    before = list(Declaration.objects.order_by("pk").values())
    for version in (looked, 0, looked + 99):
        with pytest.raises(Refused) as refused:
            declare_facts(company, stated={F.EMPLOYEES: 84, F.EXPORTER: 1}, source="年报", version=version, by=lin)
        assert refused.value.code == "declarations.conflict"
    assert list(Declaration.objects.order_by("pk").values()) == before
    declare_facts(company, stated={F.EXPORTER: 1}, source="年报", version=version_of(company), by=lin)
    assert [one.fact for one in declared_of(company, principal=lin)] == [F.EXPORTER]


@pytest.mark.django_db
def test_organisations_are_counted_by_cell_and_type_and_every_count_leads_to_them(scene):
    lin = scene.person("lin")
    told = {
        "甲": ({F.EMPLOYEES: 1_200, F.CREDIT: 3, F.GROUP: 1}, 200_000_000),
        "乙": ({F.EMPLOYEES: 1_200, F.TURNOVER: 50_000_000_000, F.CREDIT: 3, F.HIGH_TECH: 1, F.GROUP: 1}, 100_000_000),
        "丙": ({F.EMPLOYEES: 1_200, F.TURNOVER: 1, F.CREDIT: 3}, 100_000_000),
        "丁": ({F.CREDIT: 1}, None),
        "戊": ({F.TURNOVER: 2_000_000_000, F.CREDIT: 2}, 10_000_000),
    }
    ids = {}
    for name, (stated, volume) in told.items():
        ids[name] = scene.customer(name, kind=CustomerKind.ORGANISATION, value=100 * len(ids)).pk
        declare_facts(ids[name], stated=stated, source="年报", version=0, by=lin)
        if volume is not None:
            Standing.objects.create(customer_id=ids[name], tier=2, tier_strict=2, value=5, state=1, volume=volume)
    found = organisations_graded(lin, CUTS)
    assert dict(found.cells) == {"333": 2, "133": 1, "001": 1, "222": 1}
    assert dict(found.types) == {F.GROUP: 2, F.HIGH_TECH: 1}
    assert organisations_in(lin, CUTS, cell="333") == [
        (ids["乙"], "333"),
        (ids["甲"], "333"),
    ]  # the more valuable first
    assert organisations_in(lin, CUTS, cell="333", limit=1) == [(ids["乙"], "333")]
    assert organisations_in(lin, CUTS, of_type=F.HIGH_TECH) == [(ids["乙"], "333")]
    own = cuts_of({"grade.employees_high": 1_201}, minor=100)
    assert organisations_in(lin, own, cell="233") == [(ids["乙"], "233"), (ids["甲"], "233")]
    # one cell of the page is the cell of the customer's own page
    for name, (stated, volume) in told.items():
        cell = cell_of(stated, volume, CUTS)
        assert (ids[name], cell.code) in organisations_in(lin, CUTS, cell=cell.code)
    assert Cell(3, 3, 3).code == "333"
