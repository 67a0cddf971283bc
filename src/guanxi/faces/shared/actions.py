"""Words around an action: what to do about a reason in a few words, when it is due, what became of it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import is_chinese
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.queries import ActionLine
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel

# reason → what to do, in a few words
_ACTS = {
    "promise_due": gettext_lazy("Apologise if it is late, then answer what was asked"),
    "complaint_open": gettext_lazy("Put it right, and write down when it is solved; sell nothing"),
    "complaint_recovery": gettext_lazy("Find the cause, put it right, and write down when it is solved; sell nothing"),
    "child_stage": gettext_lazy("Ask whether reminders are welcome; sell nothing"),
    "quarterly_touch": gettext_lazy("Ask how things are; sell nothing"),
    "follow_up_due": gettext_lazy("Go on where you stopped last time"),
    "spend_drop_alarm": gettext_lazy("Ask how things are; no offer before the reason is known"),
    "spend_drop_confirmed": gettext_lazy("Ask how things are; no offer before the reason is known"),
    "credit_downshift_watch": gettext_lazy("Look at both explanations; no offer and no incentive before that"),
    "credit_downshift_alarm": gettext_lazy("Have a person review the limit; no offer and no incentive before that"),
    "credit_downshift_confirmed": gettext_lazy("Have a person review the limit; no offer and no incentive before that"),
    "balance_runoff_alarm": gettext_lazy("Ask how things are; sell nothing"),
    "balance_runoff_confirmed": gettext_lazy("Ask how things are; sell nothing"),
    "savings_accumulating_hypothesised": gettext_lazy("Offer the test of suitability; no fund before it"),
    "inactivity_alarm": gettext_lazy("Ask how things are; sell nothing"),
    "inactivity_lapsed": gettext_lazy("Ask whether something went wrong; sell nothing"),
    "new_home_hypothesised": gettext_lazy("Ask whether it is a new home"),
    "exit_question": gettext_lazy("Ask why; sell nothing"),
    "win_back": gettext_lazy("Say what is new, and make the offer"),
    "notice_over": gettext_lazy("Close the contract, or have it closed by whoever may; sell nothing"),
    "renewal_care": gettext_lazy("Ask how it has been; no discount by default"),
    "renewal_due": gettext_lazy("Look together whether it still fits"),
}
_ICONS = {
    Channel.CALL: "phone",
    Channel.VISIT: "visit",
    Channel.SMS: "msg",
    Channel.WECHAT: "msg",
    Channel.EMAIL: "mail",
    Channel.POST: "mail",
    Channel.BRANCH: "home",
    Channel.CARD: "card",
}
_GROUPS = {
    ActionClass.OBLIGATION: (gettext_lazy("First"), gettext_lazy("promised, and owed")),
    ActionClass.CARE: (gettext_lazy("Care"), gettext_lazy("a kind word, no selling")),
    ActionClass.VALUE: (gettext_lazy("Worth a talk"), gettext_lazy("good for both sides")),
}


def group_words(action_class: ActionClass) -> tuple[str, str]:
    """Heading of a class of actions, and what it means."""
    heading, hint = _GROUPS[action_class]
    return str(heading), str(hint)


def act_words(action: ActionLine) -> str:
    """What to do, in a few words; the channel alone for a reason without words of its own and nothing to offer."""
    if action.offer and action.reason not in _ACTS:
        name = offer_name(action.offered, action.offer)
        return name if action.action_class == ActionClass.OBLIGATION else _("Offer “{name}”").format(name=name)
    return act_for(action.reason, action.channel)


def offer_name(given: Mapping[str, Any], reference: str) -> str:
    """What an offer is called in the language of the page, as decisions state it; its short name without that."""
    names = given.get("name", {})
    return str(names.get("zh" if is_chinese() else "en") or next((name for name in names.values() if name), reference))


def act_for(reason: str, channel: Channel) -> str:
    """The same of an action by its reason and channel."""
    words = _ACTS.get(reason)
    return str(words) if words else str(channel.label)


def channel_icon(channel: Channel) -> str:
    """The icon of the way to make contact."""
    return _ICONS.get(channel, "phone")


def due_words(action: ActionLine, look: Look) -> tuple[str, str, str]:
    """When it is due, the date below it, and the tone: overdue promises alarm, other lateness is to be watched."""
    if not action.is_overdue:
        tone = "watch" if action.action_class == ActionClass.OBLIGATION and action.due_on == look.today else ""
        return cells.day_words(action.due_on, look.today), "", tone
    days = (look.today - action.due_on).days
    words = ngettext("{days} day over", "{days} days over", days).format(days=days)
    tone = "alarm" if action.action_class == ActionClass.OBLIGATION else "watch"
    return words, cells.short_date(action.due_on, look.today), tone


def done_words(status: ActionStatus, outcome: Outcome) -> str:
    """That it is done, and what the customer said to the offer in it."""
    if status != ActionStatus.DONE or outcome == Outcome.NONE:
        return str(status.label)
    return _("offer accepted") if outcome == Outcome.ACCEPTED else _("offered, not decided yet")


def outcome_words(action: ActionLine, today: dt.date) -> str:
    """What became of an answered action."""
    if action.status == ActionStatus.HANDED_OVER:
        return _("handed over to {name}").format(name=action.owner_name)
    if action.status == ActionStatus.WITHDRAWN and action.signal_key:
        return _("explained, no longer needed")
    if action.status != ActionStatus.NOT_NOW or action.not_now is None:
        return done_words(action.status, action.outcome)
    because = str(action.not_now.label)
    if action.again_on is None:
        return _("not now: {because}").format(because=because)
    again = cells.day_words(action.again_on, today)
    return _("not now: {because}, again {day}").format(because=because, day=again)
