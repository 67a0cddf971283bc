"""An offer's page: what it says, to whom it goes, what is missing before it can be published, what may be done now."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from guanxi.engage.offers.choices import (
    UNPRICED,
    Issue,
    Layer,
    OfferStatus,
    RegulatoryClass,
    Told,
    ValueModel,
    Way,
)
from guanxi.engage.offers.lacking import lacks_now
from guanxi.engage.offers.permissions import may_approve, may_write
from guanxi.engage.offers.queries import versions_of
from guanxi.engage.offers.rules.phrases import FAULT_WORDS
from guanxi.engage.offers.rules.publication import Lack
from guanxi.engage.offers.stock import units_of
from guanxi.faces.desk.offers.forms import LANGUAGE_WORDS
from guanxi.faces.desk.offers.parity import ParityShown, parity_shown
from guanxi.faces.desk.offers.reach import Reach, reach_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.ground.money import format_money
from guanxi.record.actions.queries.units import coupon_units
from guanxi.record.consents.choices import Purpose

TONES = {OfferStatus.PUBLISHED: "good", OfferStatus.SUBMITTED: "watch", OfferStatus.APPROVED: "watch"}
_PRESSURE = 100
_COUPONS_OF = dt.timedelta(days=365)
_HOLDING = ("rule", "over")  # for what a published offer reaches nobody
_PLAIN = {
    "purpose": gettext_lazy("The purpose of the data is not named."),
    "partner_purpose": gettext_lazy(
        "An offer of a partner goes with the purpose of partners’ offers, and no other does."
    ),
    "partner": gettext_lazy("An offer of a partner names the partner, and no other does."),
    "sale_purpose": gettext_lazy(
        "A sale goes with the purpose of our offers, which needs the customer’s yes; service is none."
    ),
    "value": gettext_lazy("The value of an acceptance is not named."),
    "value_model": gettext_lazy("This way of reckoning its worth does not belong to what the offer is for."),
    "family": gettext_lazy("The family of products is not named."),
    "days": gettext_lazy("The first and the last day are not named."),
    "over": gettext_lazy("The last day has passed."),
    "stock": gettext_lazy("There is none left."),
    "list_rate": gettext_lazy("Beside the rate of the offer its list rate must stand."),
    "risk_level": gettext_lazy("A fund is only for whose tested level bears it: add a rule such as risk_level >= 3."),
    "suitability": gettext_lazy("A fund needs a rule for whom it is right."),
    "promotion": gettext_lazy("The offer is valid longer than its promotion."),
    "win_back_step": gettext_lazy("Who is won back is asked once: nothing comes after the letter of such an offer."),
    "treatment": gettext_lazy("No way is worded on which it reaches somebody."),
}


@dataclass(frozen=True)
class Act:
    """Something that may be done now: `asks_why` brings a line for the reason."""

    label: str
    href: str
    asks_why: str = ""
    is_primary: bool = False
    is_danger: bool = False


@dataclass(frozen=True)
class Coupons:
    """What became of a partner's coupons in words; `href`: where codes that came back are entered, "" for who may not."""

    words: str
    href: str
    today: str


@dataclass(frozen=True)
class Page:
    """All of it."""

    title: str
    status: str
    tone: str
    sentence: str
    facts: list[tuple[str, str]]
    told: list[tuple[str, str, str]]
    layers: list[tuple[str, list[tuple[str, str]]]]
    ways: list[tuple[str, str, str, str]]
    lacks: list[str]
    held: list[str]
    acts: list[Act]
    draft: str
    versions: list[tuple[str, str, str, bool]]
    releases: list[str]
    remark: str
    is_in_work: bool
    now: Reach | None
    parity: ParityShown | None
    coupons: Coupons | None = None
    problem: str = ""
    typed: str = ""


def page_of(offer: Any, look: Look, *, problem: str = "", typed: str = "") -> Page:
    """The page of one version for who looks."""
    status = OfferStatus(offer.status)
    is_in_work = status in (OfferStatus.DRAFT, OfferStatus.SUBMITTED, OfferStatus.APPROVED)
    lacks = lacks_now(offer) if is_in_work else []
    held = _holding(offer) if status == OfferStatus.PUBLISHED else []
    is_writable = status == OfferStatus.DRAFT and may_write(look.principal)
    return Page(
        title=offer.name,
        status=str(status.label),
        tone=TONES.get(status, ""),
        sentence=_sentence(offer),
        facts=_facts(offer, look),
        told=_told(offer),
        layers=_layers(offer),
        ways=[_way(one, offer.currency) for one in sorted(offer.treatments.all(), key=lambda one: one.way)],
        lacks=[lack_words(lack) for lack in lacks],
        held=[lack_words(lack) for lack in held],
        acts=_acts(offer, look, lacks),
        draft=reverse("offer_draft", args=[offer.code]) if is_writable else "",
        versions=_versions(offer, look),
        releases=sorted(
            {
                _("{name} let words stand: {why}").format(name=one["by"], why=one["why"])
                for one in offer.releases.values()
            }
        ),
        remark=offer.remark,
        is_in_work=is_in_work,
        now=reach_of(offer, look),
        parity=parity_shown(offer, look),
        coupons=_coupons(offer, look),
        problem=problem,
        typed=typed,
    )


def _coupons(offer: Any, look: Look) -> Coupons | None:
    """Of a partner's offer that was published: how many coupons went out in a year, and how many came back."""
    if offer.issue != Issue.PARTNER or offer.published_at is None:
        return None
    went, used = coupon_units(offer.reference, since=look.today - _COUPONS_OF)
    words = _("{went} went out within a year, {used} were redeemed.")
    href = reverse("offer_coupons", args=[offer.code]) if may_write(look.principal) else ""
    return Coupons(words.format(went=cells.number(went), used=cells.number(used)), href, look.today.isoformat())


def _holding(offer: Any) -> list[Lack]:
    """For what a published offer reaches nobody."""
    left = units_of([offer]).get(offer.reference)
    sold_out = [Lack("stock")] if left is not None and not left.left else []
    return [*(lack for lack in lacks_now(offer) if lack.code in _HOLDING), *sold_out]


def lack_words(lack: Lack) -> str:
    """One missing thing as a sentence."""
    if lack.code in _PLAIN:
        return str(_PLAIN[lack.code])
    language = str(LANGUAGE_WORDS.get(lack.language, ""))
    if lack.code == "untold":
        return _("“{what}” is missing in {language}.").format(what=Told(lack.told).label, language=language)
    if lack.code == "unopened":
        words = _("“{what}” does not say in {language} that the loyal get it too: who asks, or at the anniversary.")
        return words.format(what=Told(lack.told).label, language=language)
    if lack.code == "unsaid":
        return _("The wording of “{way}” is missing in {language}.").format(way=Way(lack.way).label, language=language)
    if lack.code == "rule":
        return _("The rule “{rule}” cannot be asked. {why}").format(rule=lack.words, why=lack.place)
    fault = str(FAULT_WORDS[lack.fault]) if lack.fault else ""
    if lack.is_releasable:
        return _("“{words}”: {why}; compliance may let it stand, with a reason.").format(words=lack.words, why=fault)
    return _("“{words}”: {why}.").format(words=lack.words, why=fault)


def _sentence(offer: Any) -> str:
    parts = [str(Issue(offer.issue).label), offer.reference, _("version {number}").format(number=offer.version)]
    if offer.written_by:
        parts.append(_("written by {name}").format(name=offer.written_by.name))
    if offer.approved_by:
        parts.append(_("approved by {name}").format(name=offer.approved_by.name))
    return dotted(parts)


def _facts(offer: Any, look: Look) -> list[tuple[str, str]]:
    value = cells.money(offer.unit_value, offer.currency) if offer.unit_value is not None else cells.NOTHING
    if offer.issue in UNPRICED:
        value = _("not weighed in money")
    elif offer.value_model != ValueModel.UNIT:
        value = str(ValueModel(offer.value_model).label)
    rates = [(_("List rate or price"), offer.list_rate), (_("Rate or price of the offer"), offer.campaign_rate)]
    return [
        (_("Product"), offer.product.name if offer.product else offer.family.name if offer.family else cells.NOTHING),
        (pgettext("offer", "Regulated as"), str(RegulatoryClass(offer.regulatory_class).label)),
        (
            pgettext("offer", "Purpose of the data"),
            str(Purpose(offer.purpose).label) if offer.purpose else cells.NOTHING,
        ),
        (_("Value of an acceptance"), value),
        (_("Incentive costs us"), cells.money(offer.incentive_cost, offer.currency)),
        (_("Horizon in months"), str(offer.horizon_months)),
        *[(label, rate) for label, rate in rates if rate],
        (
            _("Valid"),
            f"{cells.day_words(offer.valid_from, look.today)} – {cells.day_words(offer.valid_to, look.today)}",
        ),
        (_("Stock"), _stock(offer)),
        *([(_("Weighed"), _("on the win-back list alone"))] if offer.issue == Issue.WIN_BACK else []),
        (_("Rest of its family"), _rest(offer.sibling_rest_days)),
        *([(_("Promotion"), offer.promotion.name)] if offer.promotion else []),
        *([(_("Partner"), offer.partner)] if offer.partner else []),
    ]


def _stock(offer: Any) -> str:
    """How many there are; of what is published, how many are left and how many of those are proposed just now."""
    if offer.stock is None:
        return _("no limit")
    if offer.status != OfferStatus.PUBLISHED:
        return cells.number(offer.stock)
    units = units_of([offer])[offer.reference]
    left = _("{left} of {stock} left").format(left=cells.number(units.left), stock=cells.number(units.stock))
    kept = ngettext(
        "{number} kept for a customer to whom it is proposed",
        "{number} kept for customers to whom it is proposed",
        units.reserved,
    )
    return dotted((left, kept.format(number=cells.number(units.reserved)) if units.reserved else ""))


def _rest(days: int) -> str:
    return ngettext("{days} day", "{days} days", days).format(days=days) if days else cells.NOTHING


def _told(offer: Any) -> list[tuple[str, str, str]]:
    """What it says of itself; terms only where some are published or must be."""
    lines = [(told, offer.said(told, "zh"), offer.said(told, "en")) for told in Told if told != Told.NAME]
    must = offer.issue == Issue.RETENTION
    return [(str(told.label), zh, en) for told, zh, en in lines if told != Told.TERMS or zh or en or must]


def _layers(offer: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    rules = sorted(offer.rules.all(), key=lambda rule: rule.position)
    return [
        (str(layer.label), [(rule.expression, rule.reason_code) for rule in rules if rule.layer == layer])
        for layer in Layer
    ]


def _after(after: str) -> str:
    count = int(after[:-1])
    if after.endswith("m"):
        words = ngettext(
            "{count} month after the letter or leaflet", "{count} months after the letter or leaflet", count
        )
    else:
        words = ngettext("{count} day after the letter or leaflet", "{count} days after the letter or leaflet", count)
    return words.format(count=count)


def _way(one: Any, currency: str) -> tuple[str, str, str, str]:
    units = cells.decimals(one.pressure / _PRESSURE, 2)
    parts = [format_money(one.cost, currency, whole=True), _("pressure {units}").format(units=units)]
    if one.after:
        parts.append(_after(one.after))
    return str(Way(one.way).label), dotted(parts), one.wording_zh, one.wording_en


def _acts(offer: Any, look: Look, lacks: list[Lack]) -> list[Act]:
    """What this person may do now, the next step first."""

    def act(label: str, place: str, **more: Any) -> Act:
        return Act(label, reverse(place, args=[offer.code]), **more)

    status, acts = OfferStatus(offer.status), []
    writes, approves = may_write(look.principal), may_approve(look.principal, offer.writers)
    if status == OfferStatus.DRAFT and writes and all(lack.is_releasable for lack in lacks):
        acts.append(act(_("Submit for approval"), "offer_submission", is_primary=True))
    if status == OfferStatus.SUBMITTED and approves and not lacks:
        acts.append(act(_("Approve"), "offer_approval", is_primary=True))
    if status == OfferStatus.SUBMITTED and approves and any(lack.is_releasable for lack in lacks):
        acts.append(act(_("Let the words stand"), "offer_release", asks_why=_("Why they may stand")))
    if status == OfferStatus.APPROVED and writes and not lacks:
        acts.append(act(_("Publish"), "offer_publication", is_primary=True))
    if status in (OfferStatus.SUBMITTED, OfferStatus.APPROVED) and approves:
        acts.append(act(_("Give back"), "offer_return", asks_why=_("What is to be changed")))
    if status == OfferStatus.PUBLISHED and writes:
        acts.append(act(_("Withdraw"), "offer_withdrawal", asks_why=_("Why it ends"), is_danger=True))
    if status in (OfferStatus.PUBLISHED, OfferStatus.WITHDRAWN, OfferStatus.REPLACED) and writes:
        acts.append(act(_("Begin a new version"), "offer_version"))
    return acts


def _versions(offer: Any, look: Look) -> list[tuple[str, str, str, bool]]:
    found = versions_of(offer.reference, principal=look.principal)
    if len(found) == 1:
        return []
    return [
        (
            reverse("offer", args=[one.code]),
            _("version {number}").format(number=one.version),
            str(OfferStatus(one.status).label),
            one.pk == offer.pk,
        )
        for one in found
    ]
