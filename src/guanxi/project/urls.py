"""All addresses."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("guanxi.faces.shared.urls")),
    path("", include("guanxi.faces.desk.urls")),
]
