"""With whose eyes a page is made: who looks, which day it is there, in which currency. Read once a request."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground import clock
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm


@dataclass(frozen=True, slots=True)
class Look:
    """`now` is the moment in the person's zone (the firm's, where none was chosen), `today` the firm's day: all work is
    dated by it. `currency` is the firm's.
    """

    principal: Principal
    now: dt.datetime
    currency: str
    today: dt.date


def look_of(request: FaceRequest) -> Look:
    """The look of whoever sent the request."""
    own = firm()
    now, zone = clock.now(), getattr(request.user, "zone", "") or own.zone
    return Look(request.principal, now.astimezone(ZoneInfo(zone)), own.currency, clock.local_day(now, own.zone))
