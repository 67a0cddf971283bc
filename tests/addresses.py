"""Every address of the desk, from the resolver itself: a new one is in the tests from the day it is made.

Whoever walks them says what stands in the places of an address: by the part of the route before it ("customers/<code:code>":
a customer's code) or, for a place further down, by the name of the address. An address whose places nobody knows fails.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

OURS = "guanxi.faces."  # allauth's pages are its own; the few that are open are tested with signing in
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@cache
def routes() -> dict[str, str]:
    """name → route of every address of the faces, `<slug:field>` and the like in their places."""
    return dict(_walk(get_resolver().url_patterns, ""))


def path_of(name: str, places: Mapping[str, str]) -> str:
    """The path of an address with its places filled. Raises KeyError for a place that `places` says nothing of."""
    route = routes()[name]
    while found := _PLACE.search(route):
        before = route[: found.end()]
        value = next((places[key] for key in (f"{name}.{found[1] or found[2]}", before) if key in places), None)
        if value is None:
            raise KeyError(f"say what stands in {before!r} of the address {name!r}")
        route = route[: found.start()] + value + route[found.end() :]
    return f"/{route}"


def _walk(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = above + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif pattern.callback.__module__.startswith(OURS):
            assert pattern.name, f"the address {route} has no name"
            yield pattern.name, route
