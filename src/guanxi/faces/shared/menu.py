"""The pages and acts of the desk, once: sidebar, tab bar, New menu, palette and G-keys are made from these lists.

An entry is offered to whoever holds its right. It is found in the palette by its words in Chinese and English, by pinyin
and by initials, whichever language the page speaks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.ground.text.normalise import compatible
from guanxi.ground.text.pinyin import initials, readings
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal

_LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True)
class Entry:
    """A page or an act. `place` is the name of its address, `letter` its key after G (an act's: in the New menu), `words`
    others by which people ask for it. `is_main`: it stands in the sidebar.
    """

    label: str | Promise
    place: str
    icon: str
    permission: Permission | None = None
    letter: str = ""
    words: str | Promise = ""
    is_main: bool = False

    @property
    def href(self) -> str:
        """Its address."""
        return reverse(self.place)


PAGES = (
    Entry(_("Today"), "today", "sun", Permission.VIEW_ACTIONS, "t", _("tasks, to do, who waits"), is_main=True),
    Entry(_("Customers"), "customers", "people", Permission.VIEW_CUSTOMERS, "c", _("clients, list"), is_main=True),
    Entry(_("Find"), "search", "search", Permission.VIEW_CUSTOMERS, "f", _("search")),
    Entry(_("My account"), "mfa_index", "lock", None, "", _("password, second step, sign-in")),
    Entry(_("Sign out"), "account_logout", "right", None, "", _("leave, log out")),
)
NEW: tuple[Entry, ...] = ()
TABS = tuple(one for one in PAGES if one.place in ("today", "search", "customers", "standing"))


def offered(entries: Iterable[Entry], principal: Principal) -> list[Entry]:
    """Those of the entries that the principal may open."""
    return [one for one in entries if one.permission is None or may(principal, one.permission)]


def entries_like(text: str, entries: Sequence[Entry], *, most: int) -> list[Entry]:
    """Those whose words begin as the text, then those that hold it; all of them for no text."""
    wanted = "".join(compatible(text).casefold().split())
    ranked = [(_rank(wanted, one), place) for place, one in enumerate(entries)]
    return [entries[place] for rank, place in sorted(ranked) if rank < _NO_FIT][:most]


_NO_FIT = 9


def _rank(wanted: str, entry: Entry) -> int:
    """0 where the name begins so, 1 where another word does, 2 where one holds it."""
    if not wanted:
        return 0
    name, *others = _keys(entry)
    if any(key.startswith(wanted) for key in name):
        return 0
    if any(key.startswith(wanted) for keys in others for key in keys):
        return 1
    return (
        2 if len(wanted) > 1 and any(wanted in key for key in (*name, *(k for ks in others for k in ks))) else _NO_FIT
    )


@cache
def _keys(entry: Entry) -> list[tuple[str, ...]]:
    """By what an entry is found: its name in every spelling first, then each of its other words."""
    spellings: list[set[str]] = [set()]
    for language in _LANGUAGES:
        with translation.override(language):
            label, words = str(entry.label), str(entry.words)
        spellings[0] |= _spellings(label)
        parts = [*label.split(), *words.replace("、", ",").replace("，", ",").split(",")]
        spellings += [_spellings(part) for part in parts if part.strip()]
    return [tuple(sorted(keys)) for keys in spellings]


def _spellings(words: str) -> set[str]:
    plain = "".join(words.casefold().split())
    return {plain, *readings(words), initials(words)} - {""}
