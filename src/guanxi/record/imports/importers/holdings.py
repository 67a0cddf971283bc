"""Holdings known by the firm's own number, and their balances by day."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Permission
from guanxi.record.catalogue.services import products_by_reference
from guanxi.record.dealings.queries import used_holdings
from guanxi.record.holdings import queries, services
from guanxi.record.holdings.rules import NewBalance, NewHolding
from guanxi.record.imports.importers.columns import short_reference
from guanxi.record.imports.importers.importing import Before, Run, Written
from guanxi.record.imports.importers.moments import far_ahead_day
from guanxi.record.imports.importers.parties import CUSTOMER_SYNONYMS, NOT_FOUND, Parties
from guanxi.record.imports.importers.rows import Cells, PreparedRows, RowImporter, note, read_cell
from guanxi.record.imports.importers.words import status_named
from guanxi.record.imports.mapping import Columns, Field, require_fields, words
from guanxi.record.imports.rules import skipped

HOLDING, BALANCE = "holdings.holding", "holdings.balance"
_NO_HOLDING = gettext_noop("Holding “{text}” is not found.")
_DAYS = ("opened_on", "closed_on", "renewal_on")


class HoldingImporter(RowImporter):
    """Accounts, policies, cards, memberships."""

    kind = "holdings"
    fields = (
        Field(
            "reference",
            _("Reference"),
            words("holding_id policy_number policy contract account 保单号 合同号 账号 卡号 编号"),
        ),
        Field("customer", _("Customer"), CUSTOMER_SYNONYMS),
        Field("product", _("Product"), words("product_id product_code 产品 产品编号 险种 产品代码")),
        Field(
            "opened_on",
            _("Opened on"),
            words("start start_date opened effective_date 开户日期 生效日期 起保日期 开始日期"),
        ),
        Field("closed_on", _("Closed on"), words("end end_date closed 销户日期 终止日期 结束日期")),
        Field(
            "renewal_on",
            _("Renewal on"),
            words("renewal renewal_date expiry expiry_date 续保日期 到期日 到期日期 续费日期"),
        ),
        Field("status", _("Status"), words("state 状态 保单状态")),
        Field("attributes.*", _("Other facts")),
    )
    permissions = (Permission.EDIT_HOLDINGS,)
    rule = _("The same holding: the same reference.")

    def check(self, mapping: Columns) -> None:
        """A holding needs its reference and its customer."""
        require_fields(mapping, "reference", "customer")

    def start(self, run: Run, *, rows: int, alone: bool) -> None:
        """Begin with nobody known."""
        super().start(run, rows=rows, alone=alone)
        self._parties = Parties(run)

    def finish(self) -> None:
        """Make new customers findable."""
        self._parties.finish()

    def write(self, prepared: PreparedRows, *, stored: Mapping[int, int]) -> Written:
        """Make or complete holdings; unknown products are made."""
        del stored
        written, rows = prepared.written, prepared.rows
        customers = self._parties.ids([cells["customer"].strip() for offset, cells in rows], written.made)
        products = self._products(rows, written)
        tried: list[tuple[int, Cells]] = []
        new = []
        for offset, cells in rows:
            customer = cells["customer"].strip()
            if not customer:
                written.outcomes[offset] = skipped("no_customer")
            elif customer not in customers:
                written.fail(
                    offset,
                    "customer",
                    Refused("customers.not_found", NOT_FOUND, text=excerpt(customer)),
                    excerpt(customer),
                )
            elif (row := self._row(offset, cells, customers[customer], products, written)) is not None:
                tried.append((offset, cells))
                new.append(row)
        for (offset, cells), answer in zip(tried, services.store_holdings(new, by=self.run.by), strict=True):
            note(written, offset, answer, cells, table=HOLDING)
        return written

    def names(self, ids: Sequence[int]) -> list[str]:
        """References of holdings."""
        return sorted(queries.references_of(ids).values())

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete holdings that no dealing names."""
        used = used_holdings(ids)
        services.remove_holdings([row_id for row_id in ids if row_id not in used])
        return sorted(used)

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Set cells back."""
        return services.restore_holdings([(image.row_id, image.old, image.new) for image in before])

    def _row(
        self, offset: int, cells: Cells, customer: int, products: dict[str, int], written: Written
    ) -> NewHolding | None:
        if not cells["reference"].strip():
            written.fail(offset, "reference", Refused("holdings.missing", gettext_noop("The cell must not be empty.")))
            return None
        status = None
        if text := cells.get("status", "").strip():
            status = read_cell(written, offset, "status", text, status_named)
            if status is None:
                return None
        product = cells.get("product", "").strip()
        if product and product not in products:
            read_cell(written, offset, "product", product, short_reference)
            return None
        attributes = {name.partition(".")[2]: text for name, text in cells.items() if name.startswith("attributes.")}
        days: dict[str, Any] = {name: cells.get(name, "").strip() for name in _DAYS}
        return NewHolding(
            reference=cells["reference"],
            customer_id=customer,
            product_id=products.get(product),
            status=status,
            attributes=attributes,
            is_demo=self.run.is_demo,
            **days,
        )

    def _products(self, rows: Sequence[tuple[int, Cells]], written: Written) -> dict[str, int]:
        """Products by the text of the cell; texts that are no references are missing."""
        forms = {}
        for text in {cells.get("product", "").strip() for offset, cells in rows} - {""}:
            try:
                forms[text] = short_reference(text)
            except Refused:
                continue
        found = products_by_reference(set(forms.values()))
        if found.created:
            written.made["products"] = sorted(found.created)
        return {text: found.ids[form] for text, form in forms.items()}


class BalanceImporter(RowImporter):
    """What stood on a holding at the end of a day."""

    kind = "balances"
    fields = (
        Field("holding", _("Holding"), words("account holding_id reference 账号 账户 卡号 保单号")),
        Field("day", _("Day"), words("date as_of 日期 余额日期 截止日期")),
        Field("amount", _("Amount"), words("balance 余额 金额")),
        Field("currency", _("Currency"), words("币种 货币")),
    )
    permissions = (Permission.EDIT_HOLDINGS,)
    batch = (500, 10_000)
    rule = _("The same balance: the same holding and day.")

    def check(self, mapping: Columns) -> None:
        """All three must be said."""
        require_fields(mapping, "holding", "day", "amount")

    def start(self, run: Run, *, rows: int, alone: bool) -> None:
        """Begin with today's limits."""
        super().start(run, rows=rows, alone=alone)
        self._today = clock.local_day(clock.now(), run.zone)

    def write(self, prepared: PreparedRows, *, stored: Mapping[int, int]) -> Written:
        """Store balances, the later row of a holding and day counting."""
        del stored
        written = prepared.written
        known = queries.customers_by_reference({cells["holding"] for _, cells in prepared.rows}, principal=self.run.by)
        tried, rows = [], []
        for offset, cells in prepared.rows:
            text = cells["holding"]
            if text not in known:
                written.fail(
                    offset, "holding", Refused("holdings.not_found", _NO_HOLDING, text=excerpt(text)), excerpt(text)
                )
                continue
            if (far := far_ahead_day("day", cells["day"], self._today)) is not None:
                written.fail(offset, far.column, far.refusal, far.value)
                continue
            currency = cells.get("currency", "").strip().upper() or self.run.currency
            tried.append((offset, cells))
            rows.append(
                NewBalance(
                    holding_id=known[text][0],
                    day=cells["day"].strip(),
                    amount=cells["amount"].strip(),
                    currency=currency,
                )
            )
        for (offset, cells), answer in zip(
            tried, services.store_balances(rows, customers=dict(known.values())), strict=True
        ):
            note(written, offset, answer, cells, table=BALANCE)
        return written

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete balances."""
        services.remove_balances(ids)
        return []

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Set cells back."""
        return services.restore_balances([(image.row_id, image.old, image.new) for image in before])
