"""Customers: recognised by the rule of customers.services.matching, made or completed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.secrets import keyring
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import firm
from guanxi.record.consents.rules import Statement
from guanxi.record.customers import services
from guanxi.record.customers.services import NewCustomer, Problem
from guanxi.record.customers.services.removing import delete_customers
from guanxi.record.customers.services.undoing import undo_updates
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.importers import consents
from guanxi.record.imports.importers.importing import Before, Run, Written, used_elsewhere
from guanxi.record.imports.importers.rows import Cells, RowImporter
from guanxi.record.imports.importers.words import says_yes
from guanxi.record.imports.mapping import Columns, Field, words
from guanxi.record.imports.reading.batches import Batch
from guanxi.record.imports.rules import skipped

TABLE = "customers.customer"
_LARGE = 2_000  # rows above which search documents are written once at the end
_OUTCOMES = {
    services.Outcome.CREATED: Outcome.CREATED,
    services.Outcome.UPDATED: Outcome.UPDATED,
    services.Outcome.UNCHANGED: Outcome.UNCHANGED,
}
_WHO = gettext_noop("No column names the customers: a name, a reference, a phone or another identifier is needed.")
_IDENTIFYING = {"name", "reference", "phone", "email", "id_number", "plate", "policy_number", "account", "company"}
_LOOSE_SPACE = re.compile(r"\s+")

FIELDS = (
    Field(
        "reference",
        _("Reference"),
        words(
            "customer_reference customer_no customer_number customer_code customer_id "
            "client_id 客户号 客户编号 客户编码 客户代码 客户id 会员号 会员编号"
        ),
    ),
    Field(
        "name",
        _("Name"),
        words(
            "full_name fullname customer_name display_name contact_name contact customer "
            "姓名 客户姓名 客户名称 名称 名字 联系人 联系人姓名"
        ),
    ),
    Field("kind", _("Kind"), words("customer_type type 客户类型 类型 客户性质")),
    Field(
        "phone",
        _("Phone"),
        words(
            "mobile mobile_phone phone_number phone_2 phone_3 tel telephone cell "
            "home_phone business_phone work_phone 手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 固定电话 "
            "住宅电话 办公电话"
        ),
        many=True,
    ),
    Field(
        "email",
        _("E-mail"),
        words("e-mail mail email_address email_2 e-mail_address 邮箱 电子邮箱 电子邮件 邮件"),
        many=True,
    ),
    Field(
        "id_number",
        _("ID number"),
        words("id_card identity_number identity_card 身份证 身份证号 身份证号码 证件号 证件号码 统一社会信用代码"),
    ),
    Field("plate", _("Plate"), words("license_plate car_plate number_plate 车牌 车牌号 车牌号码"), many=True),
    Field("policy_number", _("Policy number"), words("policy policy_no 保单号 保单号码"), many=True),
    Field(
        "account", _("Account"), words("account_number card_number bank_account 账号 银行账号 卡号 银行卡号"), many=True
    ),
    Field("birthday", _("Birthday"), words("birth_date date_of_birth dob birthdate 生日 出生日期 出生年月日")),
    Field("gender", _("Gender"), words("sex 性别")),
    Field(
        "address",
        _("Address"),
        words("street home_address postal_address 地址 联系地址 家庭住址 住址 通讯地址 家庭地址"),
    ),
    Field("city", _("City"), words("town home_city 城市 所在城市 市")),
    Field("company", _("Company"), words("organisation organization employer 公司 单位 工作单位 公司名称 单位名称")),
    Field("language", _("Language"), words("语言")),
    Field("manager", _("Customer manager"), words("account_manager relationship_manager 客户经理 负责人 归属经理")),
    Field("source", _("Source"), words("来源 客户来源 渠道来源")),
    Field("private", _("Private"), words("sensitivity class 是否私密 私密 私人")),
    *consents.FIELDS,
)


@dataclass(slots=True)
class Prepared:
    """Rows in normal form, with their offsets, and what is decided about the others."""

    offsets: list[int]
    cells: list[Cells]
    rows: Sequence[Any]
    statements: Sequence[Statement | Problem | None]
    written: Written


class CustomerImporter(RowImporter):
    """People and organisations."""

    kind = "customers"
    fields = FIELDS
    rule = _(
        "The same customer: the same reference, ID, policy, account or card number; else the same phone, e-mail or plate "
        "with the same name; without any of these, the same name and birthday. Phones count with +86 or without, however "
        "they are written; e-mails without regard to capitals, width and spaces, what follows a + included. The last row "
        "of a file counts, empty cells change nothing."
    )
    permissions = (Permission.CREATE_CUSTOMERS,)
    journals = True

    def check(self, mapping: Columns) -> None:
        """Something must say who a row is; consent must come with purpose, evidence and date."""
        if not _IDENTIFYING & set(mapping):
            raise Refused("mapping.no_identifier", _WHO)
        consents.check(mapping)

    def refused_columns(self, columns: Sequence[str], mapping: Columns) -> Mapping[str, Refused]:
        """A bare “yes” proves no consent."""
        return {column: consents.refusal_of(column) for column in consents.bare_columns(columns, mapping)}

    def start(self, run: Run, *, rows: int, alone: bool) -> None:
        """Begin; a large file leaves the search documents to the end."""
        super().start(run, rows=rows, alone=alone)
        self._today = clock.local_day(clock.now(), firm().zone)
        self._index_now = rows <= _LARGE
        if consents.is_mapped(run.mapping):
            require(run.by, Permission.EDIT_CONSENTS)

    def prepare(self, batch: Batch) -> Prepared:
        """Normal forms of each row: outside of the transaction, since this is most of the work."""
        read = self.read_rows(batch)
        offsets, kept, rows = [], [], []
        for offset, cells in read.rows:
            if not self.run.with_private and says_yes(cells.get("private", "")):
                read.written.outcomes[offset] = skipped("private")
                continue
            offsets.append(offset)
            kept.append(cells)
            rows.append(_new_customer(cells, self.run))
        ready = services.prepare_rows(rows, today=self._today, ring=keyring())
        return Prepared(offsets, kept, ready, self._statements(kept), read.written)

    def write(self, prepared: Prepared, *, stored: Mapping[int, int]) -> Written:
        """Register the rows; consents follow their customers."""
        del stored
        written, said = prepared.written, []
        rows = [
            statement if isinstance(statement, Problem) and not isinstance(row, Problem) else row
            for row, statement in zip(prepared.rows, prepared.statements, strict=True)
        ]
        answers = services.register_prepared(rows, by=self.run.by, source=self.run.source, index_now=self._index_now)
        for offset, cells, statement, answer in zip(
            prepared.offsets, prepared.cells, prepared.statements, answers, strict=True
        ):
            if answer.problem is not None:
                column, refused = answer.problem.column, answer.problem.refused
                written.fail(offset, "manager" if column == "owner" else column, refused, _value(cells, column))
                continue
            written.store(offset, _OUTCOMES[answer.outcome], answer.id)
            if answer.changes:
                written.before.append(Before(offset, TABLE, answer.id, answer.changes, {}))
            if isinstance(statement, Statement):
                said.append((offset, answer.id, statement))
        if said:
            consents.record(said, self.run, written)
        return written

    def finish(self) -> None:
        """Search documents of a large file."""
        services.index_missing()

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete customers whom nothing else names yet (kept whole, as every deleted customer)."""
        used = used_elsewhere("customers", ids)
        delete_customers([row_id for row_id in ids if row_id not in used], by=self.run.by, cause="import undone")
        return sorted(used)

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Take back what rows changed; customers changed since keep the later words."""
        changes = [(image.row_id, image.old) for image in reversed(before)]  # the service wants the oldest first
        return sorted({row_id for row_id, _ in undo_updates(changes, by=self.run.by)})

    def _statements(self, rows: Sequence[Cells]) -> list[Statement | Problem | None]:
        if not consents.is_mapped(self.run.mapping):
            return [None] * len(rows)
        now = clock.now()
        return [consents.statement_of(cells, self.run, now=now) for cells in rows]


def _new_customer(cells: Cells, run: Run) -> NewCustomer:
    given: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in _DIRECT:
            given[name] = tuple(text for text in cell if text.strip()) if isinstance(cell, tuple) else cell
    return NewCustomer(
        owner=cells.get("manager", ""),
        source=_LOOSE_SPACE.sub(" ", cells.get("source", "")).strip() or run.source,
        is_demo=run.is_demo,
        **given,
    )


_DIRECT = (
    {field.name for field in FIELDS} - {"manager", "source", "private"} - {field.name for field in consents.FIELDS}
)


def _value(cells: Cells, column: str) -> str:
    value = cells.get("manager" if column == "owner" else column, "")
    return excerpt(value if isinstance(value, str) else ", ".join(text for text in value if text))
