"""Which addresses may be asked, and how they are read."""

from __future__ import annotations

import pytest

from live.addresses import (
    Address,
    check,
    is_public,
    next_address,
    parse_address,
    parse_allowed,
    without_credentials,
)
from live.failure import Failed


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://example.org", Address("http", "example.org", 80, "/")),
        ("HTTPS://Example.ORG./A?b#c", Address("https", "example.org", 443, "/A?b")),
        ("http://example.org:8080?q=1", Address("http", "example.org", 8080, "/?q=1")),
        ("http://example.org:/", Address("http", "example.org", 80, "/")),
        (" http://exa\nmple.org/a\tb ", Address("http", "example.org", 80, "/ab")),
        ("http://[2001:DB8::0:1]:81/", Address("http", "2001:db8::1", 81, "/")),
        ("https://münchen.example/", Address("https", "xn--mnchen-3ya.example", 443, "/")),
        (
            "https://пример.example/п я",
            Address("https", "xn--e1afmkfd.example", 443, "/%D0%BF%20%D1%8F"),
        ),
        ("http://under_score.example/", Address("http", "under_score.example", 80, "/")),
        ("http://example.org/a%2Fb%zz|[x]", Address("http", "example.org", 80, "/a%2Fb%zz%7C[x]")),
        ("http://example.org/'\"<>\\", Address("http", "example.org", 80, "/'%22%3C%3E%5C")),
        ("http://example.org\\@10.0.0.1/", Address("http", "example.org", 80, "/%5C@10.0.0.1/")),
        ("http://１２７.0.0.1/", Address("http", "127.0.0.1", 80, "/")),
        ("http://%31%32%37.0.0.1/", Address("http", "127.0.0.1", 80, "/")),
        ("http://ann:p%40ss@example.org/", Address("http", "example.org", 80, "/", "ann:p@ss")),
        ("http://a@b@example.org/", Address("http", "example.org", 80, "/", "a@b")),
    ],
)
def test_an_address_is_read_as_browsers_do(url: str, address: Address) -> None:
    assert parse_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/feed",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:///path",
        "http://",
        "http://user@/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:http/",
        "http://exa mple.org/",
        "http://[::1/",
        "http://[::1%25lo]/",
        "http://[not-an-address]/",
        "http://a..b/",
        "http://a\x00b/",
        "http://-a.example/",
        "http://xn--\udcff.example/",
        "http://example.org/" + "a" * 8_192,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Failed) as refused:
        parse_address(url)
    assert refused.value.reason == "bad_address"


def test_no_message_tells_a_password() -> None:
    with pytest.raises(Failed) as refused:
        parse_address("http://ann:secret@exa mple.org/")
    assert "secret" not in refused.value.detail
    assert without_credentials("http://ann:secret@a.org/b@c") == "http://a.org/b@c"
    assert "secret" not in parse_address("http://ann:secret@a.org/").url


def test_a_redirect_brings_no_credentials_of_its_own() -> None:
    base = parse_address("http://example.org/a/b")
    assert next_address(base, "../c").url == "http://example.org/c"
    assert next_address(base, "//ann:x@other.example").credentials is None


@pytest.mark.parametrize(
    "address",
    "1.1.1.1 8.8.8.8 172.15.255.255 172.32.0.1 100.63.0.1 100.128.0.1 192.0.1.1 223.255.255.255 "
    "2606:4700::1 2a00:1450:4001::1 2001:200::1 2003::1".split(),
)
def test_a_public_address_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    # "this" host, private, carrier's, loopback, link-local and metadata, documentation, 6to4
    # relays, benchmarks, multicast, reserved, broadcast
    "0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.255 169.254.169.254 "
    "172.16.0.1 172.31.255.255 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 "
    "198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 "
    # unspecified, loopback, mapped, compatible, NAT64, local NAT64, discard, Teredo, ORCHID,
    # documentation, 6to4, private, metadata, link-local, site-local, multicast
    ":: ::1 ::ffff:8.8.8.8 ::8.8.8.8 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:20::1 "
    "2001:db8::1 3fff::1 2002:808:808::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1 ff02::1 "
    "localhost".split(),
)
def test_an_address_of_any_other_kind_is_not_public(address: str) -> None:
    assert not is_public(address)


def reason(
    url: str, addresses: list[str], typed: str | None = None, allowed: tuple[str, ...] = ()
) -> str | None:
    """Why an address that resolves so is refused."""
    try:
        check(
            parse_address(url),
            addresses,
            parse_address(typed) if typed else None,
            parse_allowed(allowed),
        )
    except Failed as failed:
        return failed.reason
    return None


@pytest.mark.parametrize(
    ("url", "addresses", "typed", "allowed", "refused"),
    [
        ("http://a.example/", ["1.1.1.1"], None, (), False),
        ("http://a.example/", ["1.1.1.1", "10.0.0.1"], None, (), True),
        ("http://a.example/", ["10.0.0.1"], "http://a.example/", (), True),  # a typed name
        ("http://10.0.0.1/", ["10.0.0.1"], None, (), True),
        ("http://10.0.0.1/", ["10.0.0.1"], "http://10.0.0.1/feed", (), False),
        ("https://10.0.0.1/", ["10.0.0.1"], "http://10.0.0.1/feed", (), False),
        ("http://10.0.0.1:81/", ["10.0.0.1"], "http://10.0.0.1/feed", (), True),
        ("http://10.0.0.2/", ["10.0.0.2"], "http://10.0.0.1/feed", (), True),
        ("http://localhost:8000/", ["::1", "127.0.0.1"], "http://localhost:8000/", (), False),
        ("http://127.0.0.1:8000/", ["127.0.0.1"], "http://localhost:8000/", (), True),
        ("http://2130706433/", ["127.0.0.1"], "http://2130706433/", (), True),
        ("http://a.example/", ["10.0.0.1"], None, ("A.example",), False),
        ("http://b.a.example/", ["10.0.0.1"], None, ("a.example",), True),
        ("http://a.example/", ["10.0.0.1"], None, ("10.0.0.0/8",), False),
        ("http://a.example/", ["10.0.0.1", "127.0.0.1"], None, ("10.0.0.0/8",), True),
        ("http://a.example/", ["127.0.0.1"], None, ("127.0.0.1",), False),
        ("http://[fd00::1]/", ["fd00::1"], None, ("[fd00::1]",), False),
        ("http://a.example/", ["64:ff9b::808:808"], None, ("64:ff9b::/96",), False),
        ("http://proxied.example/", [], None, (), False),
    ],
)
def test_only_what_was_typed_or_allowed_may_be_private(
    url: str, addresses: list[str], typed: str | None, allowed: tuple[str, ...], refused: bool
) -> None:
    assert reason(url, addresses, typed, allowed) == ("private_address" if refused else None)


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "10.0.0", "http://a.example", "a:80", "a b"])
def test_what_cannot_be_allowed_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host name nor an address nor a network"):
        parse_allowed(("localhost", entry))
