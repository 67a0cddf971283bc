"""Addresses of the desk: nouns only; an act on a thing is a small noun below it."""

from django.urls import include, path

urlpatterns = [
    path("", include("guanxi.faces.desk.today.urls")),
    path("customers/", include("guanxi.faces.desk.customers.urls")),
]
