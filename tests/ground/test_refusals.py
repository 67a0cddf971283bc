"""Refused carries a code for programs and words for people."""

import pickle

from guanxi.ground.refusals import Refused, excerpt


def test_refused_says_its_words_with_params() -> None:
    refused = Refused("rooms.full", "The room {room} holds {count}.", room="A{x}", count=3)
    assert str(refused) == "The room A{x} holds 3."
    assert (refused.code, refused.words, refused.params) == (
        "rooms.full",
        "The room {room} holds {count}.",
        {"room": "A{x}", "count": 3},
    )
    assert isinstance(refused, ValueError)


def test_refused_may_have_params_named_like_its_own() -> None:
    assert str(Refused("a.b", "{code} {words}", code=1, words=2)) == "1 2"


def test_refused_survives_another_process() -> None:
    again = pickle.loads(pickle.dumps(Refused("rooms.full", "{room}", room="A")))
    assert (again.code, str(again)) == ("rooms.full", "A")


def test_excerpt_is_short_and_printable() -> None:
    assert excerpt("张三") == "张三"
    assert excerpt("a" * 200) == "a" * 59 + "…"
    assert excerpt("a\0b\ud800\u202e\n") == "a\\x00b\\ud800\\u202e\\n"
