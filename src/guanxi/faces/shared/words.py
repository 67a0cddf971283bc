"""Refusals in the language of the person, and Chinese and English punctuation where code joins words."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import TypeGuard

from django.utils.translation import get_language, gettext, ngettext

from guanxi.ground.refusals import Refused
from guanxi.ground.writing import writing

_COUNT = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_QUOTED = "text"  # the place of what somebody wrote: said back as it stands


def refusal_words(refused: Refused) -> str:
    """The sentence of a refusal, translated, its places filled; counts with the mark that the person chose."""
    mark = writing().mark
    if mark == ",":
        return refused.in_words(gettext)
    told = {
        name: value.replace(",", mark) if name != _QUOTED and _is_count(value) else value
        for name, value in refused.params.items()
    }
    return Refused(refused.code, refused.words, **told).in_words(gettext)


def _is_count(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _COUNT.fullmatch(value) is not None


def is_chinese() -> bool:
    """Whether the page speaks Chinese."""
    return (get_language() or "").startswith("zh")


_YEAR = 365.2425
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def near(text: str, today: dt.date) -> str:
    """The same sentence without the year where a day or month of this year is named: 7月9日, 9 July."""
    if str(today.year) not in text:
        return text
    text = re.sub(rf"{today.year}年(?=\d{{1,2}}月)", "", text)
    return re.sub(rf"\b((?:\d{{1,2}} )?(?:{_MONTHS})) {today.year}\b", r"\1", text)


def listed(words: Iterable[object]) -> str:
    """Words one after the other: 卡、保险 or card, insurance; empty ones left out."""
    return ("、" if is_chinese() else ", ").join(str(word) for word in words if word)


def dotted(words: Iterable[object]) -> str:
    """Facts on one line, set apart by a middle dot; empty ones left out."""
    return " · ".join(str(word) for word in words if word)


def labelled(label: object, value: object) -> str:
    """What something is called, and what it is: 电话：3 or Calls: 3."""
    return f"{label}{'：' if is_chinese() else ': '}{value}"


def sentences(said: Iterable[object]) -> str:
    """Sentences one after the other; Chinese ones need no space between them."""
    return ("" if is_chinese() else " ").join(str(one) for one in said if one)


def since_words(first_on: dt.date | None, today: dt.date, *, entered_on: dt.date | None = None) -> str:
    """For how long somebody has been a customer: by the first dealing, or the day they came where that was before."""
    if first_on is None:
        return ""
    begun = min(first_on, entered_on or first_on)
    years = int((today - begun).days / _YEAR)
    if years:
        return ngettext("customer for {count} year", "customer for {count} years", years).format(count=years)
    months = max(1, (today - begun).days // 30)
    return ngettext("customer for {count} month", "customer for {count} months", months).format(count=months)


def source_words(source: str) -> str:
    """Where something is known from; an import and what was typed here are told as such, not by their codes."""
    if source == "desk":
        return gettext("noted here")
    return gettext("by a file") if source.startswith("import ") else source
