"""Whose row it is: customers by the references of a file, looked up or made, remembered from batch to batch."""

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

        used = columns.used_texts(codes, wanted)
        places, texts = list(used), list(used.values())
        ids = self._remembered(texts)
        unknown = [text for text, row_id in zip(texts, ids.tolist(), strict=True) if not row_id]
        found = self._look_up(unknown, made) if unknown else {}
        ids = np.array(
            [row_id or found.get(text, 0) for text, row_id in zip(texts, ids.tolist(), strict=True)], dtype=np.int64
        )
        self._remember(found)
        by_place = np.zeros(len(codes.distinct) + 1, dtype=np.int64)
        by_place[places] = ids
        answer = Found(by_place[codes.code])
        for place, text in used.items():
            if not by_place[place]:
                why = BadRow("customer", Refused("customers.not_found", NOT_FOUND, text=excerpt(text)), excerpt(text))
                answer.bad |= dict.fromkeys(codes.rows_of(place).tolist(), why)
        return answer

    def ids(self, references: Sequence[str], made: dict[str, Sequence[int]]) -> dict[str, int]:
        """Customers by reference; those that are not there are made where the run says so."""
        return self._look_up(list(dict.fromkeys(text for text in references if text)), made)

    def _look_up(self, texts: Sequence[str], made: dict[str, Sequence[int]]) -> dict[str, int]:
        found = queries.ids_by_reference(texts, principal=self._run.by)
        missing = [text for text in texts if text not in found]
        if missing and self._run.create_customers:
            created = services.register_references(missing, by=self._run.by, source=self._run.source)
            found |= created
            made["customers"] = sorted({*made.get("customers", ()), *created.values()})
        return found

    def _remembered(self, texts: Sequence[str]) -> "np.ndarray":
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._texts is None:
            return np.zeros(len(texts), dtype=np.int64)
        place = pc.index_in(pa.array(texts, pa.large_string()), value_set=self._texts)
        return self._ids[pc.fill_null(place, len(self._texts)).to_numpy(zero_copy_only=False)]

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
