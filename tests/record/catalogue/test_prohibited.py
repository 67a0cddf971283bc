"""Subjects and merchant classes that never become data for advice, and families that cannot be made."""

import re

import pytest

from guanxi.identity.queries import system_principal
from guanxi.record.catalogue.models import Family
from guanxi.record.catalogue.prohibited import BLOCKED_CODES, UNOFFERED, blocked_subject, likely_words
from guanxi.record.catalogue.rules import NewProduct, Problem
from guanxi.record.catalogue.services import create_products


@pytest.mark.parametrize(
    "name, subject",
    [
        ("divorce_risk", "marriage"),
        ("isPregnant", "pregnancy"),
        ("hospital visits", "health"),
        ("church_donations", "religion"),
        ("trade_union", "union"),
        ("sexual_orientation", "sex"),
        ("NIGHTCLUB-EVENINGS", "nightlife"),
        ("share_at_bars", "nightlife"),
        ("racecourse_atm", "gambling"),
        ("澳门博彩", "gambling"),
        ("cell_site_home", "location"),
        ("night_calls", "calls"),
        ("has_children", "minors"),
        ("child_stage", "minors"),
        ("guardians_consent", "minors"),
        ("婴儿奶粉", "minors"),
        ("mcc_7995_count", "gambling"),
        ("8062", "health"),
        *(
            (word, "nightlife")
            for word in ("sauna", "桑拿", "KTV 包房", "night club", "夜總會", "Night Club Eden", "Royal Sauna")
        ),
        *((word, "gambling") for word in ("賭場", "Macau 賭場", "ｃａｓｉｎｏ", "Ｃａｓｉｎｏ")),
        *((word, "marriage") for word in ("marriage_risk", "married", "離婚可能", "已婚")),
        ("cancer_risk", "health"),
        ("孕妇", "pregnancy"),
        ("懷孕", "pregnancy"),
        ("党员", "politics"),
        ("佛教", "religion"),
        # words that only look alike
        ("night_shift", ""),
        ("marina_visits", ""),
        ("union_bank", "union"),
        ("barbecue", ""),
        ("public_transport", ""),
        ("minority_shareholder", ""),
        ("monthly_spend", ""),
        ("mcc_15813", ""),
        ("deposit_months", ""),
    ],
)
def test_a_name_says_its_subject(name, subject):
    assert blocked_subject(name) == subject


def test_every_blocked_code_is_a_subject():
    assert {code: blocked_subject(code) for code in BLOCKED_CODES} == dict(BLOCKED_CODES)


def test_a_firm_adds_its_own():
    assert blocked_subject("当铺消费", also=("当铺",)) == "own"
    assert blocked_subject("当铺消费") == ""


def test_medicine_is_a_subject_but_may_be_sold():
    assert blocked_subject("医院服务") == "health"
    assert blocked_subject("医院服务", subjects=UNOFFERED) == ""


@pytest.mark.parametrize(
    "words", ["Night Club card", "夜總會会员", "ＫＴＶ", "casino_card", "7995 cash", "Royal SAUNA"]
)
def test_what_is_looked_at_closely_is_found_by_a_glance(words):
    assert blocked_subject(words, subjects=UNOFFERED)
    assert re.search(likely_words(UNOFFERED), words, re.IGNORECASE)


@pytest.mark.django_db
@pytest.mark.parametrize("family", ["Nightlife", "GAMBLING-TOURS", "夜总会", "博彩旅游", "casino"])
def test_a_family_of_these_cannot_be_made(family):
    good = NewProduct(reference="P1", family="Travel")
    answers = create_products([NewProduct(reference="P2", family=family), good], by=system_principal())
    assert isinstance(answers[0], Problem)
    assert (answers[0].column, answers[0].refused.code) == ("family", "catalogue.unoffered")
    assert list(Family.objects.values_list("reference", flat=True)) == ["Travel"]
