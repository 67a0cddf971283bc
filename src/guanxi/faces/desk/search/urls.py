"""Addresses of the one box: what it finds, and recognising whoever stands at the desk or calls."""

from django.urls import path

from guanxi.faces.desk.search import views

urlpatterns = [
    path("", views.search, name="search"),
    path("recognition/", views.recognition, name="recognition"),
]
