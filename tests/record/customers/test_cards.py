"""PRF-01: cards of regulars searched across customers, within one's own sight: "who likes Pu'er tea?"."""

import time

import pytest

from guanxi.ground.refusals import Refused
from guanxi.ground.text.grams import phrase_grams, phrase_query
from guanxi.record.customers import search, services
from guanxi.record.customers.choices import PreferenceField
from guanxi.record.customers.queries import list_customers
from guanxi.record.customers.queries.cards import find_on_cards
from guanxi.record.customers.rules.cards import words_meant
from guanxi.record.customers.services import NewCustomer
from guanxi.record.customers.services.erasing import erase_customer
from guanxi.record.customers.services.filling import NewPreference, fill_cards
from guanxi.record.customers.services.merging import merge_customers
from guanxi.record.customers.sheet import CUSTOMERS
from tests.record.customers.rows import TODAY, register
from tests.stories.scene import SYSTEM

TEA, TOPICS = PreferenceField.BREAKFAST, PreferenceField.TOPICS


pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def people(scene):
    """Wang and Li of Lin, Zhao of Xu (another branch)."""
    rows = [
        NewCustomer(name=name, reference=name, owner=owner)
        for name, owner in (("王芳", "lin"), ("李强", "lin"), ("赵云", "xu"))
    ]
    return scene, dict(zip(("王芳", "李强", "赵云"), [answer.id for answer in register(*rows)], strict=True))


def told(key: int, text: str, field: PreferenceField = TEA) -> int:
    return services.record_preference(key, field=field, text=text, source="told", by=SYSTEM)


def found(text: str, principal) -> dict[str, list[str]]:
    return {row.customer.name: [line.text for line in row.lines] for row in find_on_cards(text, principal).rows}


def listed(text: str, principal) -> set[str]:
    question = CUSTOMERS.read_question({"where": [f"card.contains.{text}"]}, principal.clear_fields)
    return {row.name for row in list_customers(question, principal).rows}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("who likes Pu'er tea?", "Pu'er tea"),
        ("谁喜欢普洱茶？", "普洱茶"),
        ("有哪些人爱喝铁观音", "铁观音"),
        ("customers who drink the oolong", "oolong"),
        ("喜欢", "喜欢"),
        ("？", "?"),
    ],
)
def test_the_words_of_a_question_are_those_a_card_may_hold(asked, meant):
    assert words_meant(asked) == meant


@pytest.mark.parametrize(
    ("text", "asked", "says"),
    [
        ("Pu'er tea, no sugar", "puer", True),
        ("Pu'er tea, no sugar", "SUGAR tea", True),
        ("Pu'er tea, no sugar", "coffee", False),
        ("Ｐｕｅｒ tea", "puer", True),
        ("七点前的车：普洱", "普洱", True),
        ("七点前的车：普洱", "普", True),
        ("七点前的车：普洱", "洱普", False),
        ("café crème", "creme", True),
        ("tea", "teapot", False),
        ("喝 tea 不加糖", "不加糖 tea", True),
    ],
)
def test_a_line_says_a_word_or_its_beginning(text, asked, says):
    assert (set(phrase_query(asked).all_of) <= phrase_grams(text)) is says


def test_who_likes_puer_tea(people):
    scene, ids = people
    lin = scene.person("lin")
    told(ids["王芳"], "Pu'er tea, no sugar")
    told(ids["王芳"], "钓鱼", TOPICS)
    told(ids["李强"], "热牛奶")
    told(ids["赵云"], "Pu'er tea")
    assert found("who likes Pu'er tea?", lin) == {"王芳": ["Pu'er tea, no sugar"]}
    assert found("who likes Pu'er tea?", SYSTEM) == {"王芳": ["Pu'er tea, no sugar"], "赵云": ["Pu'er tea"]}
    assert found("tea 钓鱼", lin) == {"王芳": ["Pu'er tea, no sugar", "钓鱼"]}
    assert found("牛奶 钓鱼", lin) == {}
    assert (listed("puer", lin), listed("谁爱喝热牛奶", lin)) == ({"王芳"}, {"李强"})
    assert found("王芳", lin) == {}  # a name is no word of a card


def test_what_came_off_the_card_is_found_no_more_and_comes_back(people):
    scene, ids = people
    lin, key = scene.person("lin"), told(people[1]["王芳"], "普洱")
    assert found("普洱", lin) == {"王芳": ["普洱"]}
    services.end_preference(key, by=lin)
    assert (found("普洱", lin), listed("普洱", lin)) == ({}, set())
    services.resume_preference(key, by=lin)
    services.correct_preference(key, text="铁观音", source="told", by=lin)
    assert (found("普洱", lin), found("铁观音", lin)) == ({}, {"王芳": ["铁观音"]})
    merge_customers(ids["李强"], ids["王芳"], by=SYSTEM)
    assert found("铁观音", lin) == {"李强": ["铁观音"]}
    erase_customer(ids["李强"], basis="asked", by=SYSTEM)
    assert found("铁观音", SYSTEM) == {}


def test_names_are_masked_as_everywhere(people):
    scene, ids = people
    told(ids["王芳"], "普洱")
    assert list(found("普洱", scene.person("mei"))) == ["王*"]


def test_the_index_is_what_a_rebuild_would_write(people):
    _scene, ids = people
    told(ids["王芳"], "Pu'er tea")
    fill_cards([NewPreference(ids["李强"], TOPICS, "老城改造", "told", TODAY)], by=SYSTEM)
    assert found("老城", SYSTEM) == {"李强": ["老城改造"]}
    assert search.reindex_customers(ids.values()) == 0


def test_two_hundred_and_fourteen_regulars_within_a_second(people):
    scene, _ids = people
    answers = register(*[NewCustomer(name=f"熟客{n}", reference=f"R{n}", owner="lin") for n in range(214)])
    lines = [
        NewPreference(
            answer.id, field, f"{field.name.lower()} {n % 7} {'普洱' if n % 5 == 0 else '豆浆'}", "told", TODAY
        )
        for n, answer in enumerate(answers)
        for field in PreferenceField
    ]
    fill_cards(lines, by=SYSTEM)
    lin = scene.person("lin")
    began = time.process_time()
    hits = find_on_cards("谁喜欢普洱", lin, limit=300)
    assert (len(hits.rows), len(hits.rows[0].lines)) == (43, 8)
    assert len(find_on_cards("snacks", lin, limit=300).rows) == 214
    assert len(listed("普洱", lin)) == 43
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["", "？", "!", "%", "_"])
def test_nothing_asked_finds_nobody(people, text):
    scene, ids = people
    told(ids["王芳"], "100% orange_juice")
    assert found(text, scene.person("lin")) == {}


def test_what_no_database_holds_is_refused(people):
    with pytest.raises(Refused):
        find_on_cards("a\0b", people[0].person("lin"))
