"""How people sign in: accounts are made by the administrator, never by strangers."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):
    """No sign-up page: an account comes with being taken on."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
