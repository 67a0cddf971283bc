"""Addresses of credit cases: a page each, its notice as a document, and a small noun for each step a person takes."""

from django.urls import path

from guanxi.faces.desk.credit import views

urlpatterns = [
    path("", views.cases, name="credit_cases"),
    path("<code:code>/", views.case, name="credit_case"),
    path("<code:code>/decision/", views.decision, name="credit_decision"),
    path("<code:code>/increase/", views.increase, name="credit_increase"),
    path("<code:code>/notice/", views.notice, name="credit_notice"),
    path("<code:code>/appeal/", views.appeal, name="credit_appeal"),
    path("<code:code>/appeal/decision/", views.appeal_decision, name="credit_appeal_decision"),
    path("<code:code>/recheck/", views.recheck, name="credit_recheck"),
]
