"""Addresses of settings: one's own, and what administers the firm."""

from django.urls import path

from guanxi.faces.desk.settings import own

urlpatterns = [
    path("me/", own.me, name="my_settings"),
    path("me/first-steps/", own.first_step, name="first_step"),
]
