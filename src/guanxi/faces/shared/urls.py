"""Addresses of choices that anybody may make: language and appearance."""

from django.urls import path

from guanxi.faces.shared import views

urlpatterns = [
    path("language/", views.language, name="language"),
    path("appearance/", views.appearance, name="appearance"),
]
