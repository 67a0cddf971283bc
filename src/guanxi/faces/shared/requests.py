"""The request as every face receives it: what the middleware has put on it, with types."""

from typing import Any

from django.http import HttpRequest

from guanxi.identity.principals import Principal


class FaceRequest(HttpRequest):
    """A request behind the middleware. `htmx` is true for a fragment asked for by the page's script."""

    principal: Principal
    htmx: Any
    LANGUAGE_CODE: str
