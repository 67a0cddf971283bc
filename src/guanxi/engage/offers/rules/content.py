"""An offer as somebody writes it, read into cells. Pure."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guanxi.engage.offers.choices import (
    COSTS,
    LANGUAGES,
    PAPER,
    PRESSURES,
    REASONS,
    Issue,
    Layer,
    RegulatoryClass,
    Told,
    ValueModel,
    Way,
)
from guanxi.engage.offers.grammar import parse_criteria, print_tree
from guanxi.engage.offers.rules.given import GivenOffer, NotTaken
from guanxi.engage.offers.rules.steps import is_after
from guanxi.ground.clock import parse_day
from guanxi.ground.money import from_minor, to_minor
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.record.catalogue.prohibited import UNOFFERED, blocked_subject
from guanxi.record.consents.choices import Purpose

MOST_WORDS, MOST_WORDING, MOST_NAME, MOST_PARTNER, MOST_RATE, MOST_RULES = 600, 1_000, 120, 64, 40, 12
MOST_REST_DAYS, MOST_HORIZON, MOST_STOCK, MOST_PRESSURE = 730, 120, 10_000_000, 2_000
_REFERENCE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_REASONED = re.compile(r"\s*([a-z][a-z0-9_]{0,39})\s*[:：](.*)", re.DOTALL)

_NO_REFERENCE = gettext_noop("“{text}” is no short name: small letters, figures and _ are, up to 64, a letter first.")
_TOO_LONG = gettext_noop("This text has {length} characters; at most {most} are kept.")
_NOT_WHOLE = gettext_noop("“{text}” is no whole number between {low} and {high}.")
_UNOFFERED = gettext_noop("“{text}” is nothing this house offers or draws conclusions from.")
_NEGATIVE = gettext_noop("An amount below zero has no meaning here.")
_NO_CHOICE = gettext_noop("“{text}” cannot be chosen here.")
_MANY_RULES = gettext_noop("A layer has at most {most} rules.")
_NO_AFTER = gettext_noop("“{text}” is no time after the letter: 3d is three days, 1m a month.")
_AFTER_NOTHING = gettext_noop("Only a call, a visit or a message can come after the offer’s own letter or leaflet.")
_DAYS = gettext_noop("The last day lies before the first.")


@dataclass(frozen=True, slots=True)
class ReadRule:
    """One rule, in the usual writing."""

    layer: Layer
    expression: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class ReadOffer:
    """What was written, in cells of the tables; family, product and promotion still by reference."""

    cells: dict[str, Any]
    rules: list[ReadRule]
    treatments: list[dict[str, Any]]


def read_offer(given: GivenOffer, *, currency: str) -> ReadOffer:
    """An offer's cells. Raises NotTaken with the field that is not understood."""
    read = _Reader(given, currency)
    cells = {
        "reference": read.of("reference", _reference),
        "issue": read.of("issue", lambda text: Issue(_choice(text, Issue))),
        "regulatory_class": read.of("regulatory_class", lambda text: _choice(text, RegulatoryClass)),
        "purpose": read.of("purpose", lambda text: _choice(text, Purpose)),
        "value_model": read.of("value_model", lambda text: _choice(text, ValueModel)),
        "unit_value": read.of("unit_value", read.money),
        "incentive_cost": read.of("incentive_cost", read.money) or 0,
        "horizon_months": read.of("horizon_months", lambda text: _whole(text, 1, MOST_HORIZON)) or 36,
        "partner": read.of("partner", _partner) or "",
        "list_rate": read.of("list_rate", lambda text: _short(text, MOST_RATE)) or "",
        "campaign_rate": read.of("campaign_rate", lambda text: _short(text, MOST_RATE)) or "",
        "valid_from": read.of("valid_from", parse_day),
        "valid_to": read.of("valid_to", parse_day),
        "stock": read.of("stock", lambda text: _whole(text, 0, MOST_STOCK)),
        "sibling_rest_days": read.of("sibling_rest_days", lambda text: _whole(text, 0, MOST_REST_DAYS)) or 0,
        "currency": currency,
    }
    if cells["valid_from"] and cells["valid_to"] and cells["valid_to"] < cells["valid_from"]:
        raise NotTaken(Refused("offer.days", _DAYS), field="valid_to")
    words = _words(given)
    named = words.get(Told.NAME.value, {})
    cells |= {"words": words, "name_zh": named.get("zh", ""), "name_en": named.get("en", "")}
    return ReadOffer(cells, _rules(given), _treatments(given, currency))


def rule_lines(rules: Mapping[int, list[tuple[str, str]]]) -> dict[int, str]:
    """Rules as they are written: layer → a line each, the reason code before those that have one of their own."""
    return {
        layer: "\n".join(
            expression if reason == REASONS[Layer(layer)] else f"{reason}: {expression}" for reason, expression in some
        )
        for layer, some in rules.items()
    }


def money_text(minor: int | None, currency: str) -> str:
    """An amount as it is written into a field."""
    return "" if minor is None else f"{from_minor(minor, currency):f}"


class _Reader:
    def __init__(self, given: GivenOffer, currency: str) -> None:
        self.given, self.currency = given, currency

    def of(self, name: str, read: Any) -> Any:
        """A field's cell, None where nothing is written."""
        try:
            text = checked(getattr(self.given, name)).strip()
            return read(text) if text or name in {"reference", "issue"} else None
        except NotTaken:
            raise
        except Refused as refused:
            raise NotTaken(refused, field=name) from None

    def money(self, text: str) -> int:
        """An amount of the firm's currency, not below zero."""
        return _amount(text, self.currency)


def _amount(text: str, currency: str) -> int:
    minor = to_minor(text, currency)
    if minor < 0:
        raise Refused("offer.negative", _NEGATIVE)
    return minor


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise Refused("offer.no_reference", _NO_REFERENCE, text=excerpt(text))
    return text


def _partner(text: str) -> str:
    if blocked_subject(text, subjects=UNOFFERED):  # PTN-03
        raise Refused("offer.unoffered", _UNOFFERED, text=excerpt(text))
    return _short(text, MOST_PARTNER)


def _choice(text: str, choices: Any) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) not in choices.values:
        raise Refused("offer.no_choice", _NO_CHOICE, text=excerpt(text))
    return int(text)


def _whole(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
        raise Refused("offer.not_whole", _NOT_WHOLE, text=excerpt(text), low=low, high=high)
    return int(text)


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused("offer.too_long", _TOO_LONG, length=len(text), most=most)
    return text


def _words(given: GivenOffer) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for told in Told:
        most = MOST_NAME if told == Told.NAME else MOST_WORDS
        for language in LANGUAGES:
            try:
                text = _short(checked(given.words.get((told.value, language), "")).strip(), most)
            except Refused as refused:
                raise NotTaken(refused, field=f"{told.value}_{language}") from None
            if text:
                found.setdefault(told.value, {})[language] = text
    return found


def _rules(given: GivenOffer) -> list[ReadRule]:
    found = []
    for layer in Layer:
        lines = [line for line in given.rules.get(layer, "").splitlines() if line.strip()]
        if len(lines) > MOST_RULES:
            refused = Refused("offer.many_rules", _MANY_RULES, most=MOST_RULES)
            raise NotTaken(refused, field=f"rules_{layer.value}")
        for number, line in enumerate(lines, 1):
            try:
                found.append(_rule(layer, line))
            except Refused as refused:
                raise NotTaken(refused, field=f"rules_{layer.value}", line=number) from None
    return found


def _rule(layer: Layer, line: str) -> ReadRule:
    reasoned = _REASONED.fullmatch(line)
    reason, text = (reasoned[1], reasoned[2]) if reasoned else (REASONS[layer], line)
    return ReadRule(layer, print_tree(parse_criteria(text)), reason)


def _treatments(given: GivenOffer, currency: str) -> list[dict[str, Any]]:
    found = []
    for way in Way:
        one = given.treatments.get(way)
        if one is None:
            continue
        try:
            found.append(
                {
                    "way": way.value,
                    "wording_zh": _short(checked(one.wording_zh).strip(), MOST_WORDING),
                    "wording_en": _short(checked(one.wording_en).strip(), MOST_WORDING),
                    "cost": _amount(one.cost, currency)
                    if one.cost.strip()
                    else to_minor(Decimal(COSTS[way]) / 100, currency),
                    "pressure": _whole(one.pressure.strip(), 0, MOST_PRESSURE)
                    if one.pressure.strip()
                    else PRESSURES[way],
                    "after": _after(one.after.strip(), way, given),
                }
            )
        except Refused as refused:
            raise NotTaken(refused, field=f"way_{way.value}") from None
    return found


def _after(text: str, way: Way, given: GivenOffer) -> str:
    if text and not is_after(text):
        raise Refused("offer.no_after", _NO_AFTER, text=excerpt(text))
    if text and (way in PAPER or not any(paper in given.treatments for paper in PAPER)):
        raise Refused("offer.after_nothing", _AFTER_NOTHING)
    return text


def is_over(valid_to: dt.date | None, on: dt.date) -> bool:
    """Whether an offer's last day has passed."""
    return valid_to is not None and valid_to < on
