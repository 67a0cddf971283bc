"""What stands around every page: an understandable address, who is looking, in which language, and how it is refused."""

import logging
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import translation

from guanxi.faces.shared.manner import in_manner_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS, Principal
from guanxi.identity.queries import firm_read_once, principal_of

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


class PrincipalMiddleware:
    """Sets `request.principal`. An account without an active member of staff behind it is signed out.

    What a signed-in person was shown is kept by no cache: Back after signing out on a shared computer shows nothing.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with firm_read_once():
            principal = self._principal(request)
            cast(FaceRequest, request).principal = principal
            response = self.get_response(request)
        if principal is not ANONYMOUS:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

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
        with translation.override(language), in_manner_of(request.user):
            cast(FaceRequest, request).LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Sign-in is required everywhere but where a view opts out by name. A fragment is not answered with a form to sign
    in, which would land in the middle of a page: it is 401, and the page goes to the sign-in page as a whole.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], *rest: Any
    ) -> HttpResponseBase | None:
        """None where the view may run, else the way to sign in."""
        answer: HttpResponseBase | None = super().process_view(request, view_func, *rest)
        if answer is not None and request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return answer


class RefusalMiddleware:
    """Turns what was not understood into 400 and what a role does not allow into 403, each with a page in words. Who was
    refused what stands in the log.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Refuse a query string that is no text: broken UTF-8 or NUL, which databases refuse with an error."""
        try:
            text = unquote_to_bytes(request.META.get("QUERY_STRING", "")).decode()
        except UnicodeDecodeError:
            raise BadRequest("the query string is no text") from None
        if "\0" in text:
            raise BadRequest("the query string is no text")

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Pass refusals of the rooms below on in the terms of the framework."""
        if isinstance(exception, Refused):
            raise BadRequest(str(exception)) from exception
        if isinstance(exception, Denied):
            who = cast(FaceRequest, request).principal
            right = exception.permission.value
            log.warning(
                "%s %s (%s) was refused %s: %s %s",
                who.kind.value,
                who.code,
                who.role,
                right,
                request.method,
                request.path,
            )
            raise PermissionDenied from exception
