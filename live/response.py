"""What was asked for over the network and what came back, kept on disk until it is read.

A response is a sidecar NAME.json and, where there was a body, NAME.body beside it. The name is
made from what was asked for: who is told to fetch it a second time finds it there.
"""

from __future__ import annotations

import json
import os
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from records import Feed, Page

OFFLINE = 3  # feeds: fewer may well be out of reach, each for reasons of its own


class Response(NamedTuple):
    """The end of one request, its redirects followed; times in microseconds since 1970, UTC."""

    kind: str  # feed, page, robots
    url: str  # what it stands for: the feed's url, the page's address, the origin
    asked: str  # the address that was asked first
    at: int  # when
    final_url: str | None = None  # the address that answered
    hops: tuple[tuple[int, str], ...] = ()  # redirects: status, and where it said to go
    requests: int = 0
    bytes: int = 0  # received, as they came over the wire
    seconds: float = 0.0  # from the first request to the end, waiting between hops included
    status: int | None = None  # of the last answer; None: there was none
    headers: dict[str, str] = {}  # of the last answer, names in lower case, latin-1
    body: str | None = None  # path of the decoded body
    error: str | None = None  # a key of REASONS where there is no usable answer
    detail: str | None = None
    retry_at: int | None = None  # when it asked to be asked again (Retry-After)
    conditional: bool = False  # whether validators were sent
    feed: Feed | None = None  # as it was when asked
    page: Page | None = None


def name_of(kind: str, url: str) -> str:
    """The name, without a suffix, of the response to one request: 32 hex digits."""
    return blake2b(f"{kind} {url}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def sidecar_of(folder: Path, kind: str, url: str) -> Path:
    """Where the response to a request is, once it is there."""
    return folder / f"{name_of(kind, url)}.json"


def write_response(folder: Path, response: Response, body: bytes | None) -> Path:
    """Keep a response in `folder`; it is there whole or not at all. Returns its sidecar."""
    sidecar = sidecar_of(folder, response.kind, response.url)
    if body is not None:
        path = sidecar.with_suffix(".body")
        path.write_bytes(body)
        response = response._replace(body=str(path))
    fields = response._asdict()
    for name in ("feed", "page"):
        if fields[name] is not None:
            fields[name] = fields[name]._asdict()
    part = sidecar.with_suffix(".part")
    part.write_text(json.dumps(fields), encoding="utf-8")
    os.replace(part, sidecar)
    return sidecar


def read_response(sidecar: str | Path) -> Response:
    """A response as it was kept."""
    fields = json.loads(Path(sidecar).read_text(encoding="utf-8"))
    fields["hops"] = tuple((status, url) for status, url in fields["hops"])
    if fields["feed"] is not None:
        fields["feed"] = Feed(**fields["feed"])
    if fields["page"] is not None:
        page = fields["page"]
        page.update({name: tuple(page[name]) for name in ("authors", "keywords")})
        fields["page"] = Page(**page)
    return Response(**fields)


def body_of(response: Response) -> bytes | None:
    """The decoded body, where there was one."""
    return Path(response.body).read_bytes() if response.body is not None else None


def is_offline(responses: list[Response]) -> bool:
    """Whether it is this machine that fails, not the feeds: then none of them is put off."""
    failed = [response.error in ("dns", "unreachable") for response in responses]
    return len(failed) >= OFFLINE and all(failed)
