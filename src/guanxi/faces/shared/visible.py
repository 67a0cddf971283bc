"""Characters that hide, or turn text around, are marked on every page, in the one place that all pages pass.

Whatever column they came by: a name in a file, a note, the name of a team. What stands in a field to be edited stays as it
is, or saving would store the marks.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from guanxi.ground.text.normalise import has_hidden, show_hidden

_EDITED = re.compile(r"""(\svalue="[^"]*"|<textarea\b[^>]*>[^<]*)""")


def visible(page: str) -> str:
    """Return a page or fragment with each hidden character written as ⟨U+202E⟩, but for the contents of fields."""
    if not has_hidden(page):
        return page
    return "".join(part if place % 2 else show_hidden(part) for place, part in enumerate(_EDITED.split(page)))


class VisibleMiddleware:
    """Marks hidden characters in whatever page goes out (a fifth of a millisecond for a page without any)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            if (shown := visible(page)) is not page:
                response.content = shown
        return response
