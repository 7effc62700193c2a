"""A server that misbehaves on demand: real sockets on loopback, HTTP/1.1 written by hand.

A behaviour is a function of a request that gives what is put on the socket, piece by piece. To
add one is a line in a table: `"/path": lambda request: answer(200, b"...")`. Every name can have
a loopback address of its own, so that politeness by host does not tie tests together.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from types import TracebackType
from typing import NamedTuple, Self


class Do(Enum):
    """What a behaviour may do besides sending bytes."""

    STALL = "nothing more is sent, and the connection stays open until the other end leaves"
    PAUSE = "for 20 ms nothing is sent"
    RESET = "the connection is torn down"
    CLOSE = "the connection is closed in good order"


class Request(NamedTuple):
    """One request as it arrived."""

    host: str  # the address that was asked, without its port
    target: str
    headers: dict[str, str]  # names in lower case, latin-1
    time: float  # on the server's clock
    times: int  # how often this target of this host was asked, this time included
    connection: int  # which connection of the server it came on, from 1
    server: Server

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def url(self, target: str) -> str:
        """Another address of the same host and port."""
        return f"http://{self.host}:{self.server.port}{target}"


Piece = bytes | Do
Behaviour = Callable[[Request], "bytes | Iterable[Piece]"]


def answer(
    status: int, body: bytes = b"", *headers: str, length: int | None = None, reason: str = "Said"
) -> bytes:
    """A whole answer with its length; `length` lies about it."""
    lines = [f"HTTP/1.1 {status} {reason}", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def redirect(status: int, location: str | bytes) -> bytes:
    """A redirect; `location` as bytes is sent as it is."""
    location = location if isinstance(location, bytes) else location.encode()
    return b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, location)


def chunked(*parts: bytes, ended: bool = True, headers: Iterable[str] = ()) -> bytes:
    """An answer in chunks; without its end where `ended` is false."""
    head = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", *headers]
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    end = b"0\r\n\r\n" if ended else b""
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body + end


class Server:
    """Serves `behaviours`, by path; another path is 404. Used in a `with`.

    `clock` gives the time that requests are noted with. With `tls` all connections are secure.
    """

    def __init__(
        self,
        behaviours: dict[str, Behaviour],
        clock: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.behaviours = behaviours
        self.asked: list[Request] = []
        self.most_at_once = 0  # connections open to one host at the same time
        self.port = port
        self._clock = clock
        self._tls = tls
        self._lock = threading.Lock()
        self._listening: dict[str, socket.socket] = {}
        self._open: dict[socket.socket, str] = {}
        self._connections = 0
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._names: dict[str, str] = {}
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self.listen("127.0.0.1")
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waker.send(b"x")
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in (*self._listening.values(), self._waker, self._woken):
            each.close()
        self._selector.close()

    def listen(self, host: str) -> None:
        """Be there at another loopback address, at the same port."""
        if host not in self._listening:
            listener = socket.create_server((host, self.port), backlog=256)
            self.port = listener.getsockname()[1]
            self._listening[host] = listener
            self._selector.register(listener, selectors.EVENT_READ, host)

    def host(self, name: str) -> str:
        """A loopback address that is `name`'s alone."""
        if name not in self._names:
            number = len(self._names) + 1
            self._names[name] = f"127.77.{number // 250}.{number % 250 + 1}"
            self.listen(self._names[name])
        return self._names[name]

    def url(self, target: str, name: str | None = None) -> str:
        """The address of a target; at a host of its own where a name is given."""
        scheme = "http" if self._tls is None else "https"
        host = "127.0.0.1" if name is None else self.host(name)
        return f"{scheme}://{host}:{self.port}{target}"

    def targets(self, host: str | None = None) -> list[str]:
        """What was asked for, in order."""
        return [each.target for each in self.asked if host is None or each.host == host]

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        with self._lock:
            self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    return
                connection, _ = key.fileobj.accept()  # type: ignore[union-attr]
                with self._lock:
                    self._connections += 1
                    number = self._connections
                    self._open[connection] = key.data
                    here = sum(host == key.data for host in self._open.values())
                    self.most_at_once = max(self.most_at_once, here)
                self._start(self._converse, connection, key.data, number)

    def _converse(self, connection: socket.socket, host: str, number: int) -> None:
        talking = connection
        try:
            if self._tls is not None:
                talking = self._tls.wrap_socket(connection, server_side=True)
            for request in self._requests(talking, host, number):
                if not self._serve(talking, request):
                    return
        except OSError:
            pass  # the other end left, as it may
        finally:
            with self._lock:
                del self._open[connection]
            talking.close()

    def _requests(self, connection: socket.socket, host: str, number: int) -> Iterator[Request]:
        received = b""
        while True:
            while b"\r\n\r\n" not in received:
                if not (more := connection.recv(65_536)):
                    return
                received += more
            head, _, received = received.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(": ") for line in lines)
            headers = {name.lower(): value for name, _, value in pairs}
            target = first.split(" ")[1]
            with self._lock:
                before = sum((each.host, each.target) == (host, target) for each in self.asked)
                request = Request(host, target, headers, self._clock(), before + 1, number, self)
                self.asked.append(request)
            yield request

    def _serve(self, connection: socket.socket, request: Request) -> bool:
        """Put an answer on the socket; False where the connection is to be closed."""
        behaviour = self.behaviours.get(request.path, lambda _: answer(404))
        pieces = behaviour(request)
        for piece in [pieces] if isinstance(pieces, bytes) else pieces:
            if isinstance(piece, bytes):
                connection.sendall(piece)
            elif piece is Do.STALL:
                connection.recv(1)
                return False
            elif piece is Do.PAUSE:
                connection.settimeout(0.02)
                try:
                    if not connection.recv(1):
                        return False
                except TimeoutError:
                    connection.settimeout(None)
            elif piece is Do.RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            elif piece is Do.CLOSE:
                return False
        return True
