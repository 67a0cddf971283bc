"""Addresses of one customer, below its code: the page, and what can be added to it and taken off it."""

from django.urls import path

from guanxi.faces.desk.customers import (
    card_views,
    consent_views,
    group_views,
    home_views,
    offering_views,
    page_views,
    stage_views,
    suggesting,
)

urlpatterns = [
    path("", page_views.customer, name="customer"),
    path("disclosure/", page_views.disclosure, name="disclosure"),
    path("timeline/", page_views.timeline, name="customer_thread"),
    path("preferences/", card_views.preferences, name="preferences"),
    path("preferences/<row:row>/", card_views.preference, name="preference"),
    path("preferences/<row:row>/removal/", card_views.preference_removal, name="preference_removal"),
    path("preferences/<row:row>/quiet/", suggesting.quiet, name="preference_quiet"),
    path("preferences/<row:row>/heed/", suggesting.heed, name="preference_heed"),
    path("suggestions/", suggesting.suggestions, name="suggestions"),
    path("preferences/<row:row>/return/", card_views.preference_return, name="preference_return"),
    path("address/", home_views.address, name="address"),
    path("suppositions/<code:signal>/", home_views.supposition, name="supposition"),
    path("suppositions/<code:signal>/withdrawal/", home_views.supposition_withdrawal, name="supposition_withdrawal"),
    path("proposal/", offering_views.proposal, name="proposal"),
    path("proposal/taking/", offering_views.proposal_taking, name="proposal_taking"),
    path("weighing/", offering_views.weighing, name="weighing"),
    path("promises/", card_views.promises, name="promises"),
    path("relations/", card_views.relations, name="relations"),
    path("relations/<row:row>/removal/", card_views.relation_removal, name="relation_removal"),
    path("groups/", group_views.customer_groups, name="customer_groups"),
    path("groups/<code:group>/", group_views.customer_group, name="customer_group"),
    path("groups/<code:group>/removal/", group_views.customer_group_removal, name="customer_group_removal"),
    path("stage/", stage_views.stage, name="stage"),
    path("stage/withdrawal/", stage_views.stage_withdrawal, name="stage_withdrawal"),
    path("household/removal/", card_views.household_removal, name="household_removal"),
    path("consents/", consent_views.consents, name="consents"),
    path("standing/", page_views.standing, name="customer_standing"),
    path("known/", consent_views.known, name="known"),
    path("known/forgetting/", consent_views.forgetting, name="forgetting"),
    path("known/profiling/", consent_views.profiling, name="profiling"),
]
