"""The language of offers: what is read, what is refused and in which words, and that two engines mean the same."""

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.engage.offers.grammar import (
    check_tree,
    floor_in,
    names_in,
    needed_in,
    parse_criteria,
    predicate_of,
    print_tree,
    references_in,
)
from guanxi.engage.offers.grammar.tree import (
    Arithmetic,
    Between,
    Comparison,
    Day,
    Either,
    Every,
    Name,
    Not,
    Number,
    Owns,
    Signal,
    Since,
    Text,
    Within,
)
from guanxi.ground.refusals import Refused
from guanxi.record.consents.choices import Purpose
from tests.chances import examples
from tests.engage.offers.grammar_words import MARKETING, ON, SERVICE, SQL_TYPES, VOCABULARY, holds, rows, trees

NEW_HOME = "has_signal(new_home, confirmed) and not owns('home_contents') and days_since(last_contact) <= 90"


def number(text):
    return Number(Decimal(text))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("has_test", Name("has_test")),
        ("age >= 18", Comparison(">=", Name("age"), number("18"))),
        (
            NEW_HOME,
            Every(
                (
                    Signal("new_home", "confirmed"),
                    Not(Owns("home_contents")),
                    Comparison("<=", Since(Name("last_contact")), number("90")),
                )
            ),
        ),
        ("tier in ('A', \"B\")", Within(Name("tier"), (Text("A"), Text("B")))),
        ("age not between 18 and 60", Not(Between(Name("age"), number("18"), number("60")))),
        ("age between 18 and 60 and has_test", Every((Between(Name("age"), number("18"), number("60")), Name("has_test")))),
        ("has_test or has_test and age > 1", Either((Name("has_test"), Every((Name("has_test"), Comparison(">", Name("age"), number("1"))))))),
        ("not has_test and age > 1", Every((Not(Name("has_test")), Comparison(">", Name("age"), number("1"))))),
        ("(age + 2) * 3 > -4", Comparison(">", Arithmetic("*", Arithmetic("+", Name("age"), number("2")), number("3")), number("-4"))),
        ("age - 2 - 3 = 0", Comparison("=", Arithmetic("-", Arithmetic("-", Name("age"), number("2")), number("3")), number("0"))),
        ("last_contact > 2026-03-05", Comparison(">", Name("last_contact"), Day(dt.date(2026, 3, 5)))),
        ("age in (-1, 2.50)", Within(Name("age"), (number("-1"), number("2.5")))),
        ("AGE ＞ 1 AND （tier ＝ “A”）", Every((Comparison(">", Name("age"), number("1")), Comparison("=", Name("tier"), Text("A"))))),
        ("city = 'O''Neil'", Comparison("=", Name("city"), Text("O'Neil"))),
        ("spend_90 ÷ visits × 2 ≥ 1", Comparison(">=", Arithmetic("*", Arithmetic("/", Name("spend_90"), Name("visits")), number("2")), number("1"))),
    ],
)  # fmt: skip
def test_what_is_read(text, tree):
    assert parse_criteria(text) == tree


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "grammar.ended", "The condition ends too early: a name, a number, a quoted text or a bracket was expected."),
        ("age >", "grammar.ended", "The condition ends too early: a name, a number, a quoted text or a bracket was expected."),
        ("age > 3 age", "grammar.expected", "At character 9: “and”, “or” or the end was expected, “age” stands there."),
        ("(age > 3", "grammar.ended", "The condition ends too early: the closing bracket was expected."),
        ("age not 3", "grammar.expected", "At character 9: in or between was expected, “3” stands there."),
        ("age in 3", "grammar.expected", "At character 8: an opening bracket was expected, “3” stands there."),
        ("age in (tier)", "grammar.expected", "At character 9: a number, a quoted text or a day was expected, “tier” stands there."),
        ("age between 1 or 2", "grammar.expected", "At character 15: “and” with the upper bound was expected, “or” stands there."),
        ("owns()", "grammar.expected", "At character 6: the number of a product or a family was expected, “)” stands there."),
        ("days_since('a') > 1", "grammar.expected", "At character 12: a name or a day was expected, “a” stands there."),
        ("age > 3; drop table customers", "grammar.unreadable", "At character 8: “; drop table” belongs to no name, number, quoted text or sign."),
        ("city = 'open", "grammar.open_quote", "At character 8: the quoted text is not closed."),
        ("last_contact > 2026-02-30", "grammar.no_day", "At character 16: “2026-02-30” is no day of the calendar."),
        ("age > 1234567890123456", "grammar.long_number", "At character 7: a number has at most 15 digits."),
        ("age > 1.2.3", "grammar.unreadable", "At character 7: “1.2.3” belongs to no name, number, quoted text or sign."),
        ("age + 3", "grammar.no_condition", "At character 1: this is a value; a condition was expected, like a comparison."),
        ("has_test and 3", "grammar.no_condition", "At character 14: this is a value; a condition was expected, like a comparison."),
        ("not 3", "grammar.no_condition", "At character 5: this is a value; a condition was expected, like a comparison."),
        ("(age > 3) + 1 > 2", "grammar.no_value", "At character 1: this is a condition; a value was expected."),
        ("age > owns('x')", "grammar.no_value", "At character 7: this is a condition; a value was expected."),
        ("age = 1 = 1", "grammar.expected", "At character 9: “and”, “or” or the end was expected, “=” stands there."),
        ("a\0b", "text.not_storable", "Character 2 is NUL, which cannot be stored."),
        ("\ud800", "text.not_storable", "Character 1 is U+D800, which cannot be stored."),
    ],
)  # fmt: skip
def test_what_does_not_parse_is_said_with_its_place(text, code, words):
    with pytest.raises(Refused) as refused:
        parse_criteria(text)
    assert (refused.value.code, refused.value.in_words(str)) == (code, words)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 10_000 + "has_test" + ")" * 10_000, "grammar.too_long"),
        ("(" * 1_900 + "has_test" + ")" * 1_900, "grammar.too_deep"),
        ("not " * 900 + "has_test", "grammar.too_deep"),
        ("-" * 3_000 + "1 > 0", "grammar.too_deep"),
        ("age > " + "+".join("1" * 1_000), "grammar.too_many"),
        ("age > " + "*".join("1" * 1_000), "grammar.too_many"),
        (" or ".join(["a"] * 700), "grammar.too_many"),
        (f"age in ({','.join('1' * 900)})", "grammar.too_many"),
        ("a" * 1_000_000, "grammar.too_long"),
        (f"city = '{'x' * 201}'", "grammar.long_text"),
    ],
)
def test_what_is_too_much_is_refused(text, code):
    with pytest.raises(Refused) as refused:
        parse_criteria(text)
    assert refused.value.code == code


def test_as_much_as_is_read_is_compiled_too():
    text = " or ".join(["age > 1"] * 200)
    assert "OR" in predicate_of(parse_criteria(text), VOCABULARY, on=ON).sql(dialect="duckdb")
    deep = "(" * 40 + "has_test" + ")" * 40
    assert parse_criteria(deep) == Name("has_test")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("wealth > 3", "grammar.unknown_name", "At character 1: there is no feature “wealth”."),
        ("age > 3 and religion = 'x'", "grammar.prohibited", "At character 13: “religion” may never be used: what somebody believes is not inferred"),
        ("marital_status = 'x'", "grammar.prohibited", "At character 1: “marital_status” may never be used: nobody may draw this conclusion about a customer"),
        ("balance > 3", "grammar.purpose", "At character 1: “balance” may not be used for the purpose of this offer."),
        ("has_signal(divorce)", "grammar.unknown_signal", "At character 1: there is no kind of signal “divorce”."),
        ("has_signal(new_home, alarm)", "grammar.unknown_state", "At character 1: a signal “new_home” is never “alarm”."),
        ("age = 'A'", "grammar.kinds", "At character 7: a number was expected, this is a text."),
        ("tier in ('A', 3)", "grammar.kinds", "At character 15: a text was expected, this is a number."),
        ("tier > 'A'", "grammar.text_order", "At character 1: texts are compared with = or in, not by their order."),
        ("age + tier > 3", "grammar.kinds", "At character 7: a number was expected, this is a text."),
        ("age and has_test", "grammar.kinds", "At character 1: yes or no was expected, this is a number."),
        ("days_since(age) > 3", "grammar.kinds", "At character 12: a day was expected, this is a number."),
        ("last_contact between 2026-01-01 and 3", "grammar.kinds", "At character 37: a day was expected, this is a number."),
        ("has_test = has_test", "grammar.kinds", "At character 1: a number was expected, this is yes or no."),
    ],
)  # fmt: skip
def test_what_may_not_be_asked(text, code, words):
    with pytest.raises(Refused) as refused:
        check_tree(parse_criteria(text), VOCABULARY, purpose=MARKETING)
    assert (refused.value.code, refused.value.in_words(str)) == (code, words)


def test_a_feature_serves_its_purposes():
    tree = parse_criteria("balance > 3")
    check_tree(tree, VOCABULARY, purpose=SERVICE)
    assert names_in(tree) == ["balance"]


def test_a_lone_feature_must_be_yes_or_no():
    with pytest.raises(Refused, match="yes or no was expected"):
        check_tree(parse_criteria("age"), VOCABULARY, purpose=MARKETING)


def test_what_somebody_owns_never_serves_partners():
    tree = parse_criteria("not owns('P-2')")
    check_tree(tree, VOCABULARY, purpose=MARKETING)
    with pytest.raises(Refused, match="P-2") as refused:
        check_tree(tree, VOCABULARY, purpose=Purpose.PARTNER)
    assert refused.value.code == "grammar.purpose"


def test_a_text_in_printed_quotes_cannot_end_early():
    tree = parse_criteria('city = "x’ or age > 1 or city = ‘y"')
    assert parse_criteria(print_tree(tree)) == tree
    assert names_in(tree) == ["city"]
    assert parse_criteria('city = "Xi’an"') == parse_criteria("city = 'Xi’’an'")


def test_what_an_expression_reads():
    tree = parse_criteria("age > 3 and (age < 60 or owns('x')) and days_since(last_contact) > visits and owns(y)")
    assert (names_in(tree), references_in(tree)) == (["age", "last_contact", "visits"], ["x", "y"])


@given(trees)
def test_printed_and_parsed_again_is_the_same_tree(tree):
    assert parse_criteria(print_tree(tree)) == tree


@given(st.text(alphabet="ab01 ()'\"’‘“<>=!+-*/,.andortiwe_中（", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        tree = parse_criteria(text)
    except Refused:
        return
    assert parse_criteria(print_tree(tree)) == tree


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees, st.lists(rows, min_size=1, max_size=20))
def test_the_predicate_says_what_the_expression_means(tree, some):
    check_tree(tree, VOCABULARY, purpose=MARKETING)
    assert _asked(tree, some) == [holds(tree, row) for row in some]


def test_divided_by_zero_is_not_true_and_no_error():
    some = [_row(spend_90=10.0, visits=visits) for visits in (0.0, 2.0, None)]
    assert _asked(parse_criteria("spend_90 / visits > 1"), some) == [False, True, False]
    assert _asked(parse_criteria("not spend_90 / visits > 100"), some) == [False, True, False]


def test_no_expression_means_everybody():
    assert _asked(None, [_row(), _row(age=3.0)]) == [True, True]


def test_the_same_predicate_is_written_for_spark():
    tree = parse_criteria("has_signal(new_home, confirmed) and days_since(last_contact) / age < 2 and city = 'a\\b'")
    assert predicate_of(tree, VOCABULARY, on=ON, table="p").sql(dialect="spark") == (
        "COALESCE((ARRAY_CONTAINS(`p`.`signals`, 'new_home:confirmed')) AND ("
        "(CAST(DATEDIFF(DAY, CAST(`p`.`last_contact` AS DATE), CAST('2026-03-05' AS DATE)) AS DOUBLE)) "
        "/ NULLIF((CAST(`p`.`age` AS DOUBLE)), CAST('0' AS DOUBLE)) < CAST('2' AS DOUBLE)) "
        "AND (CAST(`p`.`city` AS STRING) = 'a\\\\b'), FALSE)"
    )


def _row(**cells):
    return dict.fromkeys((*VOCABULARY.features, "signals", "owned", "nexts")) | cells


def _asked(tree, some):
    predicate = predicate_of(tree, VOCABULARY, on=ON).sql(dialect="duckdb")
    types = {"DOUBLE": pa.float64(), "VARCHAR": pa.string(), "DATE": pa.date32(), "BOOLEAN": pa.bool_()}
    fields = [(name, types[SQL_TYPES[one.kind]]) for name, one in VOCABULARY.features.items()]
    fields += [(name, pa.list_(pa.string())) for name in ("signals", "owned", "nexts")]
    numbered = [row | {"n": number} for number, row in enumerate(some)]
    with duckdb.connect() as engine:
        engine.register("people", pa.Table.from_pylist(numbered, schema=pa.schema([*fields, ("n", pa.int64())])))
        return [said for (said,) in engine.execute(f"SELECT {predicate} FROM people ORDER BY n").fetchall()]


@pytest.mark.parametrize(
    "text, needed",
    [
        ("owns('card') and tier = 'A' and (owns('loan') and age > 30)", ["card", "loan"]),
        ("owns('card') or owns('loan')", []),  # one way among several
        ("not owns('card') and likely_next('loan')", []),
        ("owns('card')", ["card"]),
    ],
)
def test_what_everybody_must_own_is_told_from_what_he_may(text, needed):
    assert needed_in(parse_criteria(text)) == needed


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("level >= 3", 3), ("3 <= level", 3), ("level = 4", 4), ("level between 2 and 5", 2), ("level in (4, 2)", 2),
        ("level >= 2 and level >= 4 and age > 9", 4), ("level >= 2 or level = 5", 2), ("level >= 2 or age > 9", None),
        ("level <= 3", None), ("not level >= 3", None), ("level != 3", None), ("age >= 3", None), ("level >= age", None),
    ],
)  # fmt: skip
def test_the_least_that_an_expression_lets_a_feature_be(text, floor):
    assert floor_in(parse_criteria(text), "level") == floor
