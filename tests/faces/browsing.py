"""How people come in by a browser."""

from tests.faces.scene import PASSWORD


def sign_in(page, url: str, name: str = "lin") -> None:
    page.goto(url + "/")
    page.fill("input[name=login]", f"{name}@hezhong.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(url + "/")


def wait_until_said(page, words: str) -> None:
    """What a screen reader is given to speak comes a moment after what the eyes see."""
    page.wait_for_function("(words) => document.querySelector('#said').textContent === words", arg=words)
