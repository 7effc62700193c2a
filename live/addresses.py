"""Which addresses may be asked: what a person typed may be private, what a server says may not.

A server decides where its redirects, links and names lead. Left alone it could send newsbeam to
a router, a database or a cloud's metadata service inside the reader's own network. So an address
that a server named must resolve to public addresses only, unless it is the very host and port
that the person typed as a literal address or as `localhost`, or the person allowed it by name.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import unquote, urljoin

import idna

from live.failure import Failed

LONGEST = 8_192  # characters; servers refuse longer ones
PORTS = {"http": 80, "https": 443}

_ADDRESS = re.compile(r"(https?)://([^/?#\\]+)([^#]*)(?:#.*)?", re.IGNORECASE | re.DOTALL)
_NOISE = re.compile(r"[\t\r\n]+")  # browsers pass over these inside an address
_USERINFO = re.compile(r"(?<=://)[^/?#\\]*@")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*")
_UNSAFE = re.compile(r"[^!#-;=?-\[\]_a-z~]")

# IANA's registries of special addresses, less what is globally reachable in them; 64:ff9b::/96
# (NAT64), ::ffff:0:0/96 (mapped IPv4) and all that is not yet given out are outside 2000::/3.
_SPECIAL_4 = [
    IPv4Network(each)
    for each in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
        "224.0.0.0/4 240.0.0.0/4"
    ).split()
]
_GIVEN_OUT_6 = IPv6Network("2000::/3")
_SPECIAL_6 = [IPv6Network(each) for each in "2001::/23 2001:db8::/32 2002::/16 3fff::/20".split()]


class Address(NamedTuple):
    """An http(s) address in its parts, its credentials apart."""

    scheme: str
    host: str  # lower case, ASCII; IPv6 without brackets
    port: int
    target: str  # path and query as sent, ASCII
    credentials: str | None = None  # user:password as it is before encoding

    @property
    def origin(self) -> str:
        """scheme://host[:port], the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == PORTS[self.scheme]
        return f"{self.scheme}://{host}" + ("" if usual else f":{self.port}")

    @property
    def url(self) -> str:
        """The whole address, without credentials and fragment."""
        return self.origin + self.target


class Allowed(NamedTuple):
    """The private hosts a person allowed: by name, and as networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


def parse_address(url: str) -> Address:
    """The parts of an address as typed, listed or linked to; Failed for what is none."""
    url = _NOISE.sub("", url.strip())
    shown = without_credentials(url)[:100]
    if len(url) > LONGEST:
        raise Failed("bad_address", f"longer than {LONGEST:,} characters: {shown}…")
    if (parts := _ADDRESS.fullmatch(url)) is None:
        raise Failed("bad_address", f"no http or https address: {shown}")
    scheme, authority, target = parts.groups()
    userinfo, _, place = authority.rpartition("@")
    host, port = _host_and_port(place, scheme := scheme.lower())
    if host is None or port is None:
        raise Failed("bad_address", f"no host that could be asked: {shown}")
    if not target.startswith("/"):
        target = "/" + target
    target = _UNSAFE.sub(_escaped, target)
    return Address(scheme, host, port, target, unquote(userinfo) if userinfo else None)


def without_credentials(url: str) -> str:
    """An address as it may be printed and stored."""
    return _USERINFO.sub("", url)


def next_address(base: Address, location: str) -> Address:
    """Where a redirect leads; what it says about credentials is passed over."""
    try:
        joined = urljoin(base.url, location.strip())
    except ValueError:
        raise Failed("bad_address", f"redirected to no address: {location[:100]}") from None
    return parse_address(joined)._replace(credentials=None)


def secured(before: Address, after: Address) -> bool:
    """Whether `after` is the same host as `before`, by way of https at last."""
    usual = (before.scheme, before.port, after.scheme, after.port)
    return before.host == after.host and usual == ("http", 80, "https", 443)


def parse_allowed(entries: tuple[str, ...]) -> Allowed:
    """What --allow-private says: host names, addresses, networks. ValueError names a wrong one."""
    names, networks = set(), []
    for entry in entries:
        try:
            networks.append(ip_network(entry.strip("[]")))
        except ValueError:
            host, _ = _host_and_port(entry, "http")
            if host is None or ":" in entry or re.fullmatch(r"[\d.]+", host):
                wrong = f"neither a host name nor an address nor a network: {entry!r}"
                raise ValueError(wrong) from None
            names.add(host)
    return Allowed(frozenset(names), tuple(networks))


def is_literal(host: str) -> bool:
    """Whether a host is an address itself and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet's."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _SPECIAL_4)
    return ip in _GIVEN_OUT_6 and not any(ip in network for network in _SPECIAL_6)


def check(target: Address, addresses: list[str], typed: Address | None, allowed: Allowed) -> None:
    """Failed, where `target`, whose host resolved to `addresses`, may not be asked.

    `typed` is the address that a person typed and that led here. One private address among many
    is enough to be refused: which of them is taken is not ours to know.
    """
    if target.host in allowed.names or typed is not None and _is_typed(target, typed):
        return
    for address in addresses:
        if not is_public(address) and not _is_in(address, allowed):
            what = target.host if address == target.host else f"{target.host} ({address})"
            raise Failed("private_address", f"{what} is no public address; see --allow-private")


def _is_typed(target: Address, typed: Address) -> bool:
    if not (is_literal(typed.host) or typed.host == "localhost"):
        return False
    ports = {target.port, typed.port}
    return target.host == typed.host and (len(ports) == 1 or ports == {80, 443})


def _is_in(address: str, allowed: Allowed) -> bool:
    ip: IPv4Address | IPv6Address = ip_address(address)
    return any(ip in network for network in allowed.networks)


def _host_and_port(place: str, scheme: str) -> tuple[str | None, int | None]:
    """Host and port in one form; None for what is none."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:]+))(?::(\d{0,5}))?", place)
    if found is None:
        return None, None
    literal, name, digits = found.groups()
    port = int(digits) if digits else PORTS[scheme]
    if not 0 < port < 65_536:
        return None, None
    if literal is not None:
        return (str(ip_address(literal)) if is_literal(literal) else None), port
    name = unquote(name).lower().rstrip(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (UnicodeError, ValueError, IndexError):
            return None, None
    return (name if _NAME.fullmatch(name) else None), port


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))
