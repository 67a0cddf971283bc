"""Acts on abuse reviews. A person takes each step; sales rest, service never does."""

from guanxi.rescue.abuse.services.appealing import decide_appeal, record_appeal
from guanxi.rescue.abuse.services.deciding import confirm_flag, dismiss_review, note_fraud, propose_flag
from guanxi.rescue.abuse.services.erasing import erase_reviews
from guanxi.rescue.abuse.services.informing import give_notice
from guanxi.rescue.abuse.services.reviewing import review_claims

__all__ = [
    "confirm_flag",
    "decide_appeal",
    "dismiss_review",
    "erase_reviews",
    "give_notice",
    "note_fraud",
    "propose_flag",
    "record_appeal",
    "review_claims",
]
