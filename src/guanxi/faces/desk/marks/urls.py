"""Addresses of what a person keeps at hand: favourites, and what was opened last."""

from django.urls import path

from guanxi.faces.desk.marks import views

urlpatterns = [
    path("", views.marks, name="marks"),
    path("opened/", views.opened, name="opened"),
    path("favourite/", views.favourite, name="favourite"),
    path("order/", views.order, name="favourite_order"),
]
