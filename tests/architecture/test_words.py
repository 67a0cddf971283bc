"""Every string that a person reads has its Chinese twin, with the same places to fill."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scripts.collect_messages import CATALOGUES, collect_messages, missing_translations
from tests.architecture.house import relative

PLACES = re.compile(r"%\(\w+\)[a-z]|%[sd]|(?<!{){\w+}(?!})")


def _catalogues() -> list[Path]:
    return sorted(CATALOGUES.rglob("*.po"))


@pytest.mark.parametrize("path", _catalogues(), ids=relative)
def test_every_message_is_translated(path):
    assert missing_translations(path, collect_messages()) == []


@pytest.mark.parametrize("path", _catalogues(), ids=relative)
def test_translations_keep_the_places_to_fill(path):
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    wrong = []
    for message in catalogue:
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        expected = set(PLACES.findall(originals[-1]))
        wrong += [string for string in strings if message.id and string and set(PLACES.findall(string)) != expected]
    assert wrong == []


def test_messages_of_templates_and_code_are_found(tmp_path, monkeypatch):
    """The collector sees what Django shows: translate, blocktranslate with plural and context, gettext_lazy."""
    monkeypatch.setattr("scripts.collect_messages.PACKAGE", tmp_path)
    monkeypatch.setattr("scripts.collect_messages.ROOT", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        """<p title="{% translate "it's" %}">{% blocktranslate count n=many %}one{% plural %}{{ n }} ones{% endblocktranslate %}"""
        """{% translate "May" context "month" %}{{ _("yes") }}"""
    )
    (tmp_path / "a.py").write_text('_("plain")\ngettext_noop("{name} is new")\nngettext("day", "days", 2)\n')
    found = {(message.context, message.id) for message in collect_messages() if message.id}
    assert found == {
        (None, "it's"),
        (None, ("one", "%(n)s ones")),
        ("month", "May"),
        (None, "yes"),
        (None, "plain"),
        (None, "{name} is new"),
        (None, ("day", "days")),
    }
