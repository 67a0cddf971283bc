"""Who takes part in what: the one place that knows everybody hands the parts to the engines that use them."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.engage.offers.headlines import headlines
from guanxi.engage.offers.vocabulary import register_vocabulary
from guanxi.engage.policy.queries import policy_now
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.identity.roles import FIELD_WORDS, ROLES
from guanxi.journal.wording import register_namer
from guanxi.record.actions import queries as actions
from guanxi.record.actions.services.caring import ask_about_moves, unask_about_moves
from guanxi.record.actions.services.erasing import erase_actions
from guanxi.record.actions.services.hearing import register_dials
from guanxi.record.actions.services.quieting import leave_sales
from guanxi.record.children.services import erase_children
from guanxi.record.consents import queries as consents
from guanxi.record.consents.services import erase_consents
from guanxi.record.conversations import queries as conversations
from guanxi.record.conversations.services import erase_words
from guanxi.record.customers import queries as customers
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.queries.history import moving_rows, owner_rows
from guanxi.record.customers.services import register_eraser, register_listener, register_quieter
from guanxi.record.customers.timeline import Before, Source, TimelineRow, register_source
from guanxi.record.dealings import queries as dealings
from guanxi.record.declarations.services import erase_declarations
from guanxi.record.holdings import queries as holdings
from guanxi.record.holdings.services import erase_references
from guanxi.record.imports.importers.catalogue import EstateImporter, ProductImporter
from guanxi.record.imports.importers.conversations import ConversationImporter
from guanxi.record.imports.importers.customers import CustomerImporter
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.importers.holdings import BalanceImporter, HoldingImporter
from guanxi.record.imports.registry import register
from guanxi.record.imports.services.erasing import erase_before_images
from guanxi.record.signals import queries as signals
from guanxi.record.signals.choices import label_of
from guanxi.record.signals.services.erasing import erase_signals
from guanxi.record.standing import queries as standing
from guanxi.record.standing.choices import ServiceModel
from guanxi.record.suitability.services import erase_tests
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.services import erase_suppressions
from guanxi.record.surveys.services import erase_surveys
from guanxi.rescue.abuse.services import erase_reviews
from guanxi.rescue.credit.services import erase_cases
from guanxi.rescue.winback.choices import LossCause
from guanxi.rescue.winback.services import erase_losses

# In the order in which a firm would bring them.
_IMPORTERS = (
    CustomerImporter,
    HoldingImporter,
    DealingImporter,
    BalanceImporter,
    ConversationImporter,
    ProductImporter,
    EstateImporter,
)


def register_importers() -> None:
    """Let the kinds of files be imported. Twice does no harm."""
    for importer in _IMPORTERS:
        register(importer.kind, importer)


def register_timeline() -> None:
    """Let what happened to a customer appear on the timeline, each noun under its own right. Twice does no harm."""
    register_source("consents", consents.timeline_rows)
    register_source("customers", customers.timeline_rows)
    register_source("addresses", moving_rows)
    register_source("owners", owner_rows)
    for name, permission, read in (
        ("actions", Permission.VIEW_ACTIONS, actions.timeline_rows),
        ("conversations", Permission.VIEW_CONVERSATIONS, conversations.timeline_rows),
        ("dealings", Permission.VIEW_DEALINGS, dealings.timeline_rows),
        ("holdings", Permission.VIEW_HOLDINGS, holdings.timeline_rows),
        ("signals", Permission.VIEW_SIGNALS, signals.timeline_rows),
        ("standing", Permission.VIEW_STANDING, standing.timeline_rows),
    ):
        register_source(name, _source(name.removesuffix("s"), permission, read))


def register_erasers() -> None:
    """Let every noun take part when a person is erased. Twice does no harm."""
    for name, erase in (
        ("actions", erase_actions),
        ("consents", erase_consents),
        ("conversations", erase_words),
        ("abuse", erase_reviews),
        ("children", erase_children),
        ("credit", erase_cases),
        ("declarations", erase_declarations),
        ("holdings", erase_references),
        ("imports", erase_before_images),
        ("losses", erase_losses),
        ("risk_tests", erase_tests),
        ("signals", erase_signals),
        ("suppressions", erase_suppressions),
        ("surveys", erase_surveys),
    ):
        register_eraser(name, erase)


def register_listeners() -> None:
    """Let the nouns above hear, in the same transaction, that customers have moved or want no sales. Twice does no harm."""
    register_listener("actions", ask_about_moves, taker_back=unask_about_moves)
    register_quieter("actions", leave_sales)


def register_namers() -> None:
    """Let the journal name roles, fields and kinds of identifiers. Twice does no harm."""
    for place in ("role", "old", "new"):
        register_namer("staff.", place, lambda code: ROLES[code].label if code in ROLES else code)
    for kind in ("firm.backtest_", "firm.detector_"):
        register_namer(kind, "detector", label_of)
    register_namer("improvement.", "cause", lambda code: LossCause(code).label if code in LossCause.values else code)
    register_namer("suppression.", "cause", lambda code: Cause(code).label if code in Cause.values else code)
    register_namer(
        "policy.service_set", "model", lambda code: ServiceModel(code).label if code in ServiceModel.values else code
    )
    register_namer("customer.revealed", "field", lambda code: FIELD_WORDS.get(code, code))
    for kinds, place in (("customer.identifier_", "kind"), ("customer.recognised", "by")):
        register_namer(kinds, place, _identifier_named)


def register_offer_words() -> None:
    """Let expressions of offers name the columns of decisions. Twice does no harm."""
    register_vocabulary("headlines", headlines)


def register_attempts() -> None:
    """Let answers know how often the contact policy lets us try to reach somebody for one matter."""
    register_dials(lambda: policy_now()["dials"].amount)


def _identifier_named(code: str) -> object:
    kinds = {kind.name.lower(): kind.label for kind in IdentifierKind} | {"holding": _("contract number")}
    return kinds.get(code, code)


def _source(kind: str, permission: Permission, read: Callable[..., Sequence[tuple[dt.date, int, Any]]]) -> Source:
    """A noun's own rows as rows of the timeline; none where the principal may not see the noun."""

    def rows(customer_id: int, principal: Principal, before: Before, limit: int) -> Iterable[TimelineRow]:
        if not may(principal, permission):
            return []
        return [
            TimelineRow(on, row_id, kind, asdict(row), getattr(row, "at", None), getattr(row, "code", ""))
            for on, row_id, row in read(customer_id, principal=principal, before=before, limit=limit)
        ]

    return rows
