"""Who may import, and whose imports one sees: one's own; all of them with the right to administer."""

from django.db.models import QuerySet

from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.imports.importers.importing import Importer
from guanxi.record.imports.models import Import


def require_import(principal: Principal, importer: Importer, *, creates_customers: bool) -> None:
    """Raise Denied unless the principal may import this kind."""
    require(principal, Permission.IMPORT)
    for permission in importer.permissions:
        require(principal, permission)
    if creates_customers:
        require(principal, Permission.CREATE_CUSTOMERS)


def seen_imports(principal: Principal) -> QuerySet[Import]:
    """Imports that `principal` sees: report and source hold other people's data, so only one's own."""
    require(principal, Permission.IMPORT)
    if may(principal, Permission.ADMINISTER):
        return Import.objects.all()
    return Import.objects.filter(by_kind=principal.kind.value, by_code=principal.code)
