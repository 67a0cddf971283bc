"""What goes when a person is erased: every word that was said. That there was a contact, and when, stays countable."""

from collections.abc import Sequence

from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.conversations.services.attaching import drop_files

_STEP = 2_000


def erase_words(customer_ids: Sequence[int]) -> None:
    """Empty the notes of contacts with erased customers and delete their files, in the transaction of the erasure
    (customers.register_eraser).
    """
    for start in range(0, len(customer_ids), _STEP):
        there = Conversation.objects.filter(customer_id__in=customer_ids[start : start + _STEP])
        drop_files(Attachment.objects.filter(conversation__in=there))
        there.update(
            summary="", usage="", needs="", news="", greetings="", reference="", heard=0, rival=None, met_on=None
        )
