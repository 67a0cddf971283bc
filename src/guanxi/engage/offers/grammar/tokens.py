"""Text into tokens. Full-width signs of a Chinese keyboard mean what their narrow ones mean, at the same place."""

import re
from dataclasses import dataclass

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked

MOST_CHARACTERS = 4_000
MOST_QUOTED = 200
KEYWORDS = frozenset("and or not in between has_signal days_since owns likely_next".split())

_NARROW = str.maketrans(
    {"（": "(", "）": ")", "，": ",", "＝": "=", "＜": "<", "＞": ">", "！": "!", "＋": "+", "－": "-", "−": "-", "×": "*",
     "＊": "*", "÷": "/", "／": "/", "　": " ", "‘": "'", "’": "'", "“": '"', "”": '"', "＇": "'", "＂": '"'}
)  # fmt: skip
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<day>\d{4}-\d{2}-\d{2}(?![\w.]))"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?![\w.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")"
    r"|(?P<sign><=|>=|!=|<>|≤|≥|≠|[=<>+\-*/(),])",
    re.ASCII,
)
_SAME = {"<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}

_TOO_LONG = gettext_noop("The condition has {length} characters; at most {most} are read.")
_UNREADABLE = gettext_noop("At character {place}: “{found}” belongs to no name, number, quoted text or sign.")
_OPEN_QUOTE = gettext_noop("At character {place}: the quoted text is not closed.")
_LONG_TEXT = gettext_noop("At character {place}: a quoted text has at most {most} characters.")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign: `kind` is day, number, name, text, sign, one of the keywords, or end."""

    kind: str
    text: str
    place: int


_DOUBLED = {one: re.compile(f"([{many}])[{many}]") for one, many in (("'", "'‘’＇"), ('"', '"“”＂'))}


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, an end behind them. Raises Refused with the place of what belongs to none."""
    if len(text) > MOST_CHARACTERS:
        raise Refused("grammar.too_long", _TOO_LONG, length=len(text), most=MOST_CHARACTERS)
    narrow, at, found = checked(text).translate(_NARROW), 0, []
    while at < len(narrow):
        match = _TOKEN.match(narrow, at)
        if match is None:
            raise _refusal(narrow, text, at)
        if match.lastgroup != "space":
            found.append(_token(match, text))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


def _token(match: re.Match[str], text: str) -> Token:
    kind, place = str(match.lastgroup), match.start() + 1
    if kind == "name":
        word = match[0].lower()
        return Token(word if word in KEYWORDS else "name", word, place)
    if kind == "text":
        # whatever of these opened and closed it on paper, two of them inside stand for one
        inner = _DOUBLED[match[0][0]].sub(r"\1", text[match.start() + 1 : match.end() - 1])
        if len(inner) > MOST_QUOTED:
            raise Refused("grammar.long_text", _LONG_TEXT, place=place, most=MOST_QUOTED)
        return Token("text", inner, place)
    return Token(kind, _SAME.get(match[0], match[0]), place)


def _refusal(narrow: str, text: str, at: int) -> Refused:
    if narrow[at] in "'\"":
        return Refused("grammar.open_quote", _OPEN_QUOTE, place=at + 1)
    return Refused("grammar.unreadable", _UNREADABLE, place=at + 1, found=excerpt(text[at : at + 12]))
