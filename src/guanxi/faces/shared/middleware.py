"""Who is looking, and in which language: set once per request."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from guanxi.identity.principals import ANONYMOUS, Principal
from guanxi.identity.queries import principal_of

Answer = Callable[[HttpRequest], HttpResponse]


class PrincipalMiddleware:
    """Sets `request.principal`. An account without an active member of staff behind it is signed out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = self._principal(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _principal(request: HttpRequest) -> Principal:
        if not request.user.is_authenticated:
            return ANONYMOUS
        principal = principal_of(request.user)
        if principal is None:
            logout(request)
            return ANONYMOUS
        return principal


class LanguageMiddleware:
    """The account's own language, else a choice kept in a cookie, else the browser's wish."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        language = own or translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
