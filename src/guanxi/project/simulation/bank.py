"""Synthetic accounts and incomes: deposits around an own level with seasons and dips that pass, of whom some save, buy a home or
take their money elsewhere; salaries that begin, come late or are moved to us. No detector is asked how it judges them.
"""

from dataclasses import dataclass, field

import numpy as np

LEFT, BOUGHT, DIPPED, SEASON, INVEST, HOME = "ran_off bought dipped season saves_to_invest saves_for_home".split()
FIRST_PAY, MOVED_PAY, SUMMER = "first_salary salary_moved summer_job".split()
_NEVER = 10**6
_MONTH = 30.4375


@dataclass(frozen=True)
class BankTerms:
    """What accounts, incomes and moves are drawn from; all by judgement [j], rates a month."""

    leave_rate: float = 0.005
    leave_days: float = 120  # until the money is gone, at most
    stays: tuple[float, float] = (0.02, 0.30)  # of the money of who leaves
    closes: float = 0.4  # of who leave close their account
    buy_rate: float = 0.002
    dip_rate: float = 0.006
    dipped_to: tuple[float, float] = (0.2, 0.7)
    seasonal: float = 0.08  # of the customers have a season of their own, every year
    season_to: tuple[float, float] = (0.25, 0.7)
    spring: float = 0.25  # what is spent before the spring festival, at most
    level: float = 40_000
    level_spread: float = 0.9
    month_spread: tuple[float, float] = (0.04, 0.25)
    saver: float = 0.12  # of the customers begin to save at some time; of them so many to invest, the others for a home
    to_invest: float = 0.5
    step: float = 6_000  # saved a month, in the middle
    spends_rate: float = 0.012  # of the months of a saver: something large is paid between
    paid_here: float = 0.55
    pay: float = 7_000
    late_rate: float = 0.01  # of the salaries come in the next month
    moved_rate: float = 0.002  # of those of age whose salary goes elsewhere
    summer: float = 0.3  # of the summers of who has no work yet
    move_rate: float = 0.008
    quiet_months: int = 13  # at the beginning, in which nobody leaves


@dataclass
class Told:
    """What truly happened, gathered: customer, kind, day and until (from the first day), share."""

    rows: list[tuple[np.ndarray, str, np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def tell(self, kind: str, who: np.ndarray, day: np.ndarray, until: object = _NEVER, share: object = 0.0) -> None:
        """Note one kind of many customers; `until` and `share` are one for all, or one each."""
        shape = np.shape(who)
        self.rows.append(
            (
                who,
                kind,
                np.asarray(day),
                np.broadcast_to(np.asarray(until), shape),
                np.broadcast_to(np.asarray(share), shape),
            )
        )


@dataclass(frozen=True)
class Deposits:
    """Money (分) at the end of each month, customers × months: on demand, and tied; the day of closing (_NEVER)."""

    demand: np.ndarray
    term: np.ndarray
    closed: np.ndarray


def draw_deposits(
    random: np.random.Generator, count: int, begins: np.ndarray, first_day: np.datetime64, terms: BankTerms, told: Told
) -> Deposits:
    """The deposits of `count` customers at the ends of the months that begin on `begins`."""
    ends = begins[1:]
    level = random.lognormal(np.log(terms.level), terms.level_spread, count)
    share = _wandering(random, count, len(ends), terms) * _seasons(random, count, begins, first_day, terms, told)
    share *= _dips(random, count, begins, terms, told)
    saved, spent_on = _savings(random, count, begins, terms, told)
    bought = np.minimum(_day_of(random, count, terms.buy_rate), spent_on)
    some = np.flatnonzero(bought < begins[-1])
    stays = random.uniform(0.1, 0.4, count)
    told.tell(BOUGHT, some, bought[some], share=stays[some])
    after = ends[None, :] > bought[:, None]
    total = level[:, None] * share * np.where(after, stays[:, None], 1.0) + saved * np.where(
        after & (spent_on < _NEVER)[:, None], 0.05, 1.0
    )
    gone, left, closed = _leaving(random, count, begins, terms, told)
    total *= gone
    term = np.minimum(np.floor(0.7 * saved / 50_000) * 50_000, np.floor(total / 50_000) * 50_000) * (
        left[:, None] >= ends
    )
    return Deposits(np.round(100 * (total - term)).astype(np.int64), np.round(100 * term).astype(np.int64), closed)


def draw_pay(
    random: np.random.Generator,
    born: np.ndarray,
    begins: np.ndarray,
    first_day: np.datetime64,
    terms: BankTerms,
    told: Told,
) -> np.ndarray:
    """Salaries (分; 0: none) by month, customers × months. born: from the first day, so mostly negative."""
    count, starts = len(born), begins[:-1]
    here = random.random(count) < terms.paid_here
    work = (born + random.uniform(18.2, 24.5, count) * 365.25).astype(np.int64)
    moves = _day_of(random, count, terms.moved_rate)
    begin = np.where(here, work, np.maximum(work + 180, moves))
    first = np.flatnonzero(here & (begin >= 0) & (begin < begins[-1]))
    told.tell(FIRST_PAY, first, begin[first])
    moved = np.flatnonzero(~here & (begin >= 0) & (begin < begins[-1]))
    told.tell(MOVED_PAY, moved, begin[moved])
    paid = (starts[None, :] >= begin[:, None] - 15).astype(float)
    late = np.flatnonzero(random.random(count * len(starts)) < terms.late_rate)
    who, month = np.divmod(late, len(starts))
    inside = month + 1 < len(starts)
    paid[who[inside], month[inside] + 1] += paid[who[inside], month[inside]]
    paid[who, month] = 0
    paid += _summers(random, born, work, (begins, first_day), terms, told)
    amount = random.lognormal(np.log(terms.pay), 0.4, count)[:, None] * random.lognormal(0, 0.06, paid.shape)
    return np.round(100 * paid * amount).astype(np.int64)


def _summers(
    random: np.random.Generator,
    born: np.ndarray,
    work: np.ndarray,
    when: tuple[np.ndarray, np.datetime64],
    terms: BankTerms,
    told: Told,
) -> np.ndarray:
    """Two months of pay (of seven some three) in summers between the seventeenth birthday and the first work."""
    begins, first_day = when
    starts = begins[:-1]
    july = np.flatnonzero((first_day + starts).astype("datetime64[M]").astype(int) % 12 == 6)
    paid = np.zeros((len(born), len(starts)))
    for at in july.tolist():
        is_free = (starts[at] >= born + 17 * 365.25) & (starts[at] + 100 < work)
        who = np.flatnonzero(is_free & (random.random(len(born)) < terms.summer))
        long = random.random(len(who)) < 1 / 7
        told.tell(SUMMER, who, np.full(len(who), starts[at]), starts[at] + 62 + 30 * long)
        for month, some in ((at, who), (at + 1, who), (at + 2, who[long])):
            if month < len(starts):
                paid[some, month] = 0.4
    return paid


def _day_of(random: np.random.Generator, count: int, rate: float) -> np.ndarray:
    return random.exponential(_MONTH / rate, count).astype(np.int64)


def _wandering(random: np.random.Generator, count: int, months: int, terms: BankTerms) -> np.ndarray:
    """A level of one that wanders and comes back: of each month .7 of the one before."""
    spread = random.uniform(*terms.month_spread, count)
    state, rows = random.standard_normal(count), []
    for _ in range(months):
        state = 0.7 * state + np.sqrt(1 - 0.49) * random.standard_normal(count)
        rows.append(np.exp(spread * state))
    return np.stack(rows, axis=1)


def _seasons(
    random: np.random.Generator, count: int, begins: np.ndarray, first_day: np.datetime64, terms: BankTerms, told: Told
) -> np.ndarray:
    """The spring festival of all, and of some a season of their own: two or three months of every year."""
    calendar = (first_day + begins[:-1]).astype("datetime64[M]").astype(int) % 12
    share = 1 - random.uniform(0, terms.spring, count)[:, None] * np.isin(calendar, (0, 1))
    own = random.random(count) < terms.seasonal
    month, length = random.integers(0, 12, count), random.integers(2, 4, count)
    depth = random.uniform(*terms.season_to, count)
    inside = own[:, None] & ((calendar[None, :] - month[:, None]) % 12 < length[:, None])
    who, at = np.nonzero(inside)
    told.tell(SEASON, who, begins[at], begins[at + 1], depth[who])
    return np.where(inside, depth[:, None], share)


def _dips(random: np.random.Generator, count: int, begins: np.ndarray, terms: BankTerms, told: Told) -> np.ndarray:
    """Money that was needed for a month to three and comes back."""
    months = len(begins) - 1
    share = np.ones((count, months))
    who, at = np.nonzero(random.random((count, months)) < terms.dip_rate)
    until = np.minimum(at + random.integers(1, 4, len(at)), months)
    depth = random.uniform(*terms.dipped_to, len(at))
    told.tell(DIPPED, who, begins[at], begins[until], depth)
    for later in range(3):
        some = at + later < until
        share[who[some], at[some] + later] = depth[some]
    return share


def _savings(
    random: np.random.Generator, count: int, begins: np.ndarray, terms: BankTerms, told: Told
) -> tuple[np.ndarray, np.ndarray]:
    """What savers have laid by at the end of each month, and the day on which it was spent on a home (_NEVER)."""
    ends = begins[1:]
    begin = np.where(random.random(count) < terms.saver, random.integers(0, begins[-1], count), _NEVER)
    invests = random.random(count) < terms.to_invest
    spent_on = np.where(invests | (begin == _NEVER), _NEVER, begin + random.uniform(18, 48, count) * _MONTH).astype(
        np.int64
    )
    step = random.lognormal(np.log(terms.step), 0.5, count)
    for kind, some in ((INVEST, invests), (HOME, ~invests)):
        who = np.flatnonzero(some & (begin < begins[-1]))
        told.tell(kind, who, begin[who], np.minimum(spent_on[who], begins[-1]))
    months = np.clip((ends[None, :] - begin[:, None]) / _MONTH, 0, None)
    added = step[:, None] * np.diff(months, axis=1, prepend=0.0) * random.uniform(0.6, 1.4, months.shape)
    paid = (random.random(months.shape) < terms.spends_rate) & (months > 0)
    saved = np.cumsum(added, axis=1)
    out = np.cumsum(np.where(paid, random.uniform(20_000, 60_000, months.shape), 0.0), axis=1)
    return np.maximum(0.0, saved - out), spent_on


def _leaving(
    random: np.random.Generator, count: int, begins: np.ndarray, terms: BankTerms, told: Told
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The share of the money that is still here at the end of each month; the day of leaving, and of closing (_NEVER)."""
    left = begins[min(terms.quiet_months, len(begins) - 1)] + _day_of(random, count, terms.leave_rate)
    length = 1 + (random.random(count) * terms.leave_days).astype(np.int64)
    closes = random.random(count) < terms.closes
    stays = np.where(closes, 0.0, random.uniform(*terms.stays, count))
    who = np.flatnonzero(left < begins[-1])
    told.tell(LEFT, who, left[who], left[who] + length[who], stays[who])
    gone = np.clip((begins[1:][None, :] - left[:, None]) / length[:, None], 0, 1) * (1 - stays[:, None])
    closed = np.where(closes & (left + length < begins[-1]), left + length, _NEVER)
    return 1 - gone, left, closed
