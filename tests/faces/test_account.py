"""The pages of one's own account and of signing in: in the frame and the language of the desk, from door to second factor."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.faces.reading import words_of
from tests.faces.scene import PASSWORD

pytestmark = pytest.mark.django_db
MAIL = "lin@hezhong.example"


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_second_factor(client: Client) -> str:
    """Set the second factor up as a person does; returns the secret."""
    asked = client.get("/account/mfa/totp/activate/")
    assert asked.url.startswith("/account/reauthenticate/")
    assert client.post(asked.url, {"password": PASSWORD}).url == "/account/mfa/totp/activate/"
    page = client.get("/account/mfa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*value="(\w+)"', page)[1]
    assert client.post("/account/mfa/totp/activate/", {"code": code_for(secret)}).status_code == 302
    return secret


def recovery_codes(response) -> list[str]:
    shown = re.search(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.DOTALL)[1]
    return shown.split()


@pytest.mark.parametrize(
    "path, chinese, english",
    [
        ("/account/mfa/", "我的账号 林晓彤 · 客户经理 · lin@hezhong.example", "My account 林晓彤 · Customer manager"),
        ("/account/password/", "修改密码", "Change the password"),
        ("/account/logout/", "退出", "Sign out"),
    ],
)
def test_the_account_stands_in_the_frame_of_the_desk(scene, looking, path, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        page = looking(scene, "lin", language=language).get(path)
        text = page.content.decode()
        assert words in words_of(page)
        assert '<aside class="side">' in text
        assert "built/desk.css" in text
        assert not re.search(r"\sstyle=|<style|\son\w+=", text)


def test_every_page_of_the_second_factor_from_setting_up_to_switching_off(scene, looking):
    client = looking(scene, "lin")
    assert "两步验证 未开启" in words_of(client.get("/account/mfa/"))
    secret = with_second_factor(client)
    home = client.get("/account/mfa/")
    assert "两步验证 已开启" in words_of(home)
    assert "还剩 10 个。" in words_of(home)
    shown = client.get("/account/mfa/recovery-codes/")
    recovery = recovery_codes(shown)
    assert len(recovery) == 10

    client.logout()
    door = client.post("/account/login/", {"login": MAIL, "password": PASSWORD})
    assert door.url.startswith("/account/mfa/authenticate/")
    assert client.get("/").status_code == 302  # not in before the second factor
    asking = client.get(door.url)
    assert '<main class="door-page account"' in asking.content.decode()
    wrong = client.post(door.url, {"code": "000000"})
    assert 'role="alert"' in wrong.content.decode()
    assert client.get("/").status_code == 302
    assert client.post(door.url, {"code": recovery[0]}).url == "/"
    assert client.get("/").status_code == 200
    assert "还剩 9 个。" in words_of(client.get("/account/mfa/"))
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get("/account/mfa/totp/deactivate/").status_code == 200
    assert client.post("/account/mfa/totp/deactivate/").status_code == 302
    assert "两步验证 未开启" in words_of(client.get("/account/mfa/"))
    assert secret not in client.get("/account/mfa/").content.decode()


def test_what_is_wrong_with_a_new_password_is_said_at_its_field(scene, looking):
    page = looking(scene, "lin").post(
        "/account/password/", {"oldpassword": "wrong", "password1": "short", "password2": "other"}
    )
    fields = re.findall(
        r'<div class="field">(.*?)</div>\s*(?=<div class="field">|<p class="acts">)', page.content.decode(), re.DOTALL
    )
    assert len(fields) == 3
    assert all('role="alert"' in field for field in fields[:2])


def test_a_new_password_opens_and_the_old_one_no_more(scene, looking):
    new = "Ein-neuer-Satz-9"
    client = looking(scene, "lin")
    changed = client.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
    )
    assert changed.status_code == 200
    old = Client().post("/account/login/", {"login": MAIL, "password": PASSWORD})
    assert old.status_code == 200
    assert Client().post("/account/login/", {"login": MAIL, "password": new}).url == "/"


def test_a_wrong_password_keeps_the_address_and_says_so(scene):
    page = Client(headers={"accept-language": "en"}).post("/account/login/", {"login": MAIL, "password": "wrong"})
    text = page.content.decode()
    assert f'value="{MAIL}"' in text
    assert 'role="alert"' in text
    assert "wrong" not in re.sub(r"class=\"[^\"]*\"", "", text).replace("went wrong", "")


@pytest.mark.parametrize(
    "language, words", [("zh-CN", "密码错了太多次。"), ("en", "The password was wrong too often.")]
)
def test_guessing_ends_at_a_page_in_words(scene, language, words):
    client = Client(headers={"accept-language": language})
    for _ in range(9):
        page = client.post("/account/login/", {"login": MAIL, "password": "wrong"})
    assert (page.status_code, page.headers["Retry-After"]) == (429, "900")
    assert words in words_of(page)
    assert 'href="/account/login/"' in page.content.decode()


def test_the_page_of_a_failure_needs_nothing_but_itself():
    from django.test import RequestFactory
    from django.views.defaults import server_error

    page = server_error(RequestFactory().get("/"))
    text = page.content.decode()
    assert page.status_code == 500
    assert "出错了。" in text
    assert "Something went wrong." in text
    assert "built/desk.css" in text


def test_too_many_requests_of_one_address_end_at_a_page_in_words(scene, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    client = Client(headers={"accept-language": "en"}, REMOTE_ADDR="192.0.2.77")
    answers = [client.post("/account/login/", {"login": MAIL, "password": PASSWORD}) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert "Wait a minute, then try again; nothing was changed." in words_of(answers[-1])
