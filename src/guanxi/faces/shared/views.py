"""Language and appearance: kept with the account, and in a cookie for whoever is not signed in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
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
    response = redirect(_back(request))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=_YEAR, samesite="Lax", httponly=True)
    return response


@login_not_required
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Switch the theme and come back to the same page."""
    wanted = request.POST.get("theme", "")
    if wanted not in ("", "light", "dark"):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        services.choose_appearance(account=request.user, theme=wanted)
    response = redirect(_back(request))
    response.set_cookie("theme", wanted, max_age=_YEAR, samesite="Lax", httponly=True)
    return response


def _back(request: HttpRequest) -> str:
    """The local page to return to; anything that is not a local path is the home page."""
    wanted = request.POST.get("next", "/")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
