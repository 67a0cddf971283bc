"""One line of a table of insight."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of a table: a name, figures in the order of the columns, a door where there is one."""

    name: str
    figures: tuple[str, ...]
    href: str = ""
    tone: str = ""
    is_sum: bool = False
    under: str = ""  # words beneath the name
