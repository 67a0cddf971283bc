"""Addresses of insight: the whole, and the customers behind its figures."""

from django.urls import path

from guanxi.faces.desk.insight import views

urlpatterns = [
    path("", views.standing, name="standing"),
    path("moves/", views.moves, name="standing_moves"),
    path("alarms/", views.alarms, name="standing_alarms"),
]
