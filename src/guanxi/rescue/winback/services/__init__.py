"""Acts on losses: insight keeps them, people ask why, note the answer and hand the list out."""

from guanxi.rescue.winback.services.asking import ask_why, declare_reason
from guanxi.rescue.winback.services.erasing import erase_losses
from guanxi.rescue.winback.services.keeping import keep_brought, keep_losses
from guanxi.rescue.winback.services.pursuing import end_pursuits, hand_out_best

__all__ = ["ask_why", "declare_reason", "end_pursuits", "erase_losses", "hand_out_best", "keep_brought", "keep_losses"]
