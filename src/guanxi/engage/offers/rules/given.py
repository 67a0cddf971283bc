"""An offer as somebody writes it: all of it text; and what is said of a field that is not understood. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from guanxi.ground.refusals import Refused


class NotTaken(Refused):
    """What was written in one field is not taken: `field` is its name in GivenOffer, `line` that of a rule, from 1."""

    def __init__(self, refused: Refused, *, field: str, line: int = 0) -> None:
        super().__init__(refused.code, refused.words, **refused.params)
        self.field, self.line = field, line


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTreatment:
    """How an offer is brought, as written; cost and pressure empty are the usual ones of the way. after: "3d", "1m"."""

    wording_zh: str = ""
    wording_en: str = ""
    cost: str = ""
    pressure: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOffer:
    """An offer as written: all of it text. `words`: (Told, language) → text; `rules`: Layer → a rule a line."""

    reference: str
    issue: str
    family: str = ""
    product: str = ""
    regulatory_class: str = "0"
    purpose: str = ""
    value_model: str = "0"
    unit_value: str = ""
    incentive_cost: str = ""
    horizon_months: str = ""
    list_rate: str = ""
    campaign_rate: str = ""
    valid_from: str = ""
    valid_to: str = ""
    stock: str = ""
    sibling_rest_days: str = ""
    promotion: str = ""
    partner: str = ""
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rules: Mapping[int, str] = field(default_factory=dict)
    treatments: Mapping[int, GivenTreatment] = field(default_factory=dict)
