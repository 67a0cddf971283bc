"""What commands answer to people, in the language of their environment: Chinese where it says zh, else English.

Only answers: what a command stores or gives out is in the firm's language, and `--json` is for programs.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from django.utils import translation

from guanxi.ground.refusals import Refused


def language_of(environment: Mapping[str, str]) -> str:
    """The language of an environment, by the first of LC_ALL, LC_MESSAGES and LANG that says one."""
    said = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh-hans" if said.lower().startswith("zh") else "en"


@contextmanager
def speaking(*, to_programs: bool = False) -> Iterator[None]:
    """Speak the language of the person who called; English to programs."""
    with translation.override("en" if to_programs else language_of(os.environ)):
        yield


def told(words: str, /, **facts: object) -> str:
    """A sentence in the language of the person who called, its {places} filled."""
    with speaking():
        return translation.gettext(words).format_map(facts)


def say(words: str, /, *, err: bool = True, nl: bool = True, **facts: object) -> None:
    """Say a sentence on standard error (with err=False on standard output)."""
    click.echo(told(words, **facts), err=err, nl=nl)


def refusal_in_words(refusal: Refused) -> str:
    """Why something was refused, in the language of the person who called."""
    with speaking():
        return refusal.in_words(translation.gettext)
