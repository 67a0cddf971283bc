"""Features are declared with their sources and purposes; what is prohibited cannot be built (decisioning.md 3.5), one by one."""

import datetime as dt

import pytest

from guanxi.engage.offers.headlines import headlines
from guanxi.ground.refusals import Refused
from guanxi.insight import profile
from guanxi.insight.appraisal.patience import know_patience
from guanxi.insight.decisions.sparing import SPARED
from guanxi.insight.decisions.worked import WORKED
from guanxi.insight.profile.declaring import ALLOWED, DataClass, Feature, Purpose, Registry
from guanxi.insight.profile.features import BESIDE, _edition_columns
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.catalogue.prohibited import BLOCKED_CODES
from guanxi.record.consents.choices import Purpose as Consented
from tests.insight.decisions.people import NOTICED, asked

JAN = dt.date(2026, 1, 1)
GOOD_SQL = (
    "SELECT customer_id, sum(gross) AS spent FROM days WHERE customer_id IN (SELECT customer_id FROM asked) GROUP BY 1"
)
GOOD_SOURCES = frozenset({"days.customer_id", "days.gross"})
NET = frozenset({"days.customer_id", "days.net"})
# What a warehouse might have one day; here it is offered so that only the refusal stands in the way.
TEMPTING = {
    "calls": "customer_id cell_site night_calls call_times counterpart roaming_weeks",
    "people": "customer_id health beliefs politics trade_union sexual_life is_minor gps_latitude spouse_id religion",
    "places": "customer_id mcc nightclub_visits casino_spend hospital_visits church_gifts massage_spend dating_spend",
    "tickets": "customer_id amount mcc category",
}


def registry() -> Registry:
    return Registry(_edition_columns() | {table: frozenset(columns.split()) for table, columns in TEMPTING.items()})


def declared(
    name: str = "spent", sql: str = GOOD_SQL, sources: frozenset[str] = GOOD_SOURCES, **changed: object
) -> Feature:
    fields = {"data_class": DataClass.TRANSACTION, "purposes": frozenset({Purpose.CARE})} | changed
    return Feature(name, sql, sources=sources, **fields)


def refusal(feature: Feature, where: Registry | None = None) -> str:
    with pytest.raises(Refused) as refused:
        (where or registry()).register(feature)
    return refused.value.code


def test_a_declared_feature_serves_its_purposes_and_no_other():
    known = registry()
    known.register(declared())
    assert known.feature("spent", purpose=Purpose.CARE).version == 1
    for purpose in set(Purpose) - {Purpose.CARE}:
        with pytest.raises(Refused) as refused:
            known.feature("spent", purpose=purpose)
        assert refused.value.code == "purpose_not_allowed"
    with pytest.raises(Refused) as refused:
        known.feature("unheard_of", purpose=Purpose.CARE)
    assert refused.value.code == "unknown_feature"


@pytest.mark.parametrize("source", sorted(f"{t}.{c}" for t in TEMPTING for c in TEMPTING[t].split()[1:]))
def test_a_feature_on_a_blocked_source_is_refused(source):
    table, _, column = source.partition(".")
    sql = f"SELECT customer_id, count({column}) AS n FROM {table} GROUP BY customer_id"
    feature = declared("evenings", sql, frozenset({source, f"{table}.customer_id"}))
    if source in {"tickets.amount", "tickets.category", "tickets.mcc", "places.mcc"}:
        registry().register(feature)  # what they hold is another question
    else:
        assert refusal(feature) == "prohibited_source"
        assert refusal(declared("evenings", sql, frozenset({f"{table}.customer_id"}))) == "prohibited_source"


@pytest.mark.parametrize("code", sorted(BLOCKED_CODES))
def test_no_feature_asks_for_a_blocked_merchant_class(code):
    sources = frozenset({"tickets.customer_id", "tickets.mcc"})
    for literal in (f"'{code}'", code):
        sql = f"SELECT customer_id, count(*) AS n FROM tickets WHERE mcc = {literal} GROUP BY customer_id"
        assert refusal(declared("evenings", sql, sources)) == "prohibited_source"


def test_a_firms_own_list_counts_too(settings):
    settings.GUANXI_BLOCKED_CATEGORIES = ("5933",)
    sql = "SELECT customer_id, count(*) AS n FROM tickets WHERE mcc = '5933' GROUP BY customer_id"
    assert refusal(declared("evenings", sql, frozenset({"tickets.customer_id", "tickets.mcc"}))) == "prohibited_source"


@pytest.mark.parametrize(
    "name",
    [
        *("marital_breakdown", "divorce_likely", "pregnancy", "is_pregnant", "illness", "addiction", "alcohol_abuse"),
        *(
            "religion",
            "beliefs",
            "politics",
            "union_member",
            "sexual_life",
            "nightlife_affinity",
            "bar_goer",
            "gambler",
        ),
        *("casino_tour_interest", "racecourse_regular", "cell_site_home", "gps_home", "night_calls", "counterparts"),
        *("health_state", "is_minor", "dating_user", "massage_visits", "hospital_days", "离婚可能", "博彩偏好", "怀孕"),
    ],
)
def test_a_prohibited_inference_cannot_be_built(name):
    assert refusal(declared(name)) == "prohibited_inference"


@pytest.mark.parametrize("data_class", list(DataClass))
@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_class_bounds_the_purposes(data_class, purpose):
    feature = declared(data_class=data_class, purposes=frozenset({purpose}))
    if purpose in ALLOWED[data_class]:
        assert registry().register(feature) is feature
    else:
        blocked = data_class in {DataClass.SENSITIVE, DataClass.MINOR}
        assert refusal(feature) == ("prohibited_source" if blocked else "purpose_not_allowed")


def test_money_and_trade_are_never_for_partners():
    for data_class in (DataClass.TRANSACTION, DataClass.FINANCIAL, DataClass.SENSITIVE, DataClass.MINOR):
        assert Purpose.PARTNER not in ALLOWED[data_class]


@pytest.mark.parametrize(
    "sql, sources, code",
    [
        (GOOD_SQL, {"days.customer_id"}, "undeclared_source"),
        (GOOD_SQL, {"days.customer_id", "days.gross", "days.price"}, "unknown_source"),
        (GOOD_SQL, {"diaries.customer_id", *GOOD_SOURCES}, "unknown_source"),
        (
            "SELECT d.customer_id, m.gross FROM days d JOIN months m USING (customer_id)",
            {"days.customer_id"},
            "undeclared_source",
        ),
        ("SELECT * FROM days", {"days.customer_id"}, "undeclared_source"),
        ("SELECT customer_id, (SELECT max(net) FROM days) AS n FROM days", {"days.customer_id"}, "undeclared_source"),
    ],
)
def test_what_is_read_is_declared(sql, sources, code):
    assert refusal(declared(sql=sql, sources=frozenset(sources))) == code


def test_a_feature_changes_by_a_higher_version_only():
    known = registry()
    known.register(declared())
    assert refusal(declared(), known) == "feature_exists"
    assert known.register(declared(version=2)).version == 2
    assert known.feature("spent", purpose=Purpose.CARE).version == 2


_PARAMS = {
    "tickets_by_tier": {"first": JAN, "last": JAN, "least": 5, "products": 3},
    "deposits_now": {"until": JAN, "since": JAN},
    "deposit_months": {"until": JAN},
    "income_months": {"until": JAN},
    "owed_months": {"until": JAN},
    "birthday": {},
    "at_risk": {"cut": JAN, "until": JAN},
}
_ASKED = {
    "as_of": JAN,
    "at": JAN,
    "outward": 1,
    "inward": 2,
    "no_answer": 3,
    "open": 1,
    "minor": 100.0,
    "gives_back": True,
    "detected": ["spend_drop"],
}


def test_our_own_features_stand_on_tables_that_an_edition_has():
    headlines = {one.name for one in profile.HEADLINES}
    assert {one.name for one in profile.FEATURES.all()} == headlines | _PARAMS.keys()
    with Workbench.with_empty_edition() as bench:
        know_patience(bench, as_of=JAN, thresholds={})
        assert set(bench.arrow("SELECT * FROM patience").column_names) == BESIDE["patience"]
        for name, params in _PARAMS.items():
            purpose = min(next(one for one in profile.FEATURES.all() if one.name == name).purposes)
            table = profile.build(bench, name, purpose=purpose, of="customers", **params)
            assert bench.scalar(f"SELECT count(*) FROM {table}") == 0
        asked().told.register_in(bench)
        bench.register("worked", WORKED.empty_table())
        bench.register("alive", NOTICED.empty_table())
        bench.register("spared", SPARED.empty_table())
        profile.build_headlines(bench, of="customers", **_ASKED)
        for one in profile.HEADLINES:
            given = bench.arrow(f"SELECT * FROM {one.table}").column_names
            assert set(given) == {"customer_id", *one.columns}


def test_what_offers_may_ask_is_declared_with_the_same_class_and_purposes():
    """The contract between engage, which words the columns, and the profile, which computes them."""
    serves = {
        Consented.SERVICE: Purpose.SERVICE,
        Consented.MARKETING: Purpose.ADVICE,
        Consented.PARTNER: Purpose.PARTNER,
    }
    given = {column: one for one in profile.HEADLINES for column in one.columns}
    for name, named in headlines().features.items():
        declared_by = given[name]
        assert declared_by.data_class == named.data_class, name
        assert {serves[Consented(one)] for one in named.purposes} == declared_by.purposes, name


def test_what_the_record_tells_has_the_columns_that_features_are_declared_on():
    told = {name: getattr(asked().told, name) for name in ("cities", "homes", "spoken", "tested", "declared")}
    told |= {"alive": NOTICED.empty_table(), "spared": SPARED.empty_table(), "worked": WORKED.empty_table()}
    assert {name: frozenset(table.column_names) for name, table in told.items()} == {
        name: columns for name, columns in BESIDE.items() if name != "patience"
    }


def test_a_feature_serves_no_purpose_that_a_part_of_it_does_not():
    known = registry()
    known.register(declared(sql="SELECT customer_id, net FROM days", sources=NET, columns=("net",)))
    sql = "SELECT customer_id, net * 2 AS twice FROM feature_spent"
    sources = frozenset({"feature_spent.customer_id", "feature_spent.net"})
    own = {"data_class": DataClass.BASIC, "columns": ("twice",)}
    assert (
        refusal(declared("twice", sql, sources, purposes=frozenset({Purpose.PARTNER}), **own), known)
        == "purpose_not_allowed"
    )
    assert (
        known.register(declared("twice", sql, sources, purposes=frozenset({Purpose.CARE}), **own)).table
        == "feature_twice"
    )
    undeclared = frozenset({"feature_spent.customer_id"})
    assert refusal(declared("thrice", sql, undeclared, **own), known) == "undeclared_source"
    assert (
        refusal(declared("early", "SELECT customer_id, x FROM feature_later", frozenset({"feature_later.x"})), known)
        == "unknown_source"
    )


@pytest.mark.parametrize("columns", [("net", "gross"), ("gross",)])
def test_a_feature_gives_the_columns_that_it_declares(columns):
    assert refusal(declared(sql="SELECT customer_id, net FROM days", sources=NET, columns=columns)) == "columns_differ"
    with pytest.raises(Refused) as refused:
        registry().register(
            declared(sql="SELECT customer_id, net AS pregnancy FROM days", sources=NET, columns=("pregnancy",))
        )
    assert refused.value.code == "prohibited_inference"


def test_credit_review_is_the_only_reader_of_price_tiers():
    assert profile.FEATURES.feature("tickets_by_tier", purpose=Purpose.CREDIT_REVIEW).purposes == {
        Purpose.CREDIT_REVIEW
    }
    with Workbench.with_empty_edition() as bench, pytest.raises(Refused) as refused:
        profile.build(bench, "tickets_by_tier", purpose=Purpose.ADVICE, of="customers")
    assert refused.value.code == "purpose_not_allowed"


def test_the_price_tier_of_a_product_is_the_tercile_of_its_middle_ticket_in_category_and_city():
    with Workbench.with_empty_edition() as bench:
        bench.run("INSERT INTO customers (customer_id, city_id) VALUES (1, 7), (2, 7), (3, 8)")
        rows = []
        for product, price in enumerate((900, 1000, 2000, 2100, 9000, 9500), start=1):
            rows += [f"(2, DATE '2026-01-02', {price + change}, 1, 0, {product})" for change in (-5, 0, 900)]
        rows += [f"(3, DATE '2026-01-02', 50, 1, 0, {product})" for product in (6, 6, 6)]  # another city
        rows += [f"(1, DATE '2026-01-03', 1, 1, 0, {product})" for product in (1, 3, 6)]
        rows += ["(1, DATE '2026-01-03', 2, 2, 3, 1)", "(1, DATE '2026-01-04', 3, 3, 0, 1)"]
        bench.run(f"INSERT INTO tickets VALUES {', '.join(rows)}")
        bench.run("CREATE TEMP TABLE one AS SELECT 1 AS customer_id")
        terms = {"first": "2026-01-01", "last": "2026-01-31", "least": 3, "products": 6}
        table = profile.build(bench, "tickets_by_tier", purpose=Purpose.CREDIT_REVIEW, of="one", **terms)
        told = bench.arrow(f"SELECT amount, tier, found_by FROM {table} ORDER BY amount, found_by").to_pylist()
    assert [tuple(row.values()) for row in told] == [(1, 1, 1), (1, 2, 3), (1, 3, 6), (2, 3, None)]


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.SERVICE}))
def test_what_somebody_declares_of_himself_makes_no_price_and_no_limit(purpose):
    """SEG-06: stable income, education and the wish to manage wealth match service, whatever class a feature gives itself."""
    where = Registry({"declared": frozenset({"customer_id", "stable_income", "wealth_wish"})})
    sql = "SELECT customer_id, wealth_wish FROM declared"
    sources = frozenset({"declared.customer_id", "declared.wealth_wish"})
    own = {"data_class": DataClass.DECLARED, "purposes": frozenset({purpose})}
    assert refusal(declared("wishes", sql, sources, **own), where) == "purpose_not_allowed"
    for another in (DataClass.BASIC, DataClass.FINANCIAL, DataClass.TRANSACTION):
        assert refusal(declared("wishes", sql, sources, **own | {"data_class": another}), where) in {
            "prohibited_source", "purpose_not_allowed",
        }  # fmt: skip
        service = own | {"data_class": another, "purposes": frozenset({Purpose.SERVICE})}
        assert refusal(declared("wishes", sql, sources, **service), where) == "prohibited_source"
    served = declared("wishes", sql, sources, **own | {"purposes": frozenset({Purpose.SERVICE})})
    assert where.register(served) is served


def test_nothing_that_is_known_of_a_person_makes_a_price():
    assert all(Purpose.PRICING not in purposes for purposes in ALLOWED.values())
