"""What the many said and were told: contacts by what each uses, consents, a line or two on the card, what is owed. By seed."""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from guanxi.project.demonstration import english
from guanxi.project.demonstration.cast.story import Agreed, Like, Story, Talk, ago
from guanxi.project.demonstration.farewells import farewells
from guanxi.project.demonstration.population import Lives
from guanxi.project.demonstration.sentences import FOLLOWED, NOT_REACHED, OWED, SENTENCES, Sentence, filled
from guanxi.project.demonstration.staffing import ENGLISH_WRITERS, MANAGERS, POSTS, STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField
from guanxi.record.customers.services import NewCustomer

_IN, _OUT = Direction.IN, Direction.OUT
_LIKES = (
    (PreferenceField.CONTACT, ("晚上七点以后再打", "先发微信", "只打手机", "上午不方便接电话", "周末不要联系")),
    (PreferenceField.MATTERS, ("到店不想等", "怕麻烦，一次办完", "要开发票", "喜欢当面谈", "价格要先说清")),
    (PreferenceField.BREAKFAST, ("喝龙井", "喝普洱", "不喝咖啡", "喝柠檬水", "喝单丛")),
    (PreferenceField.TOPICS, ("篮球", "孩子学琴", "自驾", "养花", "粤剧", "登山", "老房翻新")),
    (PreferenceField.CHARACTER, ("直爽", "细心，会逐条看", "话少", "热情", "做事快")),
)
_OWED_DAYS = 9  # what is owed was said fewer days ago
_SERVICE = {post.house: post.reference for post in POSTS if post.role == "service"}
_HOUSE_OF = {post.reference: post.house for post in POSTS}


def talking(random: np.random.Generator, rows: Sequence[NewCustomer], lives: Lives, today: dt.date) -> Story:
    """Contacts, consents and preferences of the many; rows in the order of lives, each with its owner."""
    story = Story()
    for manager in MANAGERS:
        theirs = [row.reference for number, row in enumerate(rows) if row.owner == manager and lives.is_quiet[number]]
        _owed(random, story, manager, theirs, today)
    waiting = {talk.customer for talk in story.talks}
    for number, row in enumerate(rows):
        known = (today - (row.created_on or today)).days
        # a later contact would settle what is owed
        latest = max(_OWED_DAYS if row.reference in waiting else 1, _days_of(lives) - int(lives.end[number]))
        story.talks += _talks(random, (number, row), lives, (latest, min(known, 1_080)), today)
        _consents(random, story, row.reference, known)
        if random.random() < 0.35 and not lives.taxi[number]:
            _likes(random, story, row, known)
    story.talks += farewells(random.spawn(1)[0], rows, lives, today)
    return story


def _days_of(lives: Lives) -> int:
    """How many days the lives cover."""
    return int(lives.end.max())


def _talks(
    random: np.random.Generator, who: tuple[int, NewCustomer], lives: Lives, span: tuple[int, int], today: dt.date
) -> Iterator[Talk]:
    """A few contacts between so many days ago (span); what was to follow has followed."""
    number, row = who
    latest, earliest = span
    if earliest - latest < 20:
        return
    said = english.SENTENCES if _in_english(row) else SENTENCES
    used = [name for name in said if name != "any" and getattr(lives, name)[number]] + ["any"]
    if _in_english(row) and lives.is_organisation[number]:
        used = list(english.OF_FIRMS)
    count = 1 + int(random.poisson(1.3))
    for days in sorted(random.integers(latest + 1, earliest, count).tolist(), reverse=True):
        forms = said[used[int(random.integers(len(used)))]]
        sentence = forms[int(random.integers(len(forms)))]
        yield _talk(random, row, sentence, ago(today, days), today)
        if sentence[0] == _IN and days - latest > 14 and random.random() < 0.2:
            answers = english.FOLLOWED if _in_english(row) else FOLLOWED
            words = answers[int(random.integers(len(answers)))]
            on = ago(today, days - int(random.integers(1, 9)))
            yield _talk(random, row, (_OUT, Channel.CALL, words), on, today)


def _in_english(row: NewCustomer) -> bool:
    """Whether notes on a customer are in English: so are those on foreigners, and those of who writes English."""
    return row.language == "en" or row.owner in ENGLISH_WRITERS


def _talk(random: np.random.Generator, row: NewCustomer, sentence: Sentence, on: dt.date, today: dt.date) -> Talk:
    direction, channel, words = sentence
    house = _HOUSE_OF.get(row.owner, 0)
    colleague = row.owner if direction == _OUT and row.owner else _SERVICE[house]
    outcome = Outcome.NO_ANSWER if words.startswith((NOT_REACHED, english.NOT_REACHED)) else Outcome.REACHED
    return Talk(
        row.reference, (today - on).days, channel, direction, filled(random, words, on.month), outcome,
        colleague=colleague, minute=int(random.integers(540, 1_080)),
    )  # fmt: skip


def _owed(random: np.random.Generator, story: Story, manager: str, customers: Sequence[str], today: dt.date) -> None:
    """What a manager owes: the one of the stories four things by today and two soon, the others one to three and one."""
    now, soon = (4, 2) if manager == STORIES_OWNER else (int(random.integers(1, 4)), 1)
    chosen = list(customers)[-(now + soon) :]
    for place, reference in enumerate(chosen):
        owed = english.OWED if manager in ENGLISH_WRITERS else OWED
        direction, channel, words, outcome = owed[int(random.integers(len(owed)))]
        due = _working_day(today, -place % 4 if place < now else place - now + 1, back=place < now)
        days = int(random.integers(5, _OWED_DAYS))
        story.talks.append(
            Talk(
                reference,
                days,
                channel,
                direction,
                filled(random, words, today.month),
                outcome,
                (due - today).days,
                manager,
                700 + place,
            )
        )


def _working_day(today: dt.date, days: int, *, back: bool) -> dt.date:
    """A working day so many days from today, the one before it (back) or after it where that is a weekend."""
    day = today + dt.timedelta(days=-days if back else days)
    while day.weekday() > 4:
        day += dt.timedelta(days=-1 if back else 1)
    return day


def _consents(random: np.random.Generator, story: Story, reference: str, known: int) -> None:
    """What most people say when they become customers; one in ten takes the text messages back."""
    days = max(1, known - 1)
    if random.random() < 0.8:
        story.agreed.append(Agreed(reference, Purpose.PROFILING, Channel.UNKNOWN, ConsentStatus.GRANTED, days))
    for channel, share in ((Channel.CALL, 0.62), (Channel.SMS, 0.7), (Channel.POST, 0.35), (Channel.WECHAT, 0.3)):
        chance = random.random()
        if chance < share:
            story.agreed.append(Agreed(reference, Purpose.MARKETING, channel, ConsentStatus.GRANTED, days))
        elif chance > 0.93:
            story.agreed.append(Agreed(reference, Purpose.MARKETING, channel, ConsentStatus.DENIED, days))
    if random.random() < 0.1 and days > 60:
        said = Agreed(
            reference,
            Purpose.MARKETING,
            Channel.SMS,
            ConsentStatus.WITHDRAWN,
            int(random.integers(3, days)),
            "电话",
            "通话记录",
        )
        story.agreed.append(said)


def _likes(random: np.random.Generator, story: Story, row: NewCustomer, known: int) -> None:
    likes = english.LIKES if _in_english(row) else _LIKES
    for place in random.choice(len(_LIKES), int(random.integers(1, 4)), replace=False).tolist():
        field, words = likes[place]
        days = int(random.integers(1, max(2, min(known, 900))))
        story.likes.append(Like(row.reference, field, words[int(random.integers(len(words)))], days))
