"""The customer page as one person keeps it: one's own alone, whole whatever was kept, and some parts that stay."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS, portal_principal
from guanxi.journal.models import Act
from guanxi.record.bookmarks.choices import Panel, Shift, Story
from guanxi.record.bookmarks.models import Habit
from guanxi.record.bookmarks.queries import arrangement_of
from guanxi.record.bookmarks.rules import HEADS, LEFT, OPEN, RIGHT, Arrangement, arranged, names_of, shifted, shifts_of
from guanxi.record.bookmarks.services import forget_arrangement, open_history_with, shift_panel

NAMES = st.lists(st.sampled_from([*Panel.values, "gone", ""]), max_size=15)


@given(st.fixed_dictionaries({}, optional={"left": NAMES, "right": NAMES, "folded": NAMES, "opens": NAMES}))
def test_whatever_was_kept_every_panel_stands_once_and_alarms_are_open(kept):
    page = arranged(kept)
    assert sorted([*page.left, *page.right]) == sorted(Panel)
    assert (page.left[0], page.right[0]) == HEADS
    assert not page.folded & set(OPEN)
    assert arranged(names_of(page)) == page


@given(st.lists(st.tuples(st.sampled_from(Panel), st.sampled_from(Shift)), max_size=20))
def test_no_row_of_shifts_loses_a_panel(shifts):
    page = Arrangement()
    for panel, shift in shifts:
        if shift in shifts_of(page, panel):
            page = shifted(page, panel, shift)
    assert arranged(names_of(page)) == page


def test_a_panel_of_a_later_version_stands_at_the_end_of_its_column():
    kept = {"left": ["facts", "groups", "card"], "right": ["next", "holdings", "standing"]}
    page = arranged(kept)
    assert page.left == (Panel.FACTS, Panel.GROUPS, Panel.CARD, Panel.TIES, Panel.AGREED)
    assert page.right == (Panel.NEXT, Panel.HOLDINGS, Panel.STANDING, Panel.SIGNALS)


def test_what_may_be_done_to_a_panel_depends_on_where_it_stands():
    page = Arrangement()
    assert shifts_of(page, Panel.FACTS) == shifts_of(page, Panel.NEXT) == []
    assert shifts_of(page, Panel.CARD) == [Shift.DOWN, Shift.ACROSS, Shift.FOLD]
    assert shifts_of(page, Panel.AGREED) == [Shift.UP, Shift.ACROSS, Shift.FOLD]
    assert shifts_of(page, Panel.SIGNALS) == [Shift.UP, Shift.DOWN, Shift.ACROSS]
    page = shifted(page, Panel.TIES, Shift.FOLD)
    assert shifts_of(page, Panel.TIES) == [Shift.UP, Shift.DOWN, Shift.ACROSS, Shift.OPEN]


@pytest.mark.django_db
def test_each_person_arranges_the_page_for_oneself(scene):
    lin, mo = scene.person("lin"), scene.person("mo")
    shift_panel("groups", "up", by=lin)
    shift_panel("holdings", "across", by=lin)
    shift_panel("agreed", "fold", by=lin)
    open_history_with("contacts", by=lin)
    shift_panel("signals", "down", by=mo)
    assert arrangement_of(lin) == Arrangement(
        (Panel.FACTS, Panel.CARD, Panel.GROUPS, Panel.TIES, Panel.AGREED, Panel.HOLDINGS),
        (Panel.NEXT, Panel.STANDING, Panel.SIGNALS),
        frozenset({Panel.AGREED}),
        Story.CONTACTS,
    )
    assert arrangement_of(mo).right == (Panel.NEXT, Panel.STANDING, Panel.HOLDINGS, Panel.SIGNALS)
    forget_arrangement(by=lin)
    assert arrangement_of(lin) == Arrangement(LEFT, RIGHT, frozenset(), Story.ALL)
    assert arrangement_of(mo).right[-1] == Panel.SIGNALS
    assert not Act.objects.filter(kind__startswith="view.").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("panel", "shift"),
    [("nothing", "up"), ("", "fold"), ("facts", "down"), ("next", "fold"), ("signals", "fold"), ("card", "up"), ("card", "open"), ("card", "away")],
)  # fmt: skip
def test_what_is_no_panel_or_stays_is_refused_and_nothing_is_written(scene, panel, shift):
    with pytest.raises(Refused):
        shift_panel(panel, shift, by=scene.person("lin"))
    assert not Habit.objects.exists()


@pytest.mark.django_db
def test_no_tab_of_that_name_and_no_stranger(scene):
    with pytest.raises(Refused):
        open_history_with("secrets", by=scene.person("lin"))
    for nobody in (ANONYMOUS, portal_principal("c" * 12)):
        for act in (
            lambda by: shift_panel("card", "fold", by=by),
            lambda by: open_history_with("work", by=by),
            lambda by: forget_arrangement(by=by),
        ):
            with pytest.raises(Denied):
                act(nobody)
        assert arrangement_of(nobody) == Arrangement()
    assert not Habit.objects.exists()


@pytest.mark.django_db
def test_reading_and_keeping_cost_a_query_each(scene):
    lin = scene.person("lin")
    shift_panel("card", "fold", by=lin)
    with CaptureQueriesContext(connection) as caught:
        arrangement_of(lin)
    assert len(caught) == 1
    with CaptureQueriesContext(connection) as caught:
        shift_panel("card", "open", by=lin)
    assert len([one for one in caught if "bookmarks_habit" in one["sql"]]) == 3  # read, held, written
