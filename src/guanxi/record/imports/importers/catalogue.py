"""Products and estates: known by their reference, and by city and name."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.identity.permissions import Permission
from guanxi.record.catalogue import queries, services
from guanxi.record.catalogue.rules import NewEstate, NewProduct
from guanxi.record.imports.importers.importing import Before, Importer, Written, used_elsewhere
from guanxi.record.imports.importers.rows import PreparedRows, RowImporter, note
from guanxi.record.imports.mapping import Columns, Field, require_fields, words

PRODUCT, ESTATE = "catalogue.product", "catalogue.estate"


class ProductImporter(RowImporter):
    """Products with family and margin rate."""

    kind = "products"
    fields = (
        Field(
            "reference", _("Reference"), words("product_id sku stock_code product 产品编号 商品编号 货号 编号 产品代码")
        ),
        Field("name", _("Name"), words("description product_name 产品名称 商品名称 名称 品名")),
        Field("family", _("Family"), words("category department product_category 类别 品类 产品类别 分类 大类")),
        Field("margin_rate", _("Margin rate"), words("margin 毛利率 利润率")),
        Field("premium", _("Premium"), words("is_premium 高端 是否高端 优质")),
    )
    permissions = (Permission.EDIT_CATALOGUE,)
    rule = _("The same product: the same reference.")

    def check(self, mapping: Columns) -> None:
        """A product needs its reference."""
        require_fields(mapping, "reference")

    def write(self, prepared: PreparedRows, *, stored: Mapping[int, int]) -> Written:
        """Make or complete products."""
        del stored
        written = prepared.written
        rows = [NewProduct(**cells, is_demo=self.run.is_demo) for _, cells in prepared.rows]
        made = services.store_products(rows)
        for (offset, cells), answer in zip(prepared.rows, made.answers, strict=True):
            note(written, offset, answer, cells, table=PRODUCT)
        if made.families:
            written.made["families"] = made.families
        return written

    def names(self, ids: Sequence[int]) -> list[str]:
        """References of products."""
        return sorted(queries.product_names(ids).values())

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete products that no dealing and no holding names."""
        used = used_elsewhere("products", ids)
        services.remove_products([row_id for row_id in ids if row_id not in used])
        return sorted(used)

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Set cells back."""
        return services.restore_products(_images(before))


class EstateImporter(RowImporter):
    """Housing estates with the day of hand-over."""

    kind = "estates"
    fields = (
        Field("name", _("Name"), words("estate community 小区 小区名称 楼盘 楼盘名称 名称")),
        Field("aliases", _("Other names"), words("alias 别名 曾用名 推广名")),
        Field("city", _("City"), words("城市 市")),
        Field("district", _("District"), words("区 区域 行政区 区县")),
        Field("latitude", _("Latitude"), words("lat 纬度")),
        Field("longitude", _("Longitude"), words("lon lng 经度")),
        Field("handover_on", _("Handed over on"), words("handover delivery_date 交房日期 交付日期 交房时间")),
    )
    permissions = (Permission.EDIT_CATALOGUE,)
    rule = _("The same estate: the same city and name.")

    def check(self, mapping: Columns) -> None:
        """An estate is known by city and name."""
        require_fields(mapping, "name", "city")

    def write(self, prepared: PreparedRows, *, stored: Mapping[int, int]) -> Written:
        """Make or complete estates."""
        del stored
        rows = [NewEstate(**cells, source=self.run.source, is_demo=self.run.is_demo) for _, cells in prepared.rows]
        for (offset, cells), answer in zip(prepared.rows, services.store_estates(rows), strict=True):
            note(prepared.written, offset, answer, cells, table=ESTATE)
        return prepared.written

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete estates."""
        services.remove_estates(ids)
        return []

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Set cells back."""
        return services.restore_estates(_images(before))


def _images(before: Sequence[Before]) -> list[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
    return [(image.row_id, image.old, image.new) for image in before]


IMPORTERS: tuple[type[Importer], ...] = (ProductImporter, EstateImporter)
