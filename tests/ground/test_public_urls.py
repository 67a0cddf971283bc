"""URLs that may be called: every vector of trust.md rows 61 to 66, each refused before a packet leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.public_urls import Egress, Target, addresses_of, is_public, target_of
from guanxi.ground.refusals import Refused

PUBLIC = Egress()


def _names(host: str, port: int) -> list[str]:
    """The names of this test's world, as a resolver answers them."""
    return {
        "example.com": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
        "xn--fsqu00a.xn--fiqs8s": ["93.184.216.34"],
        "metadata.google.internal": ["169.254.169.254"],
        "rebound.example.com": ["93.184.216.34", "127.0.0.1"],
        "alibaba.example.com": ["100.100.100.200"],
        "mapped.example.com": ["::ffff:127.0.0.1"],
        "inner.example.com": ["10.0.0.5"],
    }.get(host, [])


def _called(url: str, egress: Egress = PUBLIC) -> list[str]:
    return addresses_of(target_of(url, egress), egress, _names)


SPELLINGS = [
    "0177.0.0.1",
    "2130706433",
    "0x7f.1",
    "127.1",
    "①②⑦.⓪.⓪.①",
    "127.0.0.1",
    "127.0.0.1.",
    "0x7f000001",
    "017700000001",
    "127.0.1",
    "0",
]
IN_DISGUISE = [
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "[::127.0.0.1]",
    "[::1]",
    "[::]",
    "[64:ff9b:1::1]",
    "[2001::1]",
]
METADATA = ["169.254.169.254", "100.100.100.200", "192.0.0.192", "[fd00:ec2::254]", "metadata.google.internal"]
PRIVATE = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1", "192.88.99.1",
    "[fe80::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[fc00::1]", "localhost", "a.localhost", "printer.local", "db.internal",
    "rebound.example.com", "alibaba.example.com", "mapped.example.com", "inner.example.com",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS + IN_DISGUISE + METADATA + PRIVATE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_way_into_an_inner_network(host: str, scheme: str) -> None:
    with pytest.raises(Refused) as refused:
        _called(f"{scheme}://{host}/")
    assert refused.value.code in {"outbound.url", "outbound.address"}


@pytest.mark.parametrize(
    "url",
    [
        "https://u:p@example.com/", "https://u@example.com/", "http://example.com#@evil", "http://evil\\@example.com", "http://example.com\\@evil",
        "https://example.com/\r\nHost: evil", "https://example.com/%0d%0aHost:%20evil", "https://example.com/%00", "https://example.com/a b",
        "https://exa\tmple.com/", "https://example.com\n", " https://example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
        "javascript:alert(1)", "//example.com/", "example.com", "", "https://", "https:///x", "https://example.com:x/", "https://example.com:99999/",
        "https://example.com:/", "https://[::1", "https://exam%70le.com/", "https://-example.com/", "https://example..com/", "https://exa mple.com/",
        "https://[fe80::1%25eth0]/", "https://" + "a" * 64 + ".com/", "https://example.com/" + "a" * 2_048, "https://example.com\u3000/", "http://\u2100.com/",
    ],
)  # fmt: skip
def test_only_one_plain_spelling(url: str) -> None:
    with pytest.raises(Refused) as refused:
        target_of(url, PUBLIC)
    assert refused.value.code == "outbound.url"


@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 1, 65_535])
def test_other_ports_are_closed(port: int) -> None:
    with pytest.raises(Refused) as refused:
        target_of(f"https://example.com:{port}/", PUBLIC)
    assert refused.value.code == "outbound.port"


def test_port_0_is_no_port() -> None:
    with pytest.raises(Refused):
        target_of("https://example.com:0/", PUBLIC)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.com", Target("https", "example.com", 443, "/")),
        ("HTTPS://Example.COM:443/Hook?a=1&b=%E5%BC%A0", Target("https", "example.com", 443, "/Hook?a=1&b=%E5%BC%A0")),
        ("http://example.com.:80/a//b/../c", Target("http", "example.com", 80, "/a//b/../c")),
        ("http://example.com:443/", Target("http", "example.com", 443, "/")),
        ("https://例子.中国/钩?q=值", Target("https", "xn--fsqu00a.xn--fiqs8s", 443, "/%E9%92%A9?q=%E5%80%BC")),
        ("https://93.184.216.34/", Target("https", "93.184.216.34", 443, "/")),
        (
            "https://[2606:2800:220:1:0248:1893:25c8:1946]/",
            Target("https", "2606:2800:220:1:248:1893:25c8:1946", 443, "/"),
        ),
        ("https://127.example.com/", Target("https", "127.example.com", 443, "/")),
    ],
)
def test_plain_urls_are_taken_apart(url: str, target: Target) -> None:
    assert target_of(url, PUBLIC) == target


def test_public_names_give_the_addresses_that_were_checked() -> None:
    assert _called("https://example.com/") == ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]
    assert _called("https://93.184.216.34/") == ["93.184.216.34"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        _called("https://unknown.example.com/")
    assert refused.value.code == "outbound.unknown_name"


@given(
    st.ip_addresses(network="100.64.0.0/10")
    | st.ip_addresses(network="127.0.0.0/8")
    | st.ip_addresses(network="::ffff:0:0/96")
)
def test_whole_networks_are_closed(address: object) -> None:
    assert not is_public(str(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_is_never_public(address: object) -> None:
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"::{address}")
    assert not is_public(f"64:ff9b::{address}")


@given(st.ip_addresses())
def test_what_is_public_is_global_too(address: object) -> None:
    if is_public(str(address)):
        assert address.is_global  # type: ignore[attr-defined]
        assert not address.is_multicast  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "x", "127.1", "2130706433", "fe80::1%eth0"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


def test_an_allow_list_closes_all_else() -> None:
    egress = Egress.of(["api.example.com", "*.sms.example.com", " Hook.Example.COM:8443 "])
    assert target_of("https://api.example.com/", egress).host == "api.example.com"
    assert target_of("https://a.sms.example.com/", egress).host == "a.sms.example.com"
    assert target_of("https://hook.example.com:8443/", egress).port == 8443
    for url, code in (
        ("https://example.com/", "not_listed"), ("https://sms.example.com/", "not_listed"), ("https://evilapi.example.com/", "not_listed"),
        ("https://api.example.com.evil.com/", "not_listed"), ("https://93.184.216.34/", "not_listed"), ("https://api.example.com:8443/", "port"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            target_of(url, egress)
        assert refused.value.code == f"outbound.{code}", url


def test_a_listed_name_may_still_not_lead_inside() -> None:
    egress = Egress.of(["inner.example.com"])
    with pytest.raises(Refused) as refused:
        _called("https://inner.example.com/", egress)
    assert refused.value.code == "outbound.address"


def test_the_operator_may_open_one_inner_place() -> None:
    egress = Egress.of(["10.0.0.5:8080", "inner.example.com:8080"])
    assert _called("http://10.0.0.5:8080/", egress) == ["10.0.0.5"]
    assert _called("http://inner.example.com:8080/", egress) == ["10.0.0.5"]
    for url in ("http://10.0.0.5/", "http://10.0.0.6:8080/", "http://inner.example.com/"):
        with pytest.raises(Refused):
            _called(url, egress)


@pytest.mark.parametrize(
    "entry",
    ["a b", "example.com:0", "example.com:x", "http://example.com", "*", "a.*.com", "10.0.0.0/8", "[::1]:99999"],
)
def test_a_wrong_allow_list_is_refused(entry: str) -> None:
    with pytest.raises(Refused) as refused:
        Egress.of([entry])
    assert refused.value.code == "outbound.allow_list"


def test_an_empty_allow_list_is_the_public_network() -> None:
    assert Egress.of(["", " "]) == Egress()
    assert Egress.of(["[::1]:8080"]).inner == {("::1", 8080)}


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    try:
        target = target_of(f"https://{text}", PUBLIC)
    except Refused:
        return
    assert target.host.isascii()
    assert target.path.isascii()
    assert target.path.startswith("/")
    assert not {" ", "\r", "\n", "@", "\\"} & set(target.host)
