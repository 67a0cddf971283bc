"""Acts on conversations."""

from guanxi.record.conversations.services.attaching import Upload, attach_files, sweep_files
from guanxi.record.conversations.services.correcting import (
    Correction,
    correct_conversation,
    return_conversation,
    withdraw_conversation,
)
from guanxi.record.conversations.services.erasing import erase_words
from guanxi.record.conversations.services.logging import Said, log_conversation, note_conversation
from guanxi.record.conversations.services.meeting import meet_request, reopen_request
from guanxi.record.conversations.services.storing import (
    remove_conversations,
    remove_conversations_of,
    store_conversations,
)

__all__ = [
    "Correction",
    "Said",
    "Upload",
    "attach_files",
    "correct_conversation",
    "erase_words",
    "log_conversation",
    "meet_request",
    "note_conversation",
    "remove_conversations",
    "remove_conversations_of",
    "reopen_request",
    "return_conversation",
    "store_conversations",
    "sweep_files",
    "withdraw_conversation",
]
