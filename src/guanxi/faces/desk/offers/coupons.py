"""Codes of a partner's coupons that came back: entered on the offer's page, and what came of them said there."""

import re

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.faces.desk.offers.forms import CouponsForm
from guanxi.faces.desk.offers.views import found, page
from guanxi.faces.desk.settings.showing import UNPROCESSABLE, done
from guanxi.faces.shared import cells
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import dotted, refusal_words
from guanxi.ground.refusals import Refused
from guanxi.record.actions.services import Redeemed, redeem_coupons

_APART = re.compile(r"[\s,;，；、]+")
_TOLD = 10  # codes that are told back


@require_POST
def coupons(request: FaceRequest, code: str) -> HttpResponse:
    """Note that coupons of this offer were redeemed."""
    there = found(request, code)
    form = read(CouponsForm, request)
    codes = list(dict.fromkeys(one for one in _APART.split(form["codes"]) if one))
    try:
        result = redeem_coupons(there.reference, codes, on=form["on"], by=request.principal)
    except Refused as refused:
        return page(request, there, problem=refusal_words(refused), status=UNPROCESSABLE)
    return done(request, _said(result), "offer", code)


def _said(result: Redeemed) -> str:
    parts = [_("coupons redeemed: {number}").format(number=cells.number(result.new))]
    if result.known:
        parts.append(_("known before: {number}").format(number=cells.number(result.known)))
    if result.proved:
        parts.append(_("needs confirmed: {number}").format(number=cells.number(result.proved)))
    if result.unknown:
        shown = ", ".join(one[:20] for one in result.unknown[:_TOLD])
        more = "…" if len(result.unknown) > _TOLD else ""
        parts.append(_("no coupon of this offer that had gone out: {codes}").format(codes=shown + more))
    return dotted(parts)
