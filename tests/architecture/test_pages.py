"""Templates: each is used, none carries style or script of its own (the content security policy would block it)."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist, engines
from django.template.loaders.app_directories import get_app_template_dirs

from tests.architecture.house import PACKAGE, judge, modules, relative, templates

BY_DJANGO = {
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "500.html",
    "429.html",
}  # called by name; 429 by allauth


def test_every_template_is_used():
    texts = [module.text for module in modules()] + [path.read_text(encoding="utf-8") for path in templates()]
    found = {}
    for path in templates():
        name = path.as_posix().rpartition("/templates/")[2]
        if name not in BY_DJANGO and not _is_named(name, texts) and not _replaces_another(name, path):
            found[name] = f"{relative(path)} is used by nothing"
    judge(found, "templates")


def test_templates_parse():
    engine = engines["django"]
    wrong = []
    for path in templates():
        name = path.as_posix().rpartition("/templates/")[2]
        try:
            engine.get_template(name)
        except TemplateDoesNotExist as error:
            wrong.append(f"{relative(path)} asks for {error}")
    assert wrong == []


@pytest.mark.parametrize("path", templates(), ids=relative)
def test_no_style_and_no_script_in_a_template(path):
    finder = _Inline()
    finder.feed(re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    assert finder.found == []


def test_numbers_are_written_as_the_reader_wants_them():
    """Thousands are marked by faces.shared.cells alone, which knows how: never by a format of Python's own."""
    own = re.compile(r"\{[^{}\n]*:,[^{}\n]*\}")
    found = [
        f"{relative(module.path)}:{number}"
        for module in modules()
        if module.name.startswith("guanxi.faces.") and module.path.name != "cells.py"
        for number, line in enumerate(module.text.splitlines(), start=1)
        if own.search(line)
    ]
    assert found == []


class _Inline(HTMLParser):
    """Collects what a strict content security policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, _ = self.getpos()
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(f"line {line}: <{tag}> of its own")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")) or (value or "").strip().startswith("javascript:"):
                self.found.append(f"line {line}: {name}=")

    handle_startendtag = handle_starttag


def _is_named(name: str, texts: list[str]) -> bool:
    wanted = [name]
    if name.startswith("cotton/"):  # <c-card.head> is cotton/card/head.html, <c-card> also cotton/card/index.html
        part = name.removeprefix("cotton/").removesuffix(".html").removesuffix("/index").replace("/", ".")
        wanted = [f"<c-{part.replace('_', '-')}", f"<c-{part}"]
    return any(
        re.search(re.escape(word) + r"(?![\w.-]*[\w])", text) or f'"{word}"' in text
        for word in wanted
        for text in texts
    )


def _replaces_another(name: str, path: Path) -> bool:
    """True when a library asks for this template by name and ours stands in front of its own."""
    others = (
        Path(folder) / name for folder in get_app_template_dirs("templates") if PACKAGE not in Path(folder).parents
    )
    return any(other.exists() for other in others) and path.exists()
