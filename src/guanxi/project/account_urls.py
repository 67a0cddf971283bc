"""Addresses of signing in: of allauth's pages only those that a closed house needs.

There is no sign-up, no change of e-mail and no reset by e-mail: accounts come with being taken on, and who has forgotten
the password asks the administrator.
"""

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", views.password_change, name="account_change_password"),
    path("mfa/", include("allauth.mfa.urls")),
]
