"""Normal forms: what is compared when two texts are asked to mean the same. The text as given is stored and shown.

Match rules (the import preview shows them):
- names: Unicode NFKC, case folded, hidden characters dropped, one middle dot, spaces collapsed, none beside Han characters
- e-mails: NFKC, lower case, spaces at the ends and beside @ dropped, domain in its ASCII form (IDN); a+b@ is not a@
- plates and policies: NFKC, upper case, without spaces, dots and dashes
- references: NFKC, outer spaces dropped, inner ones collapsed; case and leading zeros are kept
- accounts: NFKC digits and letters, upper case, without spaces and dashes; leading zeros are kept
"""

import re
import unicodedata

from guanxi.ground.refusals import Refused, excerpt, gettext_noop

HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff々〇"
MAX_EMAIL = 254

# Controls, soft hyphen, bidirectional marks and overrides, zero-width characters, invisible fillers and operators, tags.
_HIDDEN_SET = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
_PLAIN_HAN = re.compile("[\u4e00-\u9fff]+")
_HIDDEN = re.compile(f"[{_HIDDEN_SET}]")
_EMOJI = "[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]"
_EMOJI_JOIN = re.compile(
    f"(?<={_EMOJI})\u200d(?={_EMOJI})"
)  # families and professions are joined by a zero-width joiner
_SPACES = re.compile(r"\s+")
_SPACE_AT_HAN = re.compile(rf"(?<=[{HAN}·]) | (?=[{HAN}·])")
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･●", "·"))
_LOOSE = re.compile(r"[\s·.\-‐‑‒–—_/]+")
_ROUNDED = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+\d{1,3}", re.ASCII)  # spreadsheets always write the +; 1E5 may be a code
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]+")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PLATE = re.compile(rf"[{HAN}A-Z0-9]{{2,12}}")
_CODE = re.compile(r"[A-Z0-9]{2,64}")

_NOT_STORABLE = gettext_noop("Character {position} is {name}, which cannot be stored.")
_NOT_AN_EMAIL = gettext_noop("“{text}” is not an e-mail address.")
_ROUNDED_WORDS = gettext_noop("“{text}” was rounded by a spreadsheet; format the column as text and export it again.")


def checked(text: str) -> str:
    """Return the text unchanged; Refused with position (from 1) for NUL and lone surrogates, which no database stores."""
    nul = text.find("\0")
    if nul >= 0:
        raise Refused("text.not_storable", _NOT_STORABLE, position=nul + 1, name="NUL")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        name = f"U+{ord(text[error.start]):04X}"
        raise Refused("text.not_storable", _NOT_STORABLE, position=error.start + 1, name=name) from None
    return text


def has_hidden(text: str) -> bool:
    """Return whether the text has characters that do not show, or that turn the direction of others."""
    if text.isascii() and text.isprintable():
        return False
    return _HIDDEN.search(_EMOJI_JOIN.sub("", text)) is not None


def show_hidden(text: str) -> str:
    """Return the text with each hidden character written as ⟨U+202E⟩; for showing, never for storing."""
    if not has_hidden(text):
        return text
    kept = {match.start() for match in _EMOJI_JOIN.finditer(text)}
    return _HIDDEN.sub(lambda match: match[0] if match.start() in kept else f"⟨U+{ord(match[0]):04X}⟩", text)


def name_form(name: str) -> str:
    """Return the form by which names are compared; may be empty."""
    if _PLAIN_HAN.fullmatch(name):
        return name
    if name.isascii():
        return " ".join(_HIDDEN.sub("", name.casefold()).split())
    folded = _HIDDEN.sub("", compatible(name).translate(_DOTS)).casefold()
    return _SPACE_AT_HAN.sub("", _SPACES.sub(" ", folded).strip())


def email_form(text: str) -> str:
    """Return the form by which e-mail addresses are compared and written to. Raises Refused."""
    local, at, domain = compatible(text).strip().rpartition("@")
    local, domain = local.rstrip().lower(), domain.lstrip().rstrip(".").lower()
    ascii_domain = _ascii_domain(domain)
    whole = f"{local}@{ascii_domain}"
    sound = at and _LOCAL.fullmatch(local) and not has_hidden(local) and ".." not in f".{local}."
    sound = sound and not local.endswith("***")  # masked by an export
    if not sound or not ascii_domain or len(local.encode()) > 64 or len(whole.encode()) > MAX_EMAIL:
        raise Refused("text.not_an_email", _NOT_AN_EMAIL, text=excerpt(text))
    return whole


def plate_form(text: str) -> str:
    """Return a vehicle plate: 京A·12345 is 京A12345. Raises Refused."""
    return _close_set(_PLATE, text, "text.not_a_plate", gettext_noop("“{text}” is not a number plate."))


def policy_form(text: str) -> str:
    """Return a policy or contract number without separators, upper case. Raises Refused."""
    _not_rounded(text)
    return _close_set(_CODE, text, "text.not_a_policy", gettext_noop("“{text}” is not a policy number."))


def account_form(text: str) -> str:
    """Return an account or card number without separators; leading zeros are kept. Raises Refused."""
    _not_rounded(text)
    return _close_set(_CODE, text, "text.not_an_account", gettext_noop("“{text}” is not an account number."))


def reference_form(text: str) -> str:
    """Return a firm's own reference: spaces trimmed, case, dashes and leading zeros kept. Raises Refused when empty or rounded."""
    _not_rounded(text)
    form = _SPACES.sub(" ", _HIDDEN.sub("", compatible(text))).strip()
    if not form or len(form) > 200:
        raise Refused(
            "text.not_a_reference",
            gettext_noop("“{text}” is not a reference: 1 to 200 characters are expected."),
            text=excerpt(text),
        )
    return form


def compatible(text: str) -> str:
    """Return the text in Unicode NFKC: full-width and other look-alike characters become plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def is_rounded(text: str) -> bool:
    """Return whether a spreadsheet has written a long number as 1.38E+10 and so lost its digits."""
    return _ROUNDED.fullmatch(compatible(text).strip()) is not None


def _not_rounded(text: str) -> None:
    if is_rounded(text):
        raise Refused("text.rounded", _ROUNDED_WORDS, text=excerpt(text))


def _close_set(pattern: re.Pattern[str], text: str, code: str, words: str) -> str:
    """A number in upper case without separators, as it must look."""
    return _matched(pattern, _LOOSE.sub("", compatible(text).upper()), text, code, words)


def _matched(pattern: re.Pattern[str], form: str, text: str, code: str, words: str) -> str:
    if pattern.fullmatch(form) is None:
        raise Refused(code, words, text=excerpt(text))
    return form


def _ascii_domain(domain: str) -> str:
    """Return the domain in ASCII, or nothing when it is none (a name without a dot counts as none)."""
    if len(domain) > 253:
        return ""
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    labels = ascii_domain.split(".")
    sound = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdecimal()
    return ascii_domain if sound else ""
