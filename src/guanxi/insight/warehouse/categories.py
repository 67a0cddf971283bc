"""Which categories of trade may reach the warehouse: a whitelist (decisioning.md 3.5 and 4.7, RSK-04). Whatever is not on it
arrives blank, so that no blocked merchant class can be computed with; its money counts like any other.
"""

import re
from collections.abc import Mapping

from django.conf import settings

from guanxi.record.catalogue.prohibited import BLOCKED_CODES, BLOCKED_SUBJECTS, UNOFFERED, blocked_subject

# Number in the warehouse → the words (lower case) and card codes that stand for the category.
WHITELIST: Mapping[str, tuple[int, str]] = {
    "dining": (1, "餐饮 餐厅 美食 外卖 dining restaurant restaurants 5811 5812 5814"),
    "lodging": (2, "住宿 酒店 宾馆 民宿 lodging hotel hotels 7011"),
    "groceries": (3, "超市 便利店 生鲜 食品 groceries grocery supermarket supermarkets 5411 5422 5451 5499"),
    "fuel": (4, "加油 加油站 充电 fuel 5541 5542 5552"),
    "retail": (
        5,
        "百货 零售 服装 家居 家电 数码 日用 retail clothing furniture electronics 5310 5311 5331 5399 5651 5712 5732",
    ),
}
# A credit to the customer's own account (a negative amount) of one of these is his income.
INCOME = ("工资", "薪资", "代发工资", "salary", "wage", "wages", "payroll")


def category_of(text: str) -> int:
    """The number of a category in the warehouse; 0 for all that is not whitelisted, or on the firm's own blocked list."""
    return _numbers().get(text.strip().lower(), 0)


def category_case(column: str) -> str:
    """The same as an expression of SQL over a column of the record. Only our own words stand in it."""
    cases = " ".join(f"WHEN '{word}' THEN {number}" for word, number in _numbers().items())
    return f"CASE lower({column}) WHEN '' THEN 0 {cases} ELSE 0 END"


def blind_case(column: str) -> str:
    """A condition of SQL: whether a category of the record is a blocked one by its code or word as it stands (decisioning.md 3.5)."""
    words = ", ".join(f"'{word}'" for word in sorted(_blocked_words()))
    return f"({column} <> '' AND lower({column}) IN ({words}))"


def _blocked_words() -> set[str]:
    own = {word.lower() for word in settings.GUANXI_BLOCKED_CATEGORIES if _PLAIN.fullmatch(word)}
    # words of what is never sold in good faith; of a chemist's or a party shop's own trade the codes of card schemes alone
    words = {word.rstrip("*") for subject in UNOFFERED for word in BLOCKED_SUBJECTS[subject].split()}
    return own | words | set(BLOCKED_CODES)


_PLAIN = re.compile(r"[^'\\]{1,60}")
_DEPOSIT = re.compile("deposit|saving|存款|储蓄")
_TERM = re.compile("term|time|定期|定存")


def is_deposit(family: str, reference: str) -> bool:
    """Whether a product is a deposit, by the words of its family and reference: the twin of the prelude's macro."""
    return bool(_DEPOSIT.search(f"{family} {reference}".lower()))


def is_term(family: str, reference: str) -> bool:
    """Whether a deposit is tied for a time, by the same words: the twin of the prelude's macro."""
    return bool(_TERM.search(f"{family} {reference}".lower()))


def _numbers() -> dict[str, int]:
    own = settings.GUANXI_BLOCKED_CATEGORIES
    return {
        word: number
        for number, words in WHITELIST.values()
        for word in words.split()
        if not blocked_subject(word, also=own)
    }
