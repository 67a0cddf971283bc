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
    """`now` is the moment in the firm's zone, `today` its day, `currency` the firm's."""

    principal: Principal
    now: dt.datetime
    currency: str

    @property
    def today(self) -> dt.date:
        """The local day."""
        return self.now.date()


def look_of(request: FaceRequest) -> Look:
    """The look of whoever sent the request."""
    own = firm()
    return Look(request.principal, clock.now().astimezone(ZoneInfo(own.zone)), own.currency)
