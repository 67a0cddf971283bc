"""Addresses of the desk: nouns only; an act on a thing is a small noun below it."""

from django.urls import include, path

from guanxi.faces.desk.abuse.views import fraud
from guanxi.faces.shared.converters import register_converters

register_converters()
urlpatterns = [
    path("", include("guanxi.faces.desk.today.urls")),
    path("customers/", include("guanxi.faces.desk.customers.people_urls")),
    path("", include("guanxi.faces.desk.lists.urls")),
    path("actions/", include("guanxi.faces.desk.actions.urls")),
    path("offers/", include("guanxi.faces.desk.offers.urls")),
    path("credit/", include("guanxi.faces.desk.credit.urls")),
    path("reviews/", include("guanxi.faces.desk.abuse.urls")),
    path("customers/<code:code>/fraud/", fraud, name="fraud_hit"),
    path("", include("guanxi.faces.desk.evidence.urls")),
    path("search/", include("guanxi.faces.desk.search.urls")),
    path("conversations/", include("guanxi.faces.desk.conversations.urls")),
    path("settings/", include("guanxi.faces.desk.settings.urls")),
    path("marks/", include("guanxi.faces.desk.marks.urls")),
    path("customers/", include("guanxi.faces.desk.customers.urls")),
    path("imports/", include("guanxi.faces.desk.imports.urls")),
    path("insight/rehearsal/", include("guanxi.faces.desk.rehearsals.urls")),
    path("insight/", include("guanxi.faces.desk.insight.urls")),
    path("customers/<code:code>/", include("guanxi.faces.desk.customers.page_urls")),
]
