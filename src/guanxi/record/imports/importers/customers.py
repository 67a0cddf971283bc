"""Customers: recognised by the rule of customers.services.matching, made or completed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground import clock
from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.secrets import keyring
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import firm_day
from guanxi.record.consents.rules import Statement
from guanxi.record.customers import queries, services
from guanxi.record.customers.permissions import visible_ids
from guanxi.record.customers.services import Problem
from guanxi.record.customers.services.removing import delete_customers
from guanxi.record.customers.services.undoing import undo_updates
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.importers import consents
from guanxi.record.imports.importers.importing import Before, Run, Written, used_elsewhere
from guanxi.record.imports.importers.rows import RowImporter, chosen, parted, readable
from guanxi.record.imports.importers.words import says_yes
from guanxi.record.imports.mapping import Columns, Field, words
from guanxi.record.imports.reading.batches import Batch
from guanxi.record.imports.rules import skipped

TABLE = "customers.customer"
_OUTCOMES = {
    services.Outcome.CREATED: Outcome.CREATED,
    services.Outcome.UPDATED: Outcome.UPDATED,
    services.Outcome.UNCHANGED: Outcome.UNCHANGED,
}
_WHO = gettext_noop("No column names the customers: a name, a reference, a phone or another identifier is needed.")
_IDENTIFYING = {
    *("code", "name", "reference", "phone", "email", "id_number", "plate", "policy_number", "account", "company"),
}
_MASKED = gettext_noop("“{text}” is masked: whoever exported it may not see the whole. Export it with the right to.")
_MASKED_NAME = re.compile(r".{0,2}\*")
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
        pgettext_lazy("of a person", "Name"),
        words(
            "full_name fullname customer_name display_name contact_name contact customer "
            "姓名 客户姓名 客户名称 名称 名字 联系人 联系人姓名"
        ),
    ),
    Field("code", _("Code")),
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
    """Rows in normal form, with their offsets and cells, and what is decided about the others."""

    offsets: Sequence[int]
    columns: dict[str, Sequence[Any]]
    rows: list[Any]
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
    tells_doubles = True

    def guess(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """By the names of the columns; our own exports call the reference, or the code of who has none, `customer`."""
        mapping = super().guess(columns)
        if {"customer", "code", "name"} <= set(columns):
            mapping.setdefault("reference", ("customer",))
        return mapping

    def check(self, mapping: Columns) -> None:
        """Something must say who a row is; consent must come with purpose, evidence and date."""
        if not _IDENTIFYING & set(mapping):
            raise Refused("mapping.no_identifier", _WHO)
        consents.check(mapping)

    def refused_columns(self, columns: Sequence[str], mapping: Columns) -> Mapping[str, Refused]:
        """A bare “yes” proves no consent."""
        return {column: consents.refusal_of(column) for column in consents.bare_columns(columns, mapping)}

    def start(self, run: Run, *, rows: int, alone: bool) -> None:
        """Begin."""
        super().start(run, rows=rows, alone=alone)
        self._today = firm_day()
        if consents.is_mapped(run.mapping):
            require(run.by, Permission.EDIT_CONSENTS)

    def prepare(self, batch: Batch) -> Prepared:
        """Normal forms, column by column: outside of the transaction, since this is much of the work."""
        columns = self._as_given(self.read_columns(batch))
        offsets, written = readable(batch, columns)
        if not self.run.with_private and "private" in columns:
            private = {offset for offset in offsets if says_yes(columns["private"][offset])}
            for offset in private:
                written.outcomes[offset] = skipped("private")
            offsets = [offset for offset in offsets if offset not in private]
        columns = {name: chosen(cells, offsets) for name, cells in columns.items()}
        ready = services.prepare_columns(_given(columns, self.run, len(offsets)), today=self._today, ring=keyring())
        return Prepared(offsets, columns, ready, self._statements(columns, len(offsets)), written)

    def write(self, prepared: Prepared, *, stored: Mapping[int, int]) -> Written:
        """Register the rows; consents follow their customers."""
        written, said = prepared.written, []
        self._recall(prepared, stored)
        rows = [
            statement if isinstance(statement, Problem) and not isinstance(row, Problem) else row
            for row, statement in zip(prepared.rows, prepared.statements, strict=True)
        ]
        answers = services.register_prepared(rows, by=self.run.by, source=self.run.source)
        for place, (offset, statement, answer) in enumerate(
            zip(prepared.offsets, prepared.statements, answers, strict=True)
        ):
            if answer.problem is not None:
                column, refused = _FIELD.get(answer.problem.column, answer.problem.column), answer.problem.refused
                written.fail(offset, column, refused, _value(prepared.columns.get(column, ()), place))
                continue
            written.store(offset, _OUTCOMES[answer.outcome], answer.id)
            if answer.changes:
                written.before.append(Before(offset, TABLE, answer.id, answer.changes, {}))
            if isinstance(statement, Statement):
                said.append((offset, answer.id, statement))
        if said:
            consents.record(said, self.run, written)
        return written

    def standing(self, settled: Mapping[int, int]) -> Mapping[int, int]:
        """Without those of customers who were deleted or merged since."""
        there = visible_ids(self.run.by, settled.values()) if settled else set()
        return {offset: row_id for offset, row_id in settled.items() if row_id in there}

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete customers whom nothing else names yet (kept whole, as every deleted customer)."""
        used = used_elsewhere("customers", ids)
        delete_customers([row_id for row_id in ids if row_id not in used], by=self.run.by, cause="import undone")
        return sorted(used)

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Take back what rows changed; customers changed since keep the later words."""
        changes = [(image.row_id, image.old) for image in reversed(before)]  # the service wants the oldest first
        return sorted({row_id for row_id, _ in undo_updates(changes, by=self.run.by)})

    def _as_given(self, columns: dict[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
        """Several numbers in one cell, as exports write them, are several; a code in place of a reference is none."""
        for field in FIELDS:
            if field.many and field.name in columns:
                columns[field.name] = parted(columns[field.name])
        if "code" in columns and "reference" in columns:
            pairs = zip(columns["reference"], columns["code"], strict=True)
            columns["reference"] = ["" if text.strip() == code.strip() else text for text, code in pairs]
        return columns

    def _recall(self, prepared: Prepared, stored: Mapping[int, int]) -> None:
        """Whom rows name by our own code, and whom they turned out to be when this file came before."""
        if stored:
            for offset, row in zip(prepared.offsets, prepared.rows, strict=True):
                if not isinstance(row, Problem):
                    row.last_id = stored.get(offset, 0)
        codes = [code.strip() for code in prepared.columns.get("code", ())]
        found = queries.customers_of_codes(code for code in codes if is_code(code))
        for place, code in enumerate(codes):
            row = prepared.rows[place]
            if code in found and not isinstance(row, Problem):
                row.known_id = found[code].id
                if _MASKED_NAME.fullmatch(row.name):  # as an export shows it to somebody who may not see it
                    prepared.rows[place] = Problem("name", Refused("customers.masked", _MASKED, text=row.name))

    def _statements(self, columns: Mapping[str, Sequence[Any]], count: int) -> list[Statement | Problem | None]:
        if not consents.is_mapped(self.run.mapping):
            return [None] * count
        now, said = clock.now(), {name: columns[name] for name in _CONSENT if name in columns}
        return [
            consents.statement_of(dict(zip(said, cells, strict=True)), self.run, now=now)
            for cells in zip(*said.values(), strict=True)
        ]


_CONSENT = {field.name for field in consents.FIELDS}
_FIELD = {"owner": "manager"}  # what the noun calls otherwise than files do
_NOT_GIVEN = {"code", "manager", "source", "private"} | _CONSENT


def _given(columns: Mapping[str, Sequence[Any]], run: Run, count: int) -> dict[str, Sequence[Any]]:
    """The columns as the noun names them; rows without a source have that of the import."""
    given = {name: cells for name, cells in columns.items() if name not in _NOT_GIVEN}
    sources = columns.get("source", ())
    return {
        "is_demo": [run.is_demo] * count,
        "owner": columns.get("manager", ()),
        "source": [_LOOSE_SPACE.sub(" ", source).strip() for source in sources],
        **given,
    }


def _value(cells: Sequence[Any], place: int) -> str:
    value = cells[place] if cells else ""
    return excerpt(value if isinstance(value, str) else ", ".join(text for text in value if text))
