"""The sheet of conversations: what their list shows and asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import DAYS_AHEAD, KNOWN_DAYS, Column, Filter, Kind, Operator, Sheet, choices_of
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.customers.choices import Channel, Tier

_CHANNELS, _DIRECTIONS, _OUTCOMES, _HEARD, _TIERS = map(choices_of, (Channel, Direction, Outcome, Heard, Tier))

CONVERSATIONS = Sheet(
    noun="conversation",
    label=_("Conversations"),
    columns=(
        Column("name", _("Customer"), Kind.MASKED, sortable=True, mask="name"),
        Column("tier", _("Tier"), Kind.BADGE, sortable=True, choices=_TIERS, width="s", grouped=True),
        Column("summary", pgettext_lazy("conversation", "What was said"), width="l"),
        Column("channel", _("Channel"), Kind.BADGE, sortable=True, choices=_CHANNELS, grouped=True),
        Column(
            "direction", _("From whom"), Kind.BADGE, sortable=True, choices=_DIRECTIONS, grouped=True, optional=True
        ),
        Column("outcome", _("Result"), Kind.BADGE, sortable=True, choices=_OUTCOMES, grouped=True),
        Column("heard", _("Why they may leave"), Kind.BADGE, choices=_HEARD, grouped=True, optional=True),
        Column("by", pgettext_lazy("conversation", "Who spoke"), Kind.PERSON, sortable=True, grouped=True),
        Column("follow_up_on", _("Next step"), Kind.DATE, sortable=True),
        Column("on", _("Day"), Kind.DATE, sortable=True),
    ),
    filters=(
        Filter("on", _("Day"), KNOWN_DAYS, kind=Kind.DATE),
        Filter("by", pgettext_lazy("conversation", "Who spoke"), kind=Kind.PERSON),
        Filter("channel", _("Channel"), choices=_CHANNELS),
        Filter("outcome", _("Result"), choices=_OUTCOMES),
        Filter("heard", _("Why they may leave"), choices=_HEARD),
        Filter("follow_up_on", _("Next step"), DAYS_AHEAD, kind=Kind.DATE),
        Filter(
            "summary",
            pgettext_lazy("conversation", "What was said"),
            (Operator.CONTAINS, Operator.EMPTY),
            kind=Kind.TEXT,
        ),
        Filter("direction", _("From whom"), choices=_DIRECTIONS),
        Filter("tier", pgettext_lazy("condition", "Tier"), choices=_TIERS),
        Filter("customer", _("Customer"), (Operator.IN,)),
    ),
    sorts=("-on", "follow_up_on", "outcome", "name", "tier", "channel", "direction", "by"),
)
