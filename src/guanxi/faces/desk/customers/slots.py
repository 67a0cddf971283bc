"""Parts of a customer's page that come on their own: read, acted on, and shown again with what was typed where it was refused."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries import Head, head_of_code


@dataclass(frozen=True)
class Slot:
    """One such part: the name of its address, its template, and what the template shows of a customer (and of what was typed)."""

    name: str
    template: str
    told: Callable[[Head, Look, Mapping[str, Any]], Mapping[str, Any]]

    def page(
        self, request: FaceRequest, head: Head, *, problem: str = "", typed: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """The part as it stands; with a problem 422, and the address of the page around it stays."""
        sent = typed or {}
        context = {"head": head, "problem": problem, "typed": sent, **self.told(head, look_of(request), sent)}
        response = render(request, self.template, context, status=422 if problem else 200)
        if problem:
            response["HX-Replace-Url"] = "false"
        return response

    def acted(
        self, request: FaceRequest, head: Head, act: Callable[[], Any], typed: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """Do it and show the part again; refused, with the reason and what was typed, days as their fields take them."""
        try:
            act()
        except Refused as refused:
            return self.page(request, head, problem=refusal_words(refused), typed=_as_typed(typed or {}))
        return redirect(self.name, code=head.code)


def _as_typed(sent: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: value.isoformat() for name, value in sent.items() if isinstance(value, dt.date)}
    return {name: "" if value is None else value for name, value in sent.items()} | texts


def head_for(request: FaceRequest, code: str, permission: Permission) -> Head:
    """The customer of a code for who holds a right; 403 without it, 404 for who does not see him."""
    require(request.principal, permission)
    with not_found_is_404():
        return head_of_code(code, request.principal)
