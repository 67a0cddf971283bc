"""Addresses of reviews: a page each, its notice as a document, and a small noun for each step a person takes."""

from django.urls import path

from guanxi.faces.desk.abuse import views

urlpatterns = [
    path("", views.reviews, name="abuse_reviews"),
    path("<code:code>/", views.review, name="abuse_review"),
    path("<code:code>/proposal/", views.proposal, name="abuse_proposal"),
    path("<code:code>/decision/", views.decision, name="abuse_decision"),
    path("<code:code>/notice/", views.notice, name="abuse_notice"),
    path("<code:code>/appeal/", views.appeal, name="abuse_appeal"),
    path("<code:code>/appeal/decision/", views.appeal_decision, name="abuse_appeal_decision"),
]
