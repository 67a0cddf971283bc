"""One presenter per event: what each kind of act says to a person. A test finds a kind that has no words here.

Places like {name} are filled from the act's payload; what was erased or never said is shown as an ellipsis.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

# Acts of looking, not of changing: what the access log shows to the administrator and to the customer concerned.
ACCESS = ("customer.recognised", "customer.revealed", "data.exported")


@dataclass(frozen=True)
class Counted:
    """Words that have a form for one and a form for more; `by` is the place that says how many."""

    words: Any  # of ngettext_lazy
    by: str = "count"

    def of(self, facts: Mapping[str, Any]) -> str:
        """The form for as many; for many where the number was erased."""
        number = facts.get(self.by)
        return str(self.words % (number if isinstance(number, int) else 2))


WORDS: dict[str, str | Promise | Counted] = {
    # the installation
    "firm.founded": pgettext_lazy("done", "set up the firm"),
    "firm.demo_declared": _("declared whether this is a demo"),
    "journal.subject_erased": _("erased what the journal said of this customer"),
    "keys.rotated": _("renewed the data key"),
    "backup.made": _("made a backup"),
    "backup.taken": _("took the backup {file} along"),
    "backup.restored": _("restored a backup"),
    "night.reported": Counted(
        ngettext_lazy(
            "did the night’s work; {troubles} thing needs a look", "did the night’s work; {troubles} things need a look"
        ),
        by="troubles",
    ),
    # people
    "team.opened": _("opened the team {name}"),
    "team.renamed": _("renamed the team {old} to {name}"),
    "team.moved": _("moved the team {name} under {to}"),
    "team.closed": _("closed the team {name}"),
    "firm.threshold_set": _("set {name} from {old} to {new}"),
    "firm.backtest_run": _("ran the back-test of {detector}"),
    "firm.backtest_looked_at": _("looked at the back-test of {detector} and let its alarms reach people"),
    "firm.detector_on_trial": _("put the alarms of {detector} back on trial"),
    "firm.backtests_forgotten": _("forgot the back-tests of the demo’s customers"),
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
    # offers
    "offer.written": _("wrote the offer {reference}, version {version}"),
    "offer.revised": _("began a new version of the offer {reference}"),
    "offer.submitted": _("submitted the offer {reference} for approval"),
    "offer.returned": _("gave the offer {reference} back: {why}"),
    "offer.wording_released": _("let words of the offer {reference} stand: {why}"),
    "offer.approved": _("approved the offer {reference}, version {version}"),
    "offer.published": _("published the offer {reference}, version {version}"),
    "offer.withdrawn": _("withdrew the offer {reference}: {why}"),
    "offers.demo_removed": _("removed the offers of the demo"),
    "promotion.registered": _("registered the promotion {reference}"),
    "policy.line_set": _("set the line {name} of the contact policy to {amount}"),
    "policy.capacity_set": _("set the capacity of {way} on {day} to {units}"),
    "policy.service_set": _("said how the service model {model} serves: {minutes} minutes a contact"),
    "policy.lever_set": _("set a lever of {value} on the offer {offer} until {until}: {why}"),
    "policy.weight_set": _("set a weight of {value} where the signal {signal} stands, until {until}: {why}"),
    "policy.rehearsed": _("rehearsed who would get which offer, as of {day}"),
    # winning customers
    "effort.entered": _("entered what winning customers cost: {source}"),
    "effort.taken_back": _("took back what winning customers cost: {source}"),
    "market.sized": _("entered the size of the market on {day}: {source}"),
    "market.demo_removed": _("removed what winning customers cost the demo"),
    # losses
    "losses.kept": _("brought what is known of lost customers up to date"),
    "loss.declared": _("noted why the customer left: {words}"),
    "winback.handed_out": Counted(
        ngettext_lazy(
            "handed {count} lost customer out to be won back", "handed {count} lost customers out to be won back"
        )
    ),
    # improvement cases
    "improvement.opened": Counted(
        ngettext_lazy(
            "opened an improvement case: {losses} loss in a quarter on one cause, {cause}",
            "opened an improvement case: {losses} losses in a quarter on one cause, {cause}",
        ),
        by="losses",
    ),
    "improvement.groundless": _("withdrew an improvement case ({cause}): the losses turned out to be fewer"),
    "improvement.taken": _("took the improvement case ({cause}), due on {due}"),
    "improvement.done": _("noted what was done about a cause of losses ({cause}): {words}"),
    "improvement.closed": _("closed the improvement case ({cause}): {words}"),
    # looking
    "customer.recognised": _("looked up a whole identifier ({by})"),
    "customer.revealed": _("revealed {field}: {reason}"),
    "data.export_begun": _("began to give out rows"),
    "data.exported": Counted(ngettext_lazy("gave out {rows} row", "gave out {rows} rows"), by="rows"),
    # views of lists
    "view.saved": _("saved the view {name}"),
    "view.changed": _("changed the view {name}"),
    "view.removed": _("removed the view {name}"),
    "view.quick_chosen": _("chose the quick filters of a list"),
    # customers
    "customer.shared": _("shared the customer with a colleague until {until}"),
    "customer.unshared": _("ended the sharing of the customer"),
    "customer.registered": Counted(ngettext_lazy("entered {count} customer", "entered {count} customers")),
    "customer.updated": _("changed the customer"),
    "customer.update_undone": Counted(
        ngettext_lazy("took back a change of {count} customer", "took back a change of {count} customers")
    ),
    "customer.assigned": _("gave the customer to another manager"),
    "customers.assigned": Counted(ngettext_lazy("gave {count} customer to {to}", "gave {count} customers to {to}")),
    "customers.grouped": Counted(
        ngettext_lazy("put {count} customer into the group {group}", "put {count} customers into the group {group}")
    ),
    "customers.ungrouped": Counted(
        ngettext_lazy(
            "took {count} customer out of the group {group}", "took {count} customers out of the group {group}"
        )
    ),
    "customers.deleted": Counted(
        ngettext_lazy("put {count} customer into the bin", "put {count} customers into the bin")
    ),
    "customers.act_undone": Counted(
        ngettext_lazy("took back an act on {count} customer", "took back an act on {count} customers")
    ),
    "customers.moved": Counted(
        ngettext_lazy("moved {count} customer to another team", "moved {count} customers to another team")
    ),
    "customer.moved": _("noted a new address"),
    "customer.stage_changed": _("moved the relationship to another stage"),
    "customer.deleted": Counted(ngettext_lazy("deleted {count} customer", "deleted {count} customers")),
    "customer.restored": Counted(ngettext_lazy("brought {count} customer back", "brought {count} customers back")),
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
    "customers.headlines_written": Counted(
        ngettext_lazy(
            "brought tier, state and value of {count} customer up to date",
            "brought tier, state and value of {count} customers up to date",
        )
    ),
    "customers.demo_removed": _("removed the customers of the demo"),
    "group.opened": _("opened the group {name}"),
    "group.renamed": _("renamed the group to {name}"),
    "group.moved": _("moved the group"),
    "group.closed": _("closed the group {name}"),
    "group.joined": Counted(
        ngettext_lazy("put {count} customer into the group", "put {count} customers into the group")
    ),
    "preference.recorded": _("noted a preference: {text}"),
    "preference.quieted": _("suggests nothing from “{text}” any more"),
    "preference.heeded": _("suggests from “{text}” again"),
    "preference.ended": _("ended a preference"),
    "risk_test.noted": _("noted a risk test of level {level}, valid until {until}"),
    "risk_test.ended": _("noted that the risk test of level {level} holds no more"),
    "declaration.noted": _("noted what the customer declares, as {source} told it"),
    "child.noted": _("noted a child’s month of birth, with a guardian’s consent"),
    "child.consent_taken_back": _("deleted what was noted of a child: the consent was taken back"),
    "survey.noted": _("noted what the customer thinks of us, asked on {day}"),
    "survey.taken_back": _("took back the survey of {day}"),
    "consent.recorded": _("recorded a consent"),
    "suppression.set": _("let sales rest ({cause}): {why}"),
    "suppression.ended": _("let sales go on ({cause}): {why}"),
    "suppression.resumed": _("let sales rest again ({cause})"),
    "suppression.withdrawn": _("took back that sales rest ({cause})"),
    "consent.retracted": Counted(
        ngettext_lazy(
            "took {count} statement of consent back that an import had brought",
            "took {count} statements of consent back that an import had brought",
        )
    ),
    # what hangs on customers
    "ending.noticed": _("gave notice of a contract, which ends on {ends_on}"),
    "ending.withdrawn": _("took back the notice of a contract that was to end on {ends_on}"),
    "ending.closed": _("closed a contract whose notice had run until {ends_on}"),
    "holdings.recorded": Counted(ngettext_lazy("recorded {rows} holding", "recorded {rows} holdings"), by="rows"),
    "dealings.recorded": _("recorded dealings"),
    "conversation.logged": _("noted a conversation"),
    "conversation.corrected": _("corrected a conversation"),
    "conversation.withdrawn": _("took a conversation back"),
    "conversation.returned": _("put a conversation back"),
    "conversation.met": _("noted that what the customer asked for is there now"),
    "conversation.reopened": _("noted that what the customer asked for is still missing"),
    "rival.listed": _("put {name} on the list of competitors"),
    "rival.unlisted": _("took {name} off the list of competitors"),
    "price.changed": _("noted a new price of {name}"),
    "price.withdrawn": _("took a new price of {name} back"),
    "promotion.noted": _("noted a promotion of {name}"),
    "promotion.withdrawn": _("took a promotion of {name} back"),
    "products.recorded": Counted(ngettext_lazy("recorded {rows} product", "recorded {rows} products"), by="rows"),
    "estates.recorded": Counted(ngettext_lazy("recorded {rows} estate", "recorded {rows} estates"), by="rows"),
    # credit cases
    "abuse_review.opened": _("opened a review of refund claims"),
    "abuse_review.withdrawn": _("ended a review without a decision: its reason is gone"),
    "abuse_review.expired": _("let a flag end after its time"),
    "abuse_review.fraud_noted": _("noted a fraud hit: {found}"),
    "abuse_review.proposed": _("proposed a flag: {why}"),
    "abuse_review.confirmed": _("confirmed a flag until {until}: {why}"),
    "abuse_review.dismissed": _("found nothing in it: {why}"),
    "abuse_review.notice_written": _("wrote notice {number} of a review"),
    "abuse_review.notice_given": _("gave notice {number} of a review on {on}"),
    "abuse_review.appealed": _("recorded an appeal: {words}"),
    "abuse_review.appeal_upheld": _("decided an appeal: the flag stays; {why}"),
    "abuse_review.overturned": _("decided an appeal: the flag is taken back; {why}"),
    "credit_case.opened": _("opened a credit case"),
    "credit_case.withdrawn": _("ended a credit case without a decision: its reason is gone"),
    "credit_case.put_forward": _("put a credit case forward to be looked at again"),
    "credit_case.decided": _("decided a credit case: {why}"),
    "credit_case.notice_written": _("wrote notice {number} of a credit case"),
    "credit_case.notice_given": _("gave notice {number} of a credit case on {on}"),
    "credit_case.appealed": _("recorded an appeal: {words}"),
    "credit_case.appeal_upheld": _("decided an appeal: the decision stays; {why}"),
    "credit_case.overturned": _("decided an appeal: the decision is taken back; {why}"),
    "credit_case.restored": _("gave a limit back: {why}"),
    "credit_case.help_kept": _("kept the help in hardship: {why}"),
    "credit_case.closed": _("closed a credit case: {why}"),
    # files
    "customers.imported": Counted(
        ngettext_lazy("took in {rows} row of customers", "took in {rows} rows of customers"), by="rows"
    ),
    "holdings.imported": Counted(
        ngettext_lazy("took in {rows} row of holdings", "took in {rows} rows of holdings"), by="rows"
    ),
    "dealings.imported": Counted(
        ngettext_lazy("took in {rows} row of dealings", "took in {rows} rows of dealings"), by="rows"
    ),
    "balances.imported": Counted(
        ngettext_lazy("took in {rows} row of balances", "took in {rows} rows of balances"), by="rows"
    ),
    "conversations.imported": Counted(
        ngettext_lazy("took in {rows} row of conversations", "took in {rows} rows of conversations"), by="rows"
    ),
    "products.imported": Counted(
        ngettext_lazy("took in {rows} row of products", "took in {rows} rows of products"), by="rows"
    ),
    "estates.imported": Counted(
        ngettext_lazy("took in {rows} row of estates", "took in {rows} rows of estates"), by="rows"
    ),
    "import.started": _("began to take in a file"),
    "import.held": _("held a delivery that was much smaller than usual"),
    "import.stopped": Counted(
        ngettext_lazy(
            "stopped an import that broke off {tries} time", "stopped an import that broke off {tries} times"
        ),
        by="tries",
    ),
    "import.undone": _("took an import back"),
    # what insight advises, and what people answer
    "standing.published": _("published new figures"),
    "signals.raised": Counted(ngettext_lazy("brought {count} signal up to date", "brought {count} signals up to date")),
    "signals.expired": Counted(
        ngettext_lazy(
            "gave up {count} supposition that nobody confirmed for a year",
            "gave up {count} suppositions that nobody confirmed for a year",
        )
    ),
    "signal.given_up": _("gave up a supposition that has no ground any more"),
    "suppositions.erased": Counted(
        ngettext_lazy("erased {count} supposition about the customer", "erased {count} suppositions about the customer")
    ),
    "signal.supposed": _("supposed something from a change of address"),
    "signals.forgotten": Counted(
        ngettext_lazy(
            "forgot {count} signal of customers who want no advice from own data",
            "forgot {count} signals of customers who want no advice from own data",
        )
    ),
    "signal.judged": _("judged a signal"),
    "signal.borne_out": _("noted that an offer was accepted which rests on a supposition: it is confirmed"),
    "signal.proved": _("noted that the coupon {coupon} was redeemed, which proves a supposition"),
    "signal.judgement_withdrawn": _("took a judgement back"),
    "action.asked": _("proposed to ask about something supposed"),
    "action.groundless": _("took a question off whose supposition is over"),
    "action.planned": _("planned a next step for {due_on}: {what}"),
    "conversation.file_added": _("added a file to a conversation"),
    "actions.proposed": Counted(ngettext_lazy("proposed {new} action", "proposed {new} actions"), by="new"),
    "action.done": _("did what was proposed"),
    "action.accepted": _("noted that the customer accepts"),
    "action.given": _("gave “{offer}” on request: {what}"),
    "action.redeemed": _("noted that the coupon of “{offer}” was redeemed"),
    "action.unwanted": _("took an offer off the list: the customer does not want to be sold anything now"),
    "action.not_now": _("put it off"),
    "actions.passed_on": Counted(
        ngettext_lazy(
            "passed on {count} piece of work of a colleague who left",
            "passed on {count} pieces of work of a colleague who left",
        )
    ),
    "actions.handed_over": Counted(
        ngettext_lazy("handed {count} piece of work over to {to}", "handed {count} pieces of work over to {to}")
    ),
    "actions.not_now": Counted(ngettext_lazy("put {count} piece of work off", "put {count} pieces of work off")),
    "actions.answers_undone": Counted(
        ngettext_lazy("took back an act on {count} piece of work", "took back an act on {count} pieces of work")
    ),
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
    said = WORDS.get(kind, kind)
    told = (said.of(facts) if isinstance(said, Counted) else str(said)).format_map(facts)
    return told.rstrip(" :;：；")  # where nobody gave a reason, nothing announces one
