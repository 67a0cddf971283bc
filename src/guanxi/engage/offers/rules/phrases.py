"""Words that an offer may not say, or only with something beside it. decisioning.md 3.5 (8), RET-03, LEV-09, PTN-03, PTN-04.

A phrase is matched letter by letter with anything that is no letter between them, so that 抽　奖, l.o.t.t.e.r.y and 抽獎 are
found too. `#` is a number in figures or words. Full-width letters, traditional characters, look-alike Cyrillic letters and
accents are folded first (wording.py).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Fault(StrEnum):
    """Why words are not said."""

    LOTTERY = "lottery"
    RETURN = "return"
    FREE = "free"
    DISPARAGING = "disparaging"
    SCARCITY = "scarcity"
    GUILT = "guilt"
    REFUSED_TRADE = "refused_trade"


FAULT_WORDS = {
    Fault.LOTTERY: _("a prize is mentioned only for a registered promotion with published rules and odds"),
    Fault.RETURN: _("a return is never promised, predicted or compared"),
    Fault.FREE: _("free or for ever is said only beside the terms"),
    Fault.DISPARAGING: _("others are not run down"),
    Fault.SCARCITY: _("nobody is hurried by shortage that is not real"),
    Fault.GUILT: _("nobody is made to feel guilty or afraid"),
    Fault.REFUSED_TRADE: _("this trade is never offered"),
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words and their fault; after or before these letters they mean something else (集中奖励, risk-free fall …)."""

    words: str
    fault: Fault
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()


_WORDS: dict[Fault, str] = {
    Fault.LOTTERY: (
        "抽奖 摇奖 开奖 大奖 头奖 彩票 特等奖 #等奖 幸运顾客 幸运客户 幸运观众 幸运用户 幸运儿 prize "
        "prizes lottery raffle sweepstake sweepstakes jackpot winner winners lucky_draw prize_draw "
        "you_have_won you've_won you_won you_are_the_lucky"
    ),
    Fault.RETURN: (
        "翻倍 保本 保收益 保证收益 收益保证 保障收益 稳赚 必赚 包赚 躺赚 稳赢 零风险 无风险 没有风险 不会亏 "
        "不亏本 刚性兑付 收益翻 翻一番 翻番 翻#倍 预期收益 预计收益 预期回报 历史收益 过往收益 过往业绩 "
        "历史业绩 guaranteed guarantee_returns guarantees guaranteed_return risk_free no_risk riskless "
        "without_risk #_times_the #_times_as #_times_more #_times_your #_times_bank #_times_savings "
        "double_your_money triple_your_money expected_return expected_returns past_return past_returns "
        "past_performance cannot_lose can't_lose sure_profit you_will_earn"
    ),
    Fault.FREE: ("免费 终身 终生 永久 白送 零元 0元 free lifetime for_life forever free_of_charge"),
    Fault.DISPARAGING: (
        "垃圾银行 垃圾公司 垃圾产品 骗子 骗人 坑人 坑钱 黑心 忽悠 最差 不靠谱 别家不行 其他银行都 "
        "别的银行都 rip_off rip_offs ripped_off cheats cheaters scam scams worthless inferior rubbish "
        "garbage crooks other_banks_cheat unlike_other_banks"
    ),
    Fault.SCARCITY: (
        "最后机会 最后一次机会 仅此一次 机不可失 错过不再 错过就没 错过等一年 手慢无 马上抢 赶紧抢 "
        "抢完为止 仅剩# 只剩# 最后#名 最后#席 最后#天 最后#小时 last_chance act_now hurry hurry_up "
        "only_#_left only_#_places only_#_seats before_it_is_gone before_it's_gone once_in_a_lifetime "
        "never_again today_only don't_miss_out"
    ),
    Fault.GUILT: (
        "对得起 忍心 良心 不孝 真爱就 爱家人就 爱他就 爱她就 爱孩子就 别让家人 别让孩子 会后悔 后悔一辈子 "
        "you_owe_it_to if_you_love if_you_really_love if_you_cared if_you_care_about don't_let_your_family "
        "don't_let_your_children don't_let_them_down ashamed shame_on you_will_regret"
    ),
    Fault.REFUSED_TRADE: (
        "夜总会 夜店 桑拿 赌场 赌博 博彩 投注 赌城 nightclub nightclubs sauna casino casinos gambling "
        "betting massage_parlour massage_parlor"
    ),
}
_SPECIAL = (
    Phrase("中奖", Fault.LOTTERY, not_after=("集",), not_before=("励", "学")),
    Phrase("#倍", Fault.RETURN, not_after=("积分",), not_before=("积分",)),
)
_NOT_AFTER = {"free": ("feel", "interest", "fee", "duty"), "0元": tuple("0123456789.,")}


def phrases() -> tuple[Phrase, ...]:
    """All of them."""
    many = (Phrase(words, fault, _NOT_AFTER.get(words, ())) for fault, text in _WORDS.items() for words in text.split())
    return (*many, *_SPECIAL)
