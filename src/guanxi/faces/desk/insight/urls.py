"""Addresses of insight: the whole, and the customers behind its figures."""

from django.urls import path, re_path

from guanxi.faces.desk.insight import (
    acquiring_views,
    detectors,
    improving_views,
    organisations,
    prospects,
    serving,
    together,
    views,
    winning_views,
)

_KIND = r"(?P<kind>[a-z_]{1,40})"

urlpatterns = [
    path("", views.standing, name="standing"),
    path("moves/", views.moves, name="standing_moves"),
    path("growth/", views.growth, name="standing_growth"),
    path("acquisition/", acquiring_views.acquisition, name="acquisition"),
    path("acquisition/<code:code>/return/", acquiring_views.effort_return, name="effort_return"),
    path("market/", acquiring_views.market, name="market"),
    path("prospects/", prospects.prospects, name="prospects"),
    path("together/", together.together, name="together"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("service/", serving.services, name="service_models"),
    re_path(r"^service/(?P<model>[a-z_]{1,12})/$", serving.service, name="service_model"),
    path("loyal/", views.loyal, name="standing_loyal"),
    path("alarms/", views.alarms, name="standing_alarms"),
    path("winback/", winning_views.winback, name="winback"),
    path("winback/handing/", winning_views.handing, name="winback_handing"),
    path("losses/<code:code>/", winning_views.loss, name="loss"),
    path("losses/<code:code>/reason/", winning_views.reason, name="loss_reason"),
    path("improvements/", improving_views.improvements, name="improvements"),
    path("improvements/<code:code>/", improving_views.improvement, name="improvement"),
    path("improvements/<code:code>/taking/", improving_views.taking, name="improvement_taking"),
    path("improvements/<code:code>/measure/", improving_views.measure, name="improvement_measure"),
    path("improvements/<code:code>/closure/", improving_views.closure, name="improvement_closure"),
    path("detectors/", detectors.detectors, name="detectors"),
    re_path(rf"^detectors/{_KIND}/backtest/$", detectors.backtest, name="detector_backtest"),
    re_path(rf"^detectors/{_KIND}/trust/$", detectors.trust, name="detector_trust"),
    re_path(rf"^detectors/{_KIND}/trial/$", detectors.trial, name="detector_trial"),
]
