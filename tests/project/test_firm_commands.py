"""init, doctor, rekey as people call them: what they say, how they end, what they leave."""

import stat

import pytest

from tests.installation import Installation


@pytest.mark.both
def test_init_makes_keys_tables_and_the_firm(new_home):
    place = new_home()
    said = place.json("init", "--name", "Acme", "--currency", "GBP", "--zone", "Europe/London", "--language", "en")
    assert said == {
        "home": str(place.home), "name": "Acme", "currency": "GBP", "zone": "Europe/London", "language": "en",
    }  # fmt: skip
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (place.home / "keys").iterdir()}
    assert modes == dict.fromkeys(("blind.key", "data-1.key", "django.key", "journal.key"), 0o600)
    assert stat.S_IMODE(place.home.stat().st_mode) == 0o700
    rows = place.rows()
    assert [row[1:4] for row in rows["identity_firm"]] == [["Acme", "GBP", "Europe/London"]]
    assert [row[2] for row in rows["journal_act"]] == ["firm.founded", "view.saved"]
    assert [row[3] for row in rows["bookmarks_savedview"]] == ["My portfolio"]


def test_init_in_a_home_with_a_firm_says_so_and_changes_nothing(firm):
    before = firm.rows(), (firm.home / "keys" / "data-1.key").read_text()
    refused = firm.run("init", "--name", "other", expect=1)
    assert "There is a firm here already" in refused.stderr
    assert (firm.rows(), (firm.home / "keys" / "data-1.key").read_text()) == before


def test_an_administrator_is_let_in_and_back_in_and_nobody_else(firm):
    first = firm.json("admin", "Li@Firm.Example", "--name", "李芳")
    assert first["email"] == "li@firm.example"
    (staff,) = firm.rows()["identity_staff"]
    assert {"李芳", "admin"} <= {str(value) for value in staff}
    (account,) = firm.rows()["identity_account"]
    again = firm.json("admin", "li@firm.example")
    assert again["password"] != first["password"]
    assert len(firm.rows()["identity_staff"]) == 1
    assert firm.rows()["identity_account"] != [account]
    assert "an e-mail address is needed" in firm.run("admin", "nobody", expect=2).stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--currency", "XXX"), "is not a currency"),
        (("--zone", "Mars/Base"), "is not a time zone"),
        (("--language", "tlh"), "is not one of"),
        (("--colour", "red"), "No such option"),
    ],
)
def test_wrong_use_of_init_ends_with_2_and_leaves_nothing(new_home, arguments, words):
    place = new_home()
    assert words in place.run("init", *arguments, expect=2).stderr
    assert not place.home.exists()


@pytest.mark.parametrize("command", ["serve", "rekey"])
def test_without_a_firm_the_way_out_is_named(new_home, command):
    place = new_home()
    assert "There is no firm here yet" in place.run(command, expect=1).stderr
    assert not place.home.exists()


def test_a_database_that_does_not_answer_is_said_in_words(new_home):
    place = new_home()
    place.environment["GUANXI_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    said = place.run("init", expect=1).stderr
    assert "The database cannot be reached" in said
    assert "Traceback" not in said


def test_tables_of_another_version_are_named(firm):
    firm.python(
        "from django.db import connection; connection.cursor().execute(\"DELETE FROM django_migrations WHERE app = 'outbox'\")"
    )
    assert "Call: guanxi migrate" in firm.run("worker", expect=1).stderr
    said = firm.json("doctor", expect=1)
    assert said["checks"]["migrations"]["troubles"] == ["1 changes of the tables are waiting. Call: guanxi migrate"]
    assert "journal" not in said["checks"]


def test_the_doctor_ends_with_0_when_all_is_well_and_with_1_when_not(firm):
    said = firm.json("doctor")
    assert said["healthy"] is True
    assert set(said["checks"]) == {
        "keys",
        "migrations",
        "journal",
        "list_indexes",
        "search",
        "imports",
        "jobs",
        "orphans",
    }
    firm.python(
        "from django.db import connection; connection.cursor().execute(\"UPDATE journal_act SET by_code = 'x'\")"
    )
    sick = firm.run("doctor", "--json", expect=1)
    assert "!! journal" in sick.stderr
    assert "The journal was tampered with" in sick.stdout


def test_rekey_says_what_it_renewed(firm):
    said = firm.json("rekey")
    assert (said["key"], said["renewed"]["identifiers"], said["renewed"]["journal"]) == (2, 0, 1)
    assert sorted(path.name for path in (firm.home / "keys").glob("data-*")) == ["data-1.key", "data-2.key"]
    assert firm.json("doctor")["healthy"] is True


def test_rekey_of_keys_from_the_environment_is_refused(firm):
    keys = {path.stem: path.read_text().strip() for path in (firm.home / "keys").iterdir()}
    firm.environment["GUANXI_KEYS"] = " ".join(f"{name}={key}" for name, key in keys.items())
    assert "add a new data key there by hand" in firm.run("rekey", expect=1).stderr


def test_python_m_guanxi_answers(firm: Installation):
    assert firm.run("--help").stdout.startswith("Usage:")
