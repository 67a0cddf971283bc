"""The evidence behind an action and behind a signal: the rows themselves."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.faces.desk.evidence.presenters import About, evidence_page
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.text.normalise import show_hidden
from guanxi.record.actions.queries import get_action
from guanxi.record.customers.queries import customer_rows
from guanxi.record.signals.queries import get_signal


@require_safe
def action_evidence(request: FaceRequest, code: str) -> HttpResponse:
    """The rows from which the figures of an action's reason recompute."""
    look = look_of(request)
    action = get_action(code, principal=look.principal, on=look.today)
    if action is None:
        raise Http404
    href = reverse("customer", args=[action.customer_code])
    return _page(request, About(show_hidden(action.customer_name), href, action.reason_words, action.evidence))


@require_safe
def signal_evidence(request: FaceRequest, code: str) -> HttpResponse:
    """The rows from which the figures of a signal recompute."""
    signal = get_signal(code, principal=request.principal)
    if signal is None:
        raise Http404
    (customer,) = customer_rows([signal.evidence["customer_id"]], request.principal)
    href = reverse("customer", args=[customer.code])
    return _page(request, About(show_hidden(customer.name), href, signal.explanation, signal.evidence))


def _page(request: FaceRequest, about: About) -> HttpResponse:
    wanted = asked(request, "month")
    if about.evidence.get("table") != "dealings":
        raise Http404
    page = evidence_page(about, look_of(request), month=wanted["month"])
    return render(request, "evidence/page.html", {"page": page})
