"""Reading the journal: what is shown of an act, page by page, and every kind of act has its words."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from guanxi.ground import clock
from guanxi.ground.secrets import create_keys, keyring, rotate
from guanxi.journal import queries
from guanxi.journal.models import ActPayload, SubjectKey
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import Entry, erase_subject, record_act, record_acts, renew_subject_keys
from guanxi.journal.verifying import verify
from guanxi.journal.wording import ACCESS, WORDS, words_of

CLERK, OTHER = Actor("staff", "clerk2222222"), Actor("staff", "other2222222")
WANG, ZHANG = Noun("customer", "wang22222222"), Noun("customer", "zhang2222222")
SOURCE = Path(__file__).resolve().parents[2] / "src" / "guanxi"


@pytest.fixture
def acts(db):
    with clock.frozen(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        record_act("staff.taken_on", by=CLERK, noun=Noun("staff", "s"), payload={"role": "manager"})
        record_acts(
            "customer.revealed",
            [
                Entry(WANG, {"field": "phone", "reason": "asked to call back"}, WANG.code),
                Entry(ZHANG, {"field": "id_number", "reason": "claim"}, ZHANG.code),
            ],
            by=CLERK,
        )
        record_act("data.exported", by=OTHER, noun=Noun("export", "e"), payload={"kind": "customers", "rows": 12})
        record_act("customer.recognised", by=OTHER, noun=WANG)


@pytest.mark.django_db
def test_an_act_is_shown_with_its_facts_in_words(acts):
    [seen, shown] = queries.acts_of(WANG)
    assert (seen.kind, seen.payload, seen.by) == ("customer.recognised", None, OTHER)
    assert (shown.at, shown.noun, shown.count) == (datetime(2026, 3, 1, 9, tzinfo=UTC), WANG, 1)
    with translation.override("en"):
        assert shown.words == "revealed phone: asked to call back"


@pytest.mark.django_db
def test_acts_are_found_by_noun_customer_actor_and_kind(acts):
    assert [line.kind for line in queries.acts_about(ZHANG.code)] == ["customer.revealed"]
    assert [line.kind for line in queries.acts_by(OTHER)] == ["customer.recognised", "data.exported"]
    assert [line.noun for line in queries.latest_acts(kinds=ACCESS)] == [WANG, Noun("export", "e"), ZHANG, WANG]
    assert queries.acts_of(Noun("customer", "nobody222222")) == []


@pytest.mark.django_db
def test_pages_follow_each_other_without_gap_or_double(acts):
    first = queries.latest_acts(limit=2)
    rest = queries.latest_acts(before=first[-1].id, limit=10)
    assert [line.kind for line in first] == ["customer.recognised", "data.exported"]
    assert [line.noun for line in rest] == [ZHANG, WANG, Noun("staff", "s")]
    assert len(queries.latest_acts(limit=10**9)) == 5
    assert queries.latest_acts(limit=-1) == []


@pytest.mark.django_db
def test_a_page_costs_the_same_queries_for_one_act_and_for_many(acts, django_assert_num_queries):
    with django_assert_num_queries(3):
        queries.acts_about(ZHANG.code)
    with django_assert_num_queries(3):
        queries.latest_acts()


@pytest.mark.django_db
def test_what_was_erased_is_shown_without_its_facts(acts):
    erase_subject(WANG.code, by=CLERK)
    lines = {line.kind: line for line in queries.acts_of(WANG)}
    assert lines["customer.revealed"].payload is None
    assert lines["journal.subject_erased"].payload == {"payloads": 1}
    with translation.override("en"):
        assert lines["customer.revealed"].words == "revealed …: …"
    assert queries.acts_about(ZHANG.code)[0].payload == {"field": "id_number", "reason": "claim"}


@pytest.mark.django_db
def test_an_altered_payload_does_not_break_the_page(acts):
    ActPayload.objects.update(cipher=b"x" * 40)
    assert [line.payload for line in queries.latest_acts()] == [None] * 5


@pytest.mark.django_db
def test_the_installation_is_never_erased(acts):
    with pytest.raises(ValueError, match="never erased"):
        erase_subject("", by=CLERK)


@pytest.mark.django_db
def test_payloads_hold_nothing_readable(acts):
    boxes = b"".join(bytes(row.cipher) for row in ActPayload.objects.all())
    assert b"call back" not in boxes
    assert b"reason" not in boxes


@pytest.mark.django_db
def test_a_payload_copied_to_another_act_does_not_open(acts):
    ours, theirs = ActPayload.objects.order_by("pk")[:2]
    ActPayload.objects.filter(pk=theirs.pk).update(cipher=ours.cipher, salt=ours.salt)
    assert verify().broken.params == {"act": theirs.pk}


@pytest.mark.django_db
def test_subject_keys_are_renewed_in_resumable_batches(acts, guanxi_home, tmp_path, monkeypatch):
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    for file in (guanxi_home / "keys").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path))
    create_keys(folder)
    rotate(folder)
    assert renew_subject_keys(limit=2) == (2, WANG.code)
    assert renew_subject_keys(after=WANG.code, limit=2) == (1, ZHANG.code)
    assert renew_subject_keys(after=ZHANG.code, limit=2) == (0, None)
    assert renew_subject_keys(limit=10) == (0, ZHANG.code)  # called again: nothing left to do
    assert all(keyring().is_current(bytes(row.cipher)) for row in SubjectKey.objects.all())
    assert queries.acts_about(ZHANG.code)[0].payload == {"field": "id_number", "reason": "claim"}
    assert verify().broken is None


def test_an_unknown_kind_shows_itself_and_missing_facts_an_ellipsis():
    with translation.override("en"):
        assert words_of("comet.seen", {}) == "comet.seen"
        assert words_of("suppression.ended", {"cause": "own", "why": ""}) == "let sales go on (own)"
        assert words_of("staff.role_changed", {"old": "reader"}) == "changed the role from Reader to …"


def _recorded_kinds() -> set[str]:
    """Every word of the form noun.past that is handed on first by a module that writes acts (refusals apart)."""
    kinds = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "import record_act" not in text and "record_acts" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            word = str(node.args[0].value)
            if name not in {"Refused", "kill_point", "relay"} and re.fullmatch(r"[a-z_]+\.[a-z_]+", word):
                kinds.add(word)
    return kinds


# kinds that are put together where they are recorded
COMPOSED = {
    "action.done", "action.not_now",
    *(f"{kind}.imported" for kind in ("customers", "holdings", "dealings", "balances", "conversations", "products", "estates")),
}  # fmt: skip


def test_every_kind_of_act_that_is_recorded_has_words():
    assert "firm.founded" in _recorded_kinds()
    assert sorted((_recorded_kinds() | COMPOSED) - WORDS.keys()) == []


@pytest.mark.parametrize(
    ("kind", "payload", "count", "said"),
    [
        ("customer.registered", {}, 1, "entered 1 customer"),
        ("customer.registered", {}, 12, "entered 12 customers"),
        ("customers.imported", {"rows": 1}, 1, "took in 1 row of customers"),
        ("customers.imported", {"rows": 30}, 1, "took in 30 rows of customers"),
        ("customers.imported", {}, 1, "took in … rows of customers"),  # erased
        ("actions.handed_over", {"to": "Lin"}, 1, "handed 1 piece of work over to Lin"),
        ("actions.handed_over", {}, 2, "handed 2 pieces of work over to …"),
    ],
)
def test_one_is_not_many(kind, payload, count, said):
    with translation.override("en"):
        assert words_of(kind, payload, count=count) == said


@pytest.mark.parametrize(
    ("kind", "payload", "english", "chinese"),
    [
        ("staff.taken_on", {"role": "manager"}, "took on a colleague as Customer manager", "客户经理"),
        (
            "staff.role_changed",
            {"old": "service", "new": "leader"},
            "changed the role from Service agent to Team leader",
            "主管",
        ),
        ("staff.role_changed", {"old": "gone", "new": "leader"}, "changed the role from gone to Team leader", "gone"),
        ("customer.revealed", {"field": "id_number", "reason": "claim"}, "revealed identity number: claim", "证件号"),
        ("customer.identifier_added", {"kind": "plate"}, "added an identifier (Plate)", "车牌"),
        ("firm.founded", {}, "set up the firm", "设立了公司"),
    ],
)
def test_codes_are_shown_in_words(kind, payload, english, chinese):
    with translation.override("en"):
        assert words_of(kind, payload).casefold() == english.casefold()
    with translation.override("zh-hans"):
        assert chinese in words_of(kind, payload)
