"""Addresses of Today: the page, one action, and the small nouns below an action."""

from django.urls import path

from guanxi.faces.desk.today import views

urlpatterns = [
    path("", views.today, name="today"),
]
