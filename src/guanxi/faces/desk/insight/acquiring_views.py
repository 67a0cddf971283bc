"""What winning customers costs: the figures, and the forms of what is entered."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.insight.acquiring import Known, acquisition_page
from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.market.choices import STAGES, Spent
from guanxi.record.market.queries import efforts_page, size_of_market, spendings_of
from guanxi.record.market.rules import MOST_WORDS, NewEffort
from guanxi.record.market.services import enter_effort, enter_market_size, take_back_effort
from guanxi.record.standing.overview import growth_of_firm

_DAY = {"type": "date"}
_MONEY = ("lists", "incentives", "onboarding", "hourly_rate")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY))


def _amount(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=999_999_999, help_text=help_text)


class EffortForm(forms.Form):
    """What one source cost in some days, and how many came by it."""

    since = _day(pgettext_lazy("period", "From"))
    until = _day(gettext_lazy("Until"))
    kind = forms.TypedChoiceField(
        label=gettext_lazy("Kind of customer"),
        coerce=int,
        choices=[*CustomerKind.choices, (0, gettext_lazy("both, shared"))],
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=MOST_WORDS,
        help_text=gettext_lazy("As it stands with the customers. Empty: a cost that several sources share."),
        widget=forms.TextInput(attrs={"list": "sources"}),
    )
    media_cost = _amount(Spent.MEDIA.label)  # a form has a `media` of its own
    lists = _amount(Spent.LISTS.label)
    incentives = _amount(Spent.INCENTIVES.label)
    hours = _count(gettext_lazy("Working hours"))
    hourly_rate = _amount(gettext_lazy("Cost of an hour"))
    onboarding = _amount(Spent.ONBOARDING.label)
    leads = _count(gettext_lazy("Leads"))
    applications = _count(gettext_lazy("Applications"))
    approved = _count(pgettext_lazy("applications", "Approved"))
    customers = _count(gettext_lazy("New customers"), gettext_lazy("Without those who came back."))

    def said(self) -> NewEffort:
        """What was typed, as the act takes it."""
        cells: dict[str, Any] = self.cleaned_data
        return NewEffort(
            since=cells["since"],
            until=cells["until"],
            kind=cells["kind"],
            source=cells["source"],
            money={"media": cells["media_cost"], **{name: cells[name] for name in _MONEY}},
            hours=cells["hours"] or 0,
            **{stage: cells[stage] or 0 for stage in STAGES},
        )


class MarketForm(forms.Form):
    """How large the market is."""

    on = _day(gettext_lazy("As of"))
    amount = forms.CharField(label=gettext_lazy("Sales of all sellers in a year"), max_length=40)
    told_by = forms.CharField(label=gettext_lazy("Where it was read"), max_length=MOST_WORDS)


@require_http_methods(["GET", "HEAD", "POST"])
def acquisition(request: FaceRequest) -> HttpResponse:
    """The figures and what they were made of; sent: one more effort."""
    require(request.principal, Permission.ENTER_COSTS)
    is_sent = request.method == "POST"
    if not is_sent:
        asked(request)
    form = EffortForm(request.POST if is_sent else None)
    if is_sent and carried_out(form, lambda _said: enter_effort(form.said(), by=request.principal)):
        return done(request, _("Entered; the figures count it."), "acquisition")
    return _page(request, form, MarketForm(), is_sent=is_sent)


@require_POST
def market(request: FaceRequest) -> HttpResponse:
    """Enter the size of the market."""
    require(request.principal, Permission.ENTER_COSTS)
    form = MarketForm(request.POST)
    if carried_out(form, lambda said: enter_market_size(**said, by=request.principal)):
        return done(request, _("Entered; Growth says what part of it is ours."), "acquisition")
    return _page(request, EffortForm(), form, is_sent=True)


@require_POST
def effort_return(request: FaceRequest, code: str) -> HttpResponse:
    """Take back what was entered."""
    try:
        take_back_effort(code, by=request.principal)
    except Refused as refused:
        return done(request, refusal_words(refused), "acquisition")
    return done(request, _("Taken back."), "acquisition")


def _page(request: FaceRequest, form: EffortForm, sizing: MarketForm, *, is_sent: bool) -> HttpResponse:
    look = look_of(request)
    known = Known(
        efforts_page(look.principal, until=look.today),
        spendings_of(look.today, currency=look.currency),
        growth_of_firm(look.principal),
        size_of_market(look.today, currency=look.currency),
    )
    context = {"page": acquisition_page(known, look), "form": form, "sizing": sizing}
    return render(request, "insight/acquisition.html", context, status=UNPROCESSABLE if is_sent else 200)
