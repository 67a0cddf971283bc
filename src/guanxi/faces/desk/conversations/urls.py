"""Addresses of contacts: noting one, one by itself, and its files."""

from django.urls import path

from guanxi.faces.desk.conversations import views

urlpatterns = [
    path("new/", views.new_conversation, name="new_conversation"),
    path("<code:code>/", views.conversation, name="conversation"),
    path("files/<code:code>/", views.attachment, name="attachment"),
]
