"""Files of a contact: what they are is what they contain, where they lie is nobody's word, and they go with the person."""

import datetime as dt
import io
import time
import zipfile

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.record.conversations import places
from guanxi.record.conversations.media import MOST_BYTES, file_name
from guanxi.record.conversations.models import Attachment
from guanxi.record.conversations.queries import files_of, get_attachment
from guanxi.record.conversations.services import Upload, attach_files, log_conversation, sweep_files
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import erase_customer
from tests.stories.scene import SYSTEM, build_scene

NOON = dt.datetime(2024, 1, 5, 18, tzinfo=dt.UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.GUANXI_HOME = tmp_path


@pytest.fixture
def scene(db):
    with clock.frozen(NOON):
        yield build_scene()


def office(*names: str) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return box.getvalue()


def upload(content: bytes, name: str = "合同.pdf") -> Upload:
    return Upload(name, io.BytesIO(content), len(content))


def talk(scene, who: str = "lin") -> str:
    return log_conversation(scene.customer("王海峰").pk, by=scene.person(who), channel=Channel.VISIT)


@pytest.mark.parametrize(
    ("content", "name", "kept", "media_type"),
    [
        (PNG, "照片.png", "照片.png", "image/png"),
        (PNG, "照片.html", "照片.png", "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 9, "a.jpg.html", "a.jpg.jpg", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "x", "x.webp", "image/webp"),
        (b"%PDF-1.7\n", '"><img src=x onerror=alert(1)>.png', '"><img src=x onerror=alert(1)>.pdf', "application/pdf"),
        ("会议纪要：下周再谈".encode(), "..\\..\\纪要.txt", "纪要.txt", "text/plain"),
        ("会议纪要".encode("gb18030"), "/etc/passwd", "passwd.txt", "text/plain"),
        (office("[Content_Types].xml", "word/document.xml"), "方案.docx", "方案.docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (PNG, "n" * 300 + ".png", "n" * 116 + ".png", "image/png"),
        (PNG, ".htaccess", "htaccess.png", "image/png"),
        (PNG, "a\u202egnp.exe", "a⟨U+202E⟩gnp.png", "image/png"),
    ],
)  # fmt: skip
def test_what_is_kept_and_under_which_name(scene, content, name, kept, media_type):
    (code,) = attach_files(talk(scene), [upload(content, name)], by=scene.person("lin"))
    row = get_attachment(code, principal=scene.person("lin"))
    assert (row.name, row.media_type, row.size) == (kept, media_type, len(content))
    path = places.place_of(row.stored)
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.suffix == ""
    assert path.is_relative_to(places.root())
    talk_code = Attachment.objects.get().conversation.code
    assert [file.name for file in files_of(talk_code, principal=scene.person("lin"))] == [kept]
    assert files_of(talk_code, principal=scene.person("wu")) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "conversations.file_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "conversations.file_kind"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "conversations.file_kind"),
        (b"  \n<html><body>", "conversations.file_kind"),
        (b"MZ\x90\x00" + b"\0" * 60, "conversations.file_kind"),
        (b"PK\x03\x04 no archive", "conversations.file_kind"),
        (office("a.txt"), "conversations.file_kind"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "conversations.file_kind"),
        (b"\x7fELF" + b"\0" * 60, "conversations.file_kind"),
        (b"x" * (MOST_BYTES + 1), "conversations.file_too_large"),
    ],
)
def test_what_is_refused_leaves_nothing(scene, content, why):
    code = talk(scene)
    with pytest.raises(Refused) as refused:
        attach_files(code, [upload(PNG), upload(content)], by=scene.person("lin"))
    assert refused.value.code == why
    assert not Attachment.objects.exists()
    assert list(places.root().glob("*/*")) == []


def test_a_sixth_file_and_strangers_are_refused(scene):
    code, lin = talk(scene), scene.person("lin")
    attach_files(code, [upload(PNG)] * 5, by=lin)
    for by, why in ((lin, "conversations.too_many_files"), (scene.person("wu"), "conversations.not_found")):
        with pytest.raises(Refused) as refused:
            attach_files(code, [upload(PNG)], by=by)
        assert refused.value.code == why
    with pytest.raises(Denied):
        attach_files(code, [upload(PNG)], by=scene.person("mei"))
    assert Attachment.objects.count() == 5
    assert get_attachment(Attachment.objects.first().code, principal=scene.person("wu")) is None


def test_erasing_a_person_takes_the_files_and_the_words(scene, django_capture_on_commit_callbacks):
    code = talk(scene)
    attach_files(code, [upload(PNG)], by=scene.person("lin"))
    path = places.place_of(Attachment.objects.get().stored)
    customer = Attachment.objects.get().conversation.customer_id
    with django_capture_on_commit_callbacks(execute=True):
        erase_customer(customer, basis="on request", by=SYSTEM)
    assert not Attachment.objects.exists()
    assert not path.exists()


def test_a_file_that_no_row_names_is_swept_after_a_day(scene):
    attach_files(talk(scene), [upload(PNG)], by=scene.person("lin"))
    stray = places.root() / "ab" / "stray"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    assert sweep_files(time.time() - 86_400) == 0
    assert sweep_files(time.time() + 5) == 1
    assert [path.name for path in places.root().glob("*/*")] == [Attachment.objects.get().stored.split("/")[1]]


def test_a_name_is_never_empty():
    assert file_name("...", "png") == "file.png"
    assert file_name("/", "txt") == "file.txt"
