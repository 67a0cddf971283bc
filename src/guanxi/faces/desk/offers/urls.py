"""Addresses of offers: a page of each version, its form while it is a draft, and a small noun for each step of its way."""

from django.urls import path

from guanxi.faces.desk.offers import coupons, promotions, views

urlpatterns = [
    path("new/", views.offer_new, name="offer_new"),
    path("promotions/", promotions.promotions, name="promotions"),
    path("<code:code>/", views.offer, name="offer"),
    path("<code:code>/draft/", views.draft, name="offer_draft"),
    path("<code:code>/submission/", views.submission, name="offer_submission"),
    path("<code:code>/return/", views.returning, name="offer_return"),
    path("<code:code>/release/", views.release, name="offer_release"),
    path("<code:code>/approval/", views.approval, name="offer_approval"),
    path("<code:code>/publication/", views.publication, name="offer_publication"),
    path("<code:code>/withdrawal/", views.withdrawal, name="offer_withdrawal"),
    path("<code:code>/coupons/", coupons.coupons, name="offer_coupons"),
    path("<code:code>/version/", views.version, name="offer_version"),
]
