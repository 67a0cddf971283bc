"""One presenter per event: what each kind of act says to a person. A test finds a kind that has no words here.

Places like {name} are filled from the act's payload; what was erased or never said is shown as an ellipsis.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Acts of looking, not of changing: what the access log shows to the administrator and to the customer concerned.
ACCESS = ("customer.recognised", "customer.revealed", "data.exported")

WORDS: dict[str, str | Promise] = {
    # the installation
    "firm.founded": _("set up the firm"),
    "firm.changed": _("changed the firm’s settings"),
    "journal.subject_erased": _("erased what the journal said of this customer"),
    "keys.rotated": _("renewed the data key"),
    "backup.made": _("made a backup"),
    "backup.restored": _("restored a backup"),
    # people
    "team.opened": _("opened the team {name}"),
    "staff.taken_on": _("took on a colleague as {role}"),
    "staff.role_changed": _("changed the role from {old} to {new}"),
    "staff.moved": _("moved to another team"),
    "staff.left": _("ended the employment; every right ended with it"),
    "staff.returned": _("took the colleague on again as {role}"),
    "account.opened": _("opened a sign-in"),
    "account.password_set": _("set a new password"),
    # looking
    "customer.recognised": _("looked up a whole identifier"),
    "customer.revealed": _("revealed {field}: {reason}"),
    "data.exported": _("exported {rows} rows of {kind}"),
}


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def words_of(kind: str, payload: Mapping[str, Any], *, count: int = 1) -> str:
    """What an act of this kind says, in the active language; {count} is how many things it was done to."""
    return str(WORDS.get(kind, kind)).format_map(_Facts(payload, count=count))
