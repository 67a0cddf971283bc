"""Codes in addresses: only what has the form of one reaches a view."""

from django.urls import register_converter

from guanxi.ground.ids import ALPHABET, CODE_LENGTH


class CodeConverter:
    """A public code of a record, as `<code:code>`."""

    regex = f"[{ALPHABET}]{{{CODE_LENGTH}}}"

    def to_python(self, value: str) -> str:
        """The code as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The code as it stands."""
        return value


def register_converters() -> None:
    """Make <code:…> known to addresses."""
    register_converter(CodeConverter, "code")
