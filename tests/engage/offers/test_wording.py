"""What an offer may not say (decisioning.md 3.5 (8), RET-03, LEV-09, PTN-03, PTN-04), in both languages and in disguise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.engage.offers.rules.phrases import Fault
from guanxi.engage.offers.rules.wording import digest_of, findings_in


def found(text, *, promotion=False, terms=False):
    return [(one.words, str(one.fault)) for one in findings_in(text, has_promotion=promotion, has_terms=terms)]


@pytest.mark.parametrize(
    ("text", "words", "fault"),
    [
        ("恭喜您参加抽奖", "抽奖", Fault.LOTTERY),
        ("您中奖了", "中奖", Fault.LOTTERY),
        ("您获得三等奖", "三等奖", Fault.LOTTERY),
        ("You have won third prize", "You have won", Fault.LOTTERY),
        ("join our lucky draw", "lucky draw", Fault.LOTTERY),
        ("earns 4 times the savings rate", "4 times the", Fault.RETURN),
        ("four times the bank's interest", "four times the", Fault.RETURN),
        ("收益是存款的四倍", "四倍", Fault.RETURN),
        ("这款产品保本", "保本", Fault.RETURN),
        ("Guaranteed to grow", "Guaranteed", Fault.RETURN),
        ("过往业绩优异", "过往业绩", Fault.RETURN),
        ("终身免年费", "终身", Fault.FREE),
        ("免费洗车", "免费", Fault.FREE),
        ("0元开户", "0元", Fault.FREE),
        ("a free car wash", "free", Fault.FREE),
        ("别家都是骗子", "骗子", Fault.DISPARAGING),
        ("other cards are a rip-off", "rip-off", Fault.DISPARAGING),
        ("最后机会", "最后机会", Fault.SCARCITY),
        ("仅剩3席", "仅剩3", Fault.SCARCITY),
        ("Only 3 left", "Only 3 left", Fault.SCARCITY),
        ("您忍心让孩子没有保障吗", "忍心", Fault.GUILT),
        ("if you love your family", "if you love", Fault.GUILT),
        ("赌场之旅", "赌场", Fault.REFUSED_TRADE),
        ("a casino tour", "casino", Fault.REFUSED_TRADE),
    ],
)
def test_what_is_found_is_named(text, words, fault):
    assert (words, str(fault)) in found(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您中獎了", "中獎"),
        ("抽　獎", "抽　獎"),
        ("抽 奖", "抽 奖"),
        ("抽*奖", "抽*奖"),
        ("抽\u200b奖", "抽\u200b奖"),
        ("ｌｏｔｔｅｒｙ", "ｌｏｔｔｅｒｙ"),
        ("l o t t e r y", "l o t t e r y"),
        ("L.O.T.T.E.R.Y", "L.O.T.T.E.R.Y"),
        ("lottеry", "lottеry"),  # a Cyrillic е
        ("prizé", "prizé"),
        ("無風險", "無風險"),
        ("４倍收益", "４倍"),
        ("guaran\u00adteed", "guaran\u00adteed"),
        ("終身保障", "終身"),
        ("錯過不再", "錯過不再"),
    ],
)
def test_disguises_are_seen_through(text, words):
    assert words in [one for one, _fault in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "我们注意到您近期用卡较少，希望留住您：免年费，机票八折。",
        "We noticed you use the card less and would like to keep you: no annual fee and 20 % off tickets.",
        "集中奖励老客户",
        "Feel free to ask; the loan is interest-free for a month",
        "本月积分三倍",
        "利息约5,600元，每月10元",
        "装修贷款年利率3.6%，挂牌4.2%",
        "freedom of choice",
        "Your prizewinning garden",
        "",
    ],
)
def test_honest_words_pass(text):
    assert found(text) == []


def test_a_registered_promotion_lets_its_prize_be_said():
    assert found("抽奖得三等奖", promotion=True) == []
    assert found("抽奖保本", promotion=True) == [("保本", "return")]


def test_published_terms_let_free_be_said():
    assert found("首年免费 free", terms=True) == []
    assert found("免费抽奖", terms=True) == [("抽奖", "lottery")]


def test_places_are_those_of_the_text():
    one, other = findings_in("，保本，四倍", has_promotion=False, has_terms=False)
    assert (one.place, one.words, other.place, other.words) == (2, "保本", 5, "四倍")


def test_prizes_and_refused_trades_are_never_released():
    all_of = findings_in("抽奖 保本 赌场", has_promotion=False, has_terms=False)
    assert [one.words for one in all_of if not one.is_releasable] == ["抽奖", "赌场"]


def test_a_release_is_of_one_fault_of_one_text():
    assert digest_of("保本", Fault.RETURN) == digest_of("保本", Fault.RETURN) != digest_of("保本。", Fault.RETURN)
    assert digest_of("保本", Fault.RETURN) != digest_of("保本", Fault.FREE)


def test_letters_that_only_look_latin_and_doubling_without_a_number_are_found():
    assert found("LOТТERY") == [("LOТТERY", "lottery")]
    assert found("年年翻倍") == [("翻倍", "return")]


@given(st.text(max_size=80), st.sampled_from(("抽奖", "保本", "骗子", "last chance")), st.text(max_size=80))
def test_found_wherever_it_stands(before, words, after):
    text = f"{before} | {words} | {after}"
    found_there = findings_in(text, has_promotion=False, has_terms=False)
    assert any(words in one.words for one in found_there)
    for one in found_there:
        assert text[one.place - 1 : one.place - 1 + len(one.words)] == one.words
