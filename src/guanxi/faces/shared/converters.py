"""Codes and keys in addresses: only what has the form of one reaches a view."""

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


class RowConverter:
    """The key of a row below a record, as `<row:row>`: never more than a database holds."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The key."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The key in digits."""
        return str(value)


def register_converters() -> None:
    """Make <code:…> and <row:…> known to addresses."""
    register_converter(CodeConverter, "code")
    register_converter(RowConverter, "row")
