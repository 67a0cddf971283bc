"""Commands answer in the language of whoever calls; what is for programs, and what is stored, does not change with it."""

import json

import pytest

from guanxi.ground.refusals import Refused
from guanxi.project.commands.speaking import language_of, refusal_in_words, told
from guanxi.record.customers.rules.preferences import checked_preference
from tests.installation import Installation


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.GB18030"}, "zh-hans"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh-hans"),
    ],
)
def test_the_environment_says_the_language(environment, language):
    assert language_of(environment) == language


def test_refusals_and_answers_are_translated_at_the_edge(monkeypatch):
    refusal = Refused("firm.missing", "There is no firm here yet ({home}). Call: guanxi init", home="/srv/x")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert refusal_in_words(refusal) == "这里还没有公司（/srv/x）。请运行：guanxi init"
    assert told("{rows} rows in {file}", rows=3, file="a.csv") == "a.csv 中有 3 行"
    assert str(refusal) == "There is no firm here yet (/srv/x). Call: guanxi init"
    monkeypatch.setenv("LC_ALL", "C")
    assert refusal_in_words(refusal) == str(refusal)


def test_a_chinese_terminal(firm: Installation, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("name,phone\n王芳,13800138000\n,13900139000\n")
    firm.environment |= {"LC_ALL": "zh_CN.UTF-8"}
    said = firm.run("import", "customers", str(file), expect=1)
    assert "2 行：新建 1，更新 0，未变 0，跳过 0，失败 1" in said.stdout
    assert "2 行" not in firm.run("import", "customers", str(file), "--json", expect=1).stdout
    counts = firm.json("import", "customers", str(file), expect=1)
    assert {"rows", "created", "updated", "unchanged", "skipped", "failed", "reasons", "problems", "seconds"} <= set(
        counts
    )
    assert "没有" in firm.run("import", "customers", str(tmp_path / "none.csv"), expect=2).stderr
    assert "这里已经有一家公司" in firm.run("init", expect=1).stderr
    healthy = json.loads(firm.run("doctor", "--json").stdout)
    assert healthy["healthy"] is True


def test_words_that_fill_a_place_are_translated_too(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with pytest.raises(Refused) as refused:
        checked_preference("他去年离婚了")
    said = refusal_in_words(refused.value)
    assert "family conflict" in str(refused.value)
    assert "家庭矛盾" in said
    assert "family" not in said
