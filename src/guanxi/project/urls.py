"""All addresses."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("guanxi.project.account_urls")),
    path("", include("guanxi.faces.shared.urls")),
    path("", include("guanxi.faces.desk.urls")),
]

handler400 = "guanxi.faces.shared.views.not_understood"
