"""Addresses of rehearsals: what to set otherwise, and what came of it."""

from django.urls import path

from guanxi.faces.desk.rehearsals import views

urlpatterns = [
    path("", views.rehearsals, name="rehearsals"),
    path("<code:code>/", views.rehearsal, name="rehearsal"),
]
