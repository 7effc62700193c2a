"""Which answers are none: the reason and the words for a status that brought nothing to read."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

from live.response import Response

_REASONS = {401: "login", 402: "paywall", 407: "login", 410: "gone", 429: "rate_limited"}


class Trouble(NamedTuple):
    """Why there is nothing to read: a key of REASONS, and the same for a person."""

    reason: str
    detail: str


def trouble(response: Response) -> Trouble | None:
    """Why an answer brought nothing; None for a body to read, and for "not modified".

    A status of 400 and up speaks for itself; elsewhere what the request ended with does.
    """
    status = response.status
    if status is not None and status >= 400:
        return Trouble(_REASONS.get(status, "http_error"), f"answered {phrase(status)}")
    if response.error is not None:
        return Trouble(response.error, response.detail or response.error)
    if status is None or status < 200 or status >= 300 and status != 304:
        what = "no answer" if status is None else f"answered {phrase(status)}"
        return Trouble("http_error", what)
    return None


def phrase(status: int) -> str:
    """A status with its name: "404 Not Found"."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def charset(headers: Mapping[str, str]) -> str | None:
    """The charset of a Content-Type header."""
    for part in headers.get("content-type", "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \t\"'") or None
    return None


def origin(url: str) -> str | None:
    """scheme://host[:port] of an address, as hosts are called; None where it has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.scheme not in ("http", "https"):
        return None
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")
