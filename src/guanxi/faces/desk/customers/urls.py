"""Addresses of customers: the list, one customer."""

from django.urls import path

from guanxi.faces.desk.customers import views

urlpatterns = [
    path("", views.customers, name="customers"),
    path("<code:code>/", views.customer, name="customer"),
]
