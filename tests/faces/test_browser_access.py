"""Everybody can use every page: axe finds nothing serious, the keyboard reaches everything, what was done is said aloud;
and every page is light and stands still while it loads.
"""

import gzip
import json
import os
from pathlib import Path

import pytest

from guanxi.engage.offers.services import GivenOffer, GivenTreatment, write_offer
from guanxi.record.actions.models import Action
from guanxi.record.signals.models import Signal
from guanxi.rescue.credit.choices import Decision
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import Ruling
from guanxi.rescue.credit.services import decide_case
from tests.faces.browsing import sign_in, wait_until_said
from tests.insight.decisions.people import kept_rehearsal
from tests.rescue.credit.cases import evidence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LATE = "王海峰"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
# where to look, and what to press there first; "field ← text": what to search for there, and "→ button" what to press then
LIN = {
    "today": ("/", ""),
    "not now": ("/", "details.drop:has([name=because]) > summary"),
    "hand over": ("/actions/{action}/hand-over/", ""),
    "action": ("/actions/{action}/", ""),
    "evidence": ("/actions/{action}/evidence/", ""),
    "explanation": ("/signals/{signal}/evidence/", "#judgement summary"),
    "customers": ("/customers/", ""),
    "filter": ("/customers/", ".tools summary >> nth=0"),
    "narrowed": ("/customers/?where=tier.in.a,b|state.in.alarm&where=last_contact.not_in_last.30", ""),
    "chip": ("/customers/?where=tier.in.a", ".chip.is-set summary"),
    "save a view": ("/customers/?where=tier.in.a", ".unsaved summary"),
    "dealings": ("/dealings/", ""),
    "groups": ("/dealings/?by=product", ""),
    "nothing fits": ("/conversations/?where=outcome.in.refused", ""),
    "find": ("/search/", "#finder ← wang"),
    "palette": ("/", "[data-palette]"),
    "recognise": ("/search/", "#finder ← 13733334444"),
    "recognised": ("/search/", "#finder ← 13733334444 → .recognise button >> nth=0"),
    "at hand": ("/marks/", ""),
    "customer": ("/customers/{customer}/", ""),
    "reveal": ("/customers/{customer}/", ".peek"),
    "noting": ("/conversations/new/?customer={customer}", ".compose .points summary >> nth=0"),
    "a fact": ("/customers/{customer}/", "#card summary >> nth=0"),
    "known": ("/customers/{customer}/known/", ""),
    "consents": ("/customers/{customer}/consents/", ""),
    "five questions": ("/customers/{customer}/standing/", ""),
    "stages": ("/customers/{customer}/", "#stage summary"),
    "circles": ("/customers/groups/", ""),
    "circles of one": ("/customers/{customer}/groups/", ""),
    "what suits": ("/customers/{customer}/suggestions/", ""),
    "near": ("/customers/{customer}/relations/", ".whom input[name=q] ← K-1002"),
    "whom": ("/conversations/new/", ".whom input[name=q] ← K-1002"),
    "nobody": ("/conversations/new/", ".whom input[name=q] ← zzz"),
    "newcomer": ("/customers/new/", ".more-places summary"),
    "changes": ("/customers/{customer}/history/", ""),
    "preview": ("/customers/{customer}/panel/", ""),
    "a field": ("/customers/{customer}/fields/company/", ""),
    "history": ("/customers/{customer}/timeline/?only=work", ""),
    "account": ("/account/mfa/", ""),
    "password": ("/account/password/", ""),
    "confirm": ("/account/mfa/totp/activate/", ""),
    "nowhere": ("/nowhere/", ""),
    "not understood": ("/?x=1", ""),
}
LI = {
    name: (f"/settings/{path.partition(' ')[0]}", path.partition(" ")[2])
    for name, path in {
        "settings": "", "my settings": "me/", "roles": "roles/", "teams": "teams/", "team": "teams/{oak}/", "people": "people/",
        "person": "people/{lin}/", "sight": "sight/ [name=customer] ← 王", "product": "products/", "estate": "estates/",
        "days off": "days-off/", "thresholds": "thresholds/", "jobs": "jobs/", "data": "data/", "start questions": "beginning/", "policy": "policy/",
    }.items()
}  # fmt: skip
LI |= {
    "offers": ("/offers/", ""),
    "offer": ("/offers/{offer}/", ""),
    "promotions": ("/offers/promotions/", ""),
    "new offer": ("/offers/new/", "details.way summary >> nth=1"),
    "rehearsals": ("/insight/rehearsal/", ""),
    "rehearsal": ("/insight/rehearsal/{rehearsal}/", "details.offer-line summary >> nth=0"),
}
CHEN = {
    "leader": ("/", ""),
    "ticks": ("/customers/?columns=name,phone,company", ""),
    "colleague": ("/people/{lin}/", ""),
    "bin": ("/customers/trash/", ""),
    "insight": ("/insight/", ""),
    "alarms": ("/insight/alarms/?kind=spend_drop", ""),
    "detectors": ("/insight/detectors/", ""),
    "board": ("/team/", ""),
    "groups": ("/customers/groups/", ""),
    "credit cases": ("/credit/", ""),
    "credit case": ("/credit/{credit}/", ""),
    "notice": ("/credit/{credit}/notice/", ""),
    "credit decision": ("/credit/{credit}/", "#decision .primary"),
}
NOBODY = {"door": ("/account/login/", ""), "wrong": ("/account/login/", "button.primary")}


def credit_case(firm) -> str:
    """A case about a limit that Chen decided as help, so that it has a notice, and may decide anew."""
    wang = firm.ids[LATE]
    case, is_new = CreditCase.objects.get_or_create(
        customer_id=wang,
        defaults={
            "signal_key": "c",
            "opened_on": firm.today,
            "due_on": firm.today,
            "currency": "CNY",
            "evidence": evidence(wang),
        },
    )
    if is_new:
        ruling = Ruling(decision=Decision.HARDSHIP, why="both seen", contact="Chen")
        decide_case(case.code, ruling, by=firm.person("chen"))
    return case.code


def places(firm) -> dict[str, str]:
    return {
        "credit": credit_case(firm),
        "action": Action.objects.get(customer__name=LATE).code,
        "signal": Signal.objects.get(customer__name=LATE).code,
        "customer": firm.codes[LATE],
        "lin": firm.staff["lin"].code,
        "oak": firm.teams["oak"].code,
    }


def serious(page, rules: list[str]) -> list[str]:
    """What axe finds serious or critical, as “rule: where”; of an open menu alone, which covers what lies below."""
    run = "(rules) => axe.run(document.querySelector('details.drop[open], dialog[open]') ?? document, {runOnly: rules}).then((r) => r.violations)"
    found = page.evaluate(run, rules)
    return [
        f"{one['id']} ({one['impact']}): {node['target'][0]} {node['html'][:90]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def do(page, press: str) -> None:
    """Press a button, or search in a field and press a button then."""
    field, _, text = press.partition(" ← ")
    text, _, button = text.partition(" → ")
    if field == "#finder":  # which answers while somebody types
        page.fill(field, text)
        page.wait_for_selector(f"#found [data-for='{text}']")
    elif text:
        page.fill(field, text)
        with page.expect_navigation():
            page.press(field, "Enter")
    if button or (press and not text):
        page.click(button or press)


def look_at(page, url: str, pages: dict, names: dict[str, str]) -> dict[str, list[str]]:
    """Every page in both themes, which differ only in colours: dark of every third page in CI, of all elsewhere."""
    found = {}
    for turn, (name, (path, press)) in enumerate(pages.items()):
        page.goto(url + path.format(**names))
        do(page, press)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for theme, rules in (("light", RULES), ("dark", ["color-contrast"])):
            if theme == "dark" and turn % 3 and os.environ.get("CI"):
                continue
            page.emulate_media(color_scheme=theme)
            if problems := serious(page, rules):
                found[f"{name}, {theme}"] = problems
    return found


# every page on every commit, one half on a Chinese phone and the other at an English desk; in `make drill` each in all four
EVEN, ODD, ALL = slice(0, None, 2), slice(1, None, 2), slice(None)
LOOKS = [
    ("zh-hans", "phone", EVEN),
    ("en", "desk", ODD),
    *(pytest.param(language, size, ALL, marks=pytest.mark.drill) for language in ("zh-hans", "en") for size in SIZES),
]


def half(pages: dict, which: slice) -> dict:
    return dict(list(pages.items())[which])


@pytest.mark.parametrize(("language", "size", "which"), LOOKS)
def test_axe_finds_nothing_serious(firm, browser, live_server, language, size, which):
    width, height = SIZES[size]
    found = {}
    for who, pages in (("lin", LIN), ("chen", CHEN), ("", NOBODY)):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            reduced_motion="reduce",
        )
        page = context.new_page()
        if who:
            account = firm.account(who)
            account.language = language
            account.save()
            sign_in(page, live_server.url, who)
        found |= look_at(page, live_server.url, half(pages, which), places(firm))
        context.close()
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize(("language", "size", "which"), LOOKS)
def test_axe_finds_nothing_serious_in_administration(firm, browser, live_server, language, size, which):
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    account = firm.account("li")
    account.language = language
    account.save()
    sign_in(page, live_server.url, "li")
    rules, treatments = {1: "age >= 18"}, {2: GivenTreatment(wording_zh="您好", wording_en="Good day")}
    offer = GivenOffer(reference="loan", issue="5", rules=rules, treatments=treatments)
    there = places(firm) | {"offer": write_offer("", offer, by=firm.person("li")), "rehearsal": kept_rehearsal("loan")}
    found = look_at(page, live_server.url, half(LI, which), there)
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


REACHABLE = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0)
  .filter((e, i, all) => e.type !== 'radio' || all.find((o) => o.type === 'radio' && o.name === e.name && o.form === e.form) === e)
  .map((e, i) => (e.dataset.reach = i, e.outerHTML.slice(0, 100)))"""
FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e), f = getComputedStyle(e.closest('.search') ?? e);
  return [e.dataset.reach ?? null, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || f.boxShadow !== 'none'] }"""


@pytest.mark.parametrize("path", ["/", "/customers/", "/customers/{customer}/", "/actions/{action}/evidence/"])
def test_the_keyboard_reaches_everything_and_one_sees_where(desk, firm, live_server, path):
    desk.goto(live_server.url + path.format(**places(firm)))
    desk.wait_for_load_state("networkidle")  # the sidebar's lines come after the page
    wanted = dict(enumerate(desk.evaluate(REACHABLE)))
    unseen = {}
    for _ in range(2 * len(wanted)):
        if not wanted:
            break
        desk.keyboard.press("Tab")
        at, is_seen = desk.evaluate(FOCUSED)
        if at is not None:
            html = wanted.pop(int(at), "")
            if not is_seen:
                unseen[at] = html
    assert wanted == {}
    assert unseen == {}


def test_what_was_done_is_said_aloud(desk):
    """The region was there before the words: only then a screen reader speaks them."""
    assert desk.get_attribute("#said", "aria-live") == "polite"
    wait_until_said(desk, "")
    desk.keyboard.press("1")
    desk.wait_for_selector(".toast")
    wait_until_said(desk, "黄振华：办好了")
    desk.keyboard.press("z")
    desk.wait_for_selector(".toast", state="detached")
    wait_until_said(desk, "")


@pytest.mark.parametrize("path", ["/", "/customers/", "/customers/{customer}/", "/actions/{action}/evidence/"])
def test_a_first_visit_is_light_and_stands_still(firm, context, live_server, path):
    """150 kB with everything it loads, compressed as the server sends it; nothing moves once it stands."""
    page = context.new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => { moved += e.value; }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    sign_in(page, live_server.url)
    weights: dict[str, int] = {}

    def weigh(response) -> None:
        if response.status == 200 and not response.url.startswith("data:"):
            body = response.body()
            packed = response.url.partition("?")[0].endswith((".css", ".js", ".svg"))
            weights[response.url] = len(gzip.compress(body)) if packed else len(body)

    page.on("response", weigh)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(live_server.url + path.format(**places(firm)), wait_until="networkidle")
    assert len(weights) >= 4
    assert sum(weights.values()) <= 150_000, weights
    assert page.evaluate("moved") < 0.01
