"""Signing in: the same answer for known and unknown, locked out after guessing, and out at once after leaving."""

import re
import time
from statistics import median

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from guanxi.identity import services
from guanxi.identity.models import Staff
from guanxi.identity.queries import system_principal

PASSWORD = "long-enough-1"
LOGIN = "/account/login/"
SYSTEM = system_principal()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_of_other_tests():
    cache.clear()


@pytest.fixture
def manager(firm) -> Staff:
    person = services.NewStaff(name="林一", role="manager", team=firm.team, email="lin@example.org", password=PASSWORD)
    return services.take_on_staff(by=SYSTEM, person=person)


def _sign_in(client: Client, email: str = "lin@example.org", password: str = PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def _is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_lets_in(manager, client):
    answer = _sign_in(client)
    assert (answer.status_code, answer.headers["Location"], _is_in(client)) == (302, "/", True)


@pytest.mark.parametrize("email", ["LIN@Example.org", " lin@example.org "])
def test_the_e_mail_is_found_in_any_case(manager, client, email):
    assert _sign_in(client, email).status_code == 302


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example"])
def test_after_signing_in_one_stays_in_the_house(manager, client, wanted):
    assert _sign_in(client, next=wanted).headers["Location"] == "/"


def test_after_signing_in_one_comes_to_the_page_wanted(manager, client):
    assert _sign_in(client, next="/customers/").headers["Location"] == "/customers/"


def _visible(html: bytes) -> str:
    """A page without the token of the form and without what was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.decode())
    return re.sub(r'name="login" value="[^"]*"', "", re.sub(r'nonce="[^"]+"', "", text))


def test_known_and_unknown_get_the_same_answer(manager, client):
    services.end_employment(by=SYSTEM, staff=_taken_on("leaver@example.org", manager))
    answers = [
        _sign_in(client, "lin@example.org", "wrong-password-1"),
        _sign_in(client, "nobody@example.org", "wrong-password-1"),
        _sign_in(client, "leaver@example.org", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({_visible(answer.content) for answer in answers}) == 1
    assert not _is_in(client)


def _taken_on(email: str, like: Staff) -> Staff:
    person = services.NewStaff(name="赵二", role="manager", team=like.team, email=email, password=PASSWORD)
    return services.take_on_staff(by=SYSTEM, person=person)


def test_known_and_unknown_take_the_same_time(manager, settings):
    """CPU time of the middle of several tries; an unknown name that cost no hashing would take a tenth of it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    manager.account.set_password(PASSWORD)
    manager.account.save()

    def cost(email: str) -> float:
        started = time.process_time()
        assert _sign_in(Client(), email, "wrong-password-1").status_code == 200
        return time.process_time() - started

    pairs = [(cost(f"lin{n}@example.org"), cost("lin@example.org")) for n in range(6)]
    unknown, known = median(p[0] for p in pairs), median(p[1] for p in pairs)
    assert 0.6 < unknown / known < 1.67
    assert known < 3  # a bound on the work, not on the machine: on a busy one .31 was seen where .2 is usual


def test_guessing_is_locked_out_with_429_even_for_the_right_password(manager, client, settings):
    answers = [_sign_in(client, password=f"wrong-password-{n}").status_code for n in range(settings.AXES_FAILURE_LIMIT)]
    assert answers == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    locked = _sign_in(client)
    assert (locked.status_code, locked.headers["Retry-After"], _is_in(client)) == (429, "900", False)


def test_an_unknown_name_is_locked_out_alike(manager, settings):
    known, unknown = Client(), Client()
    for n in range(settings.AXES_FAILURE_LIMIT):
        one = _sign_in(known, password=f"wrong-password-{n}")
        other = _sign_in(unknown, "nobody@example.org", f"wrong-password-{n}")
        assert (one.status_code, _visible(one.content)) == (other.status_code, _visible(other.content))


def test_guessing_one_name_does_not_lock_out_another(manager, client, settings):
    _taken_on("zhao@example.org", manager)
    for n in range(settings.AXES_FAILURE_LIMIT):
        _sign_in(client, "zhao@example.org", f"wrong-password-{n}")
    assert _sign_in(client).status_code == 302


def test_the_case_of_a_name_gives_no_further_tries(manager, client, settings):
    for n in range(settings.AXES_FAILURE_LIMIT):
        _sign_in(client, "Lin@example.org" if n % 2 else "lin@EXAMPLE.org", f"wrong-password-{n}")
    assert _sign_in(client).status_code == 429


def test_a_session_ends_when_the_colleague_leaves(manager, client):
    _sign_in(client)
    assert client.get("/").status_code != 302
    services.end_employment(by=SYSTEM, staff=manager)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LOGIN}?next=/")


def test_a_session_of_before_does_not_revive_with_the_colleague(manager, client):
    _sign_in(client)
    services.end_employment(by=SYSTEM, staff=manager)
    services.resume_employment(by=SYSTEM, staff=manager)
    assert _sign_in(Client()).status_code == 200  # not even the old password
    services.set_password(by=SYSTEM, staff=manager, password=PASSWORD)
    assert client.get("/").status_code == 302
    assert Session.objects.count() == 0
    assert _sign_in(client).status_code == 302


def test_a_session_ends_when_the_account_is_closed_behind_our_back(manager, client):
    _sign_in(client)
    get_user_model().objects.update(is_active=False)
    assert client.get("/").status_code == 302


def test_other_sessions_end_with_a_new_password(manager, client):
    _sign_in(client)
    services.set_password(by=SYSTEM, staff=Staff.objects.get(pk=manager.pk), password="quite-another-2")
    assert client.get("/").status_code == 302
    assert _sign_in(client).status_code == 200
    assert _sign_in(client, password="quite-another-2").status_code == 302


def test_signing_out_needs_a_post(manager, client):
    _sign_in(client)
    client.get("/account/logout/")
    assert _is_in(client)
    assert client.post("/account/logout/").status_code == 302
    assert not _is_in(client)


def test_a_form_of_another_site_cannot_sign_in(manager):
    strict = Client(enforce_csrf_checks=True)
    assert _sign_in(strict).status_code == 403


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email", "account_set_password"])
def test_there_is_no_way_in_but_the_door(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["/account/signup/", "/account/password/reset/", "/account/email/", "/account/login/code/"]
)
def test_pages_of_strangers_do_not_exist(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/account/password/", "/account/mfa/", "/account/reauthenticate/"])
def test_pages_of_the_account_ask_to_sign_in(client, path):
    assert client.get(path).headers["Location"].startswith(LOGIN)


def test_a_stranger_is_asked_to_sign_in(firm, client):
    assert client.get("/").headers["Location"] == f"{LOGIN}?next=/"


def test_the_page_of_a_signed_in_stranger_without_staff_is_the_sign_in(firm, client):
    """An account alone, without a member of staff behind it, sees nothing."""
    account = get_user_model()(email="alone@example.org")
    account.set_password(PASSWORD)
    account.save()
    client.force_login(account, backend="guanxi.faces.shared.sign_in.PasswordBackend")
    assert client.get("/").status_code == 302
    assert not _is_in(client)
