"""Dealings: the largest files, so whole columns at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from guanxi.ground import clock
from guanxi.ground.money import minor_digits
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Permission
from guanxi.record.catalogue import services as catalogue
from guanxi.record.customers import services as customers
from guanxi.record.customers.choices import Channel
from guanxi.record.dealings import services
from guanxi.record.holdings import queries as holdings
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.importers import columns, moments, numbers
from guanxi.record.imports.importers.importing import Before, Importer, Overtaken, Run, Written
from guanxi.record.imports.importers.parties import CUSTOMER_SYNONYMS, Parties
from guanxi.record.imports.importers.words import channel_named, yes_or_no
from guanxi.record.imports.mapping import Columns, Field, require_fields, words
from guanxi.record.imports.reading.batches import BadRow, Batch
from guanxi.record.imports.rules import skipped

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    _Ids = tuple[np.ndarray, np.ndarray | None, np.ndarray | None]  # customers, products, holdings, one a row

TABLE = "dealings.dealing"
_MISSING = gettext_noop("The cell is empty, and a dealing needs it.")
_NO_HOLDING = gettext_noop("Holding “{text}” is not found.")
_NOT_A_TIER = gettext_noop("“{text}” is not a price tier; write a whole number from 0 to 999.")

FIELDS = (
    Field("customer", _("Customer"), CUSTOMER_SYNONYMS),
    Field(
        "occurred_at",
        _("When"),
        words(
            "date occurred_on time datetime timestamp invoice_date order_date "
            "transaction_date 日期 时间 交易日期 交易时间 消费日期 消费时间 下单时间 订单日期 发生日期"
        ),
    ),
    Field(
        "amount",
        _("Amount"),
        words("total value sales sum line_total sales_value 金额 交易金额 消费金额 实付金额 总金额 合计"),
    ),
    Field("quantity", _("Quantity"), words("qty units count 数量 件数")),
    Field("unit_price", _("Unit price"), words("price unitprice 单价 价格")),
    Field("currency", _("Currency"), words("币种 货币")),
    Field(
        "product", _("Product"), words("product_id sku stock_code item product_code 产品 商品 产品编号 商品编号 货号")
    ),
    Field("holding", _("Holding"), words("policy contract account 保单号 合同号 账户")),
    Field("channel", _("Channel"), words("渠道 交易渠道")),
    Field("category", _("Category"), words("类别 品类 分类")),
    Field("price_tier", _("Price tier"), words("价格档 档位")),
    Field("promotion", _("On promotion"), words("on_promotion is_promotion promo 促销 是否促销 促销标志")),
    Field(
        "order",
        _("Order"),
        words("invoice order_id order_no order_number invoice_no basket_id 订单 订单号 发票号 单号"),
    ),
    Field("reference", _("Reference"), words("id transaction_id line_id 流水号 交易号 交易流水号")),
)


@dataclass(slots=True)
class Prepared:
    """A batch in numbers: everything that needs no database."""

    batch: Batch
    customer: columns.Codes
    moments: "moments.Moments"
    amount: "np.ndarray"
    quantity: "numbers.Numbers | None"
    price: "numbers.Numbers | None"
    currency: "tuple[np.ndarray, list[str]]"
    words: dict[str, columns.Codes]
    small: "dict[str, np.ndarray]"
    bad: dict[int, BadRow] = field(default_factory=dict)


class DealingImporter(Importer):
    """Lines with an amount, or with quantity and unit price. Without references known by file and row number."""

    kind = "dealings"
    fields = FIELDS
    rule = _(
        "The same dealing: the same reference. Without references every row is one of its own, and the same file a second "
        "time changes nothing."
    )
    permissions = (Permission.EDIT_DEALINGS,)
    batch = (2_000, 50_000)
    by_row = True

    def check(self, mapping: Columns) -> None:
        """Raise Refused unless a line's customer, day and amount can be known."""
        require_fields(mapping, "customer", "occurred_at")
        if not {"quantity", "unit_price"} <= set(mapping):
            require_fields(mapping, "amount")

    def start(self, run: Run, *, rows: int, alone: bool) -> None:
        """Begin; a first large load takes the index away."""
        super().start(run, rows=rows, alone=alone)
        self._parties = Parties(run)
        self._today = clock.local_day(clock.now(), run.zone)
        self._begun: np.ndarray | None = None
        self._look_first = False
        services.make_room()
        if alone and services.may_drop_index(coming=rows):
            services.drop_index()

    def forget(self) -> None:
        """Look customers up again, and references before inserting them."""
        self._look_first = True
        self._parties.forget()
        self._begun = None

    def finish(self) -> None:
        """Build what a large load left away; also after an import that was killed."""
        services.repair_index()
        customers.index_missing()

    def prepare(self, batch: Batch) -> Prepared:
        """Read the cells of a batch."""
        run = self.run
        customer = columns.codes_of(self._column(batch, "customer"))
        when = moments.moments_of("occurred_at", self._column(batch, "occurred_at"), run.zone)
        currency, bad_currency = self._currencies(batch)
        quantity, price, given = (
            numbers.numbers_of(name, self._column(batch, name)) if name in run.mapping else None
            for name in ("quantity", "unit_price", "amount")
        )
        amount, bad_amount = numbers.line_amounts(
            given, quantity, price, [minor_digits(c) for c in currency[1]], currency[0]
        )
        words, bad_words = self._words(batch)
        small, bad_small = self._small(batch)
        bad = columns.first_bad(
            [
                batch.bad,
                when.bad,
                _empty(when.given, "occurred_at"),
                bad_amount,
                bad_currency,
                bad_words,
                bad_small,
                moments.far_ahead("occurred_at", when, self._today),
            ]
        )
        return Prepared(batch, customer, when, amount, quantity, price, currency, words, small, bad)

    def write(self, prepared: Prepared, *, stored: Mapping[int, int]) -> Written:
        """Resolve references and store; in the engine's transaction."""
        import numpy as np

        written = Written.empty(prepared.batch.count)
        written.ids = np.zeros(prepared.batch.count, dtype=np.int64)
        outcomes = np.frombuffer(written.outcomes, dtype=np.uint8)
        bad, skip = dict(prepared.bad), prepared.customer.code < 0
        for offset in np.flatnonzero(skip).tolist():
            if offset not in prepared.batch.bad:
                bad.pop(offset, None)
        wanted = np.ones(prepared.batch.count, dtype=bool)
        wanted[skip] = False
        wanted[list(bad)] = False
        outcomes[skip] = skipped("no_customer")
        self._pass_over_stored(prepared, stored, wanted, written)
        found = self._parties.resolve(prepared.customer, wanted, written.made)
        bad |= {offset: why for offset, why in found.bad.items() if wanted[offset]}
        wanted[list(found.bad)] = False
        products = self._products(prepared, wanted, written)
        held = self._holdings(prepared, wanted, bad)
        for offset, why in bad.items():
            outcomes[offset] = Outcome.FAILED
            written.problems[offset] = why
        rows = np.flatnonzero(wanted)
        if len(rows):
            self._store(prepared, rows, (found.ids, products, held), written)
        return written

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete created lines."""
        services.remove_dealings(ids, by=self.run.by)
        return []

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Set updated lines back; ids of those that somebody changed since."""
        return services.restore_dealings([(image.row_id, image.old, image.new) for image in before])

    def _column(self, batch: Batch, name: str) -> Any:
        return batch.columns[self.run.mapping[name][0]]

    def _currencies(self, batch: Batch) -> "tuple[tuple[np.ndarray, list[str]], dict[int, BadRow]]":
        """Place of each row's currency in a list, and the list; where none is given, the run's."""
        import numpy as np

        if "currency" not in self.run.mapping:
            return (np.zeros(batch.count, dtype=np.int64), [self.run.currency]), {}
        codes = columns.codes_of(self._column(batch, "currency"))
        bad = columns.refuse_where(codes, "currency", lambda text: minor_digits(text.upper()))
        known = [self.run.currency, *(text.upper() for text in codes.distinct)]
        place = codes.code + 1
        place[list(bad)] = 0
        kept = sorted(set(place.tolist()))
        return (np.searchsorted(kept, place), [known[at] for at in kept]), bad

    def _words(self, batch: Batch) -> tuple[dict[str, columns.Codes], dict[int, BadRow]]:
        words, bad = {}, []
        for name, limit in (("category", 60), ("order", columns.MAX_REFERENCE), ("reference", columns.MAX_REFERENCE)):
            if name in self.run.mapping:
                words[name], wrong = columns.texts_of(name, self._column(batch, name), limit)
                bad.append(wrong)
        for name in ("product", "holding"):
            if name in self.run.mapping:
                words[name] = columns.codes_of(self._column(batch, name))
                bad.append(columns.refuse_where(words[name], name, columns.short_reference))
        return words, columns.first_bad(bad)

    def _small(self, batch: Batch) -> "tuple[dict[str, np.ndarray], dict[int, BadRow]]":
        small, bad = {}, []
        for name, read in (
            ("channel", lambda text: int(channel_named(text))),
            ("price_tier", _price_tier),
            ("promotion", yes_or_no),
        ):
            if name in self.run.mapping:
                codes = columns.codes_of(self._column(batch, name))
                bad.append(columns.refuse_where(codes, name, read))
                empty = int(Channel.UNKNOWN) if name == "channel" else -1
                small[name] = columns.read_codes(codes, read, empty=empty)
        return small, columns.first_bad(bad)

    def _pass_over_stored(
        self, prepared: Prepared, stored: Mapping[int, int], wanted: "np.ndarray", written: Written
    ) -> None:
        """Rows that an earlier import of this very file has stored, and that no reference names; and rows that the file
        itself contradicts further down.
        """
        for offset, row_id in prepared.batch.settled.items():
            if wanted[offset]:
                written.store(offset, Outcome.UNCHANGED, row_id)
                wanted[offset] = False
        reference = prepared.words.get("reference")
        for offset, row_id in stored.items():
            if wanted[offset] and (reference is None or reference.code[offset] < 0):
                written.store(offset, Outcome.UNCHANGED, row_id)
                wanted[offset] = False

    def _products(self, prepared: Prepared, wanted: "np.ndarray", written: Written) -> "np.ndarray | None":
        codes = prepared.words.get("product")
        if codes is None:
            return None
        used = columns.used_texts(codes, wanted)
        found = catalogue.products_by_reference({columns.short_reference(text) for text in used.values()})
        if found.created:
            written.made["products"] = sorted(found.created)
        return columns.take_ids(
            codes, {place: found.ids[columns.short_reference(text)] for place, text in used.items()}
        )

    def _holdings(self, prepared: Prepared, wanted: "np.ndarray", bad: dict[int, BadRow]) -> "np.ndarray | None":
        codes = prepared.words.get("holding")
        if codes is None:
            return None
        used = columns.used_texts(codes, wanted)
        found = holdings.ids_by_reference(
            {columns.short_reference(text) for text in used.values()}, principal=self.run.by
        )
        ids = {}
        for place, text in used.items():
            if (row_id := found.get(columns.short_reference(text))) is not None:
                ids[place] = row_id
                continue
            why = BadRow("holding", Refused("holdings.not_found", _NO_HOLDING, text=excerpt(text)), excerpt(text))
            for offset in codes.rows_of(place).tolist():
                if wanted[offset]:
                    bad[offset] = why
                    wanted[offset] = False
        return columns.take_ids(codes, ids)

    def _store(
        self,
        prepared: Prepared,
        rows: "np.ndarray",
        ids: "_Ids",
        written: Written,
    ) -> None:
        import numpy as np

        table = _table(prepared, rows, ids)
        try:
            stored = services.store_dealings(table, look_first=self._look_first)
        except services.CustomerGone as gone:
            raise Overtaken from gone
        self._let_begin(services.buyers(table))
        written.ids[rows] = stored.ids
        np.frombuffer(written.outcomes, dtype=np.uint8)[rows] = stored.outcomes
        written.before = [
            Before(int(rows[place]), TABLE, row_id, old, new) for place, row_id, old, new in stored.changes
        ]

    def _let_begin(self, buyers: "np.ndarray") -> None:
        """Prospects who buy become customers; each customer is asked about once an import."""
        import numpy as np

        known = self._begun if self._begun is not None else np.zeros(0, dtype=bool)
        if len(buyers) and int(buyers[-1]) >= len(known):
            known = np.r_[known, np.zeros(int(buyers[-1]) + 1 - len(known), dtype=bool)]
        customers.begin_dealing(buyers[~known[buyers]].tolist(), by=self.run.by)
        known[buyers] = True
        self._begun = known


def _table(prepared: Prepared, rows: "np.ndarray", ids: "_Ids") -> "pa.Table":
    """The rows to store as a table of lines."""
    import pyarrow as pa

    customers, products, held = ids
    place, names = prepared.currency
    table = {
        "customer_id": pa.array(customers[rows]),
        "occurred_at": pa.array(prepared.moments.instant[rows]).cast(pa.timestamp("us", "UTC")),
        "occurred_on": pa.array(prepared.moments.day[rows].astype("int32")).cast(pa.date32()),
        "amount": pa.array(prepared.amount[rows]),
        "currency": pa.array(names, pa.large_string()).take(pa.array(place[rows])),
    }
    if prepared.quantity:
        milli = numbers.half_up(prepared.quantity.micro[rows], 1_000)
        table["quantity_milli"] = pa.array(milli, mask=~prepared.quantity.given[rows])
    if prepared.price:
        table["unit_price_micro"] = pa.array(prepared.price.micro[rows], mask=~prepared.price.given[rows])
    for name, values in (("product_id", products), ("holding_id", held)):
        if values is not None:
            table[name] = pa.array(values[rows], mask=values[rows] == 0)
    for name, values in prepared.small.items():
        table[{"promotion": "on_promotion"}.get(name, name)] = pa.array(
            values[rows].astype("int16"), mask=values[rows] < 0
        )
    for name, target in (("category", "category"), ("order", "order_reference"), ("reference", "reference")):
        if name in prepared.words:
            table[target] = columns.texts_at(prepared.words[name], rows)
    return pa.table(table)


def _empty(given: "np.ndarray", name: str) -> dict[int, BadRow]:
    import numpy as np

    why = BadRow(name, Refused("dealings.missing", _MISSING))
    return dict.fromkeys(np.flatnonzero(~given).tolist(), why)


def _price_tier(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 3:
        return int(text)
    raise Refused("dealings.not_a_tier", _NOT_A_TIER, text=excerpt(text))
