"""The three service models: what a contact covers, who serves, how long it takes; set by whoever gives customers to colleagues."""

from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.engage.policy.permissions import STAFFING
from guanxi.engage.policy.queries import service_plans
from guanxi.engage.policy.services import reset_service, set_service
from guanxi.engage.policy.serving import DEFAULTS, MOST_MINUTES, Plan
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, may, require
from guanxi.record.standing.choices import ServiceModel


class ServiceForm(forms.Form):
    """How a model serves; `reset` lets the usual plan count again. What does not fit the service says."""

    points = forms.CharField(required=False, max_length=10_000)
    served_by = forms.CharField(required=False, max_length=1_000)
    minutes = forms.IntegerField(required=False, min_value=-(10**6), max_value=10**6)
    reset = forms.BooleanField(required=False)


@dataclass(frozen=True)
class Shown:
    """A service model on the page: whom it is for, its plan, what of it was refused."""

    value: str
    label: str
    whom: str
    points: list[str]
    served_by: str
    minutes: int
    is_own: bool
    problem: str = ""
    typed: str = ""


@require_safe
def services(request: FaceRequest) -> HttpResponse:
    """The three of them."""
    asked(request)
    require(request.principal, Permission.VIEW_STANDING)
    return _page(request)


@require_POST
def service(request: FaceRequest, model: str) -> HttpResponse:
    """Say how one of them serves."""
    require(request.principal, STAFFING)
    if model not in ServiceModel.values:
        raise Http404
    sent = read(ServiceForm, request)
    try:
        if sent["reset"]:
            reset_service(ServiceModel(model), by=request.principal)
        else:
            words = {name: sent[name] for name in ("points", "served_by")}
            set_service(ServiceModel(model), minutes=sent["minutes"] or 0, by=request.principal, **words)
    except Refused as refused:
        plan = Plan(tuple(sent["points"].splitlines()), sent["served_by"], sent["minutes"] or 0)
        return _page(request, model=model, plan=plan, problem=refusal_words(refused))
    return redirect("service_models")


def _page(request: FaceRequest, *, model: str = "", plan: Plan | None = None, problem: str = "") -> HttpResponse:
    plans = service_plans()
    shown = []
    for one in ServiceModel:
        now = plan if plan is not None and one.value == model else plans[one]
        points = [str(point) for point in now.points]
        is_own = plans[one] != DEFAULTS[one]
        wrong = problem if one.value == model else ""
        shown.append(
            Shown(
                one.value,
                str(one.label),
                _whom(one),
                points,
                str(now.served_by),
                now.minutes,
                is_own,
                wrong,
                "\n".join(points),
            )
        )
    context = {"models": shown, "may_set": may(request.principal, STAFFING), "most": MOST_MINUTES}
    return render(request, "insight/services.html", context, status=422 if problem else 200)


def _whom(model: ServiceModel) -> str:
    return {
        ServiceModel.ADVISER: _("organisations, and customers of tier A, who could bring more"),
        ServiceModel.ONE_STOP: _("the other customers of tiers A and B"),
        ServiceModel.TECHNOLOGY: _("customers of tier C and of none"),
    }[model]
