"""Every threshold of the detectors by name, with its default and source; a firm overrides them by these names.

Source: decisioning.md 4.5 to 4.7; [j] marks start values set by judgement. Money in whole units of the firm's currency.
"""

from collections.abc import Mapping

DEFAULTS: dict[str, float] = {
    # spend drop, 4.5
    "spend_drop.min_cycles": 6,  # closed cycles needed, of at most 12
    "spend_drop.min_usual": 1_000,  # median spend a cycle
    "spend_drop.offset": 50,  # c = max(offset, offset_share × median) keeps the logarithm of little spend calm
    "spend_drop.offset_share": 0.05,
    "spend_drop.spread_floor": 0.20,
    "spend_drop.spread_weight": 6,  # the segment's spread counts as this many cycles
    "spend_drop.spread_default": 0.30,  # [j] where neither segment nor firm has enough customers
    "spend_drop.watch_z": -2.0,
    "spend_drop.watch_drop": 0.40,
    "spend_drop.alarm_z": -3.0,
    "spend_drop.alarm_drop": 0.50,
    "spend_drop.alarm_stake": 500,
    "spend_drop.clear_z": -1.0,
    "spend_drop.incident_shift": 0.30,  # |g| beyond it: one incident, no alarms
    "spend_drop.season_from": 0.10,  # [j] no month of a segment departs as much: it has no season
    "spend_drop.within_z": -4.0,  # within the cycle, tier A alone
    "spend_drop.within_drop": 0.70,
    "spend_drop.within_days": 5,  # so long it must be held
    "spend_drop.replay": 7,  # [j] cycles looked back for the beginning of an episode
    # inactivity, 4.6
    "inactivity.gaps": 24,
    "inactivity.own_gaps": 4,  # fewer: the segment's spread
    "inactivity.budget": 0.05,  # false alarms a customer-year
    "inactivity.alarm_cap": 0.05,
    "inactivity.lapse_days": 180,
    "inactivity.lapse_gaps": 6,
    "inactivity.lapse_unknown": 365,  # [j] one visit only, in a firm too small to compare with
    "inactivity.cv2_default": 0.25,  # [j] where neither segment nor firm has enough customers
    "inactivity.returned_days": 120,  # [j] how long a return is stated, for a refresh that runs late
    "inactivity.season_first": 0,  # months of the year, 0: open all the year
    "inactivity.season_last": 0,
    # credit downshift, 4.7
    "credit_downshift.z": -3.0,
    "credit_downshift.drop": 0.50,
    "credit_downshift.index_fall": 0.50,
    "credit_downshift.divergence": 0.10,
    "credit_downshift.purchases": 8,  # recent ones, and as many before
    "credit_downshift.chance": 0.01,
    "credit_downshift.same_index": 0.25,  # a smaller fall with a smaller divergence: the mix is unchanged
    "credit_downshift.same_divergence": 0.05,
    "credit_downshift.base_cycles": 12,
    "credit_downshift.recent_cycles": 3,
    "credit_downshift.tier_tickets": 5,  # [j] tickets of a product from which its middle ticket is known
    "credit_downshift.tier_products": 6,  # [j] products of a category and city from which terciles are drawn
    # promises broken and trouble with our service: all [j], the book has none
    "promise_broken.days": 90,
    "promise_broken.alarm": 2,  # so many in those days; the first is only watched
    "service_friction.days": 30,
    "service_friction.long_days": 90,
    "service_friction.watch": 2,  # troubles in the shorter window
    "service_friction.alarm": 3,
    "service_friction.long_alarm": 4,  # troubles in the longer window
    "service_friction.again_days": 7,  # who comes again within them without an answer had to ask twice
    # refunds on nearly every order, RSK-06 [j]: the book's example is 6 on 7
    "abuse_review.days": 60,
    "abuse_review.claims": 6,
    "abuse_review.share": 0.80,  # claims of the orders
    # savings pile up, LEV-08
    "savings.months": 24,  # since the last big outflow
    "savings.outflow": 20_000,
    "savings.growth": 100_000,  # [j]
    "savings.chance": 0.50,  # [j] that an interest in more than saving stands behind it
    # money leaves the accounts [j]
    "balance_runoff.drop": 0.50,
    "balance_runoff.least": 20_000,
    "balance_runoff.known": 6,  # months needed of the twelve before
    # first regular income, LEV-11
    "first_income.months": 3,
    "first_income.age": 18,
    "first_income.told": 12,  # [j] months after which it is no news
    "first_income.chance": 0.50,  # [j]
    # all
    "detectors.segment_customers": 30,  # [j] fewer say nothing about a segment
    "detectors.volume_customers": 100,  # [j] regular customers needed to judge whether a month's feed is whole
    "detectors.volume_share": 0.90,
    "detectors.busy_days": 50,  # [j] of 90 days with a feed: then a feed that stops is late, not quiet
    # P(real | state), 1.5, before people have judged any (running.real_sql)
    "real.watch": 0.08,
    "real.alarm": 0.23,
    "real.confirmed": 0.61,
    "real.lapsed": 0.61,
}


def settled(overrides: Mapping[str, float]) -> dict[str, float]:
    """The defaults with a firm's overrides; names of other rooms are left out."""
    return DEFAULTS | {name: float(value) for name, value in overrides.items() if name in DEFAULTS}
