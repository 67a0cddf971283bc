"""Acts on conversations."""

from guanxi.record.conversations.services.logging import log_conversation
from guanxi.record.conversations.services.storing import remove_conversations, store_conversations

__all__ = ["log_conversation", "remove_conversations", "store_conversations"]
