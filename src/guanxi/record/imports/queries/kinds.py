"""Which kinds of files a person may bring."""

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.imports.registry import importer_of, kinds


def importable_kinds(principal: Principal) -> list[str]:
    """Kinds that the principal may import, in the order in which a firm would bring them; none without the right."""
    if not may(principal, Permission.IMPORT):
        return []
    return [kind for kind in kinds() if all(may(principal, wanted) for wanted in importer_of(kind).permissions)]
