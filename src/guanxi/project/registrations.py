"""Who takes part in what: the one place that knows everybody hands the parts to the engines that use them."""


def register_importers() -> None:
    """Let the kinds of files be imported, in the order in which a firm would bring them. Twice does no harm."""
    from guanxi.record.imports.importers.catalogue import EstateImporter, ProductImporter  # noqa: PLC0415 - only on use
    from guanxi.record.imports.importers.conversations import ConversationImporter  # noqa: PLC0415 - as above
    from guanxi.record.imports.importers.customers import CustomerImporter  # noqa: PLC0415 - as above
    from guanxi.record.imports.importers.dealings import DealingImporter  # noqa: PLC0415 - as above
    from guanxi.record.imports.importers.holdings import BalanceImporter, HoldingImporter  # noqa: PLC0415 - as above
    from guanxi.record.imports.registry import register  # noqa: PLC0415 - as above

    for importer in (
        CustomerImporter,
        HoldingImporter,
        DealingImporter,
        BalanceImporter,
        ConversationImporter,
        ProductImporter,
        EstateImporter,
    ):
        register(importer.kind, importer)
