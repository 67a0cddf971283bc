"""Whose row it is: customers by the references of a file, or by our own codes, looked up or made, remembered from batch to batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.customers import queries, services
from guanxi.record.imports.importers import columns
from guanxi.record.imports.importers.importing import Run
from guanxi.record.imports.mapping import words
from guanxi.record.imports.reading.batches import BadRow

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CUSTOMER_SYNONYMS = words(
            "customer_id customer_no customer_number customer_reference customer_code "
            "client client_id cust_id household_id member member_id user_id 客户 客户号 客户编号 "
            "客户编码 客户代码 客户id 会员号 会员编号 会员卡号"
        )  # fmt: skip
_REMEMBERED = 2_000_000

NOT_FOUND = gettext_noop("Customer “{text}” is not found.")


@dataclass(slots=True)
class Found:
    """The id of each row's customer (0 where there is none), and the rows whose customer is not found."""

    ids: "np.ndarray"
    bad: dict[int, BadRow] = field(default_factory=dict)


class Parties:
    """Customers of one import. What was found is remembered as Arrow text, a tenth of a dictionary's memory."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.forget()

    def forget(self) -> None:
        """Look everything up again: somebody merged or deleted a customer meanwhile."""
        self._texts: Any = None
        self._ids: Any = None

    def resolve(self, codes: columns.Codes, wanted: "np.ndarray", made: dict[str, Sequence[int]]) -> Found:
        """Customers of the wanted rows; made where the run says so, and then noted in `made`."""
        import numpy as np

        places = codes.places_of(wanted)
        ids = self._remembered(codes.texts.take(places))
        unknown = np.flatnonzero(ids == 0)
        if len(unknown):
            texts = codes.texts.take(places[unknown]).to_pylist()
            found = self._look_up(texts, made)
            ids[unknown] = [found.get(text, 0) for text in texts]
            self._remember(found)
        by_place = np.zeros(len(codes.texts) + 1, dtype=np.int64)
        by_place[places] = ids
        answer = Found(by_place[codes.code])
        for place in places[ids == 0].tolist():
            text = excerpt(codes.texts[place].as_py())
            why = BadRow("customer", Refused("customers.not_found", NOT_FOUND, text=text), text)
            answer.bad |= dict.fromkeys(codes.rows_of(place).tolist(), why)
        return answer

    def ids(self, references: Sequence[str], made: dict[str, Sequence[int]]) -> dict[str, int]:
        """Customers by reference; those that are not there are made where the run says so."""
        return self._look_up(list(dict.fromkeys(text for text in references if text)), made)

    def finish(self) -> None:
        """After the last batch, also of a killed import: make those findable whom it has made."""
        if self._run.create_customers:
            services.index_missing()

    def _look_up(self, texts: Sequence[str], made: dict[str, Sequence[int]]) -> dict[str, int]:
        found = queries.ids_by_reference(texts, principal=self._run.by)
        by_code = queries.ids_by_code([text for text in texts if text not in found], principal=self._run.by)
        found |= {text: row_id for text, row_id in by_code.items() if row_id}
        missing = [text for text in texts if text not in found and text not in by_code]
        if missing and self._run.create_customers:
            created = services.register_references(missing, by=self._run.by, source=self._run.source)
            found |= created
            made["customers"] = sorted({*made.get("customers", ()), *created.values()})
        return found

    def _remembered(self, texts: "pa.Array") -> "np.ndarray":
        """Ids of customers by reference; 0 for those not met before."""
        import numpy as np
        import pyarrow.compute as pc

        if self._texts is None:
            return np.zeros(len(texts), dtype=np.int64)
        place = pc.fill_null(pc.index_in(texts, value_set=self._texts), len(self._texts))
        ids: np.ndarray = self._ids[place.to_numpy(zero_copy_only=False)]
        return ids

    def _remember(self, found: dict[str, int]) -> None:
        import numpy as np
        import pyarrow as pa

        if not found or (self._texts is not None and len(self._texts) > _REMEMBERED):
            return
        texts, ids = pa.array(list(found), pa.large_string()), np.array(list(found.values()), dtype=np.int64)
        if self._texts is None:
            self._texts, self._ids = texts, np.r_[ids, 0]
        else:
            self._texts, self._ids = pa.concat_arrays([self._texts, texts]), np.r_[self._ids[:-1], ids, 0]
