"""The address of customers: the list, and what a search found."""

from django.urls import path

from guanxi.faces.desk.customers import views

urlpatterns = [
    path("", views.customers, name="customers"),
]
