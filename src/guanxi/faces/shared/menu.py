"""The pages and acts of the desk, once: sidebar, tab bar, New menu, palette and G-keys are made from these lists.

An entry is offered to whoever holds its right. It is found in the palette by its words in Chinese and English, by pinyin
and by initials, whichever language the page speaks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

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
    """A page or an act. `place` is the name of its address, `letter` its key after G (an act's: in the New menu, L on any page), `words`
    others by which people ask for it. `is_main`: it stands in the sidebar.
    """

    label: str | Promise
    place: str
    icon: str
    permission: Permission | None = None
    letter: str = ""
    words: str | Promise = ""
    is_main: bool = False
    args: tuple[str, ...] = ()

    @cached_property
    def href(self) -> str:
        """Its address: the same on every page, so it is looked up once."""
        return reverse(self.place, args=self.args)


_P = Permission
PAGES = (
    Entry(_("Today"), "today", "sun", _P.VIEW_ACTIONS, "t", _("tasks, to do, who waits"), is_main=True),
    Entry(_("Customers"), "customers", "people", _P.VIEW_CUSTOMERS, "c", _("clients, list"), is_main=True),
    Entry(
        _("Conversations"), "conversations", "msg", _P.VIEW_CONVERSATIONS, "v", _("calls, visits, notes"), is_main=True
    ),
    Entry(_("Holdings"), "holdings", "card", _P.VIEW_HOLDINGS, "h", _("accounts, policies, contracts"), is_main=True),
    Entry(_("Dealings"), "dealings", "coin", _P.VIEW_DEALINGS, "d", _("purchases, orders"), is_main=True),
    Entry(_("Insight"), "standing", "chart", _P.VIEW_STANDING, "n", _("tiers, value, alarms, figures"), is_main=True),
    Entry(
        _("Team board"),
        "team_board",
        "people",
        _P.ASSIGN_CUSTOMERS,
        "b",
        _("colleagues, overdue, contacts"),
        is_main=True,
    ),
    Entry(_("Actions"), "actions", "check", _P.VIEW_ACTIONS, "a", _("work, done, promises")),
    Entry(_("Imports"), "imports", "upload", _P.IMPORT, "i", _("files, take in"), is_main=True),
    Entry(_("Colleagues"), "staff", "people", _P.VIEW_STAFF, "p", _("staff, people, team")),
    Entry(_("Offers"), "offers", "doc", _P.VIEW_OFFERS, "", _("campaigns, what we offer, wording"), is_main=True),
    Entry(_("Credit cases"), "credit_cases", "card", _P.REVIEW_CREDIT, "", _("limits, risk, appeals"), is_main=True),
    Entry(_("Claims and fraud hits"), "abuse_reviews", "lock", _P.REVIEW_CREDIT, "", _("refunds, reviews, appeals")),
    Entry(_("Rehearsal"), "rehearsals", "chart", _P.REHEARSE, "", _("simulator, what if, policies side by side")),
    Entry(_("Promotions"), "promotions", "doc", _P.APPROVE_OFFERS, "", _("draws, prizes, odds")),
    Entry(_("Products"), "products", "doc", _P.VIEW_CATALOGUE, "o"),
    Entry(_("Estates"), "estates", "home", _P.VIEW_CATALOGUE, "e", _("housing, homes")),
    Entry(_("Groups"), "groups", "people", _P.VIEW_CUSTOMERS, "u", _("circles, family, friends")),
    Entry(_("Bin"), "trash", "undo", _P.DELETE_CUSTOMERS, "", _("trash, deleted, restore")),
    Entry(_("Find"), "search", "search", _P.VIEW_CUSTOMERS, "f", _("search")),
    Entry(_("At hand"), "marks", "star", _P.VIEW_CUSTOMERS, "", _("favourites, recent")),
    Entry(_("Settings"), "settings", "cols", None, "s", _("administration, teams, roles, jobs, backup"), is_main=True),
    Entry(_("My settings"), "my_settings", "cols", None, "m", _("language, dark, density, time zone, dates, numbers")),
    Entry(_("My account"), "mfa_index", "lock", None, "", _("password, second step, sign-in")),
    Entry(_("Sign out"), "account_logout", "right", None, "", _("leave, log out")),
)
LOG = "new_conversation"  # the one act that is linked to the record in view
NEW = (
    Entry(_("Log a contact"), LOG, "phone", _P.LOG_CONVERSATIONS, "l", _("call, visit, note, write down")),
    Entry(_("New customer"), "customer_new", "people", _P.CREATE_CUSTOMERS, "c", _("new customer, enter")),
    Entry(_("New offer"), "offer_new", "doc", _P.EDIT_OFFERS, "o", _("campaigns, what we offer, wording")),
    Entry(
        _("Import a file"),
        "import_new",
        "upload",
        _P.IMPORT,
        "i",
        _("take in, customers, contacts"),
        args=("customers",),
    ),
)
TABS = tuple(one for place in ("today", "search", "customers", "standing") for one in PAGES if one.place == place)


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
