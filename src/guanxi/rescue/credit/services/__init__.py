"""Acts on credit cases."""

from guanxi.rescue.credit.services.appealing import decide_appeal, record_appeal
from guanxi.rescue.credit.services.deciding import decide_case, decide_recheck, keep_help
from guanxi.rescue.credit.services.erasing import erase_cases
from guanxi.rescue.credit.services.informing import give_notice
from guanxi.rescue.credit.services.raising import Steady, decide_increase, propose_increases
from guanxi.rescue.credit.services.reviewing import review_cases

__all__ = [
    "Steady",
    "decide_appeal",
    "decide_case",
    "decide_increase",
    "decide_recheck",
    "erase_cases",
    "give_notice",
    "keep_help",
    "propose_increases",
    "record_appeal",
    "review_cases",
]
