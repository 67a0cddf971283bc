"""Addresses of imports: a new one, one of them and what stands beside it. Their list is with the other lists."""

from django.urls import path

from guanxi.faces.desk.imports import beginning, views

urlpatterns = [
    path("new/<str:kind>/", beginning.new_import, name="import_new"),
    path("new/<str:kind>/sample.csv", beginning.sample, name="import_sample"),
    path("<code:code>/", views.one_import, name="import"),
    path("<code:code>/mapping/", beginning.mapping, name="import_mapping"),
    path("<code:code>/removal/", beginning.removal, name="import_removal"),
    path("<code:code>/withdrawal/", views.withdrawal, name="import_withdrawal"),
    path("<code:code>/resumption/", views.resumption, name="import_resumption"),
    path("<code:code>/corrections/", views.corrections, name="import_corrections"),
    path("<code:code>/records/", views.records, name="import_records"),
    path("<code:code>/problems.csv", views.problems, name="import_problems"),
    path("<code:code>/rejected.csv", views.rejected, name="import_rejected"),
    path("<code:code>/duplicates.csv", views.duplicates, name="import_duplicates"),
]
