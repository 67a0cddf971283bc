"""What is said in English: to foreigners, and by the colleagues who write their notes in English. By what is used."""

from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField

_IN, _OUT = Direction.IN, Direction.OUT
Sentence = tuple[Direction, Channel, str]
NOT_REACHED = "No answer"

SENTENCES: dict[str, tuple[Sentence, ...]] = {
    "card": (
        (_IN, Channel.CALL, "Asked why a payment of {n} was taken twice; it was a hold, released within two days."),
        (_IN, Channel.APP, "Moved the statement date to the {d}th; done."),
        (_OUT, Channel.CALL, "{few} more payments and the annual fee is waived; will use the card in {resort}."),
        (
            _IN,
            Channel.EMAIL,
            "Card was declined in {resort}; the limit for single payments was too low, raised at once.",
        ),
        (_IN, Channel.BRANCH, "Ordered a second card for the spouse; brings the passport next time."),
    ),
    "shop": (
        (_IN, Channel.EMAIL, "Wants {d} of the {present} as gifts for visitors; asked whether we wrap them."),
        (_IN, Channel.BRANCH, "Exchanged a {present} with a crack; replaced the same day."),
        (_OUT, Channel.SMS, "The {present} has come in; will be fetched at the weekend."),
    ),
    "car": (
        (_IN, Channel.CALL, "Car due for its inspection; booked for the {d}th in the morning."),
        (_IN, Channel.VISIT, "While waiting talked about {hobby}; would like the same mechanic each time."),
        (_OUT, Channel.CALL, "The tyres are getting thin; decides at the end of the month."),
        (_IN, Channel.CALL, "Drives to {resort} next month and wants the car looked over before."),
    ),
    "policy": (
        (_IN, Channel.EMAIL, "Wanted the policy wording in English; sent the same day."),
        (_IN, Channel.CALL, "Scratched the car in a car park; claim of {n}, paid within {few} days."),
        (_OUT, Channel.VISIT, "Went through the cover line by line; wants to think about the excess."),
        (
            _IN,
            Channel.CALL,
            "Before the trip to {resort}: does the travel cover pay for late luggage? Went through it.",
        ),
    ),
    "bank": (
        (_IN, Channel.BRANCH, "Came in about a transfer abroad; prefers to be served in English."),
        (_IN, Channel.CALL, "Asked when the rate is set anew; on the first of January."),
        (_OUT, Channel.CALL, "The monthly plan could not be paid; topped up the account the same day."),
        (_IN, Channel.BRANCH, "Needs {few} statements of assets for a visa; printed and stamped."),
    ),
    "taxi": (
        (_IN, Channel.WECHAT, "Booked a car to the airport at half past six on the {d}th, {few} suitcases."),
        (_IN, Channel.CALL, "Says the early arrival made for a calm start; books all long trips with us."),
    ),
    "is_organisation": (
        (
            _IN,
            Channel.EMAIL,
            "Asked for our terms on foreign-currency settlement; the comparison went out the same afternoon.",
        ),
        (
            _OUT,
            Channel.VISIT,
            "Sat with the finance director for {m} minutes: payroll runs well, the cards are wanted for travel next.",
        ),
        (_IN, Channel.CALL, "Two new colleagues join the payroll on the {d}th; forms sent by e-mail."),
        (_OUT, Channel.EMAIL, "Sent the minutes of our meeting and the two open points with their dates."),
        (_IN, Channel.CALL, "An order of {d} of the {present} for the company’s anniversary; needs them engraved."),
        (_OUT, Channel.CALL, "Asked how the new settlement works; faster, one report less a week."),
    ),
    "any": (
        (_OUT, Channel.EMAIL, "Sent the summary of the year in English, as asked."),
        (_OUT, Channel.VISIT, "Talked for {m} minutes; the family may stay another two years."),
        (_OUT, Channel.CALL, "Called before {holiday}; away until the new month."),
        (_OUT, Channel.CALL, "Asked how it went last time; content, and spoke of {hobby}."),
        (_IN, Channel.BRANCH, "Waited {few} minutes; said it was quicker than before."),
        (_OUT, Channel.POST, "Sent a card for {holiday}, written by hand."),
        (_OUT, Channel.CALL, NOT_REACHED + "; left a message saying what it is about."),
    ),
}
OF_FIRMS = ("is_organisation",)  # what is said to firms, who have no family
FOLLOWED = (
    "Called back as agreed; settled.",
    "Rang to say that the money has arrived; confirmed.",
    "Answered in writing on the day we had named; content.",
)
OWED: tuple[tuple[Direction, Channel, str, Outcome], ...] = (
    (_IN, Channel.CALL, "Wants a price for {d} of the {present}; promised within two days.", Outcome.PROMISED),
    (_IN, Channel.EMAIL, "Asks which papers the claim still lacks; promised an answer.", Outcome.PROMISED),
    (_OUT, Channel.CALL, "In a meeting; agreed to ring again.", Outcome.REACHED),
    (_OUT, Channel.VISIT, "Wants both ways of financing written out side by side; promised.", Outcome.PROMISED),
    (_IN, Channel.BRANCH, "Needs the statement of {h} months; the back office prepares it.", Outcome.PROMISED),
)
LIKES = (
    (PreferenceField.CONTACT, ("after seven in the evening", "by e-mail first", "mobile only", "not in the morning")),
    (PreferenceField.MATTERS, ("everything in English", "no queueing", "all in one visit", "the price first")),
    (PreferenceField.BREAKFAST, ("black coffee", "green tea", "no coffee", "oolong")),
    (PreferenceField.TOPICS, ("running", "the children’s school", "hiking", "cricket", "cooking")),
    (PreferenceField.CHARACTER, ("direct", "reads every line", "few words", "warm", "quick")),
)
LISTS = {
    "present": "tea set|bedside lamp|vacuum flask|nut gift box|silk scarf|scented candle|notebook".split("|"),
    "resort": "Guilin|Hong Kong|Xiamen|Macau|Bangkok|Sanya|Chengdu".split("|"),
    "hobby": "badminton|fishing|photography|hiking|football|Cantonese food".split("|"),
}
_HOLIDAYS = {
    1: "Chinese New Year",
    2: "Chinese New Year",
    4: "Labour Day",
    6: "the Dragon Boat Festival",
    9: "the Mid-Autumn Festival",
    10: "the National Day",
    12: "the New Year",
}


def holiday(month: int) -> str:
    """The feast that is near in a month; in the others it is the summer."""
    return _HOLIDAYS.get(month, "the summer break")
