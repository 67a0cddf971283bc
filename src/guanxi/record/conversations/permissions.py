"""Whose conversations a principal sees: those of the customers in sight."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.permissions import in_sight, listed_with, visible_to


def seen_conversations(principal: Principal) -> QuerySet[Conversation]:
    """Conversations with the customers that `principal` sees. Raises Denied without the right to see any at all."""
    require(principal, Permission.VIEW_CONVERSATIONS)
    return Conversation.objects.filter(visible_to(principal, prefix="customer__"), deleted_at=None)


def conversations_of_one(customer_id: int, principal: Principal) -> QuerySet[Conversation]:
    """Conversations with one customer, where `principal` sees him; else none. Raises Denied as above."""
    require(principal, Permission.VIEW_CONVERSATIONS)
    return Conversation.objects.filter(in_sight(principal, customer_id), customer=customer_id, deleted_at=None)


def reached_conversations(principal: Principal) -> tuple[QuerySet[Conversation], QuerySet[Conversation]]:
    """Conversations with the customers in one's reach, for lists of many: to be gathered where few fit, and to be walked in
    the order of an index where many do. Raises Denied.
    """
    require(principal, Permission.VIEW_CONVERSATIONS)
    by_ids, by_row = listed_with(principal)
    return Conversation.objects.filter(by_ids, deleted_at=None), Conversation.objects.filter(by_row, deleted_at=None)
