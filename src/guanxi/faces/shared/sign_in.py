"""How people sign in: accounts are made by the administrator, never by strangers; guessing is locked out."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.identity.queries import is_closed_demo
from guanxi.record.bookmarks.queries import page_of_account

_SECONDS = round(settings.AXES_COOLOFF_TIME * 3600)


@cache
def _accounts() -> QuerySet[Any]:
    """Accounts with how each person keeps the page of a customer; composed once, every request reads one of them."""
    return get_user_model()._default_manager.annotate(page_kept=page_of_account())


class ClosedSignUp(DefaultAccountAdapter):
    """No sign-up page: an account comes with being taken on."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactor(DefaultMFAAdapter):
    """The second factor, in the words of the desk."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This number is wrong, or its time has run out. Type the one shown now.")
    }


class PasswordBackend(AuthenticationBackend):
    """Signs in by e-mail and password. Who has left gets the answer of a wrong password, not a page that knows them."""

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        """As Django reads it, with how this person keeps the page of a customer (`page_kept`)."""
        user = _accounts().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        """Nobody comes in by the demo's public password where the firm is no demo."""
        return super().user_can_authenticate(user) and not is_closed_demo(user)  # type: ignore[arg-type] # AUTH_USER_MODEL is our Account

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        found = super()._check_password(user, password)
        self.unstash_authenticated_user()
        return found


def name_of_attempt(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """By which name attempts to sign in are counted: the e-mail as it was typed, without regard to case."""
    given = (credentials or {}).get("email") or request.POST.get("login") or ""
    return str(given).strip().lower()[:200]


def locked_out(request: HttpRequest, _: HttpResponse | None, credentials: Mapping[str, Any] | None) -> HttpResponse:
    """After too many wrong passwords: the same page whether the account exists or not."""
    with translation.override(translation.get_language_from_request(request)):
        page = render(request, "account/locked.html", {"minutes": _SECONDS // 60}, status=429)
    page.headers["Retry-After"] = str(_SECONDS)
    return page


class LongEnough(MinimumLengthValidator):
    """The least length of a password, in the words of the desk."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        words: str = _("This password is too short: at least {count} characters.").format(count=self.min_length)
        return words
