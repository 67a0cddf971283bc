"""Language and appearance, kept with the account, and in a cookie for whoever is not signed in; pages of refusals."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from guanxi.identity import services

_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and come back to the same page."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        services.choose_appearance(account=request.user, language=wanted)
    return _back_with(request, settings.LANGUAGE_COOKIE_NAME, wanted)


@login_not_required
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Switch the theme and come back to the same page."""
    wanted = request.POST.get("theme", "")
    if wanted not in ("", "light", "dark"):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        services.choose_appearance(account=request.user, theme=wanted)
    return _back_with(request, "theme", wanted)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a request that was not understood."""
    return render(request, "400.html", status=400)


def _back_with(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """Back to the local page one came from, with a choice kept; anything that is no local path is the home page."""
    wanted = request.POST.get("next", "/")
    response = redirect(wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/")
    response.set_cookie(
        cookie, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response
