"""The nouns that have a list: beside its sheet, what each is called, how it is read and drawn, its quick filters."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from guanxi.engage.offers.choices import OfferStatus
from guanxi.engage.offers.listing import list_offers
from guanxi.engage.offers.sheet import OFFERS
from guanxi.faces.desk.lists.choosing import (
    CITIES,
    CURRENCIES,
    CUSTOMERS_BY_CODE,
    ESTATE_CITIES,
    FAMILIES,
    GROUPS,
    PEOPLE,
    PRODUCTS_ON_OFFER,
    TEAMS,
)
from guanxi.faces.desk.lists.portfolio import list_portfolio, remark_on
from guanxi.faces.shared.lists.noun import Beginning, BulkOffer, ListedNoun, Preset
from guanxi.faces.shared.lists.rows import Drawing
from guanxi.faces.shared.words import source_words
from guanxi.identity.listing import list_staff
from guanxi.identity.permissions import Permission
from guanxi.identity.sheet import STAFF
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.queries.listing import list_actions
from guanxi.record.actions.sheet import ACTIONS
from guanxi.record.catalogue.listing import list_estates, list_products
from guanxi.record.catalogue.sheet import ESTATES, PRODUCTS
from guanxi.record.conversations.choices import Outcome
from guanxi.record.conversations.listing import list_conversations
from guanxi.record.conversations.sheet import CONVERSATIONS
from guanxi.record.customers.choices import Channel, State
from guanxi.record.customers.sheet import CUSTOMERS, FAR_SORTS
from guanxi.record.dealings.listing import list_dealings
from guanxi.record.dealings.sheet import DEALINGS
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.listing import list_holdings
from guanxi.record.holdings.sheet import HOLDINGS
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.listing import list_imports
from guanxi.record.imports.sheet import IMPORTS

_TIER = frozenset({"tier"})
_AHEAD = ("before.today", "coming.7", "coming.30", "coming.90", "last.30")

CUSTOMER_LIST = ListedNoun(
    name="customers",
    sheet=CUSTOMERS,
    permission=Permission.VIEW_CUSTOMERS,
    read=list_portfolio,
    drawing=Drawing(
        attributes=(
            ("owner", "owner_name"), ("team", "team_name"), ("city", "city_name"), ("last_contact", "last_contact_on"),
            ("created", "created_on"),
        ),
        tones=((("state", State.WATCH), "watch"), (("state", State.ALARM), "alarm"), (("state", State.LAPSED), "alarm")),
        bare=_TIER,
        blank=frozenset({("state", State.NONE)}),
        cut=frozenset({"next"}),
        told=(("source", source_words),),
    ),
    counted=lambda count: ngettext("{count} customer", "{count} customers", count),
    nothing=_("No customers yet"),
    why=_("Customers come in by file, or are entered one by one. Those you may see stand here."),
    opens="customer",
    imports="customers",
    begins=Beginning(_("New customer"), "customer_new", Permission.CREATE_CUSTOMERS),
    bulk=(
        BulkOffer(_("Give to…"), "bulk_assignment", Permission.ASSIGN_CUSTOMERS),
        BulkOffer(_("Into a group…"), "bulk_grouping", Permission.EDIT_CUSTOMERS),
        BulkOffer(_("Out of a group…"), "bulk_ungrouping", Permission.EDIT_CUSTOMERS),
        BulkOffer(_("Export"), "bulk_file", Permission.EXPORT),
        BulkOffer(_("Delete"), "bulk_deletion", Permission.DELETE_CUSTOMERS),
    ),
    quick=(
        Preset(_("Mine"), "owner.me"),
        Preset(_("A customers"), "tier.in.a"),
        Preset(_("In alarm"), "state.in.alarm"),
        Preset(_("No contact for 60 days"), "last_contact.not_in_last.60"),
    ),
    open_filters={"owner": PEOPLE, "city": CITIES, "team": TEAMS, "group": GROUPS},
    presets={
        "birthday": ("coming.7", "coming.30"),
        "created": ("last.7", "last.30", "last.90", "last.365"),
    },
    hides=frozenset({"owner", "team"}),
    walks=frozenset(sort.removeprefix("-") for sort in CUSTOMERS.sorts if sort not in FAR_SORTS),
    remark=remark_on,
)  # fmt: skip

ACTION_LIST = ListedNoun(
    name="actions",
    sheet=ACTIONS,
    permission=Permission.VIEW_ACTIONS,
    read=list_actions,
    drawing=Drawing(
        tones=((("status", ActionStatus.DONE), "good"), (("status", ActionStatus.NOT_NOW), "watch")),
        bare=_TIER,
        blank=frozenset({("channel", Channel.UNKNOWN)}),
        cut=frozenset({"reason"}),
    ),
    counted=lambda count: ngettext("{count} action", "{count} actions", count),
    nothing=_("No actions yet"),
    why=_(
        "Every night the figures say who needs somebody and why; each such piece of work stands here, with what became of it."
    ),
    opens="action",
    bulk=(
        BulkOffer(_("Hand over…"), "work_handing_over", Permission.HAND_OVER_ACTIONS),
        BulkOffer(_("Not now, because…"), "work_putting_off", Permission.ANSWER_ACTIONS),
    ),
    chosen=pgettext_lazy("work", "{count} chosen"),
    quick=(
        Preset(_("Open"), "status.in.open,handed_over"),
        Preset(_("Overdue"), "due_on.before.today"),
        Preset(_("Mine"), "owner.me"),
    ),
    open_filters={"owner": PEOPLE, "answered_by": PEOPLE, "customer": CUSTOMERS_BY_CODE},
    presets={"due_on": _AHEAD, "answered_at": ("last.7", "last.30", "last.90")},
    walks=frozenset({"due_on"}),
)

DEALING_LIST = ListedNoun(
    name="dealings",
    sheet=DEALINGS,
    permission=Permission.VIEW_DEALINGS,
    read=list_dealings,
    drawing=Drawing(
        tones=((("cancelled", 1), "watch"),),
        bare=_TIER,
        blank=frozenset({("channel", Channel.UNKNOWN)}),
        currency="currency",
        cut=frozenset({"product"}),
    ),
    counted=lambda count: ngettext("{count} dealing", "{count} dealings", count),
    nothing=_("No dealings yet"),
    why=_("What customers buy, pay and get back comes in by file and stands here, line by line."),
    opens="customer",
    imports="dealings",
    quick=(Preset(_("Last 30 days"), "occurred_on.last.30"), Preset(_("Refunds"), "amount.at_most.-0.01")),
    open_filters={"product": PRODUCTS_ON_OFFER, "currency": CURRENCIES, "customer": CUSTOMERS_BY_CODE},
    presets={"occurred_on": ("last.7", "last.30", "last.90", "last.365")},
    walks=frozenset({"occurred_on"}),
)

HOLDING_LIST = ListedNoun(
    name="holdings",
    sheet=HOLDINGS,
    permission=Permission.VIEW_HOLDINGS,
    read=list_holdings,
    drawing=Drawing(tones=((("status", HoldingStatus.OPEN), "good"),), bare=_TIER, cut=frozenset({"product"})),
    counted=lambda count: ngettext("{count} holding", "{count} holdings", count),
    nothing=_("No holdings yet"),
    why=_("Accounts, policies, cards and memberships of your customers come in by file and stand here."),
    opens="customer",
    imports="holdings",
    quick=(Preset(_("In force"), "status.in.open"), Preset(_("Ends within 30 days"), "renewal_on.between.today,+30d")),
    open_filters={"product": PRODUCTS_ON_OFFER, "customer": CUSTOMERS_BY_CODE},
    presets={"renewal_on": _AHEAD},
    walks=frozenset({"opened_on", "renewal_on"}),
)

CONVERSATION_LIST = ListedNoun(
    name="conversations",
    sheet=CONVERSATIONS,
    permission=Permission.VIEW_CONVERSATIONS,
    read=list_conversations,
    drawing=Drawing(
        tones=((("outcome", Outcome.PROMISED), "watch"), (("outcome", Outcome.ACCEPTED), "good")),
        bare=_TIER,
        blank=frozenset({("outcome", Outcome.NONE), ("channel", Channel.UNKNOWN)}),
        cut=frozenset({"summary"}),
    ),
    counted=lambda count: ngettext("{count} conversation", "{count} conversations", count),
    nothing=_("No conversations yet"),
    why=_("Every call and visit you log on a customer’s page stands here, with what was promised."),
    opens="customer",
    imports="conversations",
    begins=Beginning(_("Note a contact"), "new_conversation", Permission.LOG_CONVERSATIONS),
    quick=(
        Preset(_("I spoke"), "by.me"),
        Preset(_("We promised something"), "outcome.in.promised"),
        Preset(_("Next step due"), "follow_up_on.before.+1d"),
    ),
    open_filters={"by": PEOPLE, "customer": CUSTOMERS_BY_CODE},
    presets={"follow_up_on": _AHEAD, "on": ("last.7", "last.30", "last.90", "not_in_last.90")},
    walks=frozenset({"on"}),
)

IMPORT_LIST = ListedNoun(
    name="imports",
    sheet=IMPORTS,
    permission=Permission.IMPORT,
    read=list_imports,
    drawing=Drawing(
        tones=(
            (("status", ImportStatus.DONE), "good"),
            (("status", ImportStatus.FAILED), "alarm"),
            (("status", ImportStatus.STOPPED), "alarm"),
            (("status", ImportStatus.HELD), "watch"),
        ),
    ),
    counted=lambda count: ngettext("{count} import", "{count} imports", count),
    nothing=_("No imports yet"),
    why=_("Files with customers, dealings or holdings are taken in here; each can be looked into and taken back."),
    opens="import",
    imports="customers",
    quick=(
        Preset(_("Last 7 days"), "started_at.last.7"),
        Preset(_("With rows not taken in"), "failed.at_least.1"),
    ),
    presets={"started_at": ("last.7", "last.30", "last.90")},
    walks=frozenset({"started_at"}),
)

STAFF_LIST = ListedNoun(
    name="staff",
    sheet=STAFF,
    permission=Permission.VIEW_STAFF,
    read=list_staff,
    drawing=Drawing(),
    counted=lambda count: ngettext("{count} colleague", "{count} colleagues", count),
    nothing=_("No colleagues yet"),
    why=_("Colleagues are taken on by the administrator and stand here with role and team."),
    opens="person",
    opened_by=Permission.EDIT_STAFF,
    begins=Beginning(_("Take on"), "people", Permission.EDIT_STAFF),
    quick=(Preset(_("Customer managers"), "role.in.manager"), Preset(_("Team leaders"), "role.in.leader")),
    open_filters={"team": TEAMS},
    walks=frozenset({"name"}),
)

PRODUCT_LIST = ListedNoun(
    name="products",
    sheet=PRODUCTS,
    permission=Permission.VIEW_CATALOGUE,
    read=list_products,
    drawing=Drawing(),
    counted=lambda count: ngettext("{count} product", "{count} products", count),
    nothing=_("No products yet"),
    why=_("What the firm sells, in families. Products come in by file, or with the first dealing that names them."),
    imports="products",
    opens="product",
    opened_by=Permission.EDIT_CATALOGUE,
    open_filters={"family": FAMILIES},
    walks=frozenset({"name"}),
)

ESTATE_LIST = ListedNoun(
    name="estates",
    sheet=ESTATES,
    permission=Permission.VIEW_CATALOGUE,
    read=list_estates,
    drawing=Drawing(),
    counted=lambda count: ngettext("{count} estate", "{count} estates", count),
    nothing=_("No estates yet"),
    why=_(
        "Housing estates with the day their homes were handed over: an address in a new one says that somebody moved."
    ),
    imports="estates",
    opens="estate",
    opened_by=Permission.EDIT_CATALOGUE,
    quick=(Preset(_("Handed over in the last 90 days"), "handover_on.last.90"),),
    open_filters={"city": ESTATE_CITIES},
    presets={"handover_on": ("last.90", "last.365", "between.today,+90d")},
    walks=frozenset({"name"}),
)

OFFER_LIST = ListedNoun(
    name="offers",
    sheet=OFFERS,
    permission=Permission.VIEW_OFFERS,
    read=list_offers,
    drawing=Drawing(
        tones=(
            (("status", OfferStatus.PUBLISHED), "good"),
            (("status", OfferStatus.SUBMITTED), "watch"),
            (("status", OfferStatus.APPROVED), "watch"),
        ),
        currency="currency",
    ),
    counted=lambda count: ngettext("{count} offer", "{count} offers", count),
    nothing=_("No offers yet"),
    why=_(
        "What may be offered, to whom, at which price and in which words; approved by a colleague before anybody hears of it."
    ),
    opens="offer",
    begins=Beginning(_("New offer"), "offer_new", Permission.EDIT_OFFERS),
    quick=(Preset(_("Published"), "status.in.published"), Preset(_("Waits for approval"), "status.in.submitted")),
    open_filters={"family": FAMILIES},
    presets={"valid_to": ("between.today,+30d", "before.today"), "changed_at": ("last.7", "last.30", "last.90")},
    walks=frozenset({"changed_at"}),
)

LISTS: Sequence[ListedNoun] = (
    CUSTOMER_LIST,
    ACTION_LIST,
    DEALING_LIST,
    HOLDING_LIST,
    CONVERSATION_LIST,
    IMPORT_LIST,
    STAFF_LIST,
    PRODUCT_LIST,
    ESTATE_LIST,
    OFFER_LIST,
)
LISTS_BY_NAME: Mapping[str, ListedNoun] = {noun.name: noun for noun in LISTS}
