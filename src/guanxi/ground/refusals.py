"""How every service refuses bad input: a stable code for programs, plain words for people."""

from collections.abc import Callable, Mapping

MAX_EXCERPT = 60


class Word(str):
    """A parameter that is itself a word of ours, marked for translators: translated before it fills its place."""

    __slots__ = ()


class Refused(ValueError):
    """Input that is not accepted, with the reason.

    code:   stable, dotted, for programs and tests ("money.not_an_amount").
    words:  English sentence with {named} places; a face translates it before filling. Mark it with gettext_noop
            (or pass a lazy translation) so that translators see it.
    params: what fills the places. Long or hostile values belong through excerpt(), words of ours through Word().
    """

    def __init__(self, code: str, words: str, /, **params: object) -> None:
        super().__init__(code, words, params)
        self.code = code
        self.words = words
        self.params = params

    def __str__(self) -> str:
        return str(self.words).format_map(self.params)

    def in_words(self, translate: Callable[[str], str]) -> str:
        """The sentence in another language: it, and the words that fill its places, put through `translate`."""
        facts = {name: translate(value) if isinstance(value, Word) else value for name, value in self.params.items()}
        return translate(str(self.words)).format_map(facts)

    def kept_params(self) -> dict[str, object]:
        """What fills the places, as JSON keeps it: with `words` to be said later in anybody's language (`kept_refusal`)."""
        return {name: _kept(value) for name, value in self.params.items()}

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.words, self.params)


class KeptRefusal(Refused):
    """A refusal as it was kept. What was erased since, or no longer fits its places, is told as … and never fails."""

    def __str__(self) -> str:
        return _filled(str(self.words), self.params)

    def in_words(self, translate: Callable[[str], str]) -> str:
        """The sentence in another language; without its places where it is no sentence of ours."""
        facts = {name: translate(value) if isinstance(value, Word) else value for name, value in self.params.items()}
        return _filled(translate(str(self.words)), facts)


class _Known(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "…"


def _filled(words: str, facts: Mapping[str, object]) -> str:
    try:
        return words.format_map(_Known(facts))
    except (ValueError, IndexError, AttributeError, KeyError, TypeError):
        return words


def kept_refusal(code: str, words: str, params: Mapping[str, object]) -> Refused:
    """A refusal that was kept: its code, its English words, and `kept_params`."""
    facts = {name: Word(value["word"]) if isinstance(value, dict) else value for name, value in params.items()}
    return KeptRefusal(code, words, **facts)


def gettext_noop(words: str) -> str:
    """Return the words unchanged; makemessages collects them for translators."""
    return words


def excerpt(value: object, limit: int = MAX_EXCERPT) -> str:
    """Return a value as short printable text for a message: cut with …, controls and surrogates escaped."""
    text = value if isinstance(value, str) else str(value)
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)


def _kept(value: object) -> object:
    if isinstance(value, Word):
        return {"word": str(value)}
    return value if isinstance(value, int) else str(value)


def _rebuild(kind: type[Refused], code: str, words: str, params: dict[str, object]) -> Refused:
    return kind(code, words, **params)
