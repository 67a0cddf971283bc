"""One presenter per event: what each kind of act says to a person. A test finds a kind that has no words here.

Places like {name} are filled from the act's payload; what was erased or never said is shown as an ellipsis.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Acts of looking, not of changing: what the access log shows to the administrator and to the customer concerned.
ACCESS = ("customer.recognised", "customer.revealed", "data.exported")

WORDS: dict[str, str | Promise] = {
    # the installation
    "firm.founded": pgettext_lazy("done", "set up the firm"),
    "firm.demo_declared": _("declared whether this is a demo"),
    "journal.subject_erased": _("erased what the journal said of this customer"),
    "keys.rotated": _("renewed the data key"),
    "backup.made": _("made a backup"),
    "backup.taken": _("took the backup {file} along"),
    "backup.restored": _("restored a backup"),
    "night.reported": _("did the night’s work; {troubles} things need a look"),
    # people
    "team.opened": _("opened the team {name}"),
    "team.renamed": _("renamed the team {old} to {name}"),
    "team.moved": _("moved the team {name} under {to}"),
    "team.closed": _("closed the team {name}"),
    "firm.threshold_set": _("set {name} from {old} to {new}"),
    "firm.day_changed": _("changed the calendar on {day}"),
    "firm.day_forgotten": _("let the usual calendar count again on {day}"),
    "staff.described": _("changed name, title or number of a colleague"),
    "staff.taken_on": _("took on a colleague as {role}"),
    "staff.role_changed": _("changed the role from {old} to {new}"),
    "staff.moved": _("moved a colleague to another team"),
    "staff.left": _("ended the employment; every right ended with it"),
    "staff.returned": _("took the colleague on again as {role}"),
    "staff.demo_removed": _("removed the people of the demo"),
    "account.opened": _("let a colleague sign in"),
    "account.password_set": _("set a new password"),
    # looking
    "customer.recognised": _("looked up a whole identifier ({by})"),
    "customer.revealed": _("revealed {field}: {reason}"),
    "data.export_begun": _("began to give out rows"),
    "data.exported": _("gave out {rows} rows"),
    # views of lists
    "view.saved": _("saved the view {name}"),
    "view.changed": _("changed the view {name}"),
    "view.removed": _("removed the view {name}"),
    "view.quick_chosen": _("chose the quick filters of a list"),
    # customers
    "customer.shared": _("shared the customer with a colleague until {until}"),
    "customer.unshared": _("ended the sharing of the customer"),
    "customer.registered": _("entered {count} customers"),
    "customer.updated": _("changed the customer"),
    "customer.update_undone": _("took back a change of {count} customers"),
    "customer.assigned": _("gave the customer to another manager"),
    "customers.assigned": _("gave {count} customers to {to}"),
    "customers.grouped": _("put {count} customers into the group {group}"),
    "customers.ungrouped": _("took {count} customers out of the group {group}"),
    "customers.deleted": _("put {count} customers into the bin"),
    "customers.act_undone": _("took back an act on {count} customers"),
    "customers.moved": _("moved {count} customers to another team"),
    "customer.moved": _("noted a new address"),
    "customer.stage_changed": _("moved the relationship to another stage"),
    "customer.deleted": _("deleted {count} customers"),
    "customer.restored": _("brought {count} customers back"),
    "customer.merged": _("merged two customers that are one"),
    "customer.unmerged": _("took a merge back"),
    "customer.erased": _("erased the customer for good"),
    "customer.identifier_added": _("added an identifier ({kind})"),
    "customer.identifier_ended": _("ended an identifier ({kind})"),
    "customer.related": _("noted a relation to another customer"),
    "customer.unrelated": _("ended a relation to another customer"),
    "customer.household_changed": _("changed the household"),
    "customer.group_joined": _("put the customer into the group {group}"),
    "customer.group_left": _("took the customer out of the group {group}"),
    "customers.headlines_written": _("brought tier, state and value of {count} customers up to date"),
    "customers.demo_removed": _("removed the customers of the demo"),
    "group.opened": _("opened the group {name}"),
    "group.renamed": _("renamed the group to {name}"),
    "group.moved": _("moved the group"),
    "group.closed": _("closed the group {name}"),
    "group.joined": _("put {count} customers into the group"),
    "preference.recorded": _("noted a preference: {text}"),
    "preference.quieted": _("suggests nothing from “{text}” any more"),
    "preference.heeded": _("suggests from “{text}” again"),
    "preference.ended": _("ended a preference"),
    "consent.recorded": _("recorded a consent"),
    "consent.retracted": _("took {count} statements of consent back that an import had brought"),
    # what hangs on customers
    "holdings.recorded": _("recorded {rows} holdings"),
    "dealings.recorded": _("recorded dealings"),
    "conversation.logged": _("noted a conversation"),
    "conversation.corrected": _("corrected a conversation"),
    "conversation.withdrawn": _("took a conversation back"),
    "conversation.returned": _("put a conversation back"),
    "products.recorded": _("recorded {rows} products"),
    "estates.recorded": _("recorded {rows} estates"),
    # files
    "customers.imported": _("took in {rows} rows of customers"),
    "holdings.imported": _("took in {rows} rows of holdings"),
    "dealings.imported": _("took in {rows} rows of dealings"),
    "balances.imported": _("took in {rows} rows of balances"),
    "conversations.imported": _("took in {rows} rows of conversations"),
    "products.imported": _("took in {rows} rows of products"),
    "estates.imported": _("took in {rows} rows of estates"),
    "import.started": _("began to take in a file"),
    "import.held": _("held a delivery that was much smaller than usual"),
    "import.stopped": _("stopped an import that broke off {tries} times"),
    "import.undone": _("took an import back"),
    # what insight advises, and what people answer
    "standing.published": _("published new figures"),
    "signals.raised": _("brought {count} signals up to date"),
    "signals.expired": _("gave up {count} suppositions that nobody confirmed for a year"),
    "signals.forgotten": _("forgot {count} signals of customers who want no advice from own data"),
    "signal.judged": _("judged a signal"),
    "signal.judgement_withdrawn": _("took a judgement back"),
    "action.planned": _("planned a next step for {due_on}: {what}"),
    "conversation.file_added": _("added a file to a conversation"),
    "actions.proposed": _("proposed {new} actions"),
    "action.done": _("did what was proposed"),
    "action.not_now": _("put it off"),
    "actions.passed_on": _("passed on {count} pieces of work of a colleague who left"),
    "actions.handed_over": _("handed {count} pieces of work over to {to}"),
    "actions.not_now": _("put {count} pieces of work off"),
    "actions.answers_undone": _("took back an act on {count} pieces of work"),
    "action.handed_over": _("handed it over"),
    "action.explained_away": _("took it off the list: its reason was explained"),
    "action.answer_undone": _("took the answer back"),
}


# What codes in payloads are called: (beginning of the kind, place) → the word for a code. `project` fills it, for the
# journal knows no noun.
Namer = Callable[[Any], object]
_NAMERS: dict[tuple[str, str], Namer] = {}


def register_namer(kinds: str, place: str, namer: Namer) -> None:
    """Let the codes in a place of the acts whose kinds begin with `kinds` be shown in words. A place twice replaces."""
    _NAMERS[kinds, place] = namer


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def words_of(kind: str, payload: Mapping[str, Any], *, count: int = 1) -> str:
    """What an act of this kind says, in the active language; {count} is how many things it was done to."""
    facts = _Facts({"count": count, **payload})
    for (kinds, place), namer in _NAMERS.items():
        if place in facts and kind.startswith(kinds):
            facts[place] = namer(facts[place])
    return str(WORDS.get(kind, kind)).format_map(facts)
