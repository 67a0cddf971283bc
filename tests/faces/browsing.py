"""How people come in by a browser."""

from django.conf import settings
from django.test import Client

from guanxi.identity.models import Account
from tests.faces.scene import PASSWORD


def sign_in(page, url: str, name: str = "lin") -> None:
    """Open Today as somebody, by a session that the browser is given: the door itself is gone through by hand elsewhere."""
    client = Client()
    account = Account.objects.get(email=f"{name}@hezhong.example")
    client.force_login(account, backend="guanxi.faces.shared.sign_in.PasswordBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    page.goto(url + "/")


def sign_in_by_hand(page, url: str, name: str = "lin") -> None:
    """Through the door, as a person: address and password typed."""
    page.goto(url + "/")
    page.fill("input[name=login]", f"{name}@hezhong.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(url + "/")


def wait_until_said(page, words: str) -> None:
    """What a screen reader is given to speak comes a moment after what the eyes see."""
    page.wait_for_function("(words) => document.querySelector('#said').textContent === words", arg=words)


def wait_until_at(page, attribute: str, value: str) -> None:
    """Who works by keys is led there a moment after the piece of page has come."""
    page.wait_for_function(
        "([name, value]) => document.activeElement?.getAttribute(name) === value", arg=[attribute, value]
    )
