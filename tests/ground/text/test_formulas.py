"""Formulas in CSV: found under every disguise, neutralised, and given back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.text.formulas import is_formula, neutralised, restored

LIVE = [
    "=1+1",
    "+1+1",
    "-1+cmd",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "\xa0=1+1",
    "＝1+1",
    "\r@SUM(1)",
    "\u200b=1",
    "\ufeff=1",
    "'=1+1",
    "''=1",
    "\n+1-2",
    "－1+1",
    "﹣1+x",
]
PLAIN = ["", "a=1", "1+1", "-98", "+12.5", "-1,234.50", "-5%", "O'Brien", "'quoted", "王=伟", "a@b.cn", "–"]


@pytest.mark.parametrize("text", LIVE)
def test_what_a_spreadsheet_would_run_is_neutralised(text):
    assert is_formula(text)
    assert neutralised(text) == f"'{text}"
    assert restored(neutralised(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_plain_cells_stay_as_they_are(text):
    assert not is_formula(text)
    assert neutralised(text) == text
    assert restored(text) == text


@given(st.text(max_size=30))
def test_every_cell_comes_back(text):
    assert not is_formula(text) or neutralised(text).startswith("'")
    assert restored(neutralised(text)) == text
