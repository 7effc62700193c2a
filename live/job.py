"""What one polite round over the network is told: whom to ask, what for, and how."""

from __future__ import annotations

from typing import NamedTuple

from records import Feed, Host, Page


class Settings(NamedTuple):
    """How servers are asked; times in seconds."""

    contact: str | None = None  # an address or a page, told to every server
    host_gap: float = 1.0  # least time between the starts of two requests to a host
    allow_private: tuple[str, ...] = ()  # host names, addresses and networks: see addresses.py
    connect: float = 10.0  # to resolve a name; to connect
    read: float = 20.0  # between bytes
    total: float = 60.0  # of one request with its redirects, waiting for a turn left out
    concurrency: int = 64  # requests at once, all hosts together


class Job(NamedTuple):
    """Everything that is to be asked in one round; all requests of a host belong in one job."""

    folder: str  # where the responses go
    now: int  # microseconds since 1970: when the round begins
    feeds: tuple[Feed, ...] = ()
    pages: tuple[Page, ...] = ()
    hosts: tuple[Host, ...] = ()  # what is known of the servers: robots.txt, "leave me alone"
    settings: Settings = Settings()
    budget: float | None = None  # seconds after which nothing more is begun
    asked: tuple[tuple[str, int], ...] = ()  # host, and when an earlier job last asked it
    stopped_clock: bool = False  # every response is told as asked at `now`: for replays
