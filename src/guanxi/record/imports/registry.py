"""The kinds of files that can be imported. Importers are registered by `project`; each run makes its own."""

from collections.abc import Callable

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.imports.importers.importing import Importer

_importers: dict[str, Callable[[], Importer]] = {}


def register(kind: str, make: Callable[[], Importer]) -> None:
    """Let files of `kind` be imported by what `make` makes. A kind is registered once."""
    if kind in _importers and _importers[kind] is not make:
        raise ValueError(f"importer {kind!r} is registered twice")
    _importers[kind] = make


def kinds() -> list[str]:
    """Names of what can be imported, in the order in which it was registered."""
    return list(_importers)


def importer_of(kind: str) -> Importer:
    """A new importer of a kind. Raises Refused for an unknown one."""
    if kind not in _importers:
        raise Refused(
            "imports.unknown_kind",
            gettext_noop("“{kind}” cannot be imported. Kinds: {kinds}."),
            kind=excerpt(kind),
            kinds=", ".join(_importers),
        )
    return _importers[kind]()
