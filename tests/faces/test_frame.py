"""What stands around every page: sign-in for fragments, caches, refusals, language and theme."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_page_without_a_session_leads_to_the_sign_in(scene):
    response = Client().get("/customers/?tier=a")
    assert (response.status_code, response.url) == (302, "/account/login/?next=/customers/%3Ftier%3Da")


@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_HX_CURRENT_URL": "https://evil.example/"}, {"HTTP_HX_TARGET": "<svg onload=1>"}]
)
def test_a_fragment_without_a_session_is_401_and_leaves_the_page(scene, headers):
    response = Client().get("/customers/", HTTP_HX_REQUEST="true", **headers)
    assert (response.status_code, response.headers["HX-Redirect"], response.content) == (401, "/account/login/", b"")
    code = scene.codes["王海峰"]
    assert Client().post(f"/actions/{code}/answer/", HTTP_HX_REQUEST="true", **headers).status_code == 401


def test_forged_headers_are_never_echoed(scene, looking):
    response = looking(scene, "lin").get(
        "/", HTTP_HX_REQUEST="true", HTTP_HX_PROMPT="<svg onload=1>", HTTP_HX_TRIGGER_NAME="evil", HTTP_HX_TARGET="evil"
    )
    assert "evil" not in response.content.decode()
    assert "onload" not in response.content.decode()


def test_pages_of_a_person_are_kept_by_no_cache(scene, looking):
    client = looking(scene, "lin")
    for path in ("/", "/customers/", f"/customers/{scene.codes['王海峰']}/", "/nowhere/"):
        assert client.get(path).headers["Cache-Control"] == "no-store, private"


def test_the_policy_allows_no_inline_style_and_no_inline_script(scene, looking):
    response = looking(scene, "lin").get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    page = response.content.decode()
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_a_change_without_token_is_403_in_words(scene, looking):
    client = looking(scene, "lin", enforce_csrf_checks=True)
    response = client.post(f"/actions/{scene.codes['王海峰']}/answer/", {"answer": "done", "version": 1})
    assert response.status_code == 403
    assert "这一页打开太久了。" in response.content.decode()


@pytest.mark.parametrize("path", ["/?x=1", "/search/?x=1", "/customers/?q=%00", "/?a=%FF", "/account/login/?next=%00"])
def test_what_is_not_understood_is_said_in_the_persons_language(scene, looking, path):
    chinese = looking(scene, "lin").get(path)
    assert chinese.status_code == 400
    assert "没看懂这个请求。" in chinese.content.decode()
    english = looking(scene, "lin", language="en").get(path)
    assert "This request was not understood." in english.content.decode()


@pytest.mark.parametrize(
    "path", ["/customers/nosuchcode22/", "/customers/NOSUCH/", "/customers/1/", "/customers/" + "2" * 5000 + "/"]
)
def test_what_is_not_there_is_404_in_words(scene, looking, path):
    response = looking(scene, "lin").get(path)
    assert response.status_code == 404
    assert "没有这一页。" in response.content.decode()


# ---- language and theme


def test_the_language_is_the_accounts_own_and_comes_back_to_the_page(scene, looking):
    client = looking(scene, "lin")
    response = client.post("/language/", {"language": "en", "next": "/customers/?tier=a"})
    assert (response.status_code, response.url) == (302, "/customers/?tier=a")
    page = client.get("/customers/")
    assert '<html lang="en"' in page.content.decode()
    assert page.headers["Content-Language"] == "en"
    scene.account("lin").refresh_from_db()
    assert scene.account("lin").language == "en"


def test_the_theme_is_the_accounts_own(scene, looking):
    client = looking(scene, "lin")
    assert "data-theme=" not in client.get("/").content.decode()
    client.post("/appearance/", {"theme": "dark"})
    assert '<html lang="zh-CN" data-theme="dark">' in client.get("/").content.decode()
    assert '<html lang="zh-CN" data-theme="dark"' in looking(scene, "lin").get("/customers/").content.decode()
    client.post("/appearance/", {"theme": ""})
    assert "data-theme=" not in client.get("/").content.decode()


def test_whoever_is_not_signed_in_chooses_by_cookie(scene):
    client = Client()
    client.post("/language/", {"language": "en", "next": "/account/login/"})
    client.post("/appearance/", {"theme": "dark", "next": "/account/login/"})
    page = client.get("/account/login/").content.decode()
    assert '<html lang="en" data-theme="dark">' in page
    assert "Sign in to see who needs you today." in page


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "https:evil.example"],
)
def test_nobody_is_led_away(scene, looking, target):
    client = looking(scene, "lin")
    for path, field in (("/language/", {"language": "en"}), ("/appearance/", {"theme": "dark"})):
        assert client.post(path, {"next": target} | field).url == "/"


@pytest.mark.parametrize(
    ("path", "data"), [("/language/", {"language": "xx"}), ("/language/", {}), ("/appearance/", {"theme": "pink"})]
)
def test_only_offered_choices_are_kept(scene, looking, path, data):
    assert looking(scene, "lin").post(path, data).status_code == 400


@pytest.mark.parametrize("path", ["/language/", "/appearance/"])
def test_looking_changes_nothing(scene, looking, path):
    assert looking(scene, "lin").get(path).status_code == 405
