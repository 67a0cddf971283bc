"""What decisions over offers ask of the record beside the edition: what customers allow today, signals that are alive, and
what they said.
"""

import datetime as dt
from collections.abc import Mapping

import pyarrow as pa

from guanxi.engage.offers.choices import CHANNEL_WORDS
from guanxi.ground import clock
from guanxi.insight.decisions.running import DEFAULTS
from guanxi.insight.warehouse.record_view import RecordView
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import ConsentStatus
from guanxi.record.conversations.choices import Heard, Outcome
from guanxi.record.signals.choices import CONFIDENTIAL, Sign
from guanxi.record.signals.rules import DETECTED, OPEN_STATES

_AGREED = pa.schema(
    [("customer_id", pa.int64()), ("purpose", pa.int16()), ("channel", pa.int16()), ("partner", pa.string())]
)
_ALIVE = pa.schema(
    [
        ("key", pa.string()),
        ("customer_id", pa.int64()),
        ("kind", pa.string()),
        ("state", pa.string()),
        ("at_stake", pa.int64()),
        ("is_judged", pa.bool_()),
    ]
)
_WHENS = " ".join(f"WHEN {number} THEN '{name}'" for number, name in sorted(CHANNEL_WORDS.items()))
_WAYS = f"CASE o.channel {_WHENS} ELSE '' END"
# What detectors have just found, less what people explained away and as people settled it; and what no detector states.
_FOUND = """
    SELECT s.key, s.customer_id, s.kind, coalesce(r.state, s.state) AS state, s.at_stake
    FROM signals s
    LEFT JOIN recorded r ON r.key = s.key AND r.is_judged
    LEFT JOIN silenced x ON x.key = s.key
    WHERE x.key IS NULL AND list_contains($open, s.state)
    UNION ALL
    SELECT key, customer_id, kind, state, at_stake FROM recorded WHERE NOT list_contains($detected, kind)
    ORDER BY customer_id, kind, state, at_stake, key
"""


def agreed_on(record: RecordView, day: dt.date, *, zone: str) -> pa.Table:
    """customer_id, purpose, channel, partner ("" but of partners' offers) of every consent that stands on a day of the firm's
    zone: the latest statement, granted and not expired. zone: for the record is the mover's meanwhile, and Django must not ask it.
    """
    until = clock.start_of_day(day + dt.timedelta(days=1), zone).astimezone(dt.UTC)
    return record.table(
        f"""SELECT customer_id, purpose, channel, partner FROM (
            SELECT c.customer_id, c.purpose, c.channel, c.partner, c.status, c.expires_on, row_number() OVER (
                PARTITION BY c.customer_id, c.purpose, c.channel, c.partner ORDER BY c.at DESC, c.id DESC) AS place
            FROM consents_consent c WHERE c.at < '{until:%Y-%m-%d %H:%M:%S}+00') t
        WHERE place = 1 AND status = {int(ConsentStatus.GRANTED)}
            AND (expires_on IS NULL OR expires_on >= '{day.isoformat()}')""",  # noqa: S608 - our own constants
        _AGREED,
    )


def alive_now(record: RecordView, day: dt.date, given: Mapping[str, float]) -> pa.Table:
    """key, customer_id, kind, state, at_stake (minor units, a month), is_judged of every signal that is open, and of what customers
    said (record.signals.choices.Sign) in the days before one: of a way that was refused its name is the state, and at
    stake is nothing. given: thresholds of the firm (running.DEFAULTS).
    """
    leaving, refused = sign_days(day, given)
    states, apart = (", ".join(f"'{word}'" for word in sorted(words)) for words in (OPEN_STATES, CONFIDENTIAL))
    return record.table(
        f"""SELECT s.key, s.customer_id, s.kind, s.state, s.at_stake, CASE WHEN s.judgement IS NULL THEN 0 ELSE 1 END AS is_judged
        FROM signals_signal s WHERE s.state IN ({states}) AND s.kind NOT IN ({apart})
        UNION ALL SELECT 'said|' || c.code, c.customer_id, '{Sign.WANTS_TO_LEAVE}', '', CAST(NULL AS BIGINT), 0
        FROM conversations_conversation c WHERE c.heard <> 0 AND c.heard = {int(Heard.LEAVING)} AND c.deleted_at IS NULL
            AND c."on" >= '{leaving.isoformat()}' AND c."on" < '{day.isoformat()}'
        UNION ALL SELECT 'refused|' || o.id, a.customer_id, '{Sign.WAY_REFUSED}', {_WAYS}, CAST(NULL AS BIGINT), 0
        FROM actions_offeranswer o JOIN actions_action a ON a.id = o.action_id WHERE o.outcome = {int(Outcome.REFUSED)}
            AND o.answered_on >= '{refused.isoformat()}' AND o.answered_on < '{day.isoformat()}'""",  # noqa: S608 - our own constants
        _ALIVE,
    )


def sign_days(day: dt.date, given: Mapping[str, float]) -> tuple[dt.date, dt.date]:
    """The first days from which it counts, on a day, that somebody wants to leave, and that he refused a way."""
    days = (int(given.get(name, DEFAULTS[name])) for name in ("decisions.leaving_days", "decisions.refused_days"))
    leaving, refused = (day - dt.timedelta(days=some) for some in days)
    return leaving, refused


def alive_with(bench: Workbench, recorded: pa.Table) -> pa.Table:
    """The same of the edition that is being built: its `signals`, less what is `silenced`, and of the record's what no
    detector states. key, customer_id, kind, state, at_stake.
    """
    bench.register("recorded", recorded)
    found = bench.arrow(_FOUND, open=sorted(OPEN_STATES), detected=sorted(DETECTED))
    bench.unregister("recorded")
    return found
