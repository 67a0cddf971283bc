"""Addresses of Today: one's own, the team's, and a colleague's as a leader sees it."""

from django.urls import path

from guanxi.faces.desk.today import views

urlpatterns = [
    path("", views.today, name="today"),
    path("team/", views.board, name="team_board"),
    path("people/<code:code>/", views.colleague, name="colleague"),
]
