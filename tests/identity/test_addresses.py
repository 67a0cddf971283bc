"""The matrix by address: every address of the desk, by every role, for customers in sight and out of it, against the table
written by hand; and strangers at every door. A new address without a line in the table fails.
"""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from tests.addresses import path_of, routes
from tests.identity import matrix, paths
from tests.identity.address_matrix import ADDRESSES, WHOSE
from tests.identity.sendings import SEEN, SENDINGS, places_of, standing_places
from tests.identity.world import STAFF, Target, World, build_world

pytestmark = pytest.mark.django_db
REFUSED = (401, 403, 404)
NEAR = ("own", "colleague", "elsewhere")  # every other place is in the matrix of services; all of them in the drill
_OF_LISTS = re.compile(r"_(condition|columns|choices|quick|views?(_\w+)?)$")
_SEE_ALL = ("marketer", "analyst", "reviewer", "admin")
_WHOLE = ("identity_account", "imports_import", "jobs_job")
_COUNTED = "journal_act identity_daychange".split()  # only ever grow, or shrink


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A home with a backup in it."""
    settings.GUANXI_HOME = tmp_path
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "2026-01-01.guanxi").touch()


@pytest.fixture
def world(firm) -> World:
    return build_world(firm)


@pytest.fixture
def clients(world) -> dict[str, Client]:
    """Everybody signed in."""
    from guanxi.identity.models import Account

    found = {}
    for role in STAFF:
        staff = world.staff[role]
        staff.account = Account.objects.create(email=f"{role}@firm.example")
        staff.save()
        found[role] = Client()
        found[role].force_login(staff.account, backend="guanxi.faces.shared.sign_in.PasswordBackend")
    return found


def is_about_a_customer(name: str) -> bool:
    door = ADDRESSES[name]
    return any(sign in door.look + door.send for sign in "=@")


def expected(rule: str, role: str, target: Target) -> bool:
    """What the table says of one role and one customer."""
    if rule.startswith("="):
        return target.place in WHOSE.get(rule[1:], matrix.SEES).get(role, "").split()
    if rule.startswith("@"):
        return target.place in matrix.WRITES[rule[1:]].get(role, "").split()
    return role in rule.split()


def rows_now(target: Target) -> list:
    """What an act could have touched."""
    found = []
    with connection.cursor() as cursor:
        for table, column in paths.TABLES.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s ORDER BY 1, 2", [target.id])
            found.append(cursor.fetchall())
        for table in (*_WHOLE, *(model._meta.db_table for model in apps.get_app_config("bookmarks").get_models())):
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found.append(cursor.fetchall())
        for table in _COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(cursor.fetchall())
    return found


def tells(response, role: str, target: Target) -> list[str]:
    """What an answer says of a customer whom this role does not see."""
    if target.place in matrix.SEES[role].split():
        return []
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode() + str(response.headers)
    marks = (target.name, target.reference, target.email, target.holding, f'href="/customers/{target.code}/')
    return [mark for mark in marks if re.search(rf"{re.escape(mark)}(?!\d)", text)]


def answers(client: Client, name: str, path: str, sent: dict | None) -> tuple[int, object]:
    """The status and the answer. What stood in a form that says so is read from its page first, as a browser does."""
    if sent is None:
        response = client.get(path)
    else:
        if name in SEEN:
            page = client.get(re.sub(r"(/settings/(?:teams|people)/\w{12}/).*", r"\1", path)).content.decode()
            sent = sent | {"seen": _seen_in(page, path)}
        response = client.post(path, sent)
    assert response.status_code < 500, (name, path)
    return response.status_code, response


def _seen_in(page: str, path: str) -> str:
    form = re.search(rf'<form[^>]*action="{re.escape(path)}".*?name="seen" value="(\w+)"', page, re.DOTALL)
    return form[1] if form else ""


def cells(world: World, near: tuple[str, ...]) -> Iterator[tuple[str, str, Target]]:
    """Addresses that every list has (one view answers for all) are asked by the manager, whose view it is, and by one other
    role in turn; who sees the whole firm is asked about the far customer only, and two of the four at each address;
    leader and service about the far one and, in turn, about their own or a colleague's.
    The drill asks everybody about everybody.
    """
    is_sample = near == NEAR
    for turn, name in enumerate(ADDRESSES):
        about = is_about_a_customer(name)
        for role in ("manager", STAFF[1 + turn % 7]) if is_sample and _OF_LISTS.search(name) else STAFF:
            if is_sample and about and role in (_SEE_ALL[turn % 4], _SEE_ALL[(turn + 1) % 4]):
                continue
            places = near if about and not (is_sample and role in _SEE_ALL) else ("elsewhere",)
            if is_sample and about and role in ("leader", "service"):
                places = (NEAR[turn % 2], "elsewhere")
            yield from ((name, role, target) for target in world.targets(role) if target.place in places)


def wrong_cells(world: World, clients: dict[str, Client], near: tuple[str, ...] = NEAR) -> tuple[list[str], int]:
    wrong, count, fixed = [], 0, standing_places(world)
    for turn, (name, role, target) in enumerate(cells(world, near)):
        if connection.vendor != "sqlite" and turn % 7:  # the whole was looked at on the other database
            continue
        door = ADDRESSES[name]
        with transaction.atomic():
            path = path_of(
                name, fixed | (places_of(target, world.principals[role]) if is_about_a_customer(name) else {})
            )
            query = f"?customer={target.code}" if name == "new_conversation" else ""
            if door.look or role == "admin":  # where nobody can, one asks for all
                wrong += _looked(clients[role], (name, role, target), door.look, path + query)
            if door.send or role == "admin":
                wrong += _sent(world, clients[role], (name, role, target), door.send, path)
            transaction.set_rollback(True)
        count += bool(door.look) + bool(door.send)
    return wrong, count


def _looked(client: Client, cell: tuple[str, str, Target], rule: str, path: str) -> list[str]:
    name, role, target = cell
    status, response = answers(client, name, path, None)
    told = [f"{role}: {name} tells {mark!r} of {target.place}" for mark in tells(response, role, target)]
    if not rule:
        return told if status == 405 else [*told, f"{role}: {name} can be looked at: {status}"]
    if (status not in REFUSED) != expected(rule, role, target):
        told.append(f"{role}: looking at {name} of {target.place} is {status}")
    return told


def _sent(world: World, client: Client, cell: tuple[str, str, Target], rule: str, path: str) -> list[str]:
    name, role, target = cell
    what, _, who = rule.partition(" ")
    sent = SENDINGS[name](world, world.principals[role], target) if name in SENDINGS else {}
    before = rows_now(target)
    status, response = answers(client, name, path, sent)
    told = [f"{role}: sending {name} tells {mark!r} of {target.place}" for mark in tells(response, role, target)]
    is_written = rows_now(target) != before
    if not rule:
        return told if (status, is_written) == (405, False) else [*told, f"{role}: {name} can be sent: {status}"]
    if what == "do" and is_written != expected(who, role, target):
        told.append(
            f"{role}: sending {name} of {target.place} {'writes' if is_written else 'writes nothing'}: {status}"
        )
    if what == "look" and (
        (status not in REFUSED) != expected(who, role, target) or (is_written and status in REFUSED)
    ):
        told.append(f"{role}: sending {name} of {target.place} is {status}{', written' if is_written else ''}")
    return told


def test_the_table_names_every_address_there_is():
    assert set(routes()) - set(ADDRESSES) == set(), "say in address_matrix.py who gets in there"
    assert set(ADDRESSES) - set(routes()) == set()
    assert set(SENDINGS) <= {name for name, door in ADDRESSES.items() if door.send}
    assert all(rule == "" or rule.startswith(("do ", "look ")) for rule in (door.send for door in ADDRESSES.values()))


def test_who_gets_in_by_which_address_and_nobody_learns_or_changes_more(world, clients):
    wrong, count = wrong_cells(world, clients)
    assert "\n".join(wrong) == ""
    assert count > (600 if connection.vendor == "sqlite" else 80)


@pytest.mark.drill
def test_who_gets_in_for_customers_in_every_place(world, clients):
    assert wrong_cells(world, clients, (*NEAR, "branch", "pool_oak", "pool", "deleted"))[0] == []


def test_strangers_come_to_the_door_and_change_nothing(world):
    """Nobody signed in: a page leads to the sign-in, a fragment is 401; whoever has left is a stranger."""
    from guanxi.identity.models import Account

    left, nobody, target = Client(), Client(), world.owned["manager"]
    world.staff["leaver"].account = Account.objects.create(email="left@firm.example")
    world.staff["leaver"].save()
    left.force_login(world.staff["leaver"].account, backend="guanxi.faces.shared.sign_in.PasswordBackend")
    fixed, before, wrong = standing_places(world) | places_of(target, world.principals["manager"]), rows_now(target), []
    for name in set(ADDRESSES) - {"language", "appearance"}:  # choices of whoever looks, kept in a cookie
        path = path_of(name, fixed)
        for client in (nobody, left):
            for ask in (client.get, client.post):
                page, part = ask(path), ask(path, HTTP_HX_REQUEST="true")
                if page.status_code != 302 or not page["Location"].startswith("/account/login/"):
                    wrong.append(f"{name}: {page.status_code}")
                if (part.status_code, part.content) != (401, b""):
                    wrong.append(f"{name} as a fragment: {part.status_code}")
    assert wrong == []
    assert rows_now(target) == before


def test_an_act_without_its_token_is_refused_at_every_address(world, clients):
    """Of the administrator, who may everything."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = clients["admin"].cookies
    target = world.owned["manager"]
    fixed, before = standing_places(world) | places_of(target, world.principals["manager"]), rows_now(target)
    sending = [name for name, door in ADDRESSES.items() if door.send]
    answered = {name: strict.post(path_of(name, fixed)).status_code for name in sending}
    assert {name: status for name, status in answered.items() if status != 403} == {}
    assert rows_now(target) == before


NUL = ("a\0b",)
HOSTILE = ("' OR 1=1--", "9" * 5_000, "-1", "{{7*7}}<script>", "", "\u202e", "2" * 12, "1e400", "\r\nX: y")
BODIES = {
    "application/x-www-form-urlencoded": b"a=\xff\xfe&b=%ED%A0%80&seen=%00",
    "application/json": b'{"a": {"b": 1}}',
    "multipart/form-data; boundary=x": b"--x\r\nContent-Disposition: form-data\r\n\r\n",
}


@pytest.mark.parametrize("texts", [NUL, pytest.param(HOSTILE, marks=pytest.mark.drill)])
def test_hostile_words_in_any_field_of_any_form_break_nothing(world, clients, texts):
    """Of the administrator, who gets furthest: each word of each form in turn, alone and twice, and bodies that are no forms."""
    client, target, wrong = clients["admin"], world.owned["leader"], []
    client.raise_request_exception = False
    fixed = standing_places(world) | places_of(target, world.principals["admin"])
    for name, make in SENDINGS.items():
        if texts == NUL and _OF_LISTS.search(name) and not name.startswith("customers"):
            continue  # one view answers for all lists
        path = path_of(name, fixed)
        with transaction.atomic():
            sent = make(world, world.principals["admin"], target)
            for field in (one for one, value in sent.items() if isinstance(value, str | int)):
                wrong += [_breaks(client, path, sent | {field: text}) for text in (*texts, [sent[field], sent[field]])]
            wrong += [_breaks(client, path, body, kind) for kind, body in BODIES.items()]
            transaction.set_rollback(True)
    assert "\n".join(filter(None, wrong)) == ""


def _breaks(client: Client, path: str, sent: object, *kind: str) -> str:
    with transaction.atomic():
        response = client.post(path, sent, *kind)
        transaction.set_rollback(True)
    return f"{path} {sent!r:.300}: {response.status_code}" if response.status_code >= 500 else ""
