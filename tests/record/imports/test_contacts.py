"""OPS-04: two thousand contacts of a phone, with a duplicate report, private ones off by default."""

import csv
import json
import time

import pytest

from guanxi.record.customers.models import Customer
from guanxi.record.imports.folders import imports_folder
from guanxi.record.imports.queries import doubles_file
from guanxi.record.imports.services import undo_import
from tests.record.imports.test_dealings import counts
from tests.stories.scene import SYSTEM


def doubles(report):
    if report.doubles.file is None:
        return []
    with report.doubles.file.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def card(name, phone, *more) -> str:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL:{phone}", *more, "END:VCARD", ""])


@pytest.mark.parametrize(("size", "twice", "private"), [(2000, 150, 40), (700, 9, 3)])
def test_contacts_of_a_phone_with_doubles_and_private_ones(take, size, twice, private):
    cards = [card(f"客户{n}", f"139{n:08}") for n in range(size - twice - private)]
    cards += [card(f"客户{n}", f"+86 139 {n:08}") for n in range(twice)]
    cards += [card(f"医生{n}", f"137{n:08}", "CLASS:PRIVATE") for n in range(private)]
    began = time.process_time()
    report = take("customers", "".join(cards), name="phone.vcf", most_rows=5000)
    assert time.process_time() - began < 8  # the target is 2 s on a quiet machine, 60 s by OPS-04
    made = size - twice - private
    assert counts(report) == (size, made, 0, twice, private, 0)
    assert Customer.objects.count() == made
    assert json.loads(json.dumps(report.as_json()))["duplicates"] == {
        "in_file": twice, "known": 0, "file": str(report.doubles.file),
    }  # fmt: skip
    listed = doubles(report)
    assert len(listed) == twice
    assert listed[3][:4] == (str(made + 4), str(5 * (made + 3) + 1), "4", str(5 * 3 + 1))
    assert listed[3][5] == "客户3"
    again = take("customers", "".join(cards), name="phone.vcf", with_private=True)
    assert counts(again)[1] == private


def test_who_was_known_before_is_named(take):
    take("customers", "reference,name,phone\nK1,王伟,13800138000\nK2,=李娜,13900139000\n", name="a.csv")
    text = "name,phone\n张三,13700137000\n王伟,138 0013 8000\n=李娜,13900139000\n王伟,+8613800138000\nx,1\n"
    report = take("customers", text, name="b.csv")
    assert doubles(report) == [
        ("2", "3", "", "", "K1", "王伟"),
        ("3", "4", "", "", "K2", "'=李娜"),
        ("4", "5", "2", "3", "K1", "王伟"),
    ]
    assert (report.doubles.in_file, report.doubles.known) == (1, 2)
    again = take("customers", text, name="b.csv")
    assert (again.doubles.in_file, again.doubles.known) == (1, 3)
    assert [row[2] for row in doubles(again)] == ["2"]  # that the rest is known goes without saying
    undo_import(again.code, by=SYSTEM)


def test_a_file_without_doubles_has_no_list_and_other_kinds_tell_none(take):
    report = take("customers", "name,phone\n王伟,13800138000\n")
    assert report.as_json()["duplicates"] == {"in_file": 0, "known": 0, "file": None}
    assert "duplicates" not in take("products", "reference\nP1\nP1\n").as_json()


def test_row_25_the_list_of_another_users_import_is_not_there(take, scene):
    text = "name,phone\n王伟,13800138000\n王伟,13800138000\n"
    report = take("customers", text, by=scene.person("gao"))
    assert doubles_file(report.code, principal=scene.person("gao"), folder=imports_folder()) == report.doubles.file
    assert doubles_file(report.code, principal=scene.person("xu"), folder=imports_folder()) is None
