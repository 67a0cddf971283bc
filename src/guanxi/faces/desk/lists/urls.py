"""Addresses of the lists: each noun's, and below it what is chosen, kept and taken out."""

from django.urls import path

from guanxi.faces.desk.lists import above, viewing, views
from guanxi.faces.desk.lists.nouns import LISTS

urlpatterns = []
for _noun in LISTS:
    _given = {"name": _noun.name}
    urlpatterns += [
        path(f"{_noun.name}/condition/", views.condition, _given, f"{_noun.name}_condition"),
        path(f"{_noun.name}/columns/", views.columns, _given, f"{_noun.name}_columns"),
        path(f"{_noun.name}/choices/<slug:filter_>/", views.choices, _given, f"{_noun.name}_choices"),
        path(f"{_noun.name}/file/", views.file, _given, f"{_noun.name}_file"),
        path(f"{_noun.name}/quick/", above.quick, _given, f"{_noun.name}_quick"),
        path(f"{_noun.name}/views/", viewing.views, _given, f"{_noun.name}_views"),
        path(f"{_noun.name}/views/order/", above.order, _given, f"{_noun.name}_views_order"),
        path(f"{_noun.name}/views/counts/", above.counts, _given, f"{_noun.name}_views_counts"),
        path(f"{_noun.name}/views/<code:code>/", viewing.one_view, _given, f"{_noun.name}_view"),
        path(f"{_noun.name}/views/<code:code>/question/", viewing.question, _given, f"{_noun.name}_view_question"),
        path(f"{_noun.name}/views/<code:code>/widths/", viewing.widths, _given, f"{_noun.name}_view_widths"),
        path(f"{_noun.name}/views/<code:code>/default/", viewing.default, _given, f"{_noun.name}_view_default"),
        path(f"{_noun.name}/views/<code:code>/removal/", viewing.removal, _given, f"{_noun.name}_view_removal"),
    ]
    if _noun.name != "customers":  # whose address the search shares
        urlpatterns.append(path(f"{_noun.name}/", views.listed, _given, _noun.name))
