"""The sheet of actions: what their list shows and asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import KNOWN_DAYS, KNOWN_DAYS_AHEAD, Column, Filter, Kind, Operator, Sheet, choices_of
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel, Tier

_STATUSES, _CLASSES, _TIERS, _CHANNELS, _OUTCOMES = map(choices_of, (ActionStatus, ActionClass, Tier, Channel, Outcome))

ACTIONS = Sheet(
    noun="action",
    label=_("Actions"),
    columns=(
        Column("name", _("Customer"), Kind.MASKED, sortable=True, mask="name"),
        Column("tier", _("Tier"), Kind.BADGE, sortable=True, choices=_TIERS, width="s", grouped=True),
        Column("reason", _("Reason"), width="l"),
        Column(
            "action_class", pgettext_lazy("action", "Kind"), Kind.BADGE, sortable=True, choices=_CLASSES, grouped=True
        ),
        Column("status", pgettext_lazy("work", "Status"), Kind.BADGE, sortable=True, choices=_STATUSES, grouped=True),
        Column("owner", pgettext_lazy("work", "Whose"), Kind.PERSON, sortable=True, grouped=True),
        Column("offer", _("Offer"), sortable=True, optional=True),
        Column("outcome", _("Customer's answer"), Kind.BADGE, sortable=True, choices=_OUTCOMES, grouped=True, optional=True),
        Column("channel", _("Channel"), Kind.BADGE, sortable=True, choices=_CHANNELS, grouped=True, optional=True),
        Column("answer", _("Note"), optional=True),
        Column("answered_by", _("Answered by"), Kind.PERSON, sortable=True, optional=True),
        Column("answered_at", pgettext_lazy("action", "Answered"), Kind.MOMENT, sortable=True, optional=True),
        Column("proposed_on", _("Proposed"), Kind.DATE, sortable=True, optional=True),
        Column("value_at_stake", _("At stake"), Kind.MONEY, sortable=True, summed=True),
        Column("due_on", _("Due"), Kind.DATE, sortable=True),
    ),
    filters=(
        Filter("status", pgettext_lazy("work", "Status"), choices=_STATUSES),
        Filter("due_on", _("Due"), KNOWN_DAYS_AHEAD, kind=Kind.DATE),
        Filter("tier", pgettext_lazy("condition", "Tier"), choices=_TIERS),
        Filter("action_class", pgettext_lazy("action", "Kind"), choices=_CLASSES),
        Filter("owner", pgettext_lazy("work", "Whose"), kind=Kind.PERSON),
        Filter("value_at_stake", _("At stake"), kind=Kind.MONEY),
        Filter("channel", _("Channel"), choices=_CHANNELS),
        Filter("outcome", _("Customer's answer"), choices=_OUTCOMES),
        Filter("answered_at", pgettext_lazy("action", "Answered"), kind=Kind.MOMENT),
        Filter("answered_by", _("Answered by"), kind=Kind.PERSON),
        Filter("proposed_on", _("Proposed"), KNOWN_DAYS, kind=Kind.DATE),
        Filter("customer", _("Customer"), (Operator.IN,)),
    ),
    sorts=(
        "due_on", "-value_at_stake", "tier", "status", "action_class", "-proposed_on", "-answered_at", "owner", "channel",
        "outcome", "offer", "answered_by", "name",
    ),
)  # fmt: skip
