"""Why can this person see this customer: a colleague and a customer in, the rule in words out. What a customer is known by
is sent: it stands in no address.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from guanxi.faces.desk.settings.showing import offer, show
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import listed
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import all_colleagues, find_colleague, principal_of_staff
from guanxi.identity.roles import FIELD_WORDS, ROLES
from guanxi.record.customers.queries import CustomerRow, find
from guanxi.record.customers.queries.sight import Rule, sight_of

_WORDS = {
    Rule.ALL: gettext_lazy("{who} sees every customer of the firm, by the role {role}."),
    Rule.OWN: gettext_lazy("{who} looks after this customer."),
    Rule.TEAM: gettext_lazy("The customer stands in the team of {who} or below it, and the role {role} sees that."),
    Rule.BRANCH: gettext_lazy("The customer stands in the branch of {who}, and the role {role} sees all of it."),
    Rule.POOL: gettext_lazy("Nobody looks after the customer; {who} sees that pool, by the role {role}."),
    Rule.SHARED: gettext_lazy("Work on the customer was handed to {who}: shared until {until}."),
    Rule.NO_RIGHT: gettext_lazy("The role {role} sees no customers at all."),
    Rule.NO_POOL: gettext_lazy("Nobody looks after the customer, and the role {role} sees no pool."),
    Rule.ANOTHER_OWNER: gettext_lazy(
        "Somebody else looks after the customer, and the role {role} sees own customers only."
    ),
    Rule.ANOTHER_TEAM: gettext_lazy("The customer stands in a team that the role {role} of {who} does not reach."),
    Rule.GONE: gettext_lazy("The customer is deleted, or was merged into another one."),
}
_MOST_FOUND = 10


class SightForm(forms.Form):
    """A colleague, and anything that a customer is known by."""

    who = forms.ChoiceField(label=gettext_lazy("Colleague"))
    customer = forms.CharField(label=gettext_lazy("Customer: name, phone, number"), max_length=100)

    def __init__(self, *given: Any, choices: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "who", choices)


@dataclass(frozen=True)
class Answer:
    """The rule in words for one customer."""

    name: str
    code: str
    is_seen: bool
    words: str
    clear: str
    masked: str


@require_http_methods(["GET", "HEAD", "POST"])
def sight(request: FaceRequest) -> HttpResponse:
    """The form, and the answer for each customer found."""
    require(request.principal, Permission.EDIT_STAFF)
    asked(request)
    people = [(staff.code, f"{staff.name} · {staff.team.name}") for staff in all_colleagues(request.principal)]
    form = SightForm(request.POST if request.method == "POST" else None, choices=people)
    answers, nothing = [], False
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        found = find(sent["customer"], request.principal, limit=_MOST_FOUND)
        answers = [_answer(row, sent["who"], request) for row in found.rows]
        nothing = not answers
    return show(request, "settings/sight.html", {"form": form, "answers": answers, "nothing": nothing})


def _answer(row: CustomerRow, code: str, request: FaceRequest) -> Answer:
    staff = find_colleague(code, request.principal)
    if staff is None:
        raise Http404
    who = principal_of_staff(staff)
    seen = sight_of(row.id, who, by=request.principal)
    words = str(_WORDS[seen.rule]).format(who=staff.name, role=ROLES[staff.role].label, until=seen.until)
    if staff.left_on is not None:
        words = _("{who} has left: every right has ended.").format(who=staff.name)
    clear = listed(FIELD_WORDS[name] for name in FIELD_WORDS if name in seen.clear)
    masked = listed(FIELD_WORDS[name] for name in FIELD_WORDS if name in seen.masked)
    return Answer(row.name, row.code, seen.is_seen and staff.left_on is None, words, clear, masked)
