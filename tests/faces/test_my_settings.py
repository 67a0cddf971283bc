"""One's own settings: every choice counts for the person alone, and the first steps are kept."""

import re

import pytest

from guanxi.faces.shared import cells
from guanxi.faces.shared.manner import in_manner_of
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}


def choose(client, **choices):
    return client.post("/settings/me/", choices, **HX)


def test_every_choice_is_kept_and_the_page_changes_at_once(scene, looking):
    client = looking(scene, "lin")
    answer = choose(client, theme="dark", density="compact")
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (
        204,
        '{"look": {"theme": "dark", "density": "compact"}}',
    )
    assert '<html lang="zh-CN" data-theme="dark" data-density="compact">' in client.get("/").content.decode()
    assert choose(client, language="en").headers["HX-Refresh"] == "true"
    assert client.post("/settings/me/", {"zone": "Asia/Kathmandu"}).url == "/settings/me/"
    account = scene.account("lin")
    account.refresh_from_db()
    assert (account.language, account.theme, account.density, account.zone) == (
        "en",
        "dark",
        "compact",
        "Asia/Kathmandu",
    )
    assert (account.dates, account.numbers, account.money) == ("", "", "")


def test_times_follow_the_persons_zone_and_work_follows_the_firms_day(scene, looking):
    client = looking(scene, "lin")
    assert "09:12" in words_of(client.get("/"))
    choose(client, zone="America/Los_Angeles")  # there it is yesterday evening
    words = words_of(client.get("/"))
    assert "18:12" in words
    assert "7月9日" in words


def test_days_and_money_are_written_as_chosen_for_who_chose_it(scene, looking):
    client = looking(scene, "lin")
    assert "14,300" in client.get("/customers/").content.decode()
    choose(client, numbers="space", dates="iso", money="code")
    page = client.get("/customers/").content.decode()
    assert "14\u202f300" in page
    assert "CNY" in page
    assert "2026-" in client.get(f"/customers/{scene.codes['王海峰']}/").content.decode()
    assert "14,300" in looking(scene, "chen").get("/customers/").content.decode()


@pytest.mark.parametrize(
    ("choices", "minor", "expected"),
    [
        ({}, 12_345_678, "¥123,457"),
        ({"money": "code"}, 12_345_678, "CNY 123,457"),
        ({"money": "myriad"}, 12_345_678, "¥12.3 万"),
        ({"money": "myriad"}, 999_949, "¥9,999"),
        ({"numbers": "space"}, 12_345_678, "¥123\u202f457"),
        ({"numbers": "space", "money": "code"}, -12_345_678, "CNY −123\u202f457"),
    ],
)
def test_money_in_every_style(scene, choices, minor, expected):
    account = scene.account("lin")
    for name, value in choices.items():
        setattr(account, name, value)
    with in_manner_of(account):
        from django.utils import translation

        with translation.override("zh-hans"):
            assert cells.money(minor, "CNY") == expected


@pytest.mark.parametrize("choices", [{"theme": "pink"}, {"zone": "Mars/Olympus"}, {"dates": "x"}, {"money": "'; DROP"}])
def test_what_is_not_offered_is_refused_in_place(scene, looking, choices):
    client = looking(scene, "lin")
    answer = client.post("/settings/me/", choices)
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.content.decode()
    account = scene.account("lin")
    account.refresh_from_db()
    assert (account.theme, account.zone, account.dates, account.money) == ("", "", "", "")


# ---- first steps


def steps(client) -> list[str]:
    page = client.get("/").content.decode()
    return re.findall(r'class="to-do([^"]*)"', page)


def test_each_step_leads_to_its_place_is_kept_skipped_and_taken_up_again(scene, looking):
    client = looking(scene, "lin")
    assert steps(client) == ["", "", "", "", ""]
    assert client.post("/settings/me/first-steps/", {"step": "find", "mark": "done"}).url == "/search/"
    assert client.post("/settings/me/first-steps/", {"step": "account", "mark": "skipped"}).url == "/"
    assert steps(client) == ["", " is-done", "", "", " is-skipped"]
    assert steps(looking(scene, "lin")) == ["", " is-done", "", "", " is-skipped"]  # another device
    client.post("/settings/me/first-steps/", {"step": "find", "mark": ""})
    assert steps(client) == ["", "", "", "", " is-skipped"]
    assert steps(looking(scene, "zhou")) == ["", "", "", "", ""]


def test_the_list_is_put_away_and_brought_back_and_goes_by_itself(scene, looking):
    client = looking(scene, "lin")
    client.post("/settings/me/first-steps/", {"step": "", "mark": "skipped"})
    assert steps(client) == []
    client.post("/settings/me/first-steps/", {"step": "", "mark": ""})
    assert len(steps(client)) == 5
    for name in ("look", "find", "act", "narrow", "account"):
        client.post("/settings/me/first-steps/", {"step": name, "mark": "done"})
    assert steps(client) == []


def test_steps_are_those_of_the_role(scene, looking):
    assert len(steps(looking(scene, "du"))) == 4  # a reader answers nothing
    chief = looking(scene, "li")
    assert len(steps(chief)) == 6  # who sets up the firm: teams, people, files, figures
    assert chief.post("/settings/me/first-steps/", {"step": "bring", "mark": "done"}).url == "/imports/new/customers/"


@pytest.mark.parametrize("data", [{"step": "nothing", "mark": "done"}, {"step": "find", "mark": "perhaps"}])
def test_odd_steps_are_400(scene, looking, data):
    assert looking(scene, "lin").post("/settings/me/first-steps/", data).status_code == 400
    assert looking(scene, "lin").get("/settings/me/first-steps/").status_code == 405


def test_counts_shares_and_sentences_follow_the_choice_too(scene, looking):
    from django.utils import translation

    from guanxi.record.signals.wording import day_in_words, money_in_words

    account = scene.account("lin")
    account.numbers, account.money, account.dates = "space", "code", "iso"
    with in_manner_of(account), translation.override("en"):
        assert cells.number(-12_408) == "−12\u202f408"
        assert cells.decimals(1234.56) == "1\u202f234.6"
        assert (cells.percent(12.345), cells.percent(0.256, 1)) == ("1\u202f234%", "25.6%")
        assert money_in_words(12_345_678, "CNY") == "CNY 123\u202f457"
        assert day_in_words("2026-07-09") == "2026-07-09"
        assert cells.sign_of("CNY") == "CNY"
    with translation.override("en"):
        assert (cells.number(12_408), cells.sign_of("CNY"), day_in_words("2026-07-09")) == (
            "12,408",
            "¥",
            "9 July 2026",
        )


def test_counts_in_what_the_program_says_follow_and_quotations_do_not(scene):
    from django.utils import translation

    refused = Refused("x", "{text} is not {most}, {name}.", text="1,234", most="12,408", name="1,2")
    account = scene.account("lin")
    account.numbers = "space"
    with translation.override("en"):
        assert refusal_words(refused) == "1,234 is not 12,408, 1,2."
        with in_manner_of(account):
            assert refusal_words(refused) == "1,234 is not 12\u202f408, 1,2."


def test_every_page_of_figures_has_no_comma_left_for_who_wants_none(scene, looking):
    client = looking(scene, "chen")
    choose(client, numbers="space", language="en")
    for path in ("/", "/customers/", f"/customers/{scene.codes['王海峰']}/", "/dealings/", "/holdings/", "/imports/"):
        page = words_of(client.get(path))
        assert not re.search(r"(?<![\d.])\d{1,3},\d{3}(?!\d)", page), path
