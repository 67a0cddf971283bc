"""What is missing before an offer may be published. NBA-03, NBA-04, RET-03, RET-04, LEV-09, PTN-02; issue 4, "Bad input". Pure."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from guanxi.engage.offers.choices import LANGUAGES, UNPRICED, Issue, Layer, RegulatoryClass, Told, ValueModel, Way
from guanxi.engage.offers.rules.content import is_over
from guanxi.engage.offers.rules.phrases import Fault
from guanxi.engage.offers.rules.wording import digest_of, findings_in
from guanxi.record.consents.choices import Purpose

# Terms of an offer to stay open it to the loyal: to who asks for it, or at the anniversary (RET-04).
_OPENED = {
    "zh": re.compile(r"申[请請]|要求|索取|[领領]取|[周週]年"),
    "en": re.compile(r"\b(?:request|ask|appl(?:y|ies|ication)|anniversar)", re.IGNORECASE),
}
ALWAYS_TOLD = (Told.NAME, Told.BENEFIT, Told.NEED, Told.COST, Told.RISK, Told.ALTERNATIVE)


@dataclass(frozen=True, slots=True)
class Facts:
    """One version of an offer as the checks see it. `texts`: where a text stands ("benefit_zh", "way_2_en") → the text;
    `steps`: the ways that come after a letter; `least_risk_level`: the tested level below which its rules offer it to nobody.
    """

    issue: int
    regulatory_class: int
    purpose: int | None
    value_model: int
    unit_value: int | None
    has_family: bool
    words: Mapping[str, Mapping[str, str]]
    treatments: Mapping[int, tuple[str, str]]
    layers: frozenset[int]
    valid_from: dt.date | None
    valid_to: dt.date | None
    stock: int | None
    partner: str = ""
    list_rate: str = ""
    campaign_rate: str = ""
    promotion: tuple[dt.date, dt.date] | None = None
    steps: frozenset[int] = frozenset()
    released: frozenset[str] = frozenset()
    least_risk_level: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that stands in the way: a stable code, and what it is about (a Told, a language, a way, words found)."""

    code: str
    told: str = ""
    language: str = ""
    way: int = 0
    words: str = ""
    fault: Fault | None = None
    is_releasable: bool = False
    place: str = field(default="", compare=False)


def lacks_of(facts: Facts, on: dt.date) -> list[Lack]:
    """Everything that is missing for publication on a day, but approval; nothing when it may be published."""
    return [*_untold(facts), *_unvalued(facts), *_unplaced(facts, on), *_unsaid(facts), *wording_lacks(facts)]


def wording_lacks(facts: Facts) -> Iterator[Lack]:
    """Words that may not be said as they stand and are not released."""
    has_promotion = facts.promotion is not None and _covers(facts.promotion, facts)
    has_terms = all(facts.words.get(Told.TERMS, {}).get(language) for language in LANGUAGES)
    for place, text in texts_of(facts).items():
        for one in findings_in(text, has_promotion=has_promotion, has_terms=has_terms):
            if one.is_releasable and digest_of(text, one.fault) in facts.released:
                continue
            yield Lack("wording", words=one.words, fault=one.fault, is_releasable=one.is_releasable, place=place)


def texts_of(facts: Facts) -> dict[str, str]:
    """Every text that somebody outside may read, by where it stands."""
    texts = {
        f"{told.value}_{language}": facts.words[told][language]
        for told in Told
        for language in LANGUAGES
        if facts.words.get(told, {}).get(language)
    }
    for way, said in facts.treatments.items():
        texts |= {f"way_{way}_{language}": text for language, text in zip(LANGUAGES, said, strict=True) if text}
    rates = {"list_rate": facts.list_rate, "campaign_rate": facts.campaign_rate}
    return texts | {place: text for place, text in rates.items() if text}


def _untold(facts: Facts) -> Iterator[Lack]:
    wanted: Sequence[Told] = ALWAYS_TOLD + ((Told.TERMS,) if facts.issue == Issue.RETENTION else ())
    for told in wanted:
        for language in LANGUAGES:
            text = facts.words.get(told, {}).get(language, "").strip()
            if not text:
                yield Lack("untold", told=told, language=language)
            elif told == Told.TERMS and not _OPENED[language].search(text):
                yield Lack("unopened", told=told, language=language)


def _unvalued(facts: Facts) -> Iterator[Lack]:
    if facts.purpose is None:
        yield Lack("purpose")
    elif facts.purpose not in _fitting(Issue(facts.issue)):
        is_partners = facts.issue == Issue.PARTNER or facts.purpose == Purpose.PARTNER
        yield Lack("partner_purpose" if is_partners else "sale_purpose")
    if (facts.issue == Issue.PARTNER) != bool(facts.partner):
        yield Lack("partner")
    if facts.issue in UNPRICED:
        return
    fitting = {Issue.RETENTION: ValueModel.AT_STAKE, Issue.WIN_BACK: ValueModel.SECOND_LIFETIME}.get(Issue(facts.issue))
    if facts.value_model == ValueModel.UNIT:
        if not facts.unit_value:
            yield Lack("value")
    elif facts.value_model != fitting:
        yield Lack("value_model")


def _fitting(issue: Issue) -> frozenset[int]:
    """For which purposes an offer may use data: a sale is never service, which needs no consent (PIPL 24)."""
    if issue == Issue.PARTNER:
        return frozenset({Purpose.PARTNER})
    return frozenset({Purpose.SERVICE, Purpose.MARKETING}) if issue in UNPRICED else frozenset({Purpose.MARKETING})


def _unplaced(facts: Facts, on: dt.date) -> Iterator[Lack]:
    if not facts.has_family:
        yield Lack("family")
    if facts.valid_from is None or facts.valid_to is None:
        yield Lack("days")
    elif is_over(facts.valid_to, on):
        yield Lack("over")
    if facts.stock == 0:
        yield Lack("stock")
    if facts.campaign_rate and not facts.list_rate:
        yield Lack("list_rate")
    if facts.regulatory_class == RegulatoryClass.INVESTMENT:
        if Layer.SUITABILITY not in facts.layers:
            yield Lack("suitability")
        elif (
            facts.least_risk_level is None or facts.least_risk_level < 1
        ):  # without a test the level is unknown, and passes nothing
            yield Lack("risk_level")
    if facts.promotion is not None and not _covers(facts.promotion, facts):
        yield Lack("promotion")


def _unsaid(facts: Facts) -> Iterator[Lack]:
    if not facts.treatments:
        yield Lack("treatment")
    for way, said in facts.treatments.items():
        for language, text in zip(LANGUAGES, said, strict=True):
            if not text.strip():
                yield Lack("unsaid", language=language, way=Way(way))
    if facts.issue == Issue.WIN_BACK:  # who was lost is handed out once, and asked by the person who has him
        yield from (Lack("win_back_step", way=Way(way)) for way in sorted(facts.steps))


def _covers(promotion: tuple[dt.date, dt.date], facts: Facts) -> bool:
    begins, ends = promotion
    if facts.valid_from is None or facts.valid_to is None:
        return False
    return begins <= facts.valid_from and facts.valid_to <= ends
