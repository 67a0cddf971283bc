"""Acts on conversations."""

from guanxi.record.conversations.services.erasing import erase_words
from guanxi.record.conversations.services.logging import log_conversation
from guanxi.record.conversations.services.storing import (
    remove_conversations,
    remove_conversations_of,
    store_conversations,
)

__all__ = ["erase_words", "log_conversation", "remove_conversations", "remove_conversations_of", "store_conversations"]
