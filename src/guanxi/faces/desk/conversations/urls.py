"""Addresses of contacts: noting one, one by itself, and its files."""

from django.urls import path

from guanxi.faces.desk.conversations import correcting, views

urlpatterns = [
    path("new/", views.new_conversation, name="new_conversation"),
    path("rivals/", views.rivals_named, name="rivals_named"),
    path("<code:code>/", views.conversation, name="conversation"),
    path("<code:code>/correction/", correcting.correction, name="conversation_correction"),
    path("<code:code>/withdrawal/", correcting.withdrawal, name="conversation_withdrawal"),
    path("<code:code>/return/", correcting.conversation_return, name="conversation_return"),
    path("<code:code>/meeting/", correcting.meeting, name="conversation_meeting"),
    path("<code:code>/reopening/", correcting.reopening, name="conversation_reopening"),
    path("files/<code:code>/", views.attachment, name="attachment"),
]
