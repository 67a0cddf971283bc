"""Noting a contact, and its files."""

from collections.abc import Iterable
from typing import Any, BinaryIO, cast

from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reselect, reswap, retarget

from guanxi.faces.desk.conversations.forms import ContactForm
from guanxi.faces.desk.conversations.presenters import (
    compose_of,
    earlier_words,
    file_line,
    rival_choices,
    source_words,
    whole_of,
)
from guanxi.faces.desk.search.forms import SearchForm
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, may, require
from guanxi.record.actions.permissions import may_answer
from guanxi.record.actions.queries import ActionLine, actions_of
from guanxi.record.actions.services import Contact, Told, note_contact
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.conversations.corrections import earlier_of
from guanxi.record.conversations.places import place_of
from guanxi.record.conversations.queries import files_of, get_attachment, get_conversation
from guanxi.record.conversations.services import Upload
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries import Head, find, head_of_code
from guanxi.record.customers.queries.page import code_of

_MOST_FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
def new_conversation(request: FaceRequest) -> HttpResponse:
    """The form for a contact with one customer, and noting it; without a customer, whom it was with: what is searched for
    is sent, for numbers of people stand in no address.
    """
    require(request.principal, Permission.LOG_CONVERSATIONS)
    look = look_of(request)
    if request.method == "POST":
        return _whom(request, read(SearchForm, request)["q"], look) if "q" in request.POST else _note(request)
    wanted = asked(request, "customer", "action", "back", "then", "channel")
    if not wanted["customer"]:
        return _whom(request, "", look)
    if wanted["back"] not in ("", "customer", "today"):
        raise BadRequest("no such place")
    head = _found(wanted["customer"], look)
    compose = compose_of(
        (head.code, head.name), look, owed=owed_to(head, look), settles=[wanted["action"]] if wanted["action"] else (),
        typed=_first_choice(wanted["channel"]), back=(wanted["back"] or "customer", wanted["then"]),
        is_open=True,
    )  # fmt: skip
    return render(request, "conversations/page.html", {"compose": compose})


@require_safe
def rivals_named(request: FaceRequest) -> HttpResponse:
    """The firm's competitors, to be chosen from while a contact is noted."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    asked(request)
    return render(request, "conversations/rivals_page.html", {"rivals": rival_choices("")})


@require_safe
def conversation(request: FaceRequest, code: str) -> HttpResponse:
    """One contact whole, with its files."""
    require(request.principal, Permission.VIEW_CONVERSATIONS)
    asked(request)
    look = look_of(request)
    row = get_conversation(code, principal=look.principal)
    if row is None:
        raise Http404
    head = _found(code_of(row.customer_id, look.principal), look)
    files = files_of(code, principal=look.principal) if row.has_files else []
    context = {
        "head": head,
        "code": code,
        "moment": whole_of(row, look),
        "files": [file_line(file) for file in files],
        "earlier": [earlier_words(one, look) for one in earlier_of(code)],
        "is_open_request": row.heard == Heard.PRODUCT_GAP
        and row.met_on is None
        and may(look.principal, Permission.LOG_CONVERSATIONS),
        "is_own": row.by_id is not None
        and row.by_id == look.principal.staff_id
        and may(look.principal, Permission.LOG_CONVERSATIONS),
    }
    return render(request, "conversations/conversation.html", context)


@require_safe
def attachment(request: FaceRequest, code: str) -> HttpResponse | FileResponse:
    """A file of a contact in sight, to be saved: never shown inside a page, whatever it is called."""
    asked(request)
    require(request.principal, Permission.VIEW_CONVERSATIONS)
    found = get_attachment(code, principal=request.principal)
    path = place_of(found.stored) if found else None
    if found is None or path is None or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def owed_to(head: Head, look: Look) -> list[ActionLine]:
    """What is to be done for a customer and may be ticked off together with a contact."""
    if not may(look.principal, Permission.ANSWER_ACTIONS):
        return []
    return answerable(actions_of(head.id, principal=look.principal, on=look.today, only_live=True), look)


def answerable(lines: Iterable[ActionLine], look: Look) -> list[ActionLine]:
    """Those of some actions in sight that whoever looks may answer."""
    return [line for line in lines if may_answer(look.principal, owner_id=line.owner_id, team_id=line.team_id)]


def _note(request: FaceRequest) -> HttpResponse:
    sent, look = read(ContactForm, request), look_of(request)
    head = _found(sent["customer"], look)
    files = [Upload(one.name or "", cast(BinaryIO, one.file), one.size or 0) for one in request.FILES.getlist("files")]
    try:
        noted = note_contact(head.id, _contact(sent, files), by=look.principal)
    except Refused as refused:
        return _refused(request, head, sent, refused, look)
    if sent["back"] == "today":
        more = f"&open={sent['then']}" if sent["then"] else ""
        settled = f"?answered={sent['settles'][0]}{more}" if sent["settles"] else ""
        return redirect(f"{reverse('today')}{settled}")
    return redirect(f"{reverse('customer', args=[head.code])}?noted={noted.conversation}")


def _contact(sent: dict[str, Any], files: list[Upload]) -> Contact:
    channel = Channel(sent["channel"])
    told = sent["told"].strip()
    return Contact(
        channel=channel,
        direction=Direction(sent["direction"] or Direction.OUT),
        outcome=Outcome(sent["outcome"] or Outcome.NONE),
        summary=sent["summary"].replace("\r\n", "\n"),
        on=sent["on"],
        heard=Heard(sent["heard"] or 0),
        rival=sent["rival"],
        points={point: text for point in Point if (text := sent[point.value].replace("\r\n", "\n").strip())},
        follow_up_on=sent["follow_up_on"],
        what=sent["what"],
        told=Told(sent["field"] or 0, told, source_words(channel)) if told else None,
        settles=sent["settles"],
        files=files,
    )


def _refused(request: FaceRequest, head: Head, sent: dict[str, Any], refused: Refused, look: Look) -> HttpResponse:
    """The form again with everything that was typed, and the reason; files have to be chosen again."""
    words = refusal_words(refused)
    compose = compose_of(
        (head.code, head.name), look, owed=owed_to(head, look), settles=sent["settles"] or ["-"], typed=sent,
        back=(sent["back"] or "customer", sent["then"]), problem=words,
    )  # fmt: skip
    response = render(request, "conversations/page.html", {"compose": compose}, status=422)
    response["HX-Replace-Url"] = "false"
    return reswap(reselect(retarget(response, "#compose"), "#compose"), "outerHTML")


def _whom(request: FaceRequest, text: str, look: Look) -> HttpResponse:
    """Whom the contact was with: by any identifier, as the search box finds."""
    require(look.principal, Permission.VIEW_CUSTOMERS)
    rows = find(text, look.principal, limit=_MOST_FOUND).rows if text else []
    return render(request, "conversations/whom.html", {"sought": text, "rows": rows})


def _found(code: str, look: Look) -> Head:
    try:
        return head_of_code(code, look.principal)
    except Refused as refused:
        raise Http404 from refused


def _first_choice(channel: str) -> dict[str, Any]:
    """The channel that an address names (by its number), if it is one in which people speak."""
    if not channel:
        return {"channel": Channel.CALL}
    if not (channel.isascii() and channel.isdigit() and len(channel) <= 2 and int(channel) in Channel.values):
        raise BadRequest("no such channel")
    return {"channel": Channel(int(channel))}
