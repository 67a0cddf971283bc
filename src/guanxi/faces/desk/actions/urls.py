"""Addresses of actions: many at once, one action, and the small nouns below it."""

from django.urls import path

from guanxi.faces.desk.actions import bulk, views

urlpatterns = [
    path("bulk/hand-over/", bulk.handing_over, name="work_handing_over"),
    path("bulk/postponement/", bulk.putting_off, name="work_putting_off"),
    path("bulk/<code:code>/withdrawal/", bulk.withdrawal, name="work_return"),
    path("<code:code>/", views.action, name="action"),
    path("<code:code>/panel/", views.panel, name="action_panel"),
    path("<code:code>/answer/", views.answer, name="answer"),
    path("<code:code>/answer/withdrawal/", views.answer_withdrawal, name="answer_withdrawal"),
    path("<code:code>/hand-over/", views.hand_over, name="hand_over"),
]
