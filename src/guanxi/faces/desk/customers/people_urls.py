"""Addresses of what is done to customers beside their page: many at once, the bin, newcomers, fields, history, preview."""

from django.urls import path

from guanxi.faces.desk.customers import arranging_views, bulk, editing, group_views, history, newcomer, panel, trash

urlpatterns = [
    path("bulk/assignment/", bulk.assignment, name="bulk_assignment"),
    path("bulk/group/", bulk.grouping, name="bulk_grouping"),
    path("bulk/group-removal/", bulk.ungrouping, name="bulk_ungrouping"),
    path("bulk/deletion/", bulk.deletion, name="bulk_deletion"),
    path("bulk/file/", bulk.file, name="bulk_file"),
    path("bulk/<code:code>/withdrawal/", bulk.withdrawal, name="bulk_withdrawal"),
    path("arrangement/", arranging_views.arrangement, name="customer_arrangement"),
    path("new/", newcomer.new, name="customer_new"),
    path("new/likeness/", newcomer.likeness, name="customer_alike"),
    path("groups/", group_views.groups, name="groups"),
    path("groups/<code:code>/", group_views.group, name="group"),
    path("groups/<code:code>/name/", group_views.group_name, name="group_name"),
    path("groups/<code:code>/place/", group_views.group_place, name="group_place"),
    path("groups/<code:code>/removal/", group_views.group_removal, name="group_removal"),
    path("groups/<code:code>/return/", group_views.group_return, name="group_return"),
    path("trash/", trash.trash, name="trash"),
    path("trash/restoration/", trash.restoration, name="restoration"),
    path("<code:code>/fields/<slug:field>/", editing.one_field, name="customer_field"),
    path("<code:code>/history/", history.history, name="customer_history"),
    path("<code:code>/panel/", panel.panel, name="customer_panel"),
]
