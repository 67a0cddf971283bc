"""Everything that people or files can write, written with what a browser, a template or a format string might obey.

`COLUMNS` and `CLOSED` together name every text column there is (test_hostile.py goes through the models), so a new column
is poisoned too, or says why nobody can write into it.
"""

from collections.abc import Iterator
from itertools import count

from django.apps import apps
from django.db import models

MARK = "data-hostile"  # on every element that a payload would make
SUM = "111111111"  # what a template that is rendered twice makes of {{12345679*9}}
EVERYTHING = (
    f"'\"><img {MARK} src=x onerror=hostile(1)></title></textarea></script><b {MARK}>{{{{12345679*9}}}}{{x}}%(x)s%s"
)
PAYLOADS = (
    f'"><img {MARK} src=x onerror=hostile()>',
    f"<script {MARK}>hostile()</script>",
    f"'\"><svg {MARK} onload=hostile()>",
    f'" onfocus=hostile() autofocus {MARK}="',
    f"' onfocus=hostile() autofocus {MARK}='",
    "javascript:hostile()//",
    "{{12345679*9}}{%now 'Y'%}",
    "{x}{0.__class__}%(x)s%s%",
    f"</title></textarea><b {MARK}>",
    f"--></script><a {MARK} href=javascript:hostile()>",
    f"<i {MARK} hx-get=/x hx-trigger=load>",
    "<c-page :title='12345679*9'>",
    "长" * 200,
    "W" * 200,
    "a\u202egnp.exe\u200b",
    "\u2028\u2029<!--]]>&lt;b&#62;",
)

# What people and files write: "" plain texts, "unique" those of which no two are equal, the rest words within JSON.
COLUMNS: dict[str, dict[str, str]] = {
    "identity.Firm": {"name": ""},
    "identity.Team": {"name": ""},
    "identity.Staff": {"name": "", "title": "", "reference": ""},
    "identity.DayChange": {"name": ""},
    "jobs.Job": {"trouble": "", "key": "unique"},
    "jobs.Run": {"steps": "steps"},
    "outbox.Outgoing": {"key": "unique", "receipt": "", "trouble": ""},
    "bookmarks.SavedView": {"name": ""},
    "catalogue.Family": {"name": "", "reference": "unique"},
    "catalogue.Product": {"name": "", "reference": "unique"},
    "catalogue.Rival": {"name": "unique"},
    "catalogue.Estate": {"name": "unique", "city": "", "district": "", "source": "", "aliases": "list"},
    "customers.City": {"name": ""},
    "customers.Household": {"name": ""},
    "customers.Customer": {"name": "", "company": "", "source": "", "reference": ""},
    "customers.Identifier": {"label": "", "source": ""},
    "customers.Address": {"text": "", "city": "", "district": "", "source": ""},
    "customers.Relation": {"note": "", "source": ""},
    "customers.Group": {"name": ""},
    "customers.Preference": {"text": "", "source": ""},
    "customers.StageChange": {"cause": ""},
    "customers.MergeMove": {"old": "word", "new": "word"},
    "customers.Tombstone": {"basis": ""},
    "suppressions.Suppression": {"why": "", "end_why": ""},
    "consents.Consent": {"partner": "", "source": "", "evidence": "", "text_version": "", "language": ""},
    "conversations.Conversation": {
        "by_name": "", "summary": "", "usage": "", "needs": "", "news": "", "greetings": "", "reference": "",
    },
    "conversations.Attachment": {"name": ""},
    "declarations.Declaration": {"source": ""},
    "dealings.Dealing": {"category": "", "order_reference": "", "reference": "unique"},
    "holdings.Holding": {"reference": "unique", "attributes": "facts"},
    "holdings.Ending": {"ground": ""},
    "signals.Signal": {"note": ""},
    "actions.Action": {"answer": "", "offer": "", "reason_facts": "known facts"},
    "standing.Edition": {"name": "unique"},
    "offers.Offer": {
        "name_zh": "", "name_en": "", "words": "told", "list_rate": "", "campaign_rate": "", "partner": "", "remark": "", "releases": "released",
    },
    "offers.Treatment": {"wording_zh": "", "wording_en": ""},
    "offers.Rule": {"expression": ""},
    "offers.Promotion": {"name": "", "rules": "", "odds": ""},
    "policy.Lever": {"why": ""},
    "market.Effort": {"source": ""},
    "market.MarketSize": {"told_by": ""},
    "policy.ServicePlan": {"points": "", "served_by": ""},
    "credit.CreditCase": {"why": "", "contact": "", "appeal": "", "appeal_why": "", "end_why": ""},
    "credit.Notice": {"body": ""},
    "abuse.AbuseReview": {"found": "", "proposal": "", "why": "", "contact": "", "appeal": "", "appeal_why": ""},
    "abuse.ReviewNotice": {"body": ""},
    "winback.Loss": {"words": "", "rival": ""},
    "improvement.ImprovementCase": {"done": "", "result": ""},
    "policy.ContextWeight": {"why": ""},
    "imports.Import": {"file_name": "", "feed": "", "words": ""},
    "imports.ImportProblem": {"column": "", "words": "", "value": "", "params": "facts"},
    "imports.BeforeImage": {"old": "facts", "new": "facts"},
}  # fmt: skip

# What nobody writes freely, and why.
CODES = "a code or key that the program makes"
CHOICE = "one of a closed list"
SEALED = "encrypted, hashed or in normal form"
SHORT = "small letters, figures and _ only"
FIGURES = "figures and names that the program makes"
CLOSED: dict[str, dict[str, str]] = {
    "identity.Firm": {"currency": CHOICE, "zone": CHOICE, "language": CHOICE, "thresholds": FIGURES, "backtests": FIGURES},
    "identity.Team": {"code": CODES},
    "identity.Account": {
        "code": CODES, "password": SEALED, "email": "checked to be an address; shown nowhere but to its owner", "language": CHOICE, "zone": CHOICE,
        "theme": CHOICE, "density": CHOICE, "dates": CHOICE, "numbers": CHOICE, "money": CHOICE, "first_steps": FIGURES,
    },
    "identity.Staff": {"code": CODES, "name_key": SEALED, "role": CHOICE},
    "jobs.Job": {"name": CODES, "arguments": FIGURES, "worker": CODES, "result": FIGURES},
    "jobs.Lease": {"name": CODES, "holder": CODES},
    "jobs.Schedule": {"name": CODES},
    "jobs.Run": {"schedule": CODES},
    "outbox.Outgoing": {"channel": CODES, "claimed_by": CODES},
    "journal.Act": {"kind": CODES, "by_kind": CHOICE, "by_code": CODES, "noun_kind": CODES, "noun_code": CODES, "subject": CODES},
    "journal.SubjectKey": {"subject": CODES},
    "bookmarks.SavedView": {"code": CODES, "noun": CODES, "question": "written again from a question that was understood", "widths": FIGURES},
    "bookmarks.Habit": {"noun": CODES, "order": CODES},
    "bookmarks.Favourite": {"noun": CODES, "code": CODES},
    "bookmarks.Recent": {"noun": CODES, "code": CODES},
    "catalogue.Family": {"code": CODES},
    "catalogue.Product": {"code": CODES},
    "catalogue.Rival": {"code": CODES},
    "catalogue.PriceChange": {"code": CODES},
    "catalogue.RivalPromotion": {"code": CODES},
    "catalogue.Estate": {"code": CODES},
    "customers.BulkAct": {"code": CODES, "by_code": CODES},
    "customers.City": {"form": SEALED, "name_key": SEALED},
    "customers.Household": {"code": CODES},
    "customers.Customer": {"code": CODES, "name_key": SEALED, "language": CHOICE},
    "customers.Identifier": {"norm": "in normal form: texts of references, plates and members are poisoned through the file"},
    "customers.Group": {"code": CODES},
    "customers.Share": {"cause": CODES},
    "customers.Merge": {"code": CODES},
    "customers.MergeMove": {"table": CODES, "column": CODES},
    "customers.Tombstone": {"code": CODES},
    "conversations.Conversation": {"code": CODES},
    "conversations.Attachment": {"code": CODES, "stored": CODES, "media_type": CHOICE},
    "dealings.Dealing": {"currency": CHOICE},
    "holdings.Holding": {"code": CODES},
    "holdings.Balance": {"currency": CHOICE},
    "signals.Signal": {"code": CODES, "key": CODES, "kind": CHOICE, "state": CHOICE, "judged_from": CHOICE, "digest": CODES, "evidence": FIGURES},
    "actions.Action": {"code": CODES, "key": CODES, "origin": CODES, "signal_key": CODES, "reason": CODES, "digest": CODES, "enclosed": CODES, "evidence": FIGURES},
    "actions.OfferAnswer": {"offer": SHORT},
    "standing.Edition": {"facts": FIGURES},
    "standing.Growth": {"facts": FIGURES},
    "standing.Standing": {"rfm": CODES, "rfm_class": CHOICE, "grade": CHOICE},
    "standing.StandingMove": {"field": CODES},
    "standing.AlarmCell": {"kind": CHOICE},
    "offers.Offer": {"code": CODES, "reference": SHORT, "currency": CHOICE, "writers": FIGURES},
    "offers.Treatment": {"after": "days or months in one fixed form"},
    "offers.Rule": {"reason_code": SHORT},
    "offers.Promotion": {"code": CODES, "reference": SHORT},
    "policy.PolicyLine": {"name": CODES},
    "market.Effort": {"code": CODES, "currency": CHOICE},
    "market.MarketSize": {"currency": CHOICE},
    "policy.ServicePlan": {"model": CHOICE},
    "credit.CreditCase": {"code": CODES, "signal_key": CODES, "currency": CHOICE, "evidence": FIGURES},
    "credit.Notice": {"language": CHOICE, "wording": CODES},
    "suppressions.Suppression": {"code": CODES},
    "abuse.AbuseReview": {"code": CODES, "key": CODES, "evidence": FIGURES},
    "abuse.ReviewNotice": {"language": CHOICE, "wording": CODES},
    "improvement.ImprovementCase": {"code": CODES, "cause": CHOICE, "rates": FIGURES},
    "winback.Loss": {
        "code": CODES, "key": CODES, "evidence": CHOICE, "cause": CHOICE, "offer": SHORT, "excluded": CHOICE, "handed_offer": SHORT,
    },
    "policy.Lever": {"code": CODES, "offer": SHORT},
    "policy.ContextWeight": {"code": CODES, "signal": CHOICE, "state": CHOICE, "offer": SHORT},
    "imports.Import": {
        "code": CODES, "kind": CHOICE, "digest": SEALED, "options": FIGURES, "by_kind": CHOICE, "by_code": CODES, "reasons": FIGURES,
        "place": SEALED, "reason": CODES, "head": SEALED, "facts": FIGURES,
        "mapping": "names of columns of a file: those of the scene's file are hostile",
    },
    "imports.ImportBatch": {"made": FIGURES},
    "imports.ImportProblem": {"reason": CODES},
    "imports.BeforeImage": {"table": CODES},
}  # fmt: skip


def text_columns() -> Iterator[tuple[str, models.Field]]:
    """(label of the table, column) of everything that holds words."""
    for model in apps.get_models():
        if model.__module__.startswith("guanxi."):
            for field in model._meta.local_fields:
                if isinstance(field, models.CharField | models.TextField | models.JSONField):
                    yield model._meta.label, field


def poison(turn: int | None = None) -> None:
    """Write a payload into every text column of every row; None: all in one where there is room, else one after another."""
    numbers = count(turn or 0)
    for label, columns in COLUMNS.items():
        model = apps.get_model(label)
        for row in model._default_manager.all():
            changed = {
                name: _poisoned(row, name, how, next(numbers), is_whole=turn is None) for name, how in columns.items()
            }
            model._default_manager.filter(pk=row.pk).update(**changed)


def _poisoned(row: models.Model, name: str, how: str, number: int, *, is_whole: bool) -> object:
    field = row._meta.get_field(name)
    before = getattr(row, name)
    room = field.max_length or 2_000
    ending = f" {row.pk}" if how == "unique" else ""
    word = _payload(number, room - len(ending), is_whole=is_whole) + ending
    if how in ("", "unique"):
        return word
    if how == "known facts":  # what was promised, and names of products; days and amounts are the program's
        return {key: word if key == "holding" else value for key, value in before.items()} | {"what": word}
    return {
        "list": [word],
        "word": word,
        "facts": dict.fromkeys(before if isinstance(before, dict) and before else [word[:60]], word),
        "told": {told: {"zh": word, "en": word} for told in before} if isinstance(before, dict) else {},
        "released": {"0" * 16: {"by": word, "on": "2026-01-01", "why": word}},
        "steps": [[word[:60], "set_aside", word]],
    }[how]


def _payload(number: int, room: int, *, is_whole: bool) -> str:
    if is_whole and len(EVERYTHING) <= room:
        return EVERYTHING
    fitting = [one for one in PAYLOADS if len(one) <= room] or [one[:room] for one in PAYLOADS]
    return fitting[number % len(fitting)]
