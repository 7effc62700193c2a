"""robots.txt as RFC 9309 has it, and the Crawl-delay that many add."""

from __future__ import annotations

from typing import NamedTuple

from live.addresses import Address
from live.response import Response

AGENT = "newsbeam"
FRESH = 24 * 3_600 * 1_000_000  # microseconds that a copy may be used, as the RFC asks


class Rules(NamedTuple):
    """What a server's robots.txt says to newsbeam."""

    parsed: object | None  # None: everything is allowed

    def allow(self, address: Address) -> bool:
        """Whether an address may be asked."""
        return self.parsed is None or bool(self.parsed.can_fetch(address.url, AGENT))  # type: ignore[attr-defined]

    @property
    def delay(self) -> float | None:
        """Seconds between requests, where it names them."""
        return None if self.parsed is None else self.parsed.crawl_delay(AGENT)  # type: ignore[attr-defined]


def read_rules(text: str) -> Rules:
    """The rules of a robots.txt; nonsense forbids nothing."""
    from protego import Protego

    return Rules(Protego.parse(text) if text.strip() else None)


def robots_text(response: Response, body: bytes | None) -> str | None:
    """The text that holds after robots.txt was asked for; None: it could not be read.

    Where the server says that there is none (4xx), that is "": all is allowed. A server that
    fails, limits or cannot be reached forbids everything until it can.
    """
    status = response.status
    if status is not None and 400 <= status < 500 and status != 429:
        return ""
    if response.error is not None or body is None or status is None or not 200 <= status < 300:
        return None
    return body.decode("utf-8-sig", "replace")
