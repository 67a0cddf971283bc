"""Words of files for members of our enumerations."""

from collections.abc import Mapping
from typing import Any

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import compatible
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel
from guanxi.record.holdings.choices import HoldingStatus

_UNKNOWN = gettext_noop("“{text}” is not known here; use one of: {known}.")

_CHANNELS = {
    Channel.UNKNOWN: ("unknown", "other", "未知", "其他", "不详"),
    Channel.BRANCH: ("branch", "shop", "store", "counter", "网点", "柜台", "柜面", "门店", "线下", "店内"),
    Channel.CALL: ("call", "phone", "telephone", "电话", "致电", "来电", "去电", "电销"),
    Channel.VISIT: ("visit", "meeting", "拜访", "上门", "面谈", "走访"),
    Channel.SMS: ("sms", "text", "text message", "短信"),
    Channel.EMAIL: ("email", "e-mail", "mail", "邮件", "电子邮件"),
    Channel.POST: ("post", "letter", "信函", "邮寄", "信件"),
    Channel.WECHAT: ("wechat", "weixin", "wecom", "微信", "企业微信"),
    Channel.WEB: ("web", "website", "online", "internet", "网站", "线上", "网上", "官网"),
    Channel.APP: ("app", "mobile", "手机银行", "小程序", "客户端"),
    Channel.CARD: ("card", "pos", "刷卡", "银行卡", "卡"),
    Channel.PORTAL: ("portal", "门户", "客户门户"),
}
_DIRECTIONS = {
    Direction.IN: ("in", "inbound", "incoming", "from the customer", "呼入", "来电", "客户来访", "进"),
    Direction.OUT: ("out", "outbound", "outgoing", "to the customer", "呼出", "去电", "外呼", "出"),
}
_OUTCOMES = {
    Outcome.NONE: ("none", "-", "无", "未记录"),
    Outcome.REACHED: ("reached", "contacted", "connected", "已联系", "接通", "已接通"),
    Outcome.NO_ANSWER: ("no answer", "not reached", "busy", "未接", "无人接听", "未接通", "占线"),
    Outcome.PROMISED: ("promised", "we promised", "承诺", "已承诺"),
    Outcome.ACCEPTED: ("accepted", "agreed", "yes", "接受", "同意", "成交"),
    Outcome.REFUSED: ("refused", "declined", "no", "拒绝", "不需要"),
}
_STATUSES = {
    HoldingStatus.OPEN: ("open", "active", "in force", "valid", "有效", "正常", "生效", "持有"),
    HoldingStatus.CLOSED: (
        "closed",
        "cancelled",
        "lapsed",
        "expired",
        "ended",
        "关闭",
        "已关闭",
        "销户",
        "失效",
        "终止",
        "退保",
        "到期",
    ),
    HoldingStatus.PENDING: ("pending", "applied", "in progress", "待生效", "申请中", "处理中", "待处理"),
}
_YES = frozenset("true yes y 1 x 是 有 促销".split())
_NO = frozenset("false no n 0 否 无 没有 正价".split())
_TRUE = {"true", "yes", "y", "1", "x", "private", "confidential", "personal", "是", "私密", "私人", "私有", "个人"}


def _table(words: Mapping[Any, tuple[str, ...]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for member, texts in words.items():
        table |= dict.fromkeys((*texts, member.name.casefold(), str(member.value)), member)
    return table


_BY_WORD = {
    Channel: _table(_CHANNELS),
    Direction: _table(_DIRECTIONS),
    Outcome: _table(_OUTCOMES),
    HoldingStatus: _table(_STATUSES),
}


def channel_named(text: str) -> Channel:
    """The channel a word means. Raises Refused."""
    found: Channel = _named(Channel, text)
    return found


def direction_named(text: str) -> Direction:
    """The direction of a contact that a word means. Raises Refused."""
    found: Direction = _named(Direction, text)
    return found


def outcome_named(text: str) -> Outcome:
    """The result of a contact that a word means. Raises Refused."""
    found: Outcome = _named(Outcome, text)
    return found


def status_named(text: str) -> HoldingStatus:
    """The status of a holding that a word means. Raises Refused."""
    found: HoldingStatus = _named(HoldingStatus, text)
    return found


def says_yes(text: str) -> bool:
    """Whether a cell of a yes-or-no column says yes."""
    return compatible(text).strip().casefold() in _TRUE


def _named(kind: Any, text: str) -> Any:
    found = _BY_WORD[kind].get(compatible(text).strip().casefold().replace("_", " "))
    if found is None:
        known = ", ".join(member.name.lower().replace("_", " ") for member in kind)
        raise Refused("imports.unknown_word", _UNKNOWN, text=excerpt(text), known=known)
    return found


def yes_or_no(text: str) -> int:
    """1 for yes, 0 for no. Raises Refused for any other word."""
    word = compatible(text).strip().casefold()
    if word not in _YES | _NO:
        raise Refused("imports.unknown_word", _UNKNOWN, text=excerpt(text), known="yes, no")
    return int(word in _YES)
