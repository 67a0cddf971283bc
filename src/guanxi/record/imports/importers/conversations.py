"""Conversations of an earlier system: known by file and row number, since they have no number of their own."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.permissions import Permission
from guanxi.identity.queries import staff_seen_by
from guanxi.record.conversations import services
from guanxi.record.conversations.choices import Direction
from guanxi.record.conversations.choices import Outcome as Result
from guanxi.record.conversations.rules import NewConversation, check_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.importers.importing import Run, Written
from guanxi.record.imports.importers.parties import CUSTOMER_SYNONYMS, NOT_FOUND, Parties
from guanxi.record.imports.importers.rows import Cells, PreparedRows, RowImporter
from guanxi.record.imports.importers.words import channel_named, direction_named, outcome_named
from guanxi.record.imports.mapping import Columns, Field, require_fields, words
from guanxi.record.imports.rules import skipped

_MISSING = gettext_noop("The cell must not be empty.")


class ConversationImporter(RowImporter):
    """Calls, visits, messages, letters."""

    kind = "conversations"
    fields = (
        Field("customer", _("Customer"), CUSTOMER_SYNONYMS),
        Field("at", _("When"), words("date time datetime 日期 时间 联系时间 沟通时间 通话时间")),
        Field("channel", _("Channel"), words("type 渠道 方式 联系方式 沟通方式")),
        Field("direction", _("Direction"), words("方向 呼叫方向")),
        Field("by", _("By"), words("agent staff owner manager 员工 坐席 客户经理 联系人员")),
        Field("summary", _("Note"), words("note notes text content 内容 摘要 备注 沟通内容")),
        Field("outcome", _("Result"), words("result 结果 联系结果")),
        Field("follow_up_on", _("Next step on"), words("follow_up next_contact 下次联系 跟进日期 回访日期")),
    )
    permissions = (Permission.LOG_CONVERSATIONS,)
    by_row = True
    rule = _("Every row is a contact of its own; the same file a second time changes nothing.")

    def check(self, mapping: Columns) -> None:
        """A contact needs its customer and its moment."""
        require_fields(mapping, "customer", "at")

    def start(self, run: Run, *, rows: int, alone: bool) -> None:
        """Begin with nobody known."""
        super().start(run, rows=rows, alone=alone)
        self._parties = Parties(run)
        self._today = clock.local_day(clock.now(), run.zone)
        people = staff_seen_by(run.by).values_list("pk", "code", "reference", "name")
        self._staff = {word.casefold(): row_id for row_id, *words in people for word in words if word}

    def finish(self) -> None:
        """Make new customers findable."""
        self._parties.finish()

    def write(self, prepared: PreparedRows, *, stored: Mapping[int, int]) -> Written:
        """Store contacts that this very file has not stored before."""
        written = prepared.written
        known = self._parties.ids([cells["customer"].strip() for _, cells in prepared.rows], written.made)
        new: list[tuple[int, NewConversation]] = []
        for offset, cells in prepared.rows:
            customer = cells["customer"].strip()
            if offset in stored:
                written.store(offset, Outcome.UNCHANGED, stored[offset])
            elif not customer:
                written.outcomes[offset] = skipped("no_customer")
            elif customer not in known:
                written.fail(
                    offset,
                    "customer",
                    Refused("customers.not_found", NOT_FOUND, text=excerpt(customer)),
                    excerpt(customer),
                )
            elif (row := self._row(offset, cells, known[customer], written)) is not None:
                new.append((offset, row))
        offsets, rows = [offset for offset, row in new], [row for offset, row in new]
        for offset, row_id in zip(offsets, services.store_conversations(rows), strict=True):
            written.store(offset, Outcome.CREATED, row_id)
        return written

    def remove(self, ids: Sequence[int]) -> list[int]:
        """Delete contacts."""
        services.remove_conversations(ids)
        return []

    def _row(self, offset: int, cells: Cells, customer: int, written: Written) -> NewConversation | None:
        column = "at"
        try:
            if not cells["at"].strip():
                raise Refused("conversations.missing", _MISSING)
            at = clock.parse_moment(cells["at"].strip(), self.run.zone)
            column = "channel"
            channel = channel_named(text) if (text := cells.get("channel", "").strip()) else Channel.UNKNOWN
            column = "direction"
            direction = direction_named(text) if (text := cells.get("direction", "").strip()) else Direction.OUT
            column = "outcome"
            outcome = outcome_named(text) if (text := cells.get("outcome", "").strip()) else Result.NONE
            column = "follow_up_on"
            follow_up = clock.parse_day(text) if (text := cells.get("follow_up_on", "").strip()) else None
            by = cells.get("by", "").strip()
            row = NewConversation(
                customer_id=customer,
                at=at,
                on=clock.local_day(at, self.run.zone),
                channel=channel,
                direction=direction,
                outcome=outcome,
                follow_up_on=follow_up,
                summary=cells.get("summary", "").strip(),
                by_staff_id=self._staff.get(by.casefold()),
                by_name=by[:120],
                is_demo=self.run.is_demo,
            )
            column = "summary"
            check_conversation(row, today=self._today)
        except Refused as refusal:
            written.fail(offset, column, refusal, excerpt(cells.get(column, "")))
            return None
        return row
