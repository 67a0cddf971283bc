"""Words and days as people write them in files and forms, read into closed lists and sound values."""

from datetime import date

from guanxi.ground.clock import parse_day
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked, compatible
from guanxi.record.customers.choices import CustomerKind, Gender

MAX_NAME, MAX_ADDRESS, MAX_CITY = 200, 300, 60
_EARLIEST = date(1850, 1, 1)

_TOO_LONG = gettext_noop("This text has {length} characters; at most {most} are kept.")
_NOT_A_BIRTHDAY = gettext_noop("{day} cannot be a birthday.")
_UNKNOWN_WORD = gettext_noop("“{text}” is not known here; use one of: {known}.")

_KINDS = dict.fromkeys(("person", "individual", "个人", "自然人", "p", "1"), CustomerKind.PERSON) | dict.fromkeys(
    ("organisation", "organization", "company", "firm", "企业", "公司", "单位", "机构", "对公", "o", "2"),
    CustomerKind.ORGANISATION,
)
_GENDERS = (
    dict.fromkeys(("m", "male", "man", "mr", "mr.", "男", "男性", "先生", "1"), Gender.MALE)
    | dict.fromkeys(
        ("f", "female", "woman", "ms", "ms.", "mrs", "mrs.", "女", "女性", "女士", "小姐", "2"), Gender.FEMALE
    )
    | dict.fromkeys(("u", "x", "unknown", "未知", "不详", "保密", "0"), Gender.UNKNOWN)
)


def read_kind(text: str) -> CustomerKind:
    """Return what a word says a customer is. Raises Refused."""
    found = _KINDS.get(_word(text))
    if found is None:
        raise _unknown_word(text, "person, organisation")
    return found


def read_gender(text: str) -> Gender:
    """Return the gender that a word names. Raises Refused."""
    found = _GENDERS.get(_word(text))
    if found is None:
        raise _unknown_word(text, "m, f, 男, 女")
    return found


def sound_text(text: str, most: int) -> str:
    """Return a text without spaces around it. Raises Refused when it is too long or cannot be stored."""
    checked(text)
    text = text.strip()
    check_length(text, most)
    return text


def sound_birthday(text: str | date, today: date) -> date:
    """Return a birthday between 1850 and today. Raises Refused."""
    day = parse_day(text)
    if not _EARLIEST <= day <= today:
        raise Refused("customers.not_a_birthday", _NOT_A_BIRTHDAY, day=day.isoformat())
    return day


def check_length(text: str, most: int) -> None:
    """Raise Refused when a text is longer than what is kept."""
    if len(text) > most:
        raise Refused("customers.too_long", _TOO_LONG, length=len(text), most=most)


def _word(text: str) -> str:
    return compatible(text).strip().casefold()


def _unknown_word(text: str, known: str) -> Refused:
    return Refused("customers.unknown_word", _UNKNOWN_WORD, text=excerpt(text), known=known)
