"""How people come in by a browser."""

from tests.faces.scene import PASSWORD


def sign_in(page, url: str, name: str = "lin") -> None:
    page.goto(url + "/")
    page.fill("input[name=login]", f"{name}@hezhong.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(url + "/")
