"""A round over many feeds: `python -m benchmarks.feeds [COUNT]`.

A server in a process of its own answers for COUNT hosts (127.1.x.y, 1,000 unless told), one feed
each: first with 20 entries, then with "not modified", then with 20 new ones. Measured is the
fetching alone, from the first connection to the last response on disk.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from types import TracebackType
from typing import NamedTuple, Self

from benchmarks.generate import COMMON
from live.fetch import Job, Settings, fetch_all
from live.response import Response, read_response
from records import Feed

COUNT = 1_000
ENTRIES = 20  # a feed
_WORDS = COMMON.split()
STARTED = 1_750_000_000  # seconds since 1970: when the first entry was published


class LoadServer:
    """Feeds by the thousand, from a process of its own; used in a `with`.

    Every host has its own entries. `renew` publishes 20 more on all of them, which replace
    those before.
    """

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.feeds", "serve"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def urls(self, count: int) -> list[str]:
        """As many feeds, each on a host of its own."""
        hosts = (f"127.1.{number // 250}.{number % 250 + 1}" for number in range(count))
        return [f"http://{host}:{self.port}/feed.xml" for host in hosts]

    def renew(self) -> None:
        self._tell("/renew")

    def counts(self) -> dict[str, int]:
        """Requests answered since it was asked last, and bytes received and sent with them."""
        return json.loads(self._tell("/counts"))

    def _tell(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.read()


def feed_body(host: str, generation: int) -> bytes:
    """RSS of 20 entries of about 400 bytes, different on every host and in every generation.

    Their words are drawn by lot: what is alike is compared with everything that is like it, and a
    thousand servers do not all say the same.
    """
    items = "".join(
        f"<item><title>Report {number} of {host}: {' '.join(words[:6])}</title>"
        f"<link>http://{host}.example/{number}</link><guid>{host}-{number}</guid>"
        f"<pubDate>{time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(STARTED + number))}"
        f"</pubDate><description>{' '.join(words[6:])}.</description></item>"
        for number in range(generation * ENTRIES, generation * ENTRIES + ENTRIES)
        for words in [random.Random(f"{host}-{number}").choices(_WORDS, k=26)]
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>The {host} Gazette</title><link>http://{host}.example/</link>{items}"
        "</channel></rss>"
    ).encode()


class _Served(asyncio.Protocol):
    """HTTP/1.1 as far as a benchmark needs it."""

    generation = 0
    counted = {"requests": 0, "received": 0, "sent": 0}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.host = transport.get_extra_info("sockname")[0]
        if not transport.get_extra_info("peername")[0].startswith("127."):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        target = data.split(b" ", 2)[1]
        counted = _Served.counted
        etag = b'"%d"' % _Served.generation
        if target == b"/renew":
            _Served.generation += 1
            self.transport.write(_answer(b""))
        elif target == b"/counts":
            self.transport.write(_answer(json.dumps(counted).encode()))
            _Served.counted = dict.fromkeys(counted, 0)
        else:
            if b"If-None-Match: " + etag in data:
                answer = b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % etag
            else:
                answer = _answer(feed_body(self.host, _Served.generation), etag)
            self.transport.write(answer)
            counted["requests"] += 1
            counted["received"] += len(data)
            counted["sent"] += len(answer)


def _answer(body: bytes, etag: bytes = b'""') -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %s\r\n" % etag
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    # One listener for all of 127.0.0.0/8; whoever comes from elsewhere is turned away.
    server = await loop.create_server(_Served, "0.0.0.0", 0, backlog=4_096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Measured(NamedTuple):
    """One round."""

    seconds: float
    cpu: float  # seconds, of this process
    files: int  # open at the same time, at most
    moved: int  # bytes, both ways
    responses: list[Response]


def measured(feeds: list[Feed], server: LoadServer) -> Measured:
    """One round over feeds, its responses in a folder that is removed afterwards."""
    server.counts()
    with tempfile.TemporaryDirectory() as folder, _Watch() as watch:
        job = Job(folder, 0, feeds=tuple(feeds), settings=Settings(contact="me@example.org"))
        start, cpu = time.perf_counter(), time.process_time()
        sidecars = fetch_all(job)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        counts = server.counts()
        if counts["requests"] != len(feeds):
            raise SystemExit(f"{counts['requests']} requests for {len(feeds)} feeds")
        responses = [read_response(path) for path in sidecars]
    return Measured(seconds, cpu, watch.most, counts["received"] + counts["sent"], responses)


class _Watch:
    """The most files open at the same time, looked at 50 times a second."""

    def __enter__(self) -> Self:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, len(os.listdir("/proc/self/fd")))


def main(count: int) -> None:
    print(
        f"{'feeds':>6}  {'answers':<14} {'seconds':>7} {'CPU s':>6} {'feeds/s':>8} "
        f"{'bytes/feed':>10} {'files':>6} {'peak MiB':>8}"
    )
    with LoadServer() as server:
        feeds = [Feed(url) for url in server.urls(count)]
        for name in ("200, first", "304", "200, new"):
            if name == "200, new":
                server.renew()
            round_ = measured(feeds, server)
            wrong = [each for each in round_.responses if each.error is not None]
            if wrong:
                raise SystemExit(f"{len(wrong)} failed, the first with {wrong[0].detail}")
            feeds = [Feed(each.url, etag=each.headers["etag"]) for each in round_.responses]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{count:>6,}  {name:<14} {round_.seconds:>7.2f} {round_.cpu:>6.2f} "
                f"{count / round_.seconds:>8,.0f} {round_.moved / count:>10,.0f} "
                f"{round_.files:>6} {peak:>8,.0f}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(_serve())
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else COUNT)
