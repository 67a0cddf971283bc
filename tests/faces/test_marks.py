"""What a person keeps at hand: favourites in the person's order, what was opened last; only whom the person sees."""

import re

import pytest
from django.test import Client

from guanxi.record.bookmarks.models import Favourite, Recent
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}


def star(client: Client, code: str, on: str = "yes", **extra: str):
    return client.post("/marks/favourite/", {"noun": "customer", "code": code, "on": on}, **extra)


def lines(client: Client, head: str) -> list[str]:
    """Names under a head of the sidebar's fragment."""
    page = client.get("/marks/", **HX).content.decode()
    part = re.search(rf'id="{head}".*?</section>', page, re.DOTALL)
    return re.findall(r"<span>([^<]+)</span>", part[0]) if part else []


def test_stars_set_order_and_go(scene, looking):
    client, codes = looking(scene, "lin"), scene.codes
    for name in ("王海峰", "张立新", "何嘉怡"):
        assert star(client, codes[name]).url == f"/customers/{codes[name]}/"
    assert lines(client, "favourites-head") == ["王海峰", "张立新", "何嘉怡"]
    star(client, codes["王海峰"])  # twice does no harm
    wanted = [codes[name] for name in ("何嘉怡", "王海峰", "张立新")]
    assert client.post("/marks/order/", {"codes": ",".join(wanted)}).url == "/marks/"
    assert lines(client, "favourites-head") == ["何嘉怡", "王海峰", "张立新"]
    assert client.post("/marks/order/", {"code": codes["张立新"], "step": "up"}).url == "/marks/"
    assert lines(client, "favourites-head") == ["何嘉怡", "张立新", "王海峰"]
    answer = star(client, codes["何嘉怡"], "no", **HX)
    assert 'aria-pressed="false"' in answer.content.decode()
    assert answer.headers["HX-Trigger"] == "marks"
    assert lines(client, "favourites-head") == ["张立新", "王海峰"]
    assert lines(looking(scene, "chen"), "favourites-head") == []


def test_what_was_opened_last_stands_first_and_favourites_are_not_said_twice(scene, looking):
    client = looking(scene, "lin")
    for name in ("王海峰", "张立新", "李思敏"):
        client.post("/marks/opened/", {"noun": "customer", "code": scene.codes[name]}, **HX)
    assert lines(client, "recents-head") == ["李思敏", "张立新", "王海峰"]
    star(client, scene.codes["张立新"])
    assert lines(client, "recents-head") == ["李思敏", "王海峰"]
    assert "李思敏" in words_of(client.get("/marks/"))


def test_the_customers_page_tells_what_was_opened_and_other_pages_only_ask(scene, looking):
    client, code = looking(scene, "lin"), scene.codes["王海峰"]
    asks = 'data-marks="/marks/"'
    tells = f'{asks} data-opened-at="/marks/opened/" data-noun="customer" data-code="{code}"'
    assert tells in client.get(f"/customers/{code}/").content.decode()
    assert f"{asks}>" in client.get("/").content.decode()


@pytest.mark.parametrize("who", ["lin", "he", "zhao"])
def test_nobody_marks_or_sees_whom_one_does_not_see(scene, looking, who):
    hidden = {"lin": "林国栋", "he": "林国栋", "zhao": None}[who]
    client = looking(scene, who)
    if hidden:
        for path in ("/marks/favourite/", "/marks/opened/"):
            answer = client.post(
                path,
                {"noun": "customer", "code": scene.codes[hidden], "on": "yes"}
                if "fav" in path
                else {"noun": "customer", "code": scene.codes[hidden]},
            )
            assert answer.status_code == 404
        assert (Favourite.objects.count(), Recent.objects.count()) == (0, 0)
    else:
        star(client, scene.codes["王海峰"])
        assert lines(client, "favourites-head") == ["王*"]


def test_who_lost_sight_of_a_customer_loses_the_line(scene, looking):
    client = looking(scene, "zhou")
    Favourite.objects.create(staff=scene.staff["zhou"], noun="customer", code=scene.codes["王海峰"])
    assert lines(client, "favourites-head") == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("favourite", {"noun": "staff", "code": "x" * 12, "on": "yes"}),
        ("favourite", {"noun": "customer", "code": "1 OR 1=1", "on": "yes"}),
        ("favourite", {"noun": "customer", "on": "yes"}),
        ("order", {"codes": "a,b"}),
        ("order", {"code": "x", "step": "sideways"}),
        ("opened", {}),
    ],
)
def test_odd_marks_are_400(scene, looking, path, data):
    assert looking(scene, "lin").post(f"/marks/{path}/", data).status_code == 400
    assert looking(scene, "lin").get(f"/marks/{path}/").status_code == 405
