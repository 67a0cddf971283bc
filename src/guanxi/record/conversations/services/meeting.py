"""What a customer asked for and we did not have: open until it is there for him."""

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.conversations.choices import Heard
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.permissions import seen_conversations

_NOT_THERE = gettext_noop("This conversation is not found.")


@transaction.atomic
def meet_request(code: str, *, by: Principal) -> None:
    """Note that what was asked for in a contact is there for the customer now. Raises Denied, and Refused:
    conversations.not_found (also where nothing is open).
    """
    row = _request(code, by, is_open=True)
    row.met_on = max(firm_day(), row.on)
    _keep("conversation.met", row, by)


@transaction.atomic
def reopen_request(code: str, *, by: Principal) -> None:
    """Undo that: the request is open again. Raises Denied, and Refused: conversations.not_found."""
    row = _request(code, by, is_open=False)
    row.met_on = None
    _keep("conversation.reopened", row, by)


def _request(code: str, by: Principal, *, is_open: bool) -> Conversation:
    require(by, Permission.LOG_CONVERSATIONS)
    rows = seen_conversations(by).select_for_update(of=("self",)).select_related("customer")
    row = rows.filter(code=code, heard=Heard.PRODUCT_GAP, met_on__isnull=is_open).first()
    if row is None:
        raise Refused("conversations.not_found", _NOT_THERE)
    return row


def _keep(kind: str, row: Conversation, by: Principal) -> None:
    row.save(update_fields=["met_on"])
    noun, subject = Noun("conversation", row.code), row.customer.code
    record_act(kind, by=by.actor, noun=noun, payload={"on": row.on.isoformat()}, subject=subject)
