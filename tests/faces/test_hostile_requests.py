"""Requests made by hand (trust.md: “Search box, filters, sort, reports”, “Websocket and htmx”, “File upload”): the number of
each row stands in the test's name. What is tested elsewhere: 33, 37, 39 and 41 of lists in test_lists, test_customers and
test_views; 45 in test_lists; 110 and 111 in tests/identity/test_addresses; 113 in test_browser; 98 to 101 in test_contact
and tests/record/conversations/test_files; files to be imported in test_imports and tests/record/imports/test_trust.
"""

import io
import logging
import os
import socket
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanxi.faces.desk.lists.nouns import LISTS_BY_NAME
from guanxi.faces.shared.uploads import forget_incoming, incoming_folder
from guanxi.ground import clock
from guanxi.journal.models import Act
from guanxi.project.schedules import KEPT_UPLOADS
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.conversations.services import Upload, attach_files
from guanxi.record.customers.services import assign_customers
from guanxi.record.imports.models import Import
from tests.faces.hostile_scene import fill_every_table, places
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM

pytestmark = pytest.mark.django_db
WANG = "王海峰"
LITERAL = (
    "' OR 1=1--", "');SELECT pg_sleep(5)--", "%", "_", "\\", "*", '"', "'", "((", "a' || 'b", "$$", "--", ";", "\u202e",
    "1) UNION SELECT 1--", "NEAR(", "{{7*7}}", "x" * 150,
)  # fmt: skip
UNKNOWN = (
    "owner__password__startswith=p", "_connector=OR 1=1 OR", "_negated=1", "dir=asc,(select 1)", "op=) OR (1=1",
    "group_by=day&tz=UTC'); COPY x TO '/tmp/x'", "page=-1", "page=1e9", "size=1000000", "id=" + "9" * 5_000, "filter[a][b]=1",
    "where=owner__account__password.is.x", "sort=password", "sort=?", "sort=-owner__account__password", "by=owner__account",
    "columns=password", "after=-1", "after=1e9", "after=" + "9" * 5_000, "where=value.at_least.1e400", "where=value.at_least.NaN",
    "where=last_contact.last.99999999999", "where=last_contact.before.9999999-01-01", "where=tier.in." + ",".join("a" * 5_000),
)  # fmt: skip
FORGED = {
    "HTTP_HX_REQUEST": "true",
    "HTTP_HX_TARGET": "zzforged",
    "HTTP_HX_TRIGGER": "zzforged",
    "HTTP_HX_TRIGGER_NAME": "zzforged",
    "HTTP_HX_PROMPT": "<svg onload=zzforged()>",
    "HTTP_HX_CURRENT_URL": "https://zzforged.example/",
    "HTTP_HX_BOOSTED": "zzforged",
    "HTTP_REFERER": "https://zzforged.example/",
    "HTTP_X_FORWARDED_HOST": "zzforged.example",
    "HTTP_X_FORWARDED_FOR": "zzforged",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
}


@pytest.fixture
def filled(scene, looking):
    fill_every_table(scene, looking(scene, "li"))
    return scene


def looked_at(scene) -> list[str]:
    """Every address that can be looked at."""
    from tests.addresses import path_of
    from tests.identity.address_matrix import ADDRESSES

    known = places(scene)
    return [path_of(name, known) for name, door in ADDRESSES.items() if door.look]


def counts(client, path: str) -> str:
    return words_of(client.get(path))


@pytest.mark.parametrize("text", LITERAL)
def test_rows_26_and_27_signs_are_searched_as_they_stand(scene, looking, text):
    """In every box that searches: nobody is found by them, and nothing breaks."""
    client, customer = looking(scene, "lin"), f"/customers/{scene.codes[WANG]}/"
    for path, word in (
        ("/search/", "q"), ("/customers/", "q"), ("/conversations/new/", "q"), (f"{customer}relations/", "q"),
        (f"{customer}timeline/", "words"),
    ):  # fmt: skip
        response = client.post(path, {word: text}) if word == "q" else client.get(path, {word: text})
        assert response.status_code == 200, path
        assert f'href="/customers/{scene.codes["张立新"]}/"' not in response.content.decode(), path
    for noun, column in (("customers", "name"), ("conversations", "summary"), ("products", "name"), ("staff", "name")):
        question = f"{column}.contains.{text}" if not set(text) & set("%,|.") else f"{column}.contains.zzz"
        assert client.get(f"/{noun}/", {"where": question}).status_code in (200, 400)
    assert looking(scene, "li").post("/settings/sight/", {"who": "x", "customer": text}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "x=%ED%A0%80",
        "q=a%00b",
        *(pytest.param(one, marks=pytest.mark.drill) for one in ("x=%00", "x=%FF", "where=name.contains.%00")),
    ],
)
def test_row_29_a_query_that_is_no_text_is_not_understood_anywhere(filled, looking, query):
    client = looking(filled, "li")
    answers = {path: client.get(f"{path}?{query}").status_code for path in looked_at(filled)}
    assert {path: status for path, status in answers.items() if status != 400} == {}


@pytest.mark.parametrize("name", LISTS_BY_NAME)
def test_rows_30_to_38_a_list_understands_its_own_words_only(scene, looking, name):
    client = looking(scene, "li")
    before = counts(client, f"/{name}/")
    for query in UNKNOWN:
        assert client.get(f"/{name}/?{query}").status_code == 400, query
    assert counts(client, f"/{name}/") == before


def test_rows_30_to_38_no_page_breaks_by_words_it_does_not_know(filled, looking):
    client = looking(filled, "li")
    for path in looked_at(filled):
        for query in (UNKNOWN[0], "page=-1&size=1000000&sort=password&after=" + "9" * 5_000):
            assert client.get(f"{path}?{query}").status_code in (200, 302, 400, 403, 404, 422), (path, query)


def test_row_38_no_key_is_longer_than_a_database_holds(scene, looking):
    client, customer = looking(scene, "lin"), f"/customers/{scene.codes[WANG]}/"
    for key in ("9" * 18, "9" * 19, "9" * 5_000, "0", "-1", "1e9", "١"):
        for place in ("preferences/{}/removal/", "preferences/{}/", "preferences/{}/return/", "relations/{}/removal/"):
            assert client.post(customer + place.format(key), {"text": "x", "source": "told"}).status_code == 404, (
                key,
                place,
            )


def test_row_45_who_may_not_take_files_out_takes_nothing_and_the_log_says_so(scene, looking, caplog):
    for name in LISTS_BY_NAME:
        if name == "imports":
            continue
        with caplog.at_level(logging.WARNING, logger="django.request"):
            response = looking(scene, "lin").post(f"/{name}/file/", {"from": "", "ending": "csv"})
        assert response.status_code == 403
        assert f"/{name}/file/" in caplog.text
    assert not Act.objects.filter(kind="data.exported").exists()


def test_row_109_forged_headers_are_not_echoed_and_open_no_door(filled, looking):
    from tests.addresses import path_of
    from tests.identity.address_matrix import ADDRESSES

    client, known = looking(filled, "lin"), places(filled)
    for name, door in ADDRESSES.items():
        if door.look:
            forged = client.get(path_of(name, known), **FORGED)
            assert b"zzforged" not in (b"" if forged.streaming else forged.content), name
            assert "zzforged" not in str(forged.headers), name
            if not set(door.look) & set("=@"):  # a page of roles: whether it opens says the table
                assert (forged.status_code == 403) == ("manager" not in door.look.split()), name


def test_row_111_other_methods_are_no_way_in(filled, looking):
    from tests.addresses import path_of
    from tests.identity.address_matrix import ADDRESSES

    client, known, before = looking(filled, "li"), places(filled), Act.objects.count()
    for turn, name in enumerate(ADDRESSES):
        method = (client.delete, client.put, client.patch)[turn % 3]
        assert method(path_of(name, known)).status_code == 405, name
    assert Act.objects.count() == before


# ---- files of contacts


@pytest.fixture
def kept(scene) -> Attachment:
    talk = Conversation.objects.filter(customer=scene.ids[WANG]).first()
    attach_files(talk.code, [Upload("合同.pdf", io.BytesIO(b"%PDF-1.7 x"), 10)], by=scene.person("lin"))
    return Attachment.objects.get()


def test_row_103_a_file_is_gone_with_the_right_to_see_it(scene, looking, kept):
    client, path = looking(scene, "lin"), f"/conversations/files/{kept.code}/"
    assert client.get(path).status_code == 200
    assign_customers([scene.ids[WANG]], owner_id=scene.staff["zhou"].pk, by=SYSTEM)
    assert client.get(path).status_code == 404
    assert looking(scene, "zhou").get(path).status_code == 200


def test_row_103_a_stranger_learns_nothing_of_a_file(scene, kept):
    """The same answer for a file that is there and one that is not; the place where it lies has no address."""
    there, nowhere = (f"/conversations/files/{code}/" for code in (kept.code, "2" * 12))
    answers = [Client().get(path) for path in (there, nowhere)]
    assert [(one.status_code, one["Location"].split("?")[0]) for one in answers] == [(302, "/account/login/")] * 2
    for path in (
        f"/files/{kept.stored}",
        f"/media/{kept.stored}",
        f"/static/{kept.stored}",
        f"/static/../files/{kept.stored}",
    ):
        assert Client().get(path).status_code in (302, 404)
        assert b"%PDF" not in Client().get(path).content


@pytest.mark.parametrize(
    "rules", [{"accept": "*"}, {"max_size": "999999999"}, {"content_type": "image/png"}, {"validate": "false"}]
)
def test_row_101_rules_that_the_sender_brings_along_do_not_count(scene, looking, rules):
    file = SimpleUploadedFile("a.png", b"<html><script>alert(1)</script>", "image/png")
    sent = {"customer": scene.codes[WANG], "channel": 1, "summary": "x", "files": [file]} | rules
    response = looking(scene, "lin").post("/conversations/new/", sent)
    assert (response.status_code, Attachment.objects.count()) == (422, 0)


@pytest.mark.django_db(transaction=True)
def test_row_102_a_file_that_breaks_off_is_nothing(firm, looking, live_server):
    """Most of it comes, then the line is cut: nothing is stored and nothing left on the disk. Sent whole, it is taken."""
    client, place = looking(firm, "chen"), (live_server.thread.host, live_server.thread.port)
    client.get("/imports/new/customers/")
    cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname,phone\r\n'
        + b"x,1\r\n" * 40_000
    )
    body += b"\r\n--x--\r\n"
    head = (
        f"POST /imports/new/customers/ HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\nCookie: {cookies}\r\nConnection: close\r\n"
        f"X-CSRFToken: {client.cookies['csrftoken'].value}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(place, timeout=5) as line:
        line.sendall(head.encode() + body[:-2_000])
    end = time.monotonic() + 5
    while list(incoming_folder().glob("*")) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(incoming_folder().glob("*")) == []
    assert not Import.objects.exists()
    with socket.create_connection(place, timeout=20) as line:
        line.sendall(head.encode() + body)
        assert b" 302 " in line.recv(200)
    assert Import.objects.count() == 1


def test_row_102_what_requests_that_died_have_left_goes_after_a_day(scene, settings, tmp_path):
    settings.GUANXI_HOME = tmp_path
    incoming_folder().mkdir(parents=True)
    old, young = incoming_folder() / "old", incoming_folder() / "young"
    for file, hours in ((old, 25), (young, 1)):
        file.touch()
        os.utime(file, (clock.now().timestamp() - hours * 3600,) * 2)
    assert forget_incoming((clock.now() - KEPT_UPLOADS).timestamp()) == 1
    assert (old.exists(), young.exists()) == (False, True)
