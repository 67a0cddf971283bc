"""The columns that every decision has of a customer, as expressions of offers may name them: the contract between the two.

Whoever runs decisions over offers brings a row a customer with these columns, NULL where nothing is known, and the lists
`signals` and `owned` (grammar.compiling). Money is in whole units of the firm's currency, shares are of one.
"""

from django.utils.translation import gettext_lazy as _

from guanxi.engage.offers.grammar import Feature, ValueKind, Vocabulary
from guanxi.record.consents.choices import Purpose

# By data class, as the profile's declarations have it: what was bought and owned never serves partners.
PURPOSES = {
    "basic": frozenset({Purpose.SERVICE, Purpose.MARKETING, Purpose.PARTNER}),
    "location": frozenset({Purpose.SERVICE, Purpose.MARKETING, Purpose.PARTNER}),
    "transaction": frozenset({Purpose.SERVICE, Purpose.MARKETING}),
    "financial": frozenset({Purpose.SERVICE, Purpose.MARKETING}),
    "declared": frozenset({Purpose.SERVICE}),  # told of oneself, to be served by: never for a sale (SEG-06)
}
_N, _T, _D, _F = ValueKind.NUMBER, ValueKind.TEXT, ValueKind.DAY, ValueKind.FLAG
_COLUMNS = (
    ("kind", _T, "basic", _("Person or organisation: person, organisation")),
    ("stage", _T, "basic", _("Stage: prospect, target, customer, lost, regained")),
    ("city", _T, "basic", _("City of the declared address")),
    ("language", _T, "basic", _("Language: zh-hans, en")),
    ("age", _N, "basic", _("Age in years")),
    ("customer_since", _D, "basic", _("First day with us")),
    ("last_contact", _D, "basic", _("Last contact")),
    ("has_open_complaint", _F, "basic", _("Has a complaint that is not solved")),
    ("is_vulnerable", _F, "basic", _("Is to be spared sales: hardship, bereavement, own wish")),
    ("distance_km", _N, "location", _("Kilometres from the declared address to the centre")),
    ("tier", _T, "transaction", _("Tier: A, B, C")),
    ("state", _T, "transaction", _("State: active, watch, alarm, lapsed")),
    ("service_model", _T, "transaction", _("How they are served: adviser, one_stop, technology")),
    ("need", _T, "transaction", _("Family of products they need us for: loan, deposit …")),
    ("value", _N, "transaction", _("Customer value")),
    ("potential", _N, "transaction", _("Potential beyond it")),
    ("spend_365", _N, "transaction", _("Net purchases in 365 days")),
    ("purchases_365", _N, "transaction", _("Purchase days in 365 days")),
    ("last_purchase", _D, "transaction", _("Last purchase")),
    ("families", _N, "transaction", _("Families of products held")),
    ("premium_share", _N, "transaction", _("Share of purchases that are premium")),
    ("loss_risk", _N, "transaction", _("Chance of leaving within a year")),
    ("is_deal_driven", _F, "transaction", _("Buys on promotion only and earns nothing")),
    ("no_cross_sell", _F, "transaction", _("More products would mean more loss")),
    ("deposits", _N, "financial", _("Balance on deposit")),
    ("in_credit_review", _F, "financial", _("Credit is under review")),
    ("has_risk_test", _F, "financial", _("Has a valid risk test")),
    ("has_stable_income", _F, "declared", _("Says of themselves: stable income")),
    ("is_educated", _F, "declared", _("Says of themselves: higher education")),
    ("wishes_wealth_managed", _F, "declared", _("Says of themselves: wishes to manage wealth")),
    ("risk_level", _N, "financial", _("Tested risk level, 1 to 5; unknown without a valid test")),
)


def headlines() -> Vocabulary:
    """The columns as a vocabulary."""
    features = (
        Feature(name, kind, label, data_class, frozenset(int(one) for one in PURPOSES[data_class]))
        for name, kind, data_class, label in _COLUMNS
    )
    return Vocabulary(features={feature.name: feature for feature in features})
