"""What may be declared, and the cell of an organisation by scale, volume and credit (SEG-06). Pure; time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.declarations.choices import Fact, Grade

# Amounts: people, minor units of the firm's currency, a grade from 1 to 3. Every other fact is there or not.
COUNTED: Final = (Fact.EMPLOYEES, Fact.TURNOVER, Fact.CREDIT)
TYPES: Final = (
    Fact.MULTINATIONAL, Fact.FOREIGN_OWNED, Fact.JOINT_VENTURE, Fact.EXPORTER, Fact.GROUP, Fact.HIGH_TECH,
)  # fmt: skip
TRAITS: Final = (Fact.STABLE_INCOME, Fact.EDUCATED, Fact.WEALTH_WISH)
OF_KIND: Final[Mapping[int, tuple[Fact, ...]]] = {
    CustomerKind.ORGANISATION: COUNTED + TYPES,
    CustomerKind.PERSON: TRAITS,
}
_BOUNDS: Final = {Fact.EMPLOYEES: (1, 10_000_000), Fact.TURNOVER: (0, 10**15), Fact.CREDIT: (1, 3)}
# Where grade 2 and grade 3 begin, by the names of the page of thresholds (insight.thresholds); money in whole units. Employees and
# turnover are those of the Chinese classes of industrial enterprises (工信部联企业〔2011〕300 号): who is of a class meets both.
DEFAULTS: Final[Mapping[str, float]] = {
    "grade.employees_middle": 300,
    "grade.employees_high": 1_000,
    "grade.turnover_middle": 20_000_000,
    "grade.turnover_high": 400_000_000,
    "grade.volume_middle": 100_000,  # [j]
    "grade.volume_high": 1_000_000,  # [j]
}
MOST_SOURCE: Final = 60

_NOT_OF_KIND = gettext_noop("This is not noted of such a customer.")
_BEYOND = gettext_noop("Employees from 1 to 10,000,000, a turnover of 0 or more, a credit grade from 1 to 3.")
_FUTURE = gettext_noop("This day is in the future.")
_NO_SOURCE = gettext_noop("Say who told it, or where it stands.")


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where grade 2 and grade 3 begin; money in minor units."""

    employees: tuple[int, int]
    turnover: tuple[int, int]
    volume: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an organisation stands; 0 where it is not known."""

    scale: Grade
    volume: Grade
    credit: Grade

    @property
    def code(self) -> str:
        """Three digits, as lists are asked for it."""
        return f"{self.scale}{self.volume}{self.credit}"


def cuts_of(thresholds: Mapping[str, float], *, minor: int) -> Cuts:
    """The firm's cuts: the defaults with its overrides. minor: minor units of a whole one."""
    given = {**DEFAULTS, **{name: value for name, value in thresholds.items() if name in DEFAULTS}}

    def pair(name: str, times: int) -> tuple[int, int]:
        return round(given[f"grade.{name}_middle"] * times), round(given[f"grade.{name}_high"] * times)

    return Cuts(pair("employees", 1), pair("turnover", minor), pair("volume", minor))


def grade_of(amount: int | None, cut: tuple[int, int]) -> Grade:
    """1, 2 or 3; 0 where nothing is known. Whoever reaches the higher cut has reached the lower one as well."""
    return Grade.UNKNOWN if amount is None else Grade(1 + (amount >= min(cut)) + (amount >= max(cut)))


def cell_of(stated: Mapping[int, int], volume: int | None, cuts: Cuts) -> Cell:
    """The cell of what is declared (fact → amount) and of the volume with us. Scale by both measures where both are known: the
    lower counts.
    """
    known = [
        grade_of(stated[fact], cut)
        for fact, cut in ((Fact.EMPLOYEES, cuts.employees), (Fact.TURNOVER, cuts.turnover))
        if fact in stated
    ]
    return Cell(min(known, default=Grade.UNKNOWN), grade_of(volume, cuts.volume), Grade(stated.get(Fact.CREDIT, 0)))


def checked_facts(stated: Mapping[int, int], *, kind: int) -> dict[Fact, int]:
    """The facts as they may be kept of a kind of customer; of a flag the amount is 1. Raises Refused."""
    allowed = OF_KIND.get(kind, ())
    found: dict[Fact, int] = {}
    for key, amount in stated.items():
        if key not in allowed:
            raise Refused("declarations.not_of_kind", _NOT_OF_KIND)
        low, high = _BOUNDS.get(Fact(key), (1, 1))
        if not low <= amount <= high:
            raise Refused("declarations.beyond", _BEYOND)
        found[Fact(key)] = amount
    return found


def checked_source(source: str, told_on: date, *, today: date) -> str:
    """Who told it, in one line. Raises Refused."""
    if not source or len(source) > MOST_SOURCE:
        raise Refused("declarations.no_source", _NO_SOURCE)
    if told_on > today:
        raise Refused("declarations.in_future", _FUTURE)
    return source
