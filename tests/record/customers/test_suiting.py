"""By which words of a card something may suit (CARE-02)."""

import pytest

from guanxi.record.customers.choices import PreferenceField
from guanxi.record.customers.rules.suiting import suits, words_liked

TEA = PreferenceField.BREAKFAST


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (TEA, "喝普洱，不要糖", ("喝普", "普洱")),
        (TEA, "Pu'er tea, no sugar", ()),
        (TEA, "oolong and jasmine tea", ("oolong", "jasmine")),
        (PreferenceField.SNACKS, "坚果", ("坚果",)),
        (PreferenceField.SNACKS, "不吃坚果", ()),
        (PreferenceField.TOPICS, "never talks of golf", ()),
        (PreferenceField.EXPERTISE, "茶叶拍卖", ()),
        (PreferenceField.CONTACT, "打电话", ()),
        (PreferenceField.CHARACTER, "爽快", ()),
        (TEA, "茶", ()),
    ],
)
def test_only_what_is_liked_in_so_many_words(field, text, words):
    assert words_liked(field, text) == words


@pytest.mark.parametrize(
    ("name", "text", "is_so"),
    [
        ("普洱礼盒 Pu'er gift box", "喝普洱", True),
        ("Jasmine tea, 200 g", "jasmine in the morning", True),
        ("床头台灯 Bedside lamp", "喝普洱", False),
        ("ＪＡＳＭＩＮＥ tea", "jasmine", True),
    ],
)
def test_a_product_suits_by_a_word_of_its_name(name, text, is_so):
    assert suits(name, words_liked(TEA, text)) is is_so
