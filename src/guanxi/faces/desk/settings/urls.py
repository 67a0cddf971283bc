"""Addresses of settings: one's own, and what administers the firm."""

from django.urls import path, re_path

from guanxi.faces.desk.settings import (
    beginning,
    calendar,
    catalogue,
    data,
    home,
    jobs,
    own,
    people,
    sight,
    teams,
    thresholds,
)

_BACKUP = r"(?P<name>[0-9A-Za-z][0-9A-Za-z_-]{0,59})"  # a file's name without its ending

urlpatterns = [
    path("", home.home, name="settings"),
    path("me/", own.me, name="my_settings"),
    path("me/first-steps/", own.first_step, name="first_step"),
    path("beginning/", beginning.beginning, name="start_questions"),
    path("roles/", home.roles, name="roles"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<code:code>/", teams.team, name="team"),
    path("teams/<code:code>/name/", teams.team_name, name="team_name"),
    path("teams/<code:code>/place/", teams.team_place, name="team_place"),
    path("teams/<code:code>/closing/", teams.team_closing, name="team_closing"),
    path("people/", people.people, name="people"),
    path("people/<code:code>/", people.person, name="person"),
    path("people/<code:code>/description/", people.description, name="person_description"),
    path("people/<code:code>/role/", people.role, name="person_role"),
    path("people/<code:code>/team/", people.placing, name="person_team"),
    path("people/<code:code>/account/", people.account, name="person_account"),
    path("people/<code:code>/password/", people.password, name="person_password"),
    path("people/<code:code>/leaving/", people.leaving, name="person_leaving"),
    path("people/<code:code>/return/", people.returning, name="person_return"),
    path("sight/", sight.sight, name="sight"),
    path("products/", catalogue.product, name="product_new"),
    path("products/<code:code>/", catalogue.product, name="product"),
    path("estates/", catalogue.estate, name="estate_new"),
    path("estates/<code:code>/", catalogue.estate, name="estate"),
    path("days-off/", calendar.calendar, name="calendar"),
    path("days-off/removal/", calendar.day_removal, name="day_removal"),
    path("thresholds/", thresholds.thresholds, name="thresholds"),
    re_path(r"^thresholds/(?P<name>[a-z_]+\.[a-z_]+)/$", thresholds.threshold, name="threshold"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/resumption/", jobs.job_resumption, name="job_resumption"),
    path("jobs/figures/", jobs.figures, name="figures_now"),
    path("data/", data.data, name="data"),
    path("data/backup/", data.backup, name="backup"),
    re_path(rf"^data/backups/{_BACKUP}/$", data.taking, name="backup_taking"),
    re_path(rf"^data/backups/{_BACKUP}/check/$", data.check, name="backup_check"),
    re_path(rf"^data/backups/{_BACKUP}/return/$", data.bringing_back, name="backup_return"),
    path("data/demo-removal/", data.demo_removal, name="demo_removal"),
]
