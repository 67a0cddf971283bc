"""What comes of each threshold, in a sentence for the page on which it is set. By the names of insight.thresholds."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEANINGS: Mapping[str, str | Promise] = {
    "value.basis": _("By it tiers are cut and lists are ordered. Tiers are drawn anew when it changes."),
    "value.on_balances": _("Of deposits and of loans, after what the money costs us. Only where contribution counts."),
    "value.contact": _(
        "Taken off for each call, visit or message of ours in the year. Only where contribution counts."
    ),
    "grade.employees_middle": _("Counts at once. Where turnover is known as well, both must be reached."),
    "grade.employees_high": _("Counts at once. Where turnover is known as well, both must be reached."),
    "grade.turnover_middle": _("Counts at once. Where the employees are known as well, both must be reached."),
    "grade.turnover_high": _("Counts at once. Where the employees are known as well, both must be reached."),
    "grade.volume_middle": _("Counts at once: dealings of 365 days and the mean of the balances."),
    "grade.volume_high": _("Counts at once: dealings of 365 days and the mean of the balances."),
    "tiers.share_a": _("A is called first: its alarms are due soonest, its customers lead every list."),
    "tiers.share_c": _("C waits longest. Everybody between A and C is B."),
    "tiers.share_vip": _("A mark beside the tier; it changes no list."),
    "tiers.further": _("Keeps customers close to a line from going back and forth; of 100 customers."),
    "tiers.runs": _("One: whoever is beyond the line at the end of a month leaves at once."),
    "tiers.newcomer_days": _(
        "From the first purchase on; meanwhile what is expected of the next year counts as value."
    ),
    "spend_drop.min_cycles": _("Fewer months say nothing about what is usual for somebody."),
    "spend_drop.min_usual": _("Who spends less in a usual month is not watched for falls."),
    "spend_drop.watch_drop": _("A smaller fall is not mentioned at all."),
    "spend_drop.watch_z": _("The usual swing is by how much the months of this customer differ from each other."),
    "spend_drop.alarm_drop": _("From here on somebody should call."),
    "spend_drop.alarm_z": _("Further from zero: fewer alarms, and later ones."),
    "spend_drop.alarm_stake": _("Less money missing stays with watching."),
    "spend_drop.clear_z": _("When the month is no further below the usual, the signal ends."),
    "spend_drop.within_drop": _("So that the best customers are called before the month has closed."),
    "spend_drop.within_z": _("Looking daily finds chance more often than looking monthly: stay well away from zero."),
    "spend_drop.within_days": _("Fewer days: earlier alarms, and more of them by chance."),
    "spend_drop.incident_shift": _(
        "A holiday or a broken delivery of data moves everybody; nobody is alarmed for that."
    ),
    "inactivity.gaps": _("Older visits no longer count for how often somebody comes."),
    "inactivity.own_gaps": _("Until then the rhythm of similar customers helps out."),
    "inactivity.budget": _("Smaller: fewer alarms, and later ones."),
    "inactivity.alarm_cap": _("No alarm while an absence as long as this would be nothing unusual."),
    "inactivity.lapse_days": _("Both this and the usual gaps must have passed."),
    "inactivity.lapse_gaps": _("Who comes once a week is missed sooner than who comes once a season."),
    "inactivity.lapse_unknown": _("For customers who came only once."),
    "inactivity.returned_days": _("So long it is shown that somebody is back."),
    "inactivity.season_first": _("For trades that close for a part of the year: heating, tyres, tuition."),
    "inactivity.season_last": _("While it is closed, nobody’s absence grows longer."),
    "promise_broken.days": _("An older one no longer makes the next one worse."),
    "promise_broken.alarm": _("The first is watched; from this one on somebody should make it good."),
    "service_friction.days": _("Nobody answered, asked again without an answer, not reached: each day once."),
    "service_friction.long_days": _("What follows within it belongs to one trouble."),
    "service_friction.watch": _(
        "At least one of them must be the customer’s: that we reached nobody is none by itself."
    ),
    "service_friction.alarm": _("From here on somebody should ask what went wrong."),
    "service_friction.long_alarm": _("So that a slow trouble is seen too."),
    "service_friction.again_days": _("Who comes back later may have a new question."),
    "new_home.months": _("A move into older homes says only that somebody moved."),
    "new_home.chance": _("From 80% on offers may count on it; it stays a supposition until somebody confirms it."),
    "car_need.kilometres": _("Measured from the declared address, never from a device."),
    "car_need.chance": _("It stays a supposition until somebody confirms it."),
    "credit_downshift.drop": _("A smaller fall opens no case, whatever the places."),
    "credit_downshift.z": _("Further from zero: fewer cases."),
    "credit_downshift.purchases": _("Fewer say nothing about where somebody buys; then it stays with the fall."),
    "credit_downshift.chance": _("Smaller: surer, and fewer cases. A person decides each of them."),
    "decisions.raise_least": _("Who bought for less in one month gets no case about a higher limit."),
    "abuse_review.days": _("Older claims and orders do not count."),
    "abuse_review.claims": _("Fewer are nothing unusual: goods come broken, sizes do not fit."),
    "abuse_review.share": _("Who orders much also returns more; only nearly all of it is put before a person."),
    "savings.months": _("Counted from the last large expense."),
    "savings.growth": _("Less is kept for a rainy day."),
    "savings.outflow": _("So much in a month, or spent in a day, begins the count again."),
    "balance_runoff.drop": _("Against the middle of the twelve months before; a second month confirms it."),
    "balance_runoff.least": _("Less money leaving is not mentioned."),
    "first_income.months": _("One payment is not yet an income."),
    "first_income.told": _("Later it is no news."),
    "decisions.capacity": _("What is most urgent and worth most comes onto the list; the rest waits."),
    "decisions.capacity_pool": _("Customers whom nobody looks after yet, for the team together."),
    "decisions.due_days_a": _("Also what the page of insight counts as too late."),
    "decisions.due_days_b": _("Also what the page of insight counts as too late."),
    "decisions.due_days_c": _("Weekends and days off are not counted."),
    "decisions.rest_days": _("Nobody is proposed again before, but for what was promised."),
    "decisions.lapsed_days": _("After that it is a matter of winning back, not of a call today."),
    "decisions.owed_ahead_days": _("So they are kept before they are late."),
    "decisions.renewal_days": _("Early enough to compare and to decide in peace."),
    "decisions.renewal_chance": _("By it the money of a renewal is weighed against that of an alarm."),
    "decisions.leaving_days": _(
        "After a contact in which it was noted. Weights may lift what keeps him, and all he brings in a year is at stake."
    ),
    "decisions.refused_days": _("By the way on which he said no. A weight may hold back what would go that way again."),
    "decisions.touch_share": _(
        "So that everybody in the middle hears of us once a quarter, and the day stays free for the rest."
    ),
}
