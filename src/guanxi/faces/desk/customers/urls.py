"""Addresses of customers: the list, the long filters of it, one customer."""

from django.urls import path, re_path

from guanxi.faces.desk.customers import views

urlpatterns = [
    path("", views.customers, name="customers"),
    re_path(r"^choices/(?P<facet>owner|city)/$", views.choices, name="customer_choices"),
]
