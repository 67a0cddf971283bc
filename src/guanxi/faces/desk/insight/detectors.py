"""Detectors: their back-tests, run and looked at; whether their alarms reach people."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.insight.detecting import cards
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground import clock
from guanxi.ground.jobs.choices import FINISHED
from guanxi.ground.jobs.queries import latest_jobs
from guanxi.ground.jobs.services import enqueue
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.insight.trials import TRIED, let_reach_people, put_on_trial
from guanxi.record.standing.queries import current_edition

_JOB = "backtest"
_MOST = 50


@require_safe
def detectors(request: FaceRequest) -> HttpResponse:
    """Every detector that is tried, with its last back-test."""
    asked(request)
    require(request.principal, Permission.VIEW_STANDING)
    busy = {job.key.partition(":")[0] for job in latest_jobs(_MOST) if job.name == _JOB and job.status not in FINISHED}
    context = {"cards": cards(look_of(request), current_edition(), busy)}
    return render(request, "insight/detectors.html", context)


@require_POST
def backtest(request: FaceRequest, kind: str) -> HttpResponse:
    """Have the back-test run in the background."""
    require(request.principal, Permission.JUDGE_DETECTORS)
    _known(kind)
    enqueue(_JOB, key=f"{kind}:{clock.now():%Y-%m-%dT%H:%M}", kind=kind, staff=request.principal.code)
    return _done(request, _("The back-test is running; in a minute or two its figures stand here."), kind)


@require_POST
def trust(request: FaceRequest, kind: str) -> HttpResponse:
    """The person has looked: its alarms reach people."""
    return _act(request, kind, let_reach_people, _("Kept: from the next refresh on its alarms reach people."))


@require_POST
def trial(request: FaceRequest, kind: str) -> HttpResponse:
    """Its alarms reach nobody."""
    return _act(request, kind, put_on_trial, _("Back on trial: from the next refresh on its alarms reach nobody."))


def _act(request: FaceRequest, kind: str, act: Callable[..., None], words: str) -> HttpResponse:
    require(request.principal, Permission.JUDGE_DETECTORS)
    _known(kind)
    by: Principal = request.principal
    try:
        act(kind, by=by)
    except Refused as refused:
        messages.error(request, refusal_words(refused))
        return redirect("detectors")
    return _done(request, words, kind)


def _known(kind: str) -> None:
    if kind not in TRIED:
        raise Http404


def _done(request: FaceRequest, words: str, kind: str) -> HttpResponse:
    messages.success(request, words)
    response = redirect("detectors")
    response["Location"] += f"#{kind}"
    return response
