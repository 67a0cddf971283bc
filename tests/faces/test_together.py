"""What goes together, on a page: strongest first, each with its figure and its grade; nothing where nothing is sure (XUP-01, XUP-02)."""

import datetime as dt

import pytest

from guanxi.insight.appraisal.going_together import tell_or_keep, tell_together
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.standing.models import Growth
from tests.faces.reading import words_of
from tests.insight.appraisal.test_taking_next import TO, firm

PAGE = "/insight/together/"


@pytest.fixture
def told(scene):
    with firm(by_owned=True) as bench:
        return tell_together(bench, as_of=TO, currency="CNY")


def keep(facts: dict) -> None:
    Growth.objects.update_or_create(team_id=None, defaults={"facts": {"together": facts}})


def test_pairs_paths_order_and_what_comes_next_by_what_is_owned(scene, looking, told):
    keep(told)
    answer = looking(scene, "li", language="en").get(PAGE)
    page, words = answer.context["page"], words_of(answer)
    likely = next(row for row in page.nexts if row.name == "card" and row.under == "persons")
    assert likely.figures[1].startswith("loan ")
    assert {row.name for row in page.order} == {"card → loan", "savings → fund"}
    assert len(page.pairs) == 2  # each once, whichever way round tells more
    assert {frozenset(row.name.split(" → ")) for row in page.pairs} == {
        frozenset(("card", "loan")),
        frozenset(("savings", "fund")),
    }
    assert all(" days (" in row.figures[2] for row in page.paths) and page.paths
    assert "By what is owned" in page.next_grade and "By what 1,200 customers took out or bought" in words
    assert "按已持有的猜中" in words_of(looking(scene, "li").get(PAGE))


@pytest.mark.parametrize(
    ("facts", "said"), [({}, "Nothing has been computed yet."), (None, "Nothing that is surely more than chance")]
)
def test_an_empty_page_says_why(scene, looking, facts, said):
    if facts is None:
        with firm(by_owned=True, people=6) as bench:
            facts = tell_together(bench, as_of=TO, currency="CNY")
        facts |= {"transitions": [], "paths": []}
    keep(facts)
    assert said in words_of(looking(scene, "li", language="en").get(PAGE))


def test_of_no_product_nothing_is_kept():
    with Workbench.with_empty_edition() as bench:
        assert tell_together(bench, as_of=TO, currency="CNY") == {}


@pytest.mark.parametrize(("days", "is_kept"), [(0, False), (1, True), (6, True), (7, False), (-1, False)])
def test_it_is_counted_anew_once_a_week(days, is_kept):
    with firm(by_owned=True, people=200) as bench:
        told = tell_together(bench, as_of=TO, currency="CNY")
        kept = told | {"as_of": (TO - dt.timedelta(days)).isoformat(), "customers": 7}
        assert tell_or_keep(bench, kept, as_of=TO, currency="CNY") == (kept if is_kept else told)
        assert tell_or_keep(bench, {}, as_of=TO, currency="CNY") == told
        for others in (170, 230):  # another firm than it was: a demo was cleared, a file came in
            assert tell_or_keep(bench, kept | {"of_customers": others}, as_of=TO, currency="CNY") == told
