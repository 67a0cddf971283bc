"""The wording check: what of a text may not be said as it stands. Pure; the phrases stand in phrases.py."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from guanxi.engage.offers.rules.phrases import Fault, Phrase, phrases
from guanxi.ground.text.normalise import has_hidden

# Traditional characters of the phrases, and letters that only look Latin.
_TRADITIONAL = {
    pair[0]: pair[1]
    for pair in (
        "獎奖 終终 費费 險险 證证 賺赚 穩稳 賠赔 無无 風风 預预 歷历 過过 業业 績绩 錯错 機机 會会 後后 僅仅 "
        "搶抢 時时 殺杀 騙骗 對对 愛爱 讓让 兒儿 顧顾 戶户 雙双 萬万 億亿 兩两 銀银 別别 給给 這这 個个 額额 "
        "點点 當当 損损 虧亏 絕绝 償偿 運运 質质 開开 搖摇 頭头 體体 靠靠 譜谱 壞坏 夜夜 總总 場场 賭赌 註注 "
        "賬账 實实 觀观 眾众 "
    ).split()
}
_LOOK_ALIKE = dict(zip("аеорсухіѕјԁοαρтвнкм", "aeopcyxisjdoaptbhkm", strict=True))
_FOLDED = str.maketrans(_TRADITIONAL | _LOOK_ALIKE | {"’": "'", "＇": "'"})
_BETWEEN = r"[\W_]*"
_NUMBER = r"(?:\d+|[零一二两三四五六七八九十百千几半]+|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|hundred)"
_UNRELEASABLE = frozenset({Fault.LOTTERY, Fault.REFUSED_TRADE})


@dataclass(frozen=True, slots=True)
class Finding:
    """Words of a text, as they stand there, and what is wrong with them. `place` counts characters from 1."""

    words: str
    fault: Fault
    place: int

    @property
    def is_releasable(self) -> bool:
        """Whether compliance may let it stand: a prize needs its promotion, a refused trade has no way."""
        return self.fault not in _UNRELEASABLE


def findings_in(text: str, *, has_promotion: bool, has_terms: bool) -> list[Finding]:
    """What may not be said as it stands, each once, in the order of the text.

    has_promotion: a registered promotion with rules and odds belongs to the offer; has_terms: its terms are published.
    """
    folded, places = _folded(text)
    allowed = ({Fault.LOTTERY} if has_promotion else set()) | ({Fault.FREE} if has_terms else set())
    found: dict[tuple[int, Fault], Finding] = {}
    for phrase, pattern in _patterns():
        if phrase.fault in allowed:
            continue
        for match in pattern.finditer(folded):
            start, end = places[match.start()], places[match.end() - 1] + 1
            longer = found.get((start, phrase.fault))
            if longer is None or len(longer.words) < end - start:
                found[start, phrase.fault] = Finding(text[start:end], phrase.fault, start + 1)
    return sorted(found.values(), key=lambda one: (one.place, one.fault))


def digest_of(text: str, fault: Fault) -> str:
    """By what a release knows what it was given for: another text, or another fault of it, needs another release."""
    return sha256(f"{fault}\n{text}".encode()).hexdigest()[:16]


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and of each of its characters the index of that one from which it came."""
    folded, places = [], []
    for index, char in enumerate(text):
        if has_hidden(char):
            continue
        for piece in unicodedata.normalize("NFKD", char).casefold().translate(_FOLDED):
            if not unicodedata.combining(piece):
                folded.append(piece)
                places.append(index)
    return "".join(folded), places


@cache
def _patterns() -> tuple[tuple[Phrase, re.Pattern[str]], ...]:
    return tuple((phrase, re.compile(_pattern(phrase))) for phrase in phrases())


def _pattern(phrase: Phrase) -> str:
    pieces = [_NUMBER if char == "#" else re.escape(char) for char in phrase.words if char != "_"]
    is_latin = any("a" <= char <= "z" for char in phrase.words)
    before = "".join(f"(?<!{re.escape(word)})(?<!{re.escape(word)}[ -])" for word in phrase.not_after)
    after = "".join(f"(?!{re.escape(word)})" for word in phrase.not_before)
    edges = (r"(?<![a-z])", r"(?![a-z])") if is_latin else ("", "")
    return edges[0] + before + _BETWEEN.join(pieces) + edges[1] + after
