"""Addresses of evidence, a small noun below what it proves; and of what people say about a signal."""

from django.urls import path

from guanxi.faces.desk.evidence import views

urlpatterns = [
    path("actions/<code:code>/evidence/", views.action_evidence, name="action_evidence"),
    path("signals/<code:code>/evidence/", views.signal_evidence, name="signal_evidence"),
    path("signals/<code:code>/judgement/", views.judgement, name="judgement"),
    path("signals/<code:code>/judgement/withdrawal/", views.judgement_withdrawal, name="judgement_withdrawal"),
]
