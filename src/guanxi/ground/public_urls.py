"""Which URLs may be called: the form is checked first, then every address the name stands for (trust.md, rows 61 to 70).

Guards of this kind fail at odd spellings, redirects and names that change their address, so: one strict spelling, no
redirects, and the connection goes to the very address that was checked. is_private alone is not enough (it is False for
100.100.100.200, Alibaba's metadata service), so an address must be global *and* outside a list.
"""

import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit

from guanxi.ground.refusals import Refused, Word, excerpt, gettext_noop

MAX_URL = 2_048
PORTS = {"http": 80, "https": 443}

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Iterable[str]]

_NEVER = [
    ip_network(network)
    for network in (
        "100.64.0.0/10",  # carriers' networks, Alibaba's metadata
        "192.0.0.0/24",  # protocol assignments, Oracle's metadata
        "192.88.99.0/24",  # relays from 6 to 4
        "::/96",  # IPv4 in disguise
        "64:ff9b::/96",  # translated IPv4
        "64:ff9b:1::/48",
        "2002::/16",  # 6to4
        "2001::/32",  # Teredo
        "3fff::/20",  # documentation
    )
]
_UNICAST_V6 = ip_network("2000::/3")  # all that is assigned to the public
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LOOKS_NUMERIC = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|\d+)")  # the last label decides, as in the URL standard
_INNER_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\]|%(?:0[0-9a-f]|1[0-9a-f]|7f)", re.IGNORECASE)

_WORDS = gettext_noop("The address {url} cannot be called: {why}.")
_SPELLING = gettext_noop("it must be a plain http or https address without user name, spaces or #")
_PORT = gettext_noop("only the ports 80 and 443 are open")
_INNER = gettext_noop("it leads into a private network")
_UNKNOWN = gettext_noop("its name is not known")
_NOT_LISTED = gettext_noop("it is not on this installation's list of allowed hosts")


@dataclass(frozen=True, slots=True)
class Egress:
    """What may be called beyond, or instead of, the public network on ports 80 and 443.

    hosts: names ("api.example.com", ".example.com" with everything below), when not empty nothing else may be called;
    ports: (host, port) that are open besides; inner: (address, port) allowed although not public, as the operator wrote them.
    """

    hosts: frozenset[str] = frozenset()
    ports: frozenset[tuple[str, int]] = frozenset()
    inner: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Egress":
        """Read GUANXI_EGRESS_ALLOW: "api.example.com", "*.example.com", "sms.example.com:8443", "10.0.0.5:8080", "[::1]:80".

        A literal address with port opens that one place even in a private network. Raises Refused for anything else.
        """
        hosts, ports, inner = set(), set(), set()
        for entry in filter(None, (entry.strip().lower() for entry in entries)):
            host, port = _entry_of(entry)
            if port is not None:
                ports.add((host, port))
            if _address_of(host) is None:
                hosts.add(host)
            elif port is not None:
                inner.add((host, port))
        return cls(frozenset(hosts), frozenset(ports), frozenset(inner))

    def lists(self, host: str, port: int) -> bool:
        """Return whether the list of hosts lets this one pass (an empty list lets all pass)."""
        if not self.hosts or (host, port) in self.inner:
            return True
        return host in self.hosts or any(host.endswith(listed) for listed in self.hosts if listed.startswith("."))

    def opens(self, host: str, port: int) -> bool:
        """Return whether this port of the host is open."""
        return port in PORTS.values() or (host, port) in self.ports


@dataclass(frozen=True, slots=True)
class Target:
    """A URL whose form was checked: scheme, host (ASCII, lower case), port, and path with query."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str, egress: Egress) -> Target:
    """Return the parts of a URL in its one accepted spelling. No network is used. Raises Refused (outbound.url…)."""
    if len(url) > MAX_URL or _FORBIDDEN.search(url) or "#" in url:
        raise _refused("outbound.url", url, _SPELLING)
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        host = _host_of(parts)
    except (KeyError, ValueError):  # another scheme, a port that is none, a name that is none
        raise _refused("outbound.url", url, _SPELLING) from None
    if not egress.opens(host, port) or parts.port == 0:
        raise _refused("outbound.port", url, _PORT)
    if not egress.lists(host, port):
        raise _refused("outbound.not_listed", url, _NOT_LISTED)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
    )
    return Target(parts.scheme, host, port, path)


def addresses_of(target: Target, egress: Egress, resolver: Resolver) -> list[str]:
    """Return the addresses of a target, all of them permitted. Raises Refused when one is not, or the name is unknown."""
    url = f"{target.scheme}://{target.host}"
    if target.host.endswith(_INNER_NAMES) and (target.host, target.port) not in egress.ports:
        raise _refused("outbound.address", url, _INNER)
    literal = _address_of(target.host)
    found = [str(literal)] if literal else list(dict.fromkeys(resolver(target.host, target.port)))
    if not found:
        raise _refused("outbound.unknown_name", url, _UNKNOWN)
    for address in found:
        if not is_public(address) and (address, target.port) not in egress.inner:
            raise _refused("outbound.address", url, _INNER)
    return found


def is_public(text: str) -> bool:
    """Return whether an address belongs to the public network, and to no tunnel or translation into another one."""
    address = _address_of(text)
    if address is None or not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address) and (address not in _UNICAST_V6 or address.scope_id):
        return False
    return not any(address in network for network in _NEVER if network.version == address.version)


def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses the system knows for a name; none when it knows none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(place[0]) for *_, place in found]


_QUERY = "/?%:@!$&'()*+,;=~-._[]|"


def _host_of(parts: SplitResult) -> str:
    """Return the host in ASCII and lower case. Raises ValueError for user names and for any spelling but the plain one."""
    host = (parts.hostname or "").removesuffix(".")
    if "@" in parts.netloc or "%" in parts.netloc or not host or parts.netloc.endswith(":"):
        raise ValueError
    if not host.isascii():
        host = host.encode("idna").decode("ascii").lower()
    address = _address_of(host)
    if address is not None:
        return str(address)
    if _NAME.fullmatch(host) is None or _LOOKS_NUMERIC.fullmatch(host):  # 0177.0.0.1, 2130706433, 127.1, 0x7f.1
        raise ValueError
    return host


def _address_of(host: str) -> Address | None:
    try:
        return ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def _entry_of(entry: str) -> tuple[str, int | None]:
    """Return host (or address, or ".name" for all below it) and port of an entry of the allow list."""
    host, colon, port = (entry, "", "") if _address_of(entry) else entry.rpartition(":")
    if not colon:
        host = entry
    host = host[1:] if host.startswith("*.") else host
    address = _address_of(host)
    sound = address is not None or _NAME.fullmatch(host.removeprefix("."))
    if not sound or (colon and not (port.isdecimal() and 0 < int(port) < 65_536)):
        words = gettext_noop("“{entry}” is no host of an allow list.")
        raise Refused("outbound.allow_list", words, entry=excerpt(entry))
    return str(address) if address else host, int(port) if colon else None


def _refused(code: str, url: str, why: str) -> Refused:
    return Refused(code, _WORDS, url=excerpt(url), why=Word(why))
