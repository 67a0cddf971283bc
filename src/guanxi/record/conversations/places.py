"""Where the files of contacts lie: GUANXI_HOME/files/conversations, two letters a folder, random names."""

from pathlib import Path

from django.conf import settings


def root() -> Path:
    """The folder of all of them; it need not be there yet."""
    return Path(settings.GUANXI_HOME) / "files" / "conversations"


def place_of(stored: str) -> Path:
    """The file behind a stored name, which is one of ours and never a sender's word."""
    return root() / stored
