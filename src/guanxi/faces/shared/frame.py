"""What every page shows around its content: firm, menu, me, language, theme."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import cast

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from guanxi.faces.shared.menu import LOG, NEW, PAGES, TABS, Entry, offered
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.queries import firm
from guanxi.identity.roles import ROLES

_ASK = {"zh-hans": "English", "en": "中文"}


@dataclass(frozen=True)
class NavItem:
    """One word of the sidebar; on the phone with an icon in the tab bar. `letter` is its key after G."""

    label: str
    href: str
    icon: str
    is_current: bool
    letter: str = ""
    place: str = ""

    @property
    def is_tab(self) -> bool:
        """Whether it stands in the tab bar of the phone."""
        return self.place in {one.place for one in TABS}


@dataclass(frozen=True)
class Me:
    name: str
    role: str
    initials: str


@dataclass(frozen=True)
class Frame:
    """The frame of one page, for one person."""

    firm_name: str
    html_language: str
    is_chinese: bool
    other_language: str
    other_language_label: str
    theme: str
    other_theme: str
    density: str
    me: Me | None
    pages: list[NavItem] = field(default_factory=list)
    new: list[NavItem] = field(default_factory=list)
    nav: list[NavItem] = field(default_factory=list)
    tabs: list[NavItem] = field(default_factory=list)
    opened: str = ""  # code of the customer whose page this is


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: `frame`, built only when a template asks for it; is_slot: a page asks for this one as a part of itself,
    without a frame.
    """
    is_slot = request.headers.get("X-Slot") == "1"
    return {"frame": SimpleLazyObject(lambda: _build(cast(FaceRequest, request))), "is_slot": is_slot}


def _build(request: FaceRequest) -> Frame:
    is_chinese = request.LANGUAGE_CODE.startswith("zh")
    account = request.user if request.user.is_authenticated else None
    theme = account.theme if account else request.COOKIES.get("theme", "")
    theme = theme if theme in ("light", "dark") else ""
    return Frame(
        firm_name=_firm_name(),
        html_language="zh-CN" if is_chinese else "en",
        is_chinese=is_chinese,
        other_language="en" if is_chinese else "zh-hans",
        other_language_label=_ASK["zh-hans" if is_chinese else "en"],
        theme=theme,
        other_theme="light" if theme == "dark" else "dark",
        density=account.density if account else "",
        me=_me(request) if account else None,
        opened=_opened(request) if account else "",
        **(_menus(request) if account else {}),
    )


def _firm_name() -> str:
    """The firm's name; the product's before there is a firm."""
    try:
        return firm().name
    except ObjectDoesNotExist:
        return "Guanxi"


def _me(request: FaceRequest) -> Me:
    principal = request.principal
    return Me(principal.name, str(ROLES[principal.role].label), principal.name[:1])


def _opened(request: FaceRequest) -> str:
    match = request.resolver_match
    return str(match.kwargs["code"]) if match and match.url_name == "customer" else ""


def _menus(request: FaceRequest) -> dict[str, list[NavItem]]:
    """Pages (for the G-keys), what can be made anew, the sidebar, and the tabs of the phone."""
    return {
        "pages": [item for item in _items(PAGES, request) if item.letter],
        "new": _new(request),
        "nav": _items([one for one in PAGES if one.is_main], request),
        "tabs": _items(TABS, request),
    }


def _new(request: FaceRequest) -> list[NavItem]:
    """What can be made anew; a contact is logged for the customer in view."""
    opened = _opened(request)
    return [
        replace(item, href=f"{item.href}?customer={opened}") if opened and item.place == LOG else item
        for item in _items(NEW, request)
    ]


def _items(entries: Iterable[Entry], request: FaceRequest) -> list[NavItem]:
    return [
        NavItem(str(one.label), one.href, one.icon, _is_under(request.path, one.href), one.letter, one.place)
        for one in offered(entries, request.principal)
    ]


def _is_under(path: str, root: str) -> bool:
    return path == root if root == "/" else path.startswith(root)
