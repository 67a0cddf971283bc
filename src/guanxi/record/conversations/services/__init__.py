"""Acts on conversations."""

from guanxi.record.conversations.services.logging import log_conversation
from guanxi.record.conversations.services.storing import (
    remove_conversations,
    remove_conversations_of,
    store_conversations,
)

__all__ = ["log_conversation", "remove_conversations", "remove_conversations_of", "store_conversations"]
