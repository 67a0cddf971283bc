"""Addresses of actions: one action, and the small nouns below it."""

from django.urls import path

from guanxi.faces.desk.actions import views

urlpatterns = [
    path("<code:code>/", views.action, name="action"),
    path("<code:code>/answer/", views.answer, name="answer"),
    path("<code:code>/answer/withdrawal/", views.answer_withdrawal, name="answer_withdrawal"),
    path("<code:code>/hand-over/", views.hand_over, name="hand_over"),
]
