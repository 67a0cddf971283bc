"""Administration: each page by its right, each act journaled, what is refused said at the form, nothing written when denied."""

import re

import pytest

from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.identity.choices import TeamKind
from guanxi.identity.models import DayChange, Firm, Staff, Team
from guanxi.journal.models import Act
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import default_again_on
from guanxi.record.catalogue.models import Estate, Product
from guanxi.record.customers.models import Customer
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM

pytestmark = pytest.mark.django_db
PAGES = (
    "teams/", "teams/{oak}/", "people/", "people/{lin}/", "sight/", "products/", "estates/", "competition/", "days-off/", "thresholds/",
    "jobs/", "data/", "beginning/",
)  # fmt: skip
ACTS = {
    "teams/": {"name": "新组", "kind": 3, "parent": "{branch}"},
    "teams/{oak}/name/": {"name": "改名", "seen": "x"},
    "teams/{oak}/place/": {"parent": "{south}", "seen": "x"},
    "teams/{oak}/closing/": {},
    "people/": {"name": "新人", "role": "manager", "team": "{oak}"},
    "people/{lin}/description/": {"name": "改名", "seen": "x"},
    "people/{lin}/role/": {"role": "admin", "seen": "x"},
    "people/{lin}/team/": {"team": "{south}", "seen": "x"},
    "people/{lin}/password/": {"password": "another-Horse-8"},
    "people/{lin}/leaving/": {"successor": ""},
    "people/{lin}/return/": {},
    "products/": {"reference": "X-1", "name": "新品", "seen": "x"},
    "estates/": {"name": "新苑", "city": "广州", "seen": "x"},
    "competition/rivals/": {"name": "东江银行"},
    "competition/prices/": {"product": "X-1", "on": "2026-07-10", "old": "480", "new": "520"},
    "days-off/": {"day": "2026-07-10", "is_working": "no", "name": "店庆"},
    "days-off/removal/": {"day": "2026-07-10"},
    "thresholds/decisions.capacity/": {"value": "5"},
    "jobs/resumption/": {"job": "1"},
    "data/backup/": {},
    "data/backups/2026-07-08/": {},
    "data/backups/2026-07-08/check/": {},
    "data/backups/2026-07-08/return/": {},
    "data/demo-removal/": {},
    "jobs/figures/": {},
    "beginning/": {"capacity": "few"},
}


@pytest.fixture
def places(scene) -> dict[str, str]:
    teams = {name: team.code for name, team in scene.teams.items()}
    return teams | {name: staff.code for name, staff in scene.staff.items()}


def filled(data: dict, places: dict[str, str]) -> dict:
    return {name: value.format(**places) if isinstance(value, str) else value for name, value in data.items()}


def seen_on(page: str, action: str) -> str:
    """The mark of what the form at an address was made from."""
    form = re.search(rf'action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    return re.search(r'name="seen" value="(\w+)"', form[0])[1]


def send(client, page: str, action: str, data: dict):
    """Fill in the form that a page offers, as a person does, and send it."""
    shown = client.get(page).content.decode()
    return client.post(action, data | {"seen": seen_on(shown, action)})


def state() -> list:
    return [
        list(Team.objects.order_by("pk").values()),
        list(Staff.objects.order_by("pk").values()),
        list(Firm.objects.values()),
        list(DayChange.objects.values()),
        Product.objects.count(),
        Estate.objects.count(),
        Job.objects.count(),
        Act.objects.count(),
    ]


# ---- who may


@pytest.mark.parametrize("who", ["lin", "chen", "he", "zhao", "du"])
def test_nobody_else_opens_or_changes_anything(scene, places, looking, who):
    client, before = looking(scene, who), state()
    for page in PAGES:
        assert client.get(f"/settings/{page.format(**places)}").status_code == 403, page
    for page, data in ACTS.items():
        assert client.post(f"/settings/{page.format(**places)}", filled(data, places)).status_code == 403, page
    assert state() == before
    home = client.get("/settings/").content.decode()
    assert "/settings/roles/" in home
    assert "/settings/people/" not in home


def test_acts_are_posts_and_strange_codes_are_not_found(scene, places, looking):
    client = looking(scene, "li")
    for page in ACTS:
        if page.count("/") > 1:
            assert client.get(f"/settings/{page.format(**places)}").status_code in (404, 405), page
    for path in ("teams/" + "x" * 12, "people/" + "x" * 12, "people/1", "products/" + "2" * 12, "thresholds/a.b"):
        assert client.post(f"/settings/{path}/", {}).status_code in (404, 405)


def test_every_page_stands_and_says_what_it_is(scene, places, looking):
    for language in ("zh-hans", "en"):
        client = looking(scene, "li", language=language)
        for page in ("", "roles/", *PAGES):
            response = client.get(f"/settings/{page.format(**places)}")
            assert response.status_code == 200
            assert re.search(r"<h1>[^<]+</h1>", response.content.decode()), page


# ---- teams


def test_a_team_is_opened_renamed_moved_and_closed(scene, places, looking):
    client = looking(scene, "li")
    client.post("/settings/teams/", {"name": " 信用卡  中心 ", "kind": TeamKind.TEAM.value, "parent": places["oak"]})
    team = Team.objects.get(name="信用卡 中心")
    home = f"/settings/teams/{team.code}/"
    assert (team.parent.code, team.kind) == (places["oak"], TeamKind.TEAM)
    assert send(client, home, f"{home}name/", {"name": "卡部"}).status_code == 302
    assert send(client, home, f"{home}place/", {"parent": places["south"]}).status_code == 302
    team.refresh_from_db()
    south = Team.objects.get(code=places["south"])
    assert (team.name, team.parent_id) == ("卡部", south.pk)
    assert south.lo < team.lo <= team.hi <= south.hi
    assert client.post(f"{home}closing/").status_code == 302
    assert "已关闭" in words_of(client.get("/settings/teams/"))
    assert list(Act.objects.filter(noun_code=team.code).order_by("pk").values_list("kind", flat=True)) == [
        "team.opened",
        "team.renamed",
        "team.moved",
        "team.closed",
    ]


def test_what_would_break_the_tree_is_refused_in_words(scene, places, looking):
    client, before = looking(scene, "li"), state()
    branch = f"/settings/teams/{places['branch']}/"
    assert client.post(f"{branch}closing/").status_code == 422
    answer = client.post(f"{branch}place/", {"parent": places["oak"], "seen": "x"})
    assert answer.status_code in (409, 422)
    answer = client.post("/settings/teams/", {"name": "   ", "kind": 3, "parent": places["oak"]})
    assert answer.status_code == 422
    answer = client.post("/settings/teams/", {"name": "孤儿", "kind": 3, "parent": "x" * 12})
    assert (answer.status_code, 'value="孤儿"' in answer.content.decode()) == (422, True)
    assert state() == before


def test_a_form_that_somebody_overtook_keeps_what_was_typed_and_asks_again(scene, places, looking):
    client = looking(scene, "li")
    home = f"/settings/teams/{places['oak']}/"
    seen = seen_on(client.get(home).content.decode(), f"{home}name/")
    Team.objects.filter(code=places["oak"]).update(name="别人改的")
    answer = client.post(f"{home}name/", {"name": "我改的", "seen": seen})
    assert answer.status_code == 409
    assert 'value="我改的"' in answer.content.decode()
    assert Team.objects.get(code=places["oak"]).name == "别人改的"
    again = seen_on(answer.content.decode(), f"{home}name/")
    assert client.post(f"{home}name/", {"name": "我改的", "seen": again}).status_code == 302
    assert Team.objects.get(code=places["oak"]).name == "我改的"


# ---- people


def test_somebody_is_taken_on_and_signs_in(scene, places, looking, client):
    data = {
        "name": "钟灵",
        "role": "manager",
        "team": places["oak"],
        "email": "Zhong@Hezhong.example",
        "password": "spring-Rain-2026",
    }
    assert looking(scene, "li").post("/settings/people/", data).url == "/settings/people/"
    staff = Staff.objects.get(name="钟灵")
    assert (staff.role, staff.team.code, staff.account.email) == ("manager", places["oak"], "zhong@hezhong.example")
    response = client.post("/account/login/", {"login": "zhong@hezhong.example", "password": "spring-Rain-2026"})
    assert response.status_code == 302


def test_who_was_taken_on_without_an_address_is_let_in_later(scene, places, looking, client):
    desk = looking(scene, "li")
    desk.post("/settings/people/", {"name": "钟灵", "role": "manager", "team": places["oak"]})
    home = f"/settings/people/{Staff.objects.get(name='钟灵').code}/"
    login = {"login": "zhong@hezhong.example", "password": "spring-Rain-2026"}
    sent = {"email": login["login"], "password": "short"}
    assert 'value="zhong@hezhong.example"' in desk.post(f"{home}account/", sent).content.decode()
    assert Staff.objects.get(name="钟灵").account is None
    assert desk.post(f"{home}account/", sent | {"password": login["password"]}).status_code == 302
    assert client.post("/account/login/", login).status_code == 302


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"role": "emperor"}, {"team": "x"}, {"email": "lin@hezhong.example"}, {"password": "short"}],
)
def test_a_bad_newcomer_is_nobody_and_what_was_typed_stays(scene, places, looking, change):
    data = {"name": "钟灵", "role": "manager", "team": places["oak"], "email": "z@hezhong.example", "title": "见习"}
    before = Staff.objects.count()
    answer = looking(scene, "li").post("/settings/people/", data | {"password": "spring-Rain-2026"} | change)
    assert answer.status_code == 422
    assert 'value="见习"' in answer.content.decode()
    assert "spring-Rain" not in answer.content.decode()
    assert Staff.objects.count() == before


def test_role_team_name_and_password_change_each_by_itself(scene, places, looking):
    client, home = looking(scene, "li"), f"/settings/people/{places['zhou']}/"
    mine = Customer.objects.filter(owner=scene.staff["zhou"])
    assert send(client, home, f"{home}role/", {"role": "leader"}).status_code == 302
    assert send(client, home, f"{home}description/", {"name": "周行", "title": "主任"}).status_code == 302
    assert send(client, home, f"{home}team/", {"team": places["south"]}).status_code == 302
    assert client.post(f"{home}password/", {"password": "another-Horse-8"}).status_code == 302
    staff = Staff.objects.get(code=places["zhou"])
    assert (staff.role, staff.name, staff.title, staff.team.code) == ("leader", "周行", "主任", places["south"])
    assert staff.account.check_password("another-Horse-8")
    assert {row.team.code for row in mine.select_related("team")} == {places["south"]}
    assert set(Act.objects.filter(noun_code=staff.code).values_list("kind", flat=True)) >= {
        "staff.role_changed",
        "staff.described",
        "staff.moved",
        "account.password_set",
    }


def test_a_leaver_goes_with_a_successor_and_comes_back(scene, places, looking):
    client, home = looking(scene, "li"), f"/settings/people/{places['lin']}/"
    owned = Customer.objects.filter(owner=scene.staff["lin"]).count()
    assert client.post(f"{home}leaving/", {"successor": places["he"]}).status_code == 422  # does no such work
    assert Staff.objects.get(code=places["lin"]).left_on is None
    assert client.post(f"{home}leaving/", {"successor": places["zhou"]}).status_code == 302
    staff = Staff.objects.get(code=places["lin"])
    assert staff.left_on is not None
    assert not staff.account.is_active
    assert Customer.objects.filter(owner=scene.staff["zhou"]).count() == owned + 1
    assert not Action.objects.filter(owner=staff, status__in=(1, 2)).exists()
    assert client.post(f"{home}return/").status_code == 302
    assert Staff.objects.get(code=places["lin"]).left_on is None


def test_the_last_administrator_stays(scene, places, looking):
    client, home = looking(scene, "li"), f"/settings/people/{places['li']}/"
    assert send(client, home, f"{home}role/", {"role": "manager"}).status_code == 422
    assert client.post(f"{home}leaving/", {"successor": ""}).status_code == 422
    assert Staff.objects.get(code=places["li"]).role == "admin"


# ---- who sees whom


@pytest.mark.parametrize(
    ("who", "customer", "words", "is_seen"),
    [
        ("lin", "王海峰", "林晓彤照看这位客户", True),
        ("chen", "王海峰", "在陈洁的团队或下级团队里", True),
        ("he", "王海峰", "在何平的支行", True),
        ("zhao", "王海峰", "看得到全公司的客户", True),
        ("chen", "罗志强", "没有人照看", True),
        ("lin", "邓志强", "由别人照看", False),
        ("chen", "林国栋", "够不着", False),
        ("du", "罗志强", "没有人照看", False),
    ],
)
def test_the_rule_is_said_in_words(scene, places, looking, who, customer, words, is_seen):
    page = looking(scene, "li").post("/settings/sight/", {"who": places[who], "customer": customer})
    said = words_of(page)
    assert words in said
    assert ("看得到" in re.findall(r'class="tag"[^>]*>([^<]+)<', page.content.decode())) is is_seen
    client = looking(scene, who)
    assert (client.get(f"/customers/{scene.codes[customer]}/").status_code == 200) is is_seen


def test_clear_and_masked_fields_are_named(scene, places, looking):
    page = looking(scene, "li").post("/settings/sight/", {"who": places["he"], "customer": "王海峰"}).content.decode()
    clear, masked = re.findall(r"<dd>([^<]*)</dd>", page)[:2]
    assert clear == "姓名"
    assert "手机" in masked or "电话" in masked


# ---- catalogue


def test_products_and_estates_are_entered_changed_and_kept_apart(scene, looking):
    client = looking(scene, "li")
    made = {"reference": "LOAN-1", "name": "安居贷", "family": "贷款", "margin_rate": "35%"}
    assert send(client, "/settings/products/", "/settings/products/", made).status_code == 302
    product = Product.objects.get(reference="LOAN-1")
    assert (product.name, product.family.name, product.margin_rate_ppm) == ("安居贷", "贷款", 350_000)
    home = f"/settings/products/{product.code}/"
    assert send(client, home, home, made | {"margin_rate": "", "name": "安家贷"}).status_code == 302
    product.refresh_from_db()
    assert (product.name, product.margin_rate_ppm) == ("安家贷", None)
    for wrong in ({"margin_rate": "a lot"}, {"reference": "MOTOR"}, {"margin_rate": "350%"}):
        answer = send(client, home, home, made | wrong)
        assert (answer.status_code, 'value="安居贷"' in answer.content.decode()) == (422, True)
    estate = {"name": "云山诗意", "city": "广州", "aliases": "诗意花园", "handover_on": "2026-05-01"}
    assert send(client, "/settings/estates/", "/settings/estates/", estate).status_code == 302
    assert Estate.objects.get(name="云山诗意").handover_on.isoformat() == "2026-05-01"
    assert send(client, "/settings/estates/", "/settings/estates/", estate).status_code == 422  # there already


# ---- calendar


def test_days_off_move_due_days(scene, looking):
    import datetime as dt

    from guanxi.identity.queries import work_calendar
    from guanxi.record.actions.choices import NotNow

    client, thursday = looking(scene, "li"), dt.date(2026, 7, 9)
    assert "国庆" in words_of(client.get("/settings/days-off/?year=2026"))
    calendar = work_calendar(dt.date(2026, 9, 30))
    assert calendar.after(dt.date(2026, 9, 30), 1).isoformat() == "2026-10-08"  # a week of holidays
    assert calendar.is_working(dt.date(2026, 10, 10))  # a Saturday that makes up for them
    client.post("/settings/days-off/", {"day": "2026-07-10", "is_working": "no", "name": "店庆"})
    client.post("/settings/days-off/", {"day": "2026-07-11", "is_working": "yes", "name": "补班"})
    assert default_again_on(NotNow.BUSY, thursday, work_calendar(thursday)).isoformat() == "2026-07-11"
    today = looking(scene, "lin").get("/").content.decode()
    assert (
        re.search(r'name="because" value="1"[^>]*><span>[^<]*</span><small class="end">([^<]*)', today)[1] == "星期六"
    )
    client.post("/settings/days-off/removal/", {"day": "2026-07-11"})
    assert default_again_on(NotNow.BUSY, thursday, work_calendar(thursday)).isoformat() == "2026-07-13"
    assert client.post("/settings/days-off/", {"day": "2026-02-30", "is_working": "no"}).status_code == 422
    for year in ("1e9", "99999999", "x", "-1"):
        assert client.get(f"/settings/days-off/?year={year}").status_code == 400


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", "2026年1月2日 星期五 休息 休息日（由1月4日调休）"), ("en", "Friday, 2 January 2026 are off Day off (substituted from 4 Jan)")],
)  # fmt: skip
def test_a_day_named_in_a_holiday_is_written_like_every_other_day(scene, looking, language, told):
    assert told in words_of(looking(scene, "li", language=language).get("/settings/days-off/?year=2026"))


# ---- thresholds


def test_a_threshold_is_set_within_bounds_and_goes_back_to_its_default(scene, looking):
    client = looking(scene, "li")
    for name, text, kept in (
        ("spend_drop.alarm_drop", "60", 0.6),
        ("inactivity.alarm_cap", "2.5%", 0.025),
        ("decisions.capacity", "12", 12.0),
        ("spend_drop.alarm_z", "-2.5", -2.5),
    ):
        assert client.post(f"/settings/thresholds/{name}/", {"value": text}).status_code == 302
        assert Firm.objects.get().thresholds[name] == kept
    assert Act.objects.filter(kind="firm.threshold_set").count() == 4
    for name, text in (
        ("decisions.capacity", "0"),
        ("decisions.capacity", "2.5"),
        ("decisions.capacity", "many"),
        ("spend_drop.alarm_drop", "100"),
    ):
        answer = client.post(f"/settings/thresholds/{name}/", {"value": text})
        assert (answer.status_code, f'value="{text}"' in answer.content.decode()) == (422, True)
    client.post("/settings/thresholds/decisions.capacity/", {"value": ""})
    client.post("/settings/thresholds/spend_drop.alarm_drop/", {"value": "50"})  # the default itself
    assert set(Firm.objects.get().thresholds) == {"inactivity.alarm_cap", "spend_drop.alarm_z"}


def test_tiers_stand_with_their_customers_and_their_lines_are_set(scene, looking):
    from guanxi.record.standing.models import Cell

    for tier, customers in ((1, 412), (2, 1_210), (3, 378), (9, 35)):
        Cell.objects.create(owner_id=None, team_id=None, tier=tier, state=1, customers=customers, value=1)
    client = looking(scene, "li")
    page = client.get("/settings/thresholds/").content.decode()
    assert [
        (place.tier, place.customers, place.share) for place in client.get("/settings/thresholds/").context["places"]
    ] == [
        (1, "412", "21%"),
        (2, "1,210", "60%"),
        (3, "378", "19%"),
    ]
    assert 'href="/customers/?where=tier.in.a"' in page
    assert client.post("/settings/thresholds/tiers.share_a/", {"value": "15"}).status_code == 302
    assert Firm.objects.get().thresholds == {"tiers.share_a": 0.15}
    assert Act.objects.get(kind="firm.threshold_set").noun_code == "1"
    assert client.post("/settings/thresholds/tiers.share_a/", {"value": "46"}).status_code == 422
    assert client.post("/settings/thresholds/tiers.runs/", {"value": "1.5"}).status_code == 422


def test_start_questions_change_the_defaults_and_may_be_skipped(scene, looking):
    client = looking(scene, "li")
    asked = client.get("/settings/beginning/").context["questions"]
    assert [[is_now for _, _, is_now in one.answers].index(True) for one in asked] == [0, 1, 1, 1, 1]
    assert client.post("/settings/beginning/", {}).status_code == 302  # all skipped
    assert Firm.objects.get().thresholds == {}
    client.post("/settings/beginning/", {"house": "shop", "capacity": "few", "haste": "today", "peace": ""})
    assert Firm.objects.get().thresholds == {
        "value.basis": 2, "spend_drop.min_usual": 200, "spend_drop.alarm_stake": 100, "inactivity.lapse_days": 120,
        "decisions.capacity": 10, "decisions.due_days_a": 0,
    }  # fmt: skip
    assert Act.objects.filter(kind="firm.threshold_set").count() == 6
    now = client.get("/settings/beginning/").context["questions"]
    assert [name for one in now for name, _, is_now in one.answers if is_now] == [
        "shop",
        "few",
        "usual",
        "today",
        "usual",
    ]
    client.post("/settings/beginning/", {"house": "insurer", "haste": "usual"})  # what only a shop sets returns
    assert Firm.objects.get().thresholds == {
        "value.basis": 3, "inactivity.lapse_days": 400, "decisions.renewal_days": 45, "decisions.capacity": 10,
    }  # fmt: skip
    client.post("/settings/thresholds/decisions.capacity/", {"value": "13"})
    assert not any(is_now for _, _, is_now in client.get("/settings/beginning/").context["questions"][1].answers)
    assert client.post("/settings/beginning/", {"house": "casino"}).status_code == 400


# ---- jobs and data


def test_what_failed_is_shown_and_runs_again(scene, looking):
    from guanxi.ground.jobs.services import enqueue

    client = looking(scene, "li")
    job = enqueue("retention", key="test", day="2026-07-09").id
    Job.objects.filter(pk=job).update(status=JobStatus.SET_ASIDE, trouble="The disk is full.")
    page = words_of(client.get("/settings/jobs/"))
    assert "The disk is full." in page
    assert client.post("/settings/jobs/resumption/", {"job": job}).status_code == 302
    assert Job.objects.get(pk=job).status == JobStatus.READY
    assert client.post("/settings/jobs/resumption/", {"job": "x"}).status_code == 400


@pytest.fixture
def shelf(settings, tmp_path):
    """A home with one backup."""
    settings.GUANXI_HOME = tmp_path
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "2026-07-08.guanxi").write_bytes(b"x" * 2048)
    return tmp_path


def test_a_backup_is_asked_for_shown_under_way_and_listed(scene, looking, shelf):
    client = looking(scene, "li")
    page = client.get("/settings/data/").content.decode()
    assert "2026-07-08.guanxi" in page
    assert f"guanxi restore {shelf}/backups/2026-07-08.guanxi" in page
    assert "every 2s" not in page
    client.post("/settings/data/backup/")
    client.post("/settings/data/backup/")  # a second click in the same minute
    [(name, arguments)] = Job.objects.filter(name="backup_now").values_list("key", "arguments")
    assert (name, arguments) == ("2026-07-09-0912", {"file": "2026-07-09-0912"})
    assert 'hx-trigger="every 2s"' in client.get("/settings/data/").content.decode()
    Job.objects.update(status=JobStatus.SET_ASIDE, trouble="The disk is full.")
    assert "The disk is full." in words_of(client.get("/settings/data/"))


def test_a_backup_is_checked_and_what_was_found_stands_beside_it(scene, looking, shelf):
    client = looking(scene, "li")
    client.post("/settings/data/backups/2026-07-08/check/")
    client.post("/settings/data/backups/2026-07-08/check/")
    job = Job.objects.get(name="verify_backup")
    assert job.arguments == {"file": "2026-07-08.guanxi"}
    Job.objects.update(status=JobStatus.SET_ASIDE, trouble="2026-07-08.guanxi is no backup of Guanxi.")
    assert "2026-07-08.guanxi is no backup" in words_of(client.get("/settings/data/"))
    client.post("/settings/data/backups/2026-07-08/check/")
    assert Job.objects.get(name="verify_backup").status == JobStatus.READY
    found = {"customers": 2_000, "newer": "", "has_keys": False, "opens_here": True}
    Job.objects.update(status=JobStatus.DONE, result=found)
    assert "2,000" in words_of(client.get("/settings/data/"))
    assert "/check/" not in client.get("/settings/data/").content.decode()
    Job.objects.update(result=found | {"opens_here": False})
    assert client.get("/settings/data/").context["backups"][0].tone == "watch"


def test_a_backup_is_brought_back_beside_the_home_by_a_click(scene, looking, shelf):
    client = looking(scene, "li")
    client.post("/settings/data/backups/2026-07-08/return/")
    client.post("/settings/data/backups/2026-07-08/return/")
    job = Job.objects.get(name="restore_backup")
    assert job.arguments == {"file": "2026-07-08.guanxi"}
    assert client.get("/settings/data/").context["backups"][0].is_coming_back
    Job.objects.update(status=JobStatus.SET_ASIDE, trouble="The disk is full.")
    assert "The disk is full." in words_of(client.get("/settings/data/"))
    client.post("/settings/data/backups/2026-07-08/return/")
    assert Job.objects.get().status == JobStatus.READY
    Job.objects.update(status=JobStatus.DONE, result={"place": "/srv/guanxi-restored-2026-07-08"})
    assert "GUANXI_HOME=/srv/guanxi-restored-2026-07-08" in words_of(client.get("/settings/data/"))


def test_a_backup_is_taken_along_by_right_and_the_journal_says_so(scene, looking, shelf):
    client = looking(scene, "li")
    answer = client.post("/settings/data/backups/2026-07-08/")
    assert (b"".join(answer.streaming_content), answer.headers["Content-Disposition"]) == (
        b"x" * 2048, 'attachment; filename="2026-07-08.guanxi"',
    )  # fmt: skip
    assert Act.objects.get(kind="backup.taken").noun_code == "2026-07-08"
    assert client.get("/settings/data/backups/2026-07-08/").status_code == 405
    for name in ("2026-07-07", "..%2F2026-07-08", "../../keys/data"):
        assert client.post(f"/settings/data/backups/{name}/").status_code == 404
    assert looking(scene, "chen").post("/settings/data/backups/2026-07-08/").status_code == 403
    assert Act.objects.filter(kind="backup.taken").count() == 1


def test_the_demo_goes_with_one_click_counted_before_and_after_and_own_records_stay(scene, looking, settings, tmp_path):
    from guanxi.project.schedules import take_demo_away
    from guanxi.record.conversations.services import log_conversation
    from guanxi.record.customers.choices import Channel

    settings.GUANXI_HOME = tmp_path
    client = looking(scene, "li")
    assert "demo-removal" not in client.get("/settings/data/").content.decode()
    Firm.objects.update(is_demo=True)
    Staff.objects.filter(code=scene.staff["lin"].code).update(is_demo=True)
    deng = Customer.objects.get(name="邓志强")
    Customer.objects.filter(pk=deng.pk).update(is_demo=True)
    log_conversation(deng.pk, by=SYSTEM, channel=Channel.CALL, summary="试一试")
    freed = Customer.objects.filter(owner__is_demo=True, is_demo=False).count()
    before = Customer.objects.count()
    shown = client.get("/settings/data/").context["demo"]
    assert (shown.goes[0][1], shown.stays[0][1], freed > 0) == ("1", str(before - 1), True)
    assert client.post("/settings/data/demo-removal/").status_code == 302
    job = Job.objects.get(name="clear_demo")
    assert job.arguments == {"staff": scene.staff["li"].code}
    told = take_demo_away(**job.arguments)
    assert (told["customers"], told["own customers now in the pool"]) == (1, freed)
    assert (Customer.objects.count(), Customer.objects.filter(name="邓志强").exists()) == (before - 1, False)
    assert not Customer.objects.filter(owner__is_demo=True).exists()
    assert Firm.objects.get().is_demo is False
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["2026-07-09-before-clearing.guanxi"]
    assert Job.objects.filter(name="refresh").exists()
    ending = client.get("/settings/data/")  # the demo is gone, its job not quite done: the page goes on asking
    assert (ending.context["demo"].is_going, 'hx-trigger="every 2s"' in ending.content.decode()) == (True, True)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.DONE, result=told)
    page = client.get("/settings/data/")
    assert page.context["demo"].gone[0][1] == "1"
    assert "/imports/new/customers/" in page.content.decode()


def test_a_demo_whose_only_administrator_is_its_own_stays(scene, looking):
    Firm.objects.update(is_demo=True)
    Staff.objects.update(is_demo=True)
    client = looking(scene, "li")
    assert "先任用一位自己的管理员" in words_of(client.get("/settings/data/"))
    client.post("/settings/data/demo-removal/")
    assert not Job.objects.filter(name="clear_demo").exists()


def test_rows_of_colleagues_products_and_estates_open_for_who_may_change_them(scene, places, looking):
    page = looking(scene, "li").get("/staff/").content.decode()
    assert f'href="/settings/people/{places["lin"]}/"' in page
    assert 'href="/settings/products/' in looking(scene, "li").get("/products/").content.decode()
    for path in ("/staff/", "/products/"):
        assert 'href="/settings/p' not in looking(scene, "chen").get(path).content.decode()
