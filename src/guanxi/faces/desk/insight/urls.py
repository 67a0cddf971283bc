"""Addresses of insight: the whole, and the customers behind its figures."""

from django.urls import path

from guanxi.faces.desk.insight import views

urlpatterns = [
    path("", views.standing, name="standing"),
    path("moves/", views.moves, name="standing_moves"),
    path("growth/", views.growth, name="standing_growth"),
    path("loyal/", views.loyal, name="standing_loyal"),
    path("alarms/", views.alarms, name="standing_alarms"),
]
