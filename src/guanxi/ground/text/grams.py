"""Grams: the small words under which a customer is found, and the grams a search text asks for.

Source: architecture/patterns, section 3. A gram is letters and digits only, so that SQLite's unicode61 takes it as one
token; its first letter says its class, and no class begins with o or t, which are the scope tokens (owner and team)
that a search adds: a text can never pose as one. Classes:

    王 王芳     Han characters alone and in pairs (no letter in front)
    y…          pinyin: whole name, and each syllable
    i…          initials: all of them, and in pairs
    w…          prefixes of other words (Latin, kana, Cyrillic …), 1 to 10 characters
    p…          phones: last 3, 4 and 8 digits, and all digits
    r… e…       references: prefixes of 2 to 10 characters and the whole; e… their last 4 characters
    k…          what was told: k before a Han gram, or before the w… of another word

Grams find candidates; the row that is shown is compared with the words again.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from guanxi.ground.refusals import Refused
from guanxi.ground.text.normalise import HAN, compatible, name_form
from guanxi.ground.text.phones import phone_form
from guanxi.ground.text.pinyin import syllables
from guanxi.ground.text.pinyin_syllables import PREFIXES, split_syllables

WORD_PREFIX = 10
REFERENCE_PREFIX = 10
MAX_ALTERNATIVES = 16
MAX_INITIALS = 6
MAX_TEXT = 100
_FEWEST_APART = 2

_RUNS = re.compile(f"[{HAN}]+|[^{HAN}]+")
_HAN_START = re.compile(f"[{HAN}]")
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`](?=\w)")
_WORDS = re.compile(r"[^\W_]+")
_NEWER_HAN = re.compile("[\u4db6-\u4dbf\u9fcd-\u9fff\U0002b820-\U0003ffff]")  # unknown to unicode61 (Unicode 6.1)
_BLAKE = blake2b(digest_size=8)  # copied for each gram: a fifth cheaper than made anew
_PHONE_LIKE = re.compile(r"\+?[\d\s\-().]+")


@dataclass(frozen=True, slots=True)
class GramQuery:
    """One way to understand a search text: every gram of all_of matches, and one of any_of where there are any."""

    all_of: tuple[str, ...]
    any_of: tuple[str, ...] = ()


def name_grams(name: str) -> set[str]:
    """Return the grams of a name: Han, pinyin in all readings, initials, prefixes of its other words."""
    form = name_form(name)
    grams: list[str] = []
    for run in _RUNS.findall(form):
        grams += _han_grams(run) if _HAN_START.match(run) else _word_grams(run)
    for way in syllables(name):
        grams += _reading_grams(way)
    if form.isascii() and " " in form:
        grams += _initial_grams("".join(word[0] for word in _words_of(form)))
    return set(grams)


def phone_grams(form: str) -> set[str]:
    """Return the grams of a phone form (E.164 or short): its last 3, 4 and 8 digits and all of them."""
    digits = form.partition(";")[0].removeprefix("+")
    return {f"p{digits}", *[f"p{digits[-length:]}" for length in (3, 4, 8) if len(digits) >= length]}


def reference_grams(reference: str) -> set[str]:
    """Return the grams of a reference: prefixes of 2 to 10 characters, the whole, the last 4; without case and dashes."""
    plain = _plain_reference(reference)
    if not plain:
        return set()
    whole, most = f"r{plain}", min(len(plain), REFERENCE_PREFIX) + 2
    grams = {whole, *[whole[:end] for end in range(3, most)]}
    if len(plain) > 4:
        grams.add(f"e{plain[-4:]}")
    return grams


def phrase_grams(text: str) -> set[str]:
    """Return the grams of a sentence that somebody told: Han as it is written, prefixes of its other words."""
    grams: set[str] = set()
    for run in _RUNS.findall(compatible(text)):
        grams |= set(_han_grams(run)) if _HAN_START.match(run) else _word_grams(run)
    return {f"k{gram}" for gram in grams}


def phrase_query(text: str) -> GramQuery:
    """Return what a sentence must hold to say all words of a text: `phrase_grams` of it hold all of these."""
    grams: list[str] = []
    for run in _RUNS.findall(compatible(text[:MAX_TEXT])):
        if _HAN_START.match(run):
            grams += _han_query(run)
        else:
            grams += [f"w{_gram_text(word)[:WORD_PREFIX]}" for word in _words_of(run)]
    return GramQuery(tuple(dict.fromkeys(f"k{gram}" for gram in grams)))


def query_grams(text: str) -> list[GramQuery]:
    """Return the ways to understand a search text, the most exact first, at most 16; [] when it holds nothing to search.

    A customer is found when any way matches; ask them in order until enough are found.
    Words and runs of one script are understood one by one and must all match: "王 8000", "zhang wei", "C-00123".
    """
    ways, parts = [GramQuery(())], _parts(text[:MAX_TEXT])
    for part in parts:
        ways = _both(ways, _ways_of_part(part))
    kept = [way for way in dict.fromkeys([*_spelt_apart(parts), *ways]) if way.all_of or way.any_of]
    return kept if len(kept) <= MAX_ALTERNATIVES else _first_of(kept)


def gram_hash(gram: str) -> int:
    """Return the signed 64-bit hash of a gram, for PostgreSQL's bigint[]: first 8 bytes of blake2b."""
    state = _BLAKE.copy()
    state.update(gram.encode())
    return int.from_bytes(state.digest(), "big", signed=True)


def gram_hashes(grams: Iterable[str]) -> list[int]:
    """Return the hashes of grams, sorted."""
    return sorted(map(gram_hash, grams))


def hashed_documents(documents: Iterable[Iterable[str]]) -> Iterator[list[int]]:
    """Yield `gram_hashes` of many documents; a gram that several have is hashed once (half the time of gram_hash)."""
    hashes = _Hashes()
    for grams in documents:
        yield sorted(map(hashes.__getitem__, grams))


class _Hashes(dict[str, int]):
    def __missing__(self, gram: str) -> int:
        self[gram] = found = gram_hash(gram)
        return found


def _parts(text: str) -> list[str]:
    """Return the words of a search text; a text that is a phone as a whole stays whole ("138 0013 8000")."""
    plain = compatible(text).strip()
    if _PHONE_LIKE.fullmatch(plain) and sum(char.isdigit() for char in plain) >= 7:
        return [plain]
    return plain.split()


def _ways_of_part(part: str) -> list[GramQuery]:
    runs = _RUNS.findall(part)
    ways = [GramQuery(())]
    for run in runs:
        ways = _both(ways, _ways_of(run))
    if len(runs) > 1 and any(char.isdigit() for char in part):  # 京A12345, 沪-001
        ways = [*_reference_ways(_plain_reference(part)), *ways]
    return ways


def _both(ways: list[GramQuery], more: list[GramQuery]) -> list[GramQuery]:
    """Return every way with every further way; of two open ends one is kept: fewer conditions find more, never less."""
    if not more:
        return ways
    joined = [
        GramQuery(tuple(dict.fromkeys((*way.all_of, *further.all_of))), further.any_of or way.any_of)
        for way in ways
        for further in more
    ]
    return _first_of(joined)


def _first_of(ways: list[GramQuery]) -> list[GramQuery]:
    """The first 16; the literal one is always among them."""
    kept = ways[:MAX_ALTERNATIVES]
    if not any(map(_is_literal, kept)):
        kept[-1:] = [*filter(_is_literal, ways)][:1] or kept[-1:]
    return kept


def _spelt_apart(parts: list[str]) -> list[GramQuery]:
    """A name in pinyin with spaces is the same name: "ouyang hai" is ouyanghai."""
    if len(parts) < _FEWEST_APART or not all(part.isascii() and part.isalpha() for part in parts):
        return []
    letters = "".join(parts).casefold()
    cuts = split_syllables(letters)
    return [GramQuery((f"y{letters}",)), *(_pinyin_way(done, rest) for done, rest in cuts)] if cuts else []


def _is_literal(way: GramQuery) -> bool:
    """Whether it takes every word as it is written: what is kept of many ways includes it, so a name finds itself."""
    return not way.any_of and all(gram[0] == "w" or _HAN_START.match(gram) for gram in way.all_of)


def _ways_of(piece: str) -> list[GramQuery]:
    if _HAN_START.match(piece):
        return [GramQuery(tuple(_han_query(piece)))]
    plain = _plain_reference(piece)
    if not plain:
        return []
    if plain.isdecimal():
        return _digit_ways(piece, plain)
    if any(char.isdigit() for char in plain):
        return [*_reference_ways(plain), *_word_ways(piece)]
    return _letter_ways(piece)


def _digit_ways(piece: str, digits: str) -> list[GramQuery]:
    ways = _reference_ways(digits)
    whole = _phone_digits(piece)
    if whole:
        ways.insert(0, GramQuery((f"p{whole}",)))
    for length in (8, 4, 3):
        if len(digits) >= length:
            ways.append(GramQuery((f"p{digits[-length:]}",)))
            break
    return ways


def _phone_digits(piece: str) -> str:
    try:
        return phone_form(piece).partition(";")[0].removeprefix("+")
    except Refused:
        return ""


def _reference_ways(plain: str) -> list[GramQuery]:
    heads = [plain] if len(plain) <= REFERENCE_PREFIX else [plain, plain[:REFERENCE_PREFIX]]
    tail = [GramQuery((f"e{plain}",))] if len(plain) == 4 else []
    return [GramQuery((f"r{head}",)) for head in heads] + tail


def _letter_ways(piece: str) -> list[GramQuery]:
    """Letters may be a whole pinyin name, initials, the beginning of a word or reference, pinyin in part (wangf, wan)."""
    letters = _folded(_APOSTROPHES.sub("", piece))
    if not (letters.isascii() and letters.isalpha()):
        return _word_ways(piece)
    cuts = split_syllables(letters)
    ways = [GramQuery((f"y{letters}",))] if cuts else []
    pairs = tuple(f"i{pair}" for pair in _pairs(letters)) if len(letters) <= MAX_INITIALS else ()
    if pairs:
        ways.append(GramQuery((f"i{letters}",)))
    ways += _word_ways(piece)
    if len(letters) > 1:
        ways.append(GramQuery((f"r{letters[:REFERENCE_PREFIX]}",)))
    ways += [_pinyin_way(done, rest) for done, rest in cuts]
    if len(pairs) > 1:
        ways.append(GramQuery(pairs))
    return list(dict.fromkeys(ways))


def _pinyin_way(done: tuple[str, ...], rest: str) -> GramQuery:
    """Return the grams of whole syllables and of one more that is begun (rest) or may be longer (wan is wan or wang)."""
    *whole, last = (*done, rest) if rest else done
    pairs = _pairs("".join(syllable[0] for syllable in (*whole, last)))
    sure = (*(f"y{syllable}" for syllable in whole), *(f"i{pair}" for pair in pairs))
    ends = tuple(f"y{found}" for found in PREFIXES[last])
    return GramQuery((*sure, *ends)) if len(ends) == 1 else GramQuery(sure, ends)


def _word_ways(piece: str) -> list[GramQuery]:
    words = [_gram_text(word)[:WORD_PREFIX] for word in _words_of(piece)]
    return [GramQuery(tuple(f"w{word}" for word in words))] if words else []


def _han_grams(run: str) -> list[str]:
    grams = [*run, *_pairs(run)]
    return grams if _NEWER_HAN.search(run) is None else list(map(_gram_text, grams))


def _reading_grams(readable: tuple[str, ...]) -> list[str]:
    whole = "".join(readable)
    if not whole.isascii():  # a character without known reading is itself
        readable = tuple(syllable for syllable in readable if syllable.isascii())
        whole = "".join(readable)
    if not whole:
        return []
    return [f"y{whole}", *[f"y{syllable}" for syllable in readable], *_initial_grams("".join([s[0] for s in readable]))]


def _han_query(run: str) -> list[str]:
    return [_gram_text(pair) for pair in _pairs(run)] or [_gram_text(run)]


def _word_grams(run: str) -> set[str]:
    words = {_gram_text(word) for word in (*_words_of(run), *_WORDS.findall(_folded(run)))}
    return {f"w{word[:length]}" for word in words for length in range(1, min(len(word), WORD_PREFIX) + 1)}


def _initial_grams(letters: str) -> list[str]:
    return [f"i{letters}", *[f"i{pair}" for pair in _pairs(letters)]] if len(letters) > 1 else []


def _words_of(text: str) -> list[str]:
    """Return the words without accents and apostrophes: O'Brien is obrien."""
    return _WORDS.findall(_APOSTROPHES.sub("", _folded(text)))


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in apart if unicodedata.category(char)[0] != "M"))


def _plain_reference(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text.casefold()
    return "".join(map(_gram_text, _WORDS.findall(_folded(compatible(text)))))


def _gram_text(text: str) -> str:
    """Return the text with characters that unicode61 would drop written by their number."""
    if text.isascii() or _NEWER_HAN.search(text) is None:
        return text
    return _NEWER_HAN.sub(lambda match: f"u{ord(match[0]):x}", text)


def _pairs(text: str) -> list[str]:
    return [text[index : index + 2] for index in range(len(text) - 1)]
