"""Saved views, favourites and what was opened last: whose they are, who finds and changes them."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.ids import new_codes
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS, portal_principal
from guanxi.journal.models import Act
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.models import Favourite, Recent, SavedView
from guanxi.record.bookmarks.queries import favourites_of, recents_of, views_of
from guanxi.record.bookmarks.services import (
    NewView,
    change_view,
    choose_default_view,
    note_opened,
    order_favourites,
    remove_demo_views,
    remove_view,
    save_view,
    set_favourite,
)
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
TEXT = "where=tier.in.a&sort=-value"


def view(name: str = "A", **parts: object) -> NewView:
    return NewView("customer", name, TEXT, **parts)


def names(principal) -> list[str]:
    return [row.name for row in views_of(principal, "customer")]


def test_a_private_view_is_found_by_its_owner_alone(scene):
    code = save_view(view("My  A\n"), by=scene.person("lin"))
    (row,) = views_of(scene.person("lin"), "customer")
    assert (row.code, row.name, row.question, row.sharing, row.is_mine, row.may_change) == (
        code,
        "My A",
        TEXT,
        Sharing.PRIVATE,
        True,
        True,
    )
    assert not names(scene.person("mo")) and not names(scene.person("gao"))
    assert not views_of(scene.person("lin"), "dealing")
    assert Act.objects.filter(kind="view.saved").count() == 1


def test_a_leader_shares_with_the_team_and_the_administration_with_everybody(scene):
    save_view(view("team", sharing=Sharing.TEAM), by=scene.person("gao"))
    save_view(view("whole firm", sharing=Sharing.PUBLIC), by=SYSTEM)
    assert names(scene.person("lin")) == ["team", "whole firm"]
    assert [row.may_change for row in views_of(scene.person("lin"), "customer")] == [False, False]
    assert [row.may_change for row in views_of(scene.person("gao"), "customer")] == [True, False]
    assert names(scene.person("wu")) == ["whole firm"]  # another team


@pytest.mark.parametrize(
    ("who", "sharing"),
    [("lin", Sharing.TEAM), ("lin", Sharing.PUBLIC), ("gao", Sharing.PUBLIC), ("du", Sharing.TEAM)],
)
def test_sharing_needs_its_right(scene, who, sharing):
    with pytest.raises(Denied):
        save_view(view(sharing=sharing), by=scene.person(who))
    code = save_view(view(), by=scene.person(who))
    with pytest.raises(Denied):
        change_view("customer", code, by=scene.person(who), sharing=sharing)
    assert views_of(scene.person(who), "customer")[0].sharing == Sharing.PRIVATE


def test_who_is_no_member_of_staff_keeps_nothing(scene):
    for stranger in (ANONYMOUS, portal_principal("c" * 12)):
        with pytest.raises(Denied):
            save_view(view(), by=stranger)
        note_opened("customer", "c" * 12, by=stranger)
        set_favourite("customer", "c" * 12, by=stranger, is_on=True)
        assert (views_of(stranger, "customer"), favourites_of(stranger), recents_of(stranger)) == ([], [], [])
    assert (SavedView.objects.count(), Favourite.objects.count(), Recent.objects.count()) == (0, 0, 0)


def test_a_view_is_changed_and_removed_by_who_may(scene):
    lin, mo = scene.person("lin"), scene.person("mo")
    code = save_view(view(), by=lin)
    for act in (lambda: change_view("customer", code, by=mo, name="x"), lambda: remove_view("customer", code, by=mo)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "bookmarks.not_found"
    change_view(
        "customer", code, by=lin, name="B", question="sort=tier", is_pinned=False, widths={"name": 5, "tier": 9_999}
    )
    (row,) = views_of(lin, "customer")
    assert (row.name, row.question, row.is_pinned, row.widths) == ("B", "sort=tier", False, {"name": 40, "tier": 1_200})
    with pytest.raises(Refused):
        change_view("dealing", code, by=lin, question="sort=-amount")
    remove_view("customer", code, by=lin)
    assert names(lin) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "\u202e"])
def test_names_are_plain_words(scene, name):
    with pytest.raises(Refused):
        save_view(view(name), by=scene.person("lin"))


def test_a_person_keeps_fifty_views_of_a_list(scene):
    lin = scene.person("lin")
    for place in range(50):
        save_view(view(str(place)), by=lin)
    with pytest.raises(Refused) as refused:
        save_view(view("one more"), by=lin)
    assert refused.value.code == "bookmarks.too_many"
    assert names(lin) == [str(place) for place in range(50)]


def test_a_list_opens_with_the_view_chosen_for_it(scene):
    lin, mo = scene.person("lin"), scene.person("mo")
    code = save_view(view(), by=lin)
    choose_default_view("customer", code, by=lin)
    assert [row.is_default for row in views_of(lin, "customer")] == [True]
    with pytest.raises(Refused):
        choose_default_view("customer", code, by=mo)
    choose_default_view("customer", "", by=lin)
    assert [row.is_default for row in views_of(lin, "customer")] == [False]


def test_what_was_opened_is_kept_once_a_minute_and_fifty_at_most(scene):
    lin, codes = scene.person("lin"), new_codes(55)
    for place, code in enumerate(codes):
        with clock.frozen(NOON + dt.timedelta(minutes=place)):
            note_opened("customer", code, by=lin)
    assert [mark.code for mark in recents_of(lin)] == codes[:4:-1]
    with clock.frozen(NOON + dt.timedelta(minutes=54, seconds=59)):
        note_opened("customer", codes[-1], by=lin)
    assert recents_of(lin, 1)[0].at == NOON + dt.timedelta(minutes=54)
    with clock.frozen(NOON + dt.timedelta(minutes=60)):
        note_opened("customer", codes[10], by=lin)
    assert [mark.code for mark in recents_of(lin, 2)] == [codes[10], codes[-1]]
    assert len(recents_of(lin)) == 50
    note_opened("customer", "../../etc", by=lin)
    assert recents_of(scene.person("mo")) == []
    assert Recent.objects.count() == 50


def test_favourites_stand_in_their_persons_order(scene):
    lin, codes = scene.person("lin"), new_codes(51)
    for code in codes[:3]:
        set_favourite("customer", code, by=lin, is_on=True)
        set_favourite("customer", code, by=lin, is_on=True)
    order_favourites([("customer", codes[2]), ("customer", "x")], by=lin)
    assert [mark.code for mark in favourites_of(lin)] == [codes[2], codes[0], codes[1]]
    set_favourite("customer", codes[0], by=lin, is_on=False)
    assert [mark.code for mark in favourites_of(lin)] == [codes[2], codes[1]]
    for code in codes[3:]:
        set_favourite("customer", code, by=lin, is_on=True)
    with pytest.raises(Refused):
        set_favourite("customer", codes[0], by=lin, is_on=True)
    assert favourites_of(scene.person("mo")) == []


def test_the_views_of_the_demo_go_with_it(scene):
    save_view(view("demo", sharing=Sharing.PUBLIC, is_demo=True), by=SYSTEM)
    save_view(view("own"), by=scene.person("lin"))
    with pytest.raises(Denied):
        remove_demo_views(by=scene.person("lin"))
    assert remove_demo_views(by=SYSTEM) == 1
    assert names(scene.person("lin")) == ["own"]
